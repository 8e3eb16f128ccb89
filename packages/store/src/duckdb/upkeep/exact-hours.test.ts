/** What is kept of hours beside the same numbers from single runs: late runs, archive, retention, restarts and broken upkeep included. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Batch } from '../../batch.ts';
import { MARK } from '../../marks.ts';
import { type QueryParams, type QueryRow, queries } from '../../queries.ts';
import { loadStatements } from '../../statements.ts';
import type { Store } from '../../store.ts';
import { unhurried } from '../../testing/unhurried.ts';
import { writeRow } from '../../testing/write-row.ts';
import { openDuckdb } from '../engine.ts';
import { DuckDBInstance } from '../node-api.ts';
import { readRows, type UpkeepContext } from './context.ts';
import { makeExactHours } from './exact-hours.ts';

const HOUR_NS = 3_600_000_000_000n;
const BEGIN_NS = BigInt(Date.UTC(2026, 10, 2)) * 1_000_000n;
/** Each world has runs in so many hours, and nothing in the eight behind them. */
const HOURS = 40;
const WORLD_NS = 48n * HOUR_NS;
const FEATURES = 4;
const WORLDS = Number(process.env['HEARTWOOD_WORLDS'] ?? 3);
/** Beyond ids that are counted up. */
const FAR_USER = 2n ** 63n + 5n;

let folder: string;
let store: Store;
let seq = 0n;
let record = 0n;
beforeAll(openNew);
afterAll(remove);

async function openNew(): Promise<void> {
  folder = mkdtempSync(path.join(tmpdir(), 'heartwood-hours-'));
  [seq, record] = [0n, 0n];
  await open();
}
async function remove(): Promise<void> {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}

const filePath = (): string => path.join(folder, 'h.duckdb');
async function open(): Promise<void> {
  store = unhurried(await openDuckdb({ path: filePath() }, loadStatements(queries)));
}

type Below = (end: number) => number;
/** Repeatable chance (mulberry32): a whole number below this. */
function createBelow(seed: number): Below {
  let state = seed >>> 0;
  return (end) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
}

/** Lands runs of one hour of a world or of all, some of them twice. */
async function land(begin: bigint, rows: number, below: Below, hour?: number): Promise<void> {
  const batch = new Batch(rows * 2);
  if (record === 0n)
    for (let id = 1n; id <= FEATURES; id++)
      writeRow(batch.vocabulary, { id, hash: id, text: `feature-${String(id)}` });
  for (let index = 0; index < rows; index++) {
    const user = below(6);
    const row = {
      start_time:
        begin +
        BigInt(hour ?? below(HOURS)) * HOUR_NS +
        (BigInt(below(10_000)) * HOUR_NS) / 10_000n,
      duration_ns: BigInt(Math.floor(10 ** (below(900) / 100))),
      feature_id: BigInt(below(FEATURES + 1)),
      user_id: user === 0 ? 0n : user === 1 ? FAR_USER + BigInt(below(3)) : BigInt(user),
      session_id: BigInt(below(5)),
      marks: [MARK.NEGATIVE_DURATION, MARK.FILTERED][below(9)] ?? 0,
      feature_status: 1 + below(5),
      tier: 1 + below(5),
      efficiency: below(9) === 0 ? Number.NaN : below(100) / 100,
    };
    writeRow(batch.spans, { ...row, seq: (seq += 1n) });
    if (below(8) === 0) writeRow(batch.spans, { ...row, seq: (seq += 1n) });
  }
  await store.land(batch, { record: (record += 1n), rows: 0 });
}

const keepUp = (begin: bigint, keepDays = 0, atHour = HOURS): Promise<unknown> =>
  store.keepUp({
    nowMs: Number((begin + BigInt(atHour) * HOUR_NS) / 1_000_000n),
    keepDays,
    hotDays: 1,
    maxBytes: 0,
    otherBytes: 0,
    archive: { leastRows: 1 },
  });

type Question = QueryParams<'run/exact-hours'>;
const pick = <Item>(items: readonly [Item, ...Item[]], below: Below): Item =>
  items.at(below(items.length)) ?? items[0];

/** With its whole hours. */
function toRange(from: bigint, to: bigint): Pick<Question, 'from' | 'to' | 'fromHour' | 'toHour'> {
  const fromHour = Number((from + HOUR_NS - 1n) / HOUR_NS);
  return { from, to, fromHour, toHour: Math.max(fromHour, Number(to / HOUR_NS)) };
}

/** A range with or without cut hours, in buckets of an hour or more; of some hours two are one bucket. */
function drawQuestion(begin: bigint, below: Below): Question {
  const cut = below(2) === 0 ? 0n : BigInt(below(1000)) * (HOUR_NS / 1000n);
  const first = begin + BigInt(below(20)) * HOUR_NS;
  const from = first + cut;
  const to = from + BigInt(below(30)) * HOUR_NS + HOUR_NS / 2n + (below(2) === 0 ? 0n : cut);
  const width = pick([HOUR_NS, HOUR_NS, HOUR_NS, 2n * HOUR_NS, 24n * HOUR_NS], below);
  const slots = Number((to - first + width - 1n) / width);
  const folded = below(3) === 0 ? 2 : 1;
  return {
    ...toRange(from, to),
    origin: first,
    width,
    buckets: Array.from({ length: slots }, (_, slot) => String(Math.floor(slot / folded))),
    feature: pick([undefined, undefined, 'feature-2', 'nobody knows'], below),
    status: pick([undefined, undefined, 1], below),
    by: pick([undefined, 'feature', 'feature', 'status'], below),
    top: pick([1, 2, FEATURES], below),
  };
}

const everyHour = (begin: bigint, by: 'feature' | undefined): Question => ({
  ...toRange(begin, begin + BigInt(HOURS) * HOUR_NS),
  origin: begin,
  width: HOUR_NS,
  buckets: Array.from({ length: HOURS }, (_, hour) => String(hour)),
  feature: undefined,
  status: undefined,
  by,
  top: FEATURES,
});

const UNFILTERED = { category: undefined, component: undefined, service: undefined };
function readRuns(question: Question): Promise<readonly QueryRow<'run/series'>[]> {
  const { fromHour: _, toHour: __, ...range } = question;
  return store.read('run/series', { ...range, ...UNFILTERED });
}
const readHours = (question: Question): Promise<readonly QueryRow<'run/exact-hours'>[]> =>
  store.read('run/exact-hours', question);

/** Percentiles to the last digit, means of doubles summed in another order. */
const toCompare = (rows: readonly QueryRow<'run/series'>[]): unknown =>
  rows.map((row) => ({
    ...row,
    meanMs: row.meanMs?.toPrecision(10),
    efficiency: row.efficiency?.toPrecision(10),
  }));

test.each(Array.from({ length: WORLDS }, (_, index) => index + 1))(
  'world %i: hours have the numbers of their runs, whatever happens in between',
  async (world) => {
    const below = createBelow(world);
    const begin = BEGIN_NS + BigInt(world) * WORLD_NS;
    // Each file of the archive is looked at by each question.
    if (world % 20 === 0) {
      await remove();
      await openNew();
    }
    await land(begin, pick([20, 200], below), below);
    for (let step = 0; step < 3; step++) {
      const happens = below(4);
      if (happens === 0) await land(begin, 40, below);
      if (happens === 1) await land(begin, 5, below, below(HOURS));
      if (happens === 2) await keepUp(begin);
      if (happens === 3) {
        const broken = keepUp(begin).catch(() => undefined);
        await store.close();
        await broken;
        await open();
      }
      for (const question of [everyHour(begin, 'feature'), drawQuestion(begin, below)])
        expect(toCompare(await readHours(question))).toEqual(toCompare(await readRuns(question)));
    }
  },
);

/** Runs with a connection of its own to the closed store. */
async function besides<Result>(
  work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  await store.close();
  const instance = await DuckDBInstance.create(filePath());
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.disconnectSync();
    instance.closeSync();
    await open();
  }
}

const upkeepOf = (
  connection: DuckDBConnection,
  proceed: UpkeepContext['proceed'] = () => undefined,
): Parameters<typeof makeExactHours>[0] => ({
  connection,
  write: (job) => job(connection),
  proceed,
});

const keptHours = async (connection: DuckDBConnection, begin: bigint): Promise<number[]> => {
  const first = begin / HOUR_NS;
  const rows = await readRows(
    connection,
    `SELECT hour - ${first} FROM exact_hour WHERE feature_id = 0 AND hour >= ${first} AND hour < ${first + 48n} ORDER BY hour`,
  );
  return rows.map(([hour]) => Number(hour));
};

const worldBegin = (world: number): bigint => BEGIN_NS + BigInt(WORLDS + world) * WORLD_NS;

test('an hour is told from what is kept until others land for it, and again once upkeep has run', async () => {
  const begin = worldBegin(1);
  const question = { ...everyHour(begin, undefined), ...toRange(begin, begin + 2n * HOUR_NS) };
  await land(begin, 30, createBelow(1), 0);
  await land(begin, 30, createBelow(2), 1);
  await keepUp(begin);
  const exact = await readRuns(question);
  const users = exact.map((row) => row.users ?? 0);
  await besides(async (connection) => {
    await connection.run('UPDATE exact_hour SET users = users + 1000');
  });
  const read = async (): Promise<(number | null)[]> =>
    (await readHours(question)).map((row) => row.users);
  expect(await read()).toEqual(users.map((count) => count + 1000));
  await land(begin, 1, () => 1, 0);
  expect(await read()).toEqual([
    (await readRuns(question)).at(0)?.users,
    (users.at(1) ?? 0) + 1000,
  ]);
  await keepUp(begin);
  expect(toCompare((await readHours(question)).slice(0, 1))).toEqual(
    toCompare((await readRuns(question)).slice(0, 1)),
  );
});

test('upkeep that ends between two days leaves the newer one, and the next one makes the other', async () => {
  const begin = worldBegin(2);
  for (const hour of [3, 4, 30]) await land(begin, 9, createBelow(hour), hour);
  await besides(async (connection) => {
    let looks = 0;
    const stopped = upkeepOf(connection, () => {
      if (++looks === 2) throw new Error('killed');
    });
    const nowNs = begin + BigInt(HOURS) * HOUR_NS;
    await expect(makeExactHours(stopped, nowNs)).rejects.toThrow('killed');
    expect(await keptHours(connection, begin)).toEqual([30]);
    await makeExactHours(upkeepOf(connection), nowNs);
    expect(await keptHours(connection, begin)).toEqual([3, 4, 30]);
  });
});

test('one upkeep reads so many runs, the newest hours first, and leaves out an hour with more', async () => {
  const begin = worldBegin(3);
  for (const [hour, rows] of [
    [1, 8],
    [2, 40],
    [3, 8],
    [4, 8],
  ] as const)
    await land(begin, rows, () => 7, hour);
  await besides(async (connection) => {
    const [nowNs, limits] = [begin + 4n * HOUR_NS, { mostRuns: 20, atOnce: 10 }];
    await makeExactHours(upkeepOf(connection), nowNs, limits);
    expect(await keptHours(connection, begin)).toEqual([1, 3]);
    await makeExactHours(upkeepOf(connection), nowNs + 10n * HOUR_NS, limits);
    expect(await keptHours(connection, begin)).toEqual([1, 3, 4]);
  });
});

test('hours that are built anew or whose runs are removed are forgotten', async () => {
  const begin = worldBegin(4);
  for (const hour of [0, 30]) await land(begin, 9, createBelow(hour), hour);
  await keepUp(begin);
  const kept = (): Promise<number[]> => besides((connection) => keptHours(connection, begin));
  expect(await kept()).toEqual([0, 30]);
  await store.rebuildRollups();
  expect(await kept()).toEqual([]);
  await keepUp(begin, 1, 50);
  expect(await kept()).toEqual([30]);
});
