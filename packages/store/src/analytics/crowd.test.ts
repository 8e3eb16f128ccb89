/** Many slow questions at once: data goes on landing, pages go on being answered, and whoever leaves makes room. */
import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Batch } from '../batch.ts';
import { openDuckdb } from '../duckdb/engine.ts';
import type { Store } from '../store.ts';
import { CONTRACT_STATEMENTS, readTest } from '../testing/store-fixture.ts';
import { writeRow } from '../testing/write-row.ts';
import type { RetentionQuestion } from './retention-question.ts';

const SECOND_NS = 1_000_000_000n;
const BEGIN_NS = 1_790_000_000n * SECOND_NS;
const BUCKETS = 2000;
const RUNS = 20_000;

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heartwood-crowd-'));
  store = await openDuckdb({ path: path.join(folder, 'heartwood.duckdb') }, CONTRACT_STATEMENTS);
  await land(1, RUNS);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Lands runs of one user, ten in each second. */
async function land(record: number, count: number): Promise<void> {
  const batch = new Batch(count);
  for (let index = 0; index < count; index++)
    writeRow(batch.spans, {
      seq: BigInt(record) * 1_000_000n + BigInt(index + 1),
      start_time: BEGIN_NS + (BigInt(index) * SECOND_NS) / 10n,
      feature_id: 1n,
      user_id: 1n,
      feature_status: 1,
    });
  await store.land(batch, { record: BigInt(record), rows: 0 });
}

/** Joins each of 2000 starts with all 20,000 runs: slower than anybody waits. The number makes it another question. */
function slowQuestion(number: number) {
  const any = { source: 'run', names: 'any' } as const;
  const to = BEGIN_NS + BigInt(BUCKETS) * SECOND_NS;
  return {
    kind: 'retention',
    events: { from: BEGIN_NS, to, selectors: [any, any], keepOthers: false, unit: 'user' },
    cohorts: { from: BEGIN_NS, to },
    occurrence: 'any',
    slots: {
      origin: BEGIN_NS,
      width: SECOND_NS,
      buckets: Array.from({ length: BUCKETS }, (_, index) => String(index)),
    },
    rollingNs: SECOND_NS,
    columns: Array.from({ length: BUCKETS }, (_, index) => index),
    criterion: 'streak',
    minReturns: 1 + number,
    isSame: true,
    isGroupKept: false,
    output: { kind: 'numbers' },
  } as const satisfies RetentionQuestion;
}

test('twenty at once: sixteen wait, three are told to come again, and nothing else stands still', async () => {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  let pending = 0;
  const asked = Array.from({ length: 20 }, (_, number) => {
    pending++;
    return store
      .ask(slowQuestion(number), { signal: stop.signal, timeoutMs: 300_000 })
      .catch((error: unknown) => error)
      .finally(() => pending--);
  });
  for (let record = 2; record < 7; record++) await land(record, 100);
  expect(await readTest(store, 'count')).toMatchObject([{ rows: RUNS + 500 }]);
  expect(pending).toBeGreaterThan(0);
  stop.abort();
  const outcomes = await Promise.all(asked);
  const codes = outcomes.map((outcome) => (outcome as { readonly code?: string }).code);
  expect(codes.slice(17)).toEqual(['STORE_BUSY', 'STORE_BUSY', 'STORE_BUSY']);
  expect(codes.slice(1, 17)).toEqual(Array.from({ length: 16 }, () => 'STORE_QUERY_CANCELLED'));
  const { events } = slowQuestion(0);
  const count = await store.ask({
    kind: 'count',
    events,
    slots: { origin: events.from, width: events.to - events.from, buckets: ['0'] },
    measures: [{ agg: 'count' }],
    output: { kind: 'numbers' },
  } as const);
  expect(count.rows).toMatchObject([{ rows: RUNS + 500 }]);
});

test('a question that takes too long makes room at its deadline, and who waits is answered', async () => {
  const { events } = slowQuestion(0);
  const slow = store.ask(slowQuestion(50), { timeoutMs: 300 }).catch((error: unknown) => error);
  const next = store.ask({
    kind: 'count',
    events,
    slots: { origin: events.from, width: events.to - events.from, buckets: ['0'] },
    measures: [{ agg: 'count' }],
    output: { kind: 'numbers' },
  } as const);
  expect(await slow).toMatchObject({ code: 'STORE_QUERY_TIMEOUT' });
  expect((await next).rows).toHaveLength(1);
});

test('equal questions are one: twenty of them wait for one run', async () => {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const asked = Array.from({ length: 20 }, () =>
    store
      .ask(slowQuestion(0), { signal: stop.signal, timeoutMs: 300_000 })
      .catch((error: unknown) => error),
  );
  expect(await readTest(store, 'count')).toHaveLength(1);
  stop.abort();
  for (const outcome of await Promise.all(asked))
    expect(outcome).not.toMatchObject({ code: 'STORE_BUSY' });
});
