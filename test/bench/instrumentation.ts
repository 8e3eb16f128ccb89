/** What recording costs an app: `npm run bench instrumentation [short] [run|memory|preload|rate|operations …]`. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import {
  type MemoryFigures,
  median,
  type RateFigures,
  type RunCosts,
} from './instrumentation-figures.ts';
import type { OperationCosts } from './instrumentation-operations.ts';
import { measurePreload } from './instrumentation-preload.ts';
import { cell, createTable, type Table } from './table.ts';

/** How often each figure is taken. */
interface Pace {
  readonly repeats: number;
  readonly starts: number;
  readonly seconds: number;
}

const FULL: Pace = { repeats: 5, starts: 15, seconds: 6 };
const SHORT: Pace = { repeats: 1, starts: 5, seconds: 2 };

const PARTS: Readonly<Record<string, (table: Table, pace: Pace) => Promise<void>>> = {
  run: runCosts,
  memory: queuedMemory,
  preload: preloadTime,
  rate: loopBlock,
  operations,
};

/** Prints the performance table of the instrumentation; resolves with false when a part is not known. */
export async function benchInstrumentation(words: readonly string[]): Promise<boolean> {
  const asked = words.filter((word) => word !== 'short');
  const unknown = asked.filter((word) => PARTS[word] === undefined);
  if (unknown.length > 0) {
    console.error(`no part ${unknown.join(', ')}; there are: ${Object.keys(PARTS).join(', ')}`);
    return false;
  }
  console.log('CPU time; each ratio is of two figures of one process. Medians.\n');
  const table = createTable(['figure', 'measured', 'reference', 'ratio', 'at most', ''], 66);
  for (const [name, run] of Object.entries(PARTS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    try {
      await run(table, words.includes('short') ? SHORT : FULL);
    } catch (error) {
      // One part that cannot be measured does not keep the others from it.
      table.note(
        `${name}: not measured: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return true;
}

/** Rows 1 to 3, and the calls that the table of targets leaves out. */
async function runCosts(table: Table, { repeats }: Pace): Promise<void> {
  const all = Array.from(
    { length: repeats },
    () => measureApart('instrumentation-run.ts') as RunCosts,
  );
  const of = (figure: (costs: RunCosts) => number): number => median(all.map(figure));
  const row = (
    title: string,
    name: keyof RunCosts,
    reference: keyof RunCosts,
    target?: { readonly text: string; readonly holds: (ratio: number) => boolean },
  ): void => {
    const plain = name.startsWith('async') ? 'asyncPlain' : 'plain';
    const ratio = of((costs) => (costs[name] - costs[plain]) / (costs[reference] - costs[plain]));
    table.row([
      title,
      `${cell(
        of((costs) => costs[name] - costs[plain]),
        0,
      )} ns`,
      `${cell(
        of((costs) => costs[reference] - costs[plain]),
        0,
      )} ns`,
      cell(ratio, 2),
      target?.text ?? '',
      verdict(target?.holds(ratio)),
    ]);
  };
  const fifth = { text: '0.20', holds: (ratio: number) => ratio <= 0.2 };
  const handWritten = { text: '1.10', holds: (ratio: number) => ratio <= 1.1 };
  row('wrapped call, direct engine / SDK by hand, 5 attributes', 'direct', 'stockFive', fifth);
  row('the same / SDK by hand, the 13 attributes of a run', 'direct', 'stockThirteen', fifth);
  row('wrapped call without options / SDK by hand, 5 attributes', 'directPlain', 'stockFive');
  row(
    'wrapped call over the SDK, our processor / SDK by hand, stock',
    'sdkOnOurs',
    'stockFive',
    handWritten,
  );
  row('the same / SDK by hand, our processor too', 'sdkOnOurs', 'handOnOurs');
  row(
    'the same, stock processor / SDK by hand, 13 attributes',
    'sdkOnStock',
    'stockThirteen',
    handWritten,
  );
  row('async wrapped call, direct engine / SDK by hand', 'asyncDirect', 'asyncStock');
  row('async wrapped call over the SDK / SDK by hand', 'asyncSdk', 'asyncStock');
  for (const name of ['excluded', 'disabled'] as const) {
    const ns = of((costs) => costs[name] - costs.plain);
    const measured = `${cell(ns, 0)} ns`;
    table.row([
      `${name} feature, over the plain call`,
      measured,
      '',
      '',
      '50 ns',
      verdict(ns <= 50),
    ]);
  }
}

async function queuedMemory(table: Table, { repeats }: Pace): Promise<void> {
  const all = Array.from(
    { length: repeats },
    () => measureApart('instrumentation-memory.ts') as MemoryFigures,
  );
  for (const { title, of } of [
    { title: 'memory held per queued run, 3 metadata keys', of: 'metadata' },
    { title: 'memory held per queued run, no options', of: 'bare' },
    { title: 'memory held per queued run, a session of its own', of: 'sessions' },
  ] as const) {
    const bytes = median(all.map((figures) => figures[of]));
    const stock = median(all.map(({ stock: reference }) => reference));
    table.row([
      title,
      `${cell(bytes, 0)} B`,
      `${cell(stock, 0)} B`,
      cell(bytes / stock, 2),
      '300 B',
      verdict(bytes <= 300),
    ]);
  }
}

async function preloadTime(table: Table, { starts }: Pace): Promise<void> {
  const { oursMs, upstreamMs, noneMs } = measurePreload(starts);
  table.row([
    'preload, ready for the app / upstream register (process start off)',
    `${cell(oursMs - noneMs, 0)} ms`,
    `${cell(upstreamMs - noneMs, 0)} ms`,
    cell((oursMs - noneMs) / (upstreamMs - noneMs), 2),
    '+50 ms',
    verdict(oursMs - upstreamMs <= 50),
  ]);
}

async function loopBlock(table: Table, { repeats, seconds }: Pace): Promise<void> {
  // Longest of all: how rare it is says the note, so the middle one of a few runs is taken.
  const [ours, stock] = ['ours', 'stock'].map((who) => {
    const all = Array.from(
      { length: Math.min(repeats, 3) },
      () => measureApart('instrumentation-rate.ts', [who, String(seconds)]) as RateFigures,
    );
    return {
      longestMs: median(all.map(({ longestMs }) => longestMs)),
      usualMs: median(all.map(({ usualMs }) => usualMs)),
      runsPerSecond: median(all.map(({ runsPerSecond }) => runsPerSecond)),
      lost: Math.max(...all.map(({ lost }) => lost)),
    };
  }) as [RateFigures, RateFigures];
  table.row([
    'longest block of the event loop at 50,000 runs/s, CPU time',
    `${cell(ours.longestMs, 1)} ms`,
    `${cell(stock.longestMs, 1)} ms`,
    cell(ours.longestMs / stock.longestMs, 2),
    '5 ms',
    // A machine that is too busy for the rate says nothing about it.
    ours.runsPerSecond < 45_000 ? 'rate not reached' : verdict(ours.longestMs <= 5),
  ]);
  table.note(
    `ours ${cell(ours.runsPerSecond, 0)} runs/s, ${ours.lost} lost, 99.9 % of turns below ${cell(ours.usualMs, 1)} ms; ` +
      `stock ${cell(stock.runsPerSecond, 0)} spans/s, ${stock.lost} lost`,
  );
}

async function operations(table: Table, { repeats }: Pace): Promise<void> {
  const all = Array.from(
    { length: repeats },
    () => measureApart('instrumentation-operations.ts') as OperationCosts,
  );
  const of = (figure: (costs: OperationCosts) => number): number => median(all.map(figure));
  const liveBytes = of((costs) => costs.liveBytes);
  table.row([
    'heap per live operation',
    `${cell(liveBytes, 0)} B`,
    '',
    '',
    '2048 B',
    verdict(liveBytes <= 2048),
  ]);
  const updateUs = of((costs) => costs.updateP99Us);
  table.row([
    'update() of an operation, 99 % below',
    `${cell(updateUs, 1)} µs`,
    '',
    '',
    '5 µs',
    verdict(updateUs <= 5),
  ]);
  const eventUs = of((costs) => costs.eventP99Us);
  table.row([
    'the same where each makes an event, 10,000 operations live',
    `${cell(eventUs, 1)} µs`,
    '',
    '',
    '5 µs',
    verdict(eventUs <= 5),
  ]);
}

function verdict(holds: boolean | undefined): string {
  return holds === undefined ? '' : holds ? 'met' : 'MISSED';
}

/** Runs a file as a process of its own, without what other measurements left on the heap; it prints its figures as JSON. */
function measureApart(file: string, words: readonly string[] = []): unknown {
  const script = path.join(import.meta.dirname, file);
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', script, ...words],
    { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  );
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
