/** The index of archived runs and traces holds what the archive holds, whatever happens to either. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Batch } from '../../batch.ts';
import { MARK } from '../../marks.ts';
import type { Statement } from '../../statements.ts';
import type { Store } from '../../store.ts';
import { readTest } from '../../testing/store-fixture.ts';
import { writeRow } from '../../testing/write-row.ts';
import { openDuckdb } from '../engine.ts';
import { DuckDBInstance } from '../node-api.ts';

const DAY_NS = 86_400_000_000_000n;
const NOW_MS = Date.UTC(2026, 10, 22, 12);
const NOW_NS = BigInt(NOW_MS) * 1_000_000n;
const ROWS = 300;
const RUN = 'start_time, duration_ns, seq, feature_id, session_id, user_id, marks, feature_status';
const RUNS = `SELECT ${RUN} FROM spans WHERE feature_id <> 0`;
/** Of the runs that are summed, archived or not. */
const DAYS = `SELECT coalesce(fa_actor(user_id, session_id), 0), epoch_ns(start_time) // ${DAY_NS}, count(*),
  count(*) FILTER (WHERE fa_marked(marks, 0)), count(*) FILTER (WHERE fa_marked(marks, 17)),
  count(*) FILTER (WHERE fa_marked(marks, 23)), min(start_time), max(seq)
FROM spans WHERE feature_id <> 0 AND seq <= (SELECT actor_seq FROM rollup_state) GROUP BY ALL`;
const INDEXED_DAYS = `SELECT actor_id, day, sum(runs), sum(untimed), sum(filtered), sum(sampled), min(first_time), max(last_seq)
FROM active_day GROUP BY ALL`;
const TRACE_HOURS = `SELECT DISTINCT fa_trace_tail(trace_id), fa_hour(start_time)
FROM spans WHERE seq NOT IN (SELECT seq FROM hot_spans)`;
const differences = (one: string, other: string): string =>
  `(SELECT count(*) FROM ((${one}) EXCEPT ALL (${other}))) + (SELECT count(*) FROM ((${other}) EXCEPT ALL (${one})))`;

const LOOK: Statement = {
  name: 'test/look',
  params: {},
  row: {
    runs: 'int',
    indexed: 'int',
    different: 'int',
    differentDays: 'int',
    differentTraces: 'int',
  },
  sql: `SELECT (SELECT count(*) FROM (${RUNS})) AS runs, (SELECT count(*) FROM feature_use) AS indexed,
    ${differences(RUNS, `SELECT ${RUN} FROM run_uses`)} AS different,
    ${differences(DAYS, INDEXED_DAYS)} AS "differentDays",
    ${differences(TRACE_HOURS, 'SELECT DISTINCT tail, hour FROM trace_hour')} AS "differentTraces"`,
};

let folder: string;
let file: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heartwood-index-'));
  file = path.join(folder, 'heartwood.duckdb');
  await open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  store = await openDuckdb({ path: file }, new Map([[LOOK.name, LOOK]]));
}

/** Lands runs and other spans of six days, two files of the archive each, of some users, sessions and nobody. */
async function land(record: number): Promise<void> {
  const batch = new Batch(ROWS);
  for (let index = 0; index < ROWS; index++)
    writeRow(batch.spans, {
      seq: BigInt(record * 1000 + index),
      trace_id: `${index % 3}${(index >> 2).toString(16).padStart(31, '0')}`,
      start_time: NOW_NS - (BigInt(index) * DAY_NS) / 50n,
      duration_ns: BigInt(index % 7),
      feature_id: BigInt(index % 4),
      user_id: BigInt(index % 3),
      session_id: BigInt(index % 5),
      marks: index % 11 === 0 ? MARK.NEGATIVE_DURATION : index % 13 === 0 ? MARK.FILTERED : 0,
      feature_status: index % 2,
    });
  await store.land(batch, { record: BigInt(record), rows: 0 });
}

const keepUp = (keepDays: number): Promise<unknown> =>
  store.keepUp({
    nowMs: NOW_MS,
    keepDays,
    hotDays: 2,
    maxBytes: 0,
    otherBytes: 0,
    archive: { leastRows: 1, mostRows: 30 },
  });

async function look(): Promise<Record<string, unknown>> {
  const [found] = await readTest(store, 'look');
  expect(found).toMatchObject({ different: 0, differentDays: 0, differentTraces: 0 });
  return found ?? {};
}

test('has no runs while none are archived', async () => {
  await land(1);
  expect(await look()).toMatchObject({ runs: (ROWS * 3) / 4, indexed: 0 });
});

test('takes in what is archived, and late runs of archived days', async () => {
  await land(1);
  await keepUp(0);
  const { indexed } = await look();
  expect(indexed).toBeGreaterThan(100);
  await land(2);
  await keepUp(0);
  expect(await look()).toMatchObject({ runs: (ROWS * 3) / 2, indexed: 2 * Number(indexed) });
});

test('lets go what retention removes', async () => {
  await land(1);
  await keepUp(0);
  const { indexed } = await look();
  await keepUp(4);
  const after = await look();
  expect(after['indexed']).toBeGreaterThan(0);
  expect(after['indexed']).toBeLessThan(Number(indexed));
});

test('is the same after it is built anew, and after the store is opened again', async () => {
  await land(1);
  await keepUp(4);
  const before = await look();
  await store.rebuildRollups();
  expect(await look()).toEqual(before);
  await store.close();
  await open();
  expect(await look()).toEqual(before);
});

test.each([
  [
    'of a version without it',
    [
      'DROP TABLE run_index',
      'DROP TABLE feature_use',
      'DROP TABLE active_day',
      'DROP TABLE trace_hour',
    ],
    true,
  ],
  [
    'of a version without its traces',
    ['DROP TABLE trace_hour', `UPDATE run_index SET files = ''`],
    true,
  ],
  [
    'that is of other files',
    [`UPDATE run_index SET files = 'others'`, 'DELETE FROM feature_use'],
    false,
  ],
])('is built when a database is opened %s', async (_, statements, isOld) => {
  await land(1);
  await keepUp(0);
  const before = await look();
  await store.close();
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  if (isOld) await connection.run(`UPDATE meta SET views_digest = 'of an earlier version'`);
  connection.disconnectSync();
  instance.closeSync();
  await open();
  expect(await look()).toEqual(before);
});
