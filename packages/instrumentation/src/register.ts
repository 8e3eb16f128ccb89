import { probe } from './index.ts';
globalThis.process.env['PROBE'] = probe;
