/** Which names of span events occur on which days: never too few, whatever happens to the spans. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Batch } from '../batch.ts';
import type { Statement } from '../statements.ts';
import type { Store } from '../store.ts';
import { readTest } from '../testing/store-fixture.ts';
import { writeRow } from '../testing/write-row.ts';
import { openDuckdb } from './engine.ts';
import { DuckDBInstance } from './node-api.ts';

const DAY_NS = 86_400_000_000_000n;
const DAY = 20_700;
const NOW_MS = (DAY + 3) * 86_400_000;
const LOOK: Statement = {
  name: 'test/look',
  params: {},
  row: { day: 'int', name: 'text?' },
  sql: 'SELECT day, name FROM span_event_day ORDER BY day, name',
};

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heartwood-names-'));
  await open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const fileOf = (): string => path.join(folder, 'heartwood.duckdb');

async function open(): Promise<void> {
  store = await openDuckdb({ path: fileOf() }, new Map([[LOOK.name, LOOK]]));
}

const look = async (): Promise<unknown[]> =>
  (await readTest(store, 'look')).map(({ day, name }) => [day, name]);

let record = 0n;

async function land(
  ...spans: (readonly [day: number, ...names: (string | null)[]])[]
): Promise<void> {
  const batch = new Batch(spans.length);
  record += 1n;
  for (const [index, [day, ...names]] of spans.entries()) {
    const row = { seq: record * 100n + BigInt(index), start_time: BigInt(day) * DAY_NS };
    writeRow(batch.spans, row);
    const events = names.map((name) => ({ time: String(row.start_time), name }));
    writeRow(batch.spanExtras, {
      ...row,
      status_message: 'failed',
      events: events.length === 0 ? '' : JSON.stringify(events),
    });
  }
  await store.land(batch, { record, rows: 0 });
}

const WHOLE = [0, ''];

test('each name is there once a day, whenever it comes again', async () => {
  await land([DAY, 'exception', 'retry', 'exception'], [DAY], [DAY + 1, 'retry']);
  await land([DAY, 'retry', 'say "hi"']);
  expect(await look()).toEqual([
    WHOLE,
    [DAY, 'exception'],
    [DAY, 'retry'],
    [DAY, 'say "hi"'],
    [DAY + 1, 'retry'],
  ]);
});

test('they are read from the spans where they were never kept, from the archive too', async () => {
  await land([DAY, 'exception'], [DAY + 2, 'retry']);
  await store.keepUp({
    nowMs: NOW_MS,
    keepDays: 400,
    hotDays: 1,
    maxBytes: 0,
    otherBytes: 0,
    archive: { leastRows: 1 },
  });
  const kept = await look();
  await store.close();
  const instance = await DuckDBInstance.create(fileOf());
  const connection = await instance.connect();
  await connection.run('DELETE FROM span_event_day');
  connection.disconnectSync();
  instance.closeSync();
  await open();
  expect(kept).toEqual([WHOLE, [DAY, 'exception'], [DAY + 2, 'retry']]);
  expect(await look()).toEqual(kept);
});

test('they go a day after their days, because an event may come a day after the start of its span', async () => {
  await land([DAY - 1, 'gone'], [DAY, 'exception'], [DAY + 2, 'retry']);
  await store.keepUp({ nowMs: NOW_MS, keepDays: 2, hotDays: 1, maxBytes: 0, otherBytes: 0 });
  expect(await look()).toEqual([WHOLE, [DAY, 'exception'], [DAY + 2, 'retry']]);
});

test('an empty name is one like any other, and an event without a name keeps nothing from landing', async () => {
  await land([DAY, '', 'retry'], [DAY + 1, null, 'last']);
  const names = [WHOLE, [DAY, ''], [DAY, 'retry'], [DAY + 1, 'last']];
  expect(await look()).toEqual(names);
  await store.close();
  const instance = await DuckDBInstance.create(fileOf());
  const connection = await instance.connect();
  await connection.run('DELETE FROM span_event_day');
  connection.disconnectSync();
  instance.closeSync();
  await open();
  expect(await look()).toEqual(names);
});

test('a day has a thousand of them, and a word that there are others', async () => {
  const names = Array.from({ length: 1100 }, (_, index) => `id ${String(index)}`);
  await land([DAY, ...names.slice(0, 990)]);
  expect(await look()).toHaveLength(991);
  await land([DAY, ...names.slice(950)]);
  await land([DAY, 'id 1099', 'one more']);
  const found = await look();
  expect(found).toHaveLength(1 + 1000 + 1);
  expect([found[0], found.at(-1)]).toEqual([WHOLE, [DAY, null]]);
});
