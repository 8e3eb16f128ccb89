/** The command line as a function: what it needs, what it answers. */
export { EXIT, type Exit } from './exit.ts';
export { main } from './main.ts';
export type { Terminal } from './terminal.ts';
