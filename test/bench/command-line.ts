/** How long the command line takes to say what it can do, beside Node alone. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { quantile } from './load.ts';
import { childrenCpuSeconds } from './process-usage.ts';
import { cell, createTable } from './table.ts';

const BIN = path.resolve(import.meta.dirname, '../../packages/cli/bin/heartwood.js');

const CALLS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['node alone', ['-e', '0']],
  ['heartwood --help', [BIN, '--help']],
  ['heartwood logs show --help', [BIN, 'logs', 'show', '--help']],
  ['heartwood completion bash', [BIN, 'completion', 'bash']],
];

/** Help in so many milliseconds. */
const PROMISE_MS = 200;
const FEW = 11;
const MANY = 41;

/** `npm run bench cli [short]`: a row for each call; false where help takes longer than promised. */
export function benchCommandLine(words: readonly string[]): Promise<boolean> {
  const times = words.includes('short') ? FEW : MANY;
  const table = createTable(['call', 'p50 ms', 'p90 ms', 'CPU ms']);
  let isKept = true;
  for (const [name, args] of CALLS) {
    const cpuBefore = childrenCpuSeconds();
    const ms = Array.from({ length: times }, () => timeOf(args)).toSorted((a, b) => a - b);
    const cpuMs = ((childrenCpuSeconds() - cpuBefore) * 1000) / times;
    const median = quantile(ms, 0.5);
    table.row([name, cell(median, 0), cell(quantile(ms, 0.9), 0), cell(cpuMs, 0)]);
    if (name.endsWith('--help') && median > PROMISE_MS) {
      table.note(`promised: at most ${String(PROMISE_MS)} ms`);
      isKept = false;
    }
  }
  return Promise.resolve(isKept);
}

function timeOf(args: readonly string[]): number {
  const begunMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${String(status)}: ${stderr}`);
  return performance.now() - begunMs;
}
