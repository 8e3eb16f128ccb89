/** The process: reads configuration, wires receiver to store to API, and stops without losing a batch. */
export { compose, type Log, type Server } from './compose.ts';
export { type Config, parseConfig, type Setting, SETTINGS } from './config.ts';
export type { StopReport } from './lifecycle.ts';
