/** What operations cost: a call of `update()`, and the heap of one that is alive. A process of its own, with --expose-gc. */
import { setTimeout as sleep } from 'node:timers/promises';
import type * as bytes from '../../packages/instrumentation/src/otlp/bytes.ts';
import type * as config from '../../packages/instrumentation/src/settings/config.ts';
import type * as directEngine from '../../packages/instrumentation/src/engine/direct.ts';
import type * as logRequest from '../../packages/instrumentation/src/otlp/log-request.ts';
import type * as operation from '../../packages/instrumentation/src/work/operation.ts';
import type * as runtime from '../../packages/instrumentation/src/runtime.ts';

/** What this process reports as JSON: the middle one of several rounds. */
export interface OperationCosts {
  /** `update()` as often as a loop can call it: of 100 calls 99 are faster. Microseconds. */
  readonly updateP99Us: number;
  /** The same where every call makes an event that leaves: ten thousand operations, an update a second each. */
  readonly eventP99Us: number;
  /** Heap of an operation under way, its run included. */
  readonly liveBytes: number;
}

const load = async (file: string): Promise<unknown> =>
  import(new URL(`../../packages/instrumentation/dist/${file}`, import.meta.url).href);
const { BytesWriter } = (await load('otlp/bytes.js')) as typeof bytes;
const { writeLogRecord } = (await load('otlp/log-request.js')) as typeof logRequest;
const { configure } = (await load('settings/config.js')) as typeof config;
const { createDirectEngine } = (await load('engine/direct.js')) as typeof directEngine;
const { startOperation } = (await load('work/operation.js')) as typeof operation;
const { install } = (await load('runtime.js')) as typeof runtime;

const LIVE = 10_000;
const UPDATES = 200_000;
const ROUNDS = 7;

// The terminal is what a person pays for: at most ten drawings a second, whatever the program does.
configure({ quiet: true, heartbeatS: 3600 });

let records = 0;
const scratch = new BytesWriter(4096);
install({
  engine: createDirectEngine({
    sink: { addRun: () => {}, onEnd: () => {} },
    resource: { attributes: { 'service.name': 'bench' } },
    scope: { name: 'bench' },
  }),
  // Encodes as the outlet does when a record comes.
  logs: {
    add(record) {
      scratch.truncate(0);
      writeLogRecord(scratch, record);
      records += 1;
    },
    stats: () => ({ received: 0, exported: 0, dropped: {}, queued: 0, queuedBytes: 0, spooled: 0 }),
  },
});

const gc = globalThis.gc;
if (gc === undefined) throw new Error('start with --expose-gc');
const startOne = (i: number): ReturnType<typeof startOperation> =>
  startOperation('sync_conversations', {
    description: 'Syncs all conversations',
    estimatedItems: 1000 + i,
    unit: 'conversations',
    category: 'database_operation',
    component: 'sync',
  });

/** The call that 99 of 100 are faster than, microseconds. The clock's own cost is left in. */
function p99Us(calls: number, call: (i: number) => void): number {
  const took = new Float64Array(calls);
  for (let i = 0; i < calls; i += 1) {
    const from = process.hrtime.bigint();
    call(i);
    took[i] = Number(process.hrtime.bigint() - from);
  }
  return (took.toSorted()[Math.floor(calls * 0.99)] ?? Number.NaN) / 1000;
}

async function measure(): Promise<OperationCosts> {
  gc?.();
  const before = process.memoryUsage().heapUsed;
  const live = Array.from({ length: LIVE }, (_, i) => startOne(i));
  gc?.();
  const liveBytes = (process.memoryUsage().heapUsed - before) / LIVE;
  const busy = startOne(0);
  const updateP99Us = p99Us(UPDATES, (i) => busy.update({ current: i, total: UPDATES }));
  // A second later each update of each operation leaves.
  await sleep(1100);
  const told = records;
  const eventP99Us = p99Us(LIVE, (i) => live[i]?.update({ message: 'batch 3 of 7', current: 300 }));
  // They leave a hundred at a time, and other work of the machine comes in between.
  for (let tries = 0; tries < 500; tries += 1) {
    if (records - told >= LIVE) break;
    await sleep(20);
  }
  if (records - told < LIVE) throw new Error(`${records - told} of ${LIVE} events left`);
  for (const operation of [...live, busy]) operation.complete();
  return { updateP99Us, eventP99Us, liveBytes };
}

const rounds: OperationCosts[] = [];
for (let round = -2; round < ROUNDS; round += 1) {
  const costs = await measure();
  if (round >= 0) rounds.push(costs);
}
const middle = (key: keyof OperationCosts): number =>
  rounds.map((costs) => costs[key]).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
const costs: OperationCosts = {
  updateP99Us: middle('updateP99Us'),
  eventP99Us: middle('eventP99Us'),
  liveBytes: middle('liveBytes'),
};
console.log(JSON.stringify(costs));
