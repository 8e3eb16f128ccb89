/** Roll-ups beside a plain count over arrays that shares no code with them, in random worlds with random upkeep in between. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Batch } from '../batch.ts';
import { MARK } from '../marks.ts';
import { migrate } from '../migrate.ts';
import {
  DURATION_BUCKET_ERROR,
  durationBucket,
  durationBucketStart,
} from '../rollup/duration-bucket.ts';
import { writeRow } from '../testing/write-row.ts';
import { Lander } from './land.ts';

interface Run {
  readonly seq: bigint;
  readonly feature: bigint;
  readonly category: bigint;
  readonly component: bigint;
  readonly status: number;
  readonly tier: number;
  readonly user: bigint;
  readonly session: bigint;
  readonly start: bigint;
  readonly duration: bigint;
  readonly efficiency: number;
  readonly input: bigint;
  readonly output: bigint;
  readonly negative: boolean;
  readonly filtered: boolean;
}

const HOUR_NS = 3_600_000_000_000n;
const MOST = 2n ** 63n - 1n;

let instance: DuckDBInstance;
let connection: DuckDBConnection;
let lander: Lander;

beforeEach(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  connection = await instance.connect();
  await migrate(
    {
      execute: async (sql, values) => void (await connection.run(sql, values)),
      firstRow: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson()[0],
    },
    'x',
  );
  lander = new Lander(connection);
  await lander.rollups.open();
});
afterEach(() => instance.closeSync());

const rowsOf = async (sql: string): Promise<unknown[][]> =>
  (await connection.runAndReadAll(sql)).getRowsJson();

/** Repeatable chance between 0 and 1 (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Odd values on purpose: ids of a full dictionary, absurd durations, hours far apart, actors whose user is another's session. */
function createRun(random: () => number, seq: bigint): Run {
  const pick = <T>(...items: readonly T[]): T => items.at(Math.floor(random() * items.length)) as T;
  const power = 2n ** BigInt(Math.floor(random() * 63));
  return {
    seq,
    feature: pick(0n, 1n, 2n, 2n ** 63n + 7n, 2n ** 32n, 3n),
    category: pick(1n, 1n, 2n ** 64n - 1n),
    component: pick(0n, 4n),
    status: pick(0, 1, 1, 1, 2, 3, 4, 5),
    tier: pick(0, 1, 2, 3, 4, 5),
    user: pick(0n, 0n, 10n, 11n, 2n ** 63n + 1n),
    session: pick(0n, 10n, 12n, 2n ** 40n),
    start:
      pick(0n, 479_000n, 498_000n, 498_001n, 498_002n) * HOUR_NS +
      pick(0n, 1n, HOUR_NS - 1n, BigInt(Math.floor(random() * 3.6e12))),
    duration: pick(
      0n,
      MOST,
      power - 1n,
      power,
      power + 1n,
      BigInt(Math.floor(10 ** (random() * 11))),
    ),
    efficiency: pick(random(), random() * 1e9, 0, Number.NaN, Infinity, -Infinity, -0.25),
    input: pick(0n, MOST, BigInt(Math.floor(random() * 1e15))),
    output: pick(0n, 1024n, MOST),
    negative: random() < 0.1,
    filtered: random() < 0.1,
  };
}

async function land(runs: readonly Run[], record: bigint): Promise<void> {
  const batch = new Batch(Math.max(1, runs.length));
  for (const run of runs)
    writeRow(batch.spans, {
      seq: run.seq,
      start_time: run.start,
      duration_ns: run.negative ? 0n : run.duration,
      feature_id: run.feature,
      category_id: run.category,
      component_id: run.component,
      feature_status: run.status,
      tier: run.tier,
      user_id: run.user,
      session_id: run.session,
      efficiency: run.efficiency,
      input_size: run.input,
      output_size: run.output,
      marks:
        (run.negative ? MARK.NEGATIVE_DURATION : 0) |
        (run.filtered ? MARK.FILTERED : 0) |
        MARK.MAPPED,
      attributes: '{}',
    });
  await lander.land(
    batch.tables.map((table) => table.release()),
    { record, rows: 0 },
  );
}

const sum = (values: readonly bigint[]): bigint =>
  values.reduce((total, value) => total + value, 0n);
const least = (values: readonly bigint[]): bigint => values.reduce((a, b) => (a < b ? a : b));
const most = (values: readonly bigint[]): bigint => values.reduce((a, b) => (a > b ? a : b));

function groupBy(
  runs: readonly Run[],
  key: (run: Run) => readonly unknown[],
): [unknown[], Run[]][] {
  const groups = new Map<string, [unknown[], Run[]]>();
  for (const run of runs) {
    const parts = key(run).map(String);
    const group = groups.get(parts.join());
    if (group) group[1].push(run);
    else groups.set(parts.join(), [parts, [run]]);
  }
  return [...groups.values()];
}

const inOrder = (rows: readonly unknown[][]): unknown[][] =>
  rows
    .map((row) => row.map(String))
    .map((row) => ({ row, text: JSON.stringify(row) }))
    .toSorted((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ row }) => row);

const keyOf = ({ feature, category, component, start, status }: Run): unknown[] => [
  feature,
  category,
  component,
  start / HOUR_NS,
  status,
];

function expectedHours(runs: readonly Run[]): unknown[][] {
  return groupBy(runs, keyOf).map(([key, group]) => {
    const timed = group.filter((run) => !run.negative);
    const scores = group.map((run) => run.efficiency).filter(Number.isFinite);
    return [
      ...key,
      group.length,
      group.length - timed.length,
      group.filter((run) => run.filtered).length,
      group.filter((run) => run.user === 0n && run.session === 0n).length,
      ...[1, 2, 3, 4, 5].map((tier) => timed.filter((run) => run.tier === tier).length),
      scores.length,
      // Doubles add up differently in another order.
      scores.reduce((total, score) => total + score, 0).toPrecision(9),
      sum(timed.map((run) => run.duration)),
      sum(group.map((run) => run.input)),
      sum(group.map((run) => run.output)),
      least(group.map((run) => run.start)),
      most(group.map((run) => run.start)),
      most(group.map((run) => run.seq)),
    ].map(String);
  });
}

async function storedHours(): Promise<unknown[][]> {
  const rows = await rowsOf(
    `SELECT feature_id, category_id, component_id, hour, feature_status,
       sum(runs), sum(untimed), sum(filtered), sum(nobody),
       sum(excellent), sum(good), sum(acceptable), sum(slow), sum(very_slow), sum(scored), fsum(efficiency),
       sum(duration_ns), sum(input_size), sum(output_size),
       epoch_ns(min(first_time)), epoch_ns(max(last_time)), max(last_seq)
     FROM feature_hour GROUP BY ALL`,
  );
  return rows.map((row) =>
    row.map((value, column) => (column === 15 ? Number(value).toPrecision(9) : String(value))),
  );
}

function expectedDurations(runs: readonly Run[]): unknown[][] {
  const timed = runs.filter((run) => !run.negative);
  return groupBy(timed, (run) => [...keyOf(run), bucketOf(run.duration)]).map(([key, group]) => [
    ...key,
    String(group.length),
  ]);
}

/** First durations of all buckets, by their widths alone: 32 of width 1, then 16 to each doubling. */
const BOUNDS: readonly bigint[] = (() => {
  const bounds: bigint[] = [];
  for (let [start, width] = [0n, 1n]; start <= MOST; start += width) {
    bounds.push(start);
    if (bounds.length > 32 && bounds.length % 16 === 1) width *= 2n;
  }
  return bounds;
})();

const bucketOf = (duration: bigint): number => {
  const known = bucketOfDuration.get(duration);
  if (known !== undefined) return known;
  const bucket = BOUNDS.findLastIndex((bound) => bound <= duration);
  bucketOfDuration.set(duration, bucket);
  return bucket;
};
/** Every duration is asked for again with each comparison. */
const bucketOfDuration = new Map<bigint, number>();

function expectedActors(runs: readonly Run[]): unknown[][] {
  const known = runs.filter((run) => run.user !== 0n || run.session !== 0n);
  return groupBy(known, ({ feature, user, session, start }) => [
    feature,
    user,
    session,
    start / HOUR_NS,
  ]).map(([key, group]) =>
    [...key, group.length, group.filter((run) => run.status === 1).length].map(String),
  );
}

const expectedRollups = (spans: readonly Run[]): unknown => {
  const runs = spans.filter((run) => run.feature !== 0n);
  return {
    hours: inOrder(expectedHours(runs)),
    durations: inOrder(expectedDurations(runs)),
    actors: inOrder(expectedActors(runs)),
  };
};

const storedRollups = async (): Promise<unknown> => ({
  hours: inOrder(await storedHours()),
  durations: inOrder(
    await rowsOf(
      `SELECT feature_id, category_id, component_id, hour, feature_status, bucket, sum(runs)
       FROM feature_duration GROUP BY ALL`,
    ),
  ),
  actors: inOrder(
    await rowsOf(
      `SELECT feature_id, user_id, session_id, hour, sum(runs), sum(successes)
       FROM actor_uses GROUP BY ALL`,
    ),
  ),
});

describe('duration buckets', () => {
  const split = (ns: bigint): [number, number] => [
    Number(BigInt.asIntN(32, ns)),
    Number(BigInt.asIntN(32, ns >> 32n)),
  ];

  it('begin and end where their widths say, in TypeScript and in SQL', async () => {
    const edges = BOUNDS.flatMap((bound, bucket) =>
      bucket === 0
        ? [[bound, bucket] as const]
        : [[bound - 1n, bucket - 1] as const, [bound, bucket] as const],
    );
    expect(edges.map(([ns]) => durationBucket(...split(ns)))).toEqual(
      edges.map(([, bucket]) => bucket),
    );
    expect(BOUNDS.map((_, bucket) => durationBucketStart(bucket))).toEqual(BOUNDS);
    const list = edges.map(([ns]) => `(${String(ns)}::BIGINT)`).join();
    expect(
      (await rowsOf(`SELECT fa_duration_bucket(ns) FROM (VALUES ${list}) t(ns)`)).flat(),
    ).toEqual(edges.map(([, bucket]) => bucket));
    expect(
      (
        await rowsOf(
          `SELECT fa_duration_bucket_start(bucket) FROM range(${String(BOUNDS.length)}) t(bucket)`,
        )
      ).flat(),
    ).toEqual(BOUNDS.map(String));
    expect(
      await rowsOf(
        `SELECT bucket FROM range(${String(BOUNDS.length)}) t(bucket)
         WHERE fa_duration_bucket_middle(bucket) IS DISTINCT FROM
           (fa_duration_bucket_start(bucket) + fa_duration_bucket_start(bucket + 1) - 1) / 2`,
      ),
    ).toEqual([]);
  });

  it('have a middle that is off by the stated share at most', () => {
    const shares = BOUNDS.slice(1, -1).map((bound, index) => {
      const last = (BOUNDS[index + 2] ?? MOST) - 1n;
      return (Number(last) - Number(bound)) / 2 / Number(bound);
    });
    expect(Math.max(...shares)).toBeLessThanOrEqual(DURATION_BUCKET_ERROR);
  });
});

describe('roll-ups', () => {
  it.each(Array.from({ length: 5 }, (_, seed) => seed))(
    'of world %i are those of a plain count, whatever lands late and whenever upkeep comes',
    async (seed) => {
      const random = createRandom(seed + 1);
      const spans: Run[] = [];
      const seen: [stored: unknown, expected: unknown][] = [];
      for (let record = 1n; record <= 10n; record++) {
        const size = random() < 0.1 ? 2100 : Math.floor(random() * 40);
        const batch = Array.from({ length: size }, (_, index) =>
          createRun(random, BigInt(spans.length + index + 1)),
        );
        await land(batch, record);
        spans.push(...batch);
        const chance = random();
        if (chance < 0.2) await lander.rollups.addActors();
        else if (chance < 0.45) await lander.rollups.compact();
        else if (chance < 0.55) await lander.rollups.rebuild();
        else if (chance < 0.6) while (await lander.rollups.keep(true));
        if (random() < 0.3) seen.push([await storedRollups(), expectedRollups(spans)]);
      }
      for (const [stored, expected] of seen) expect(stored).toEqual(expected);
      expect(await storedRollups()).toEqual(expectedRollups(spans));
      while (await lander.rollups.compact());
      expect(await storedRollups()).toEqual(expectedRollups(spans));
      await lander.rollups.rebuild();
      expect(await storedRollups()).toEqual(expectedRollups(spans));
    },
  );

  const landWorld = async (
    seed: number,
    count: number,
    record: bigint,
    first = 1,
  ): Promise<Run[]> => {
    const random = createRandom(seed);
    const spans = Array.from({ length: count }, (_, index) =>
      createRun(random, BigInt(first + index)),
    );
    await land(spans, record);
    return spans;
  };

  it('take nothing of a batch that does not land', async () => {
    const spans = await landWorld(1, 200, 1n);
    await connection.run('ALTER TABLE landed_position RENAME TO elsewhere');
    await expect(landWorld(2, 200, 2n, 201)).rejects.toThrow('landed_position');
    await connection.run('ALTER TABLE elsewhere RENAME TO landed_position');
    expect(await storedRollups()).toEqual(expectedRollups(spans));
    await lander.rollups.addActors();
    const more = await landWorld(3, 200, 2n, 201);
    expect(await storedRollups()).toEqual(expectedRollups([...spans, ...more]));
  });

  it('are whole again after a rebuilding, whatever was wrong with them', async () => {
    const spans = await landWorld(4, 500, 1n);
    await lander.rollups.addActors();
    await connection.run('DELETE FROM feature_duration');
    await connection.run('UPDATE feature_hour SET runs = runs + 1');
    await connection.run('INSERT INTO actor_hour SELECT * FROM actor_hour');
    await lander.rollups.rebuild();
    expect(await storedRollups()).toEqual(expectedRollups(spans));
  });

  it('keep what they know of removed spans over a rebuilding, and add what comes late', async () => {
    const spans = await landWorld(5, 500, 1n);
    await lander.rollups.addActors();
    const since = 498_001n * HOUR_NS;
    await connection.run(`DELETE FROM hot_spans WHERE epoch_ns(start_time) < ${String(since)}`);
    await connection.run(`UPDATE rollup_state SET raw_since = make_timestamp_ns(${String(since)})`);
    const late = await landWorld(6, 500, 2n, 501);
    await lander.rollups.rebuild();
    expect(await storedRollups()).toEqual(expectedRollups([...spans, ...late]));
  });

  it('keep one row a key when they are merged', async () => {
    for (let record = 1n; record <= 6n; record++) {
      await landWorld(7, 300, record, Number(record) * 300);
      await lander.rollups.addActors();
    }
    while (await lander.rollups.compact());
    expect(
      await rowsOf(
        `SELECT count(*) - count(DISTINCT (feature_id, category_id, component_id, hour, feature_status)) FROM feature_hour
         UNION ALL
         SELECT count(*) - count(DISTINCT (feature_id, category_id, component_id, hour, feature_status, bucket)) FROM feature_duration
         UNION ALL
         SELECT count(*) - count(DISTINCT (feature_id, user_id, session_id, hour)) FROM actor_hour
         UNION ALL
         SELECT count(*) - count(DISTINCT (actor_id, day)) FROM active_day`,
      ),
    ).toEqual([['0'], ['0'], ['0'], ['0']]);
  });

  it('wait with their upkeep until much has come, or nothing more does', async () => {
    const spans = await landWorld(8, 300, 1n);
    expect(await lander.rollups.keep()).toBe(false);
    expect(await rowsOf('SELECT count(*) FROM actor_hour')).toEqual([['0']]);
    expect(await lander.rollups.keep(true)).toBe(true);
    expect(await rowsOf('SELECT count(*) > 0 FROM actor_hour')).toEqual([[true]]);
    expect(await lander.rollups.keep(true)).toBe(false);
    expect(await storedRollups()).toEqual(expectedRollups(spans));
  });

  it('say in words what they hold in ids', async () => {
    await connection.run(
      `INSERT INTO vocabulary VALUES (1, 1, 'checkout'), (2, 2, 'other'), (3, 3, 'shop')`,
    );
    await connection.run(`INSERT INTO identities VALUES (7, 7, '42'), (8, 8, 's1')`);
    const run: Run = {
      ...createRun(createRandom(1), 1n),
      feature: 1n,
      category: 2n,
      component: 3n,
      status: 1,
      negative: false,
      filtered: false,
      start: 498_000n * HOUR_NS + 5n,
      duration: 1000n,
      efficiency: 0.5,
      input: 1n,
      output: 2n,
    };
    await land(
      [
        { ...run, seq: 1n, user: 7n, session: 8n },
        { ...run, seq: 2n, user: 7n, session: 0n, start: run.start + HOUR_NS },
        { ...run, seq: 3n, user: 0n, session: 7n, status: 2 },
      ],
      1n,
    );
    expect(
      await rowsOf(
        `SELECT feature, category, component, hour::VARCHAR, status, runs, timed, duration_ns, efficiency, input_size, output_size
         FROM feature_hours ORDER BY hour, status`,
      ),
    ).toEqual([
      [
        'checkout',
        'other',
        'shop',
        '2026-10-24 00:00:00',
        'failed',
        '1',
        '1',
        '1000',
        0.5,
        '1',
        '2',
      ],
      [
        'checkout',
        'other',
        'shop',
        '2026-10-24 00:00:00',
        'success',
        '1',
        '1',
        '1000',
        0.5,
        '1',
        '2',
      ],
      [
        'checkout',
        'other',
        'shop',
        '2026-10-24 01:00:00',
        'success',
        '1',
        '1',
        '1000',
        0.5,
        '1',
        '2',
      ],
    ]);
    expect(
      await rowsOf('SELECT feature, from_ns, to_ns, sum(runs) FROM feature_durations GROUP BY ALL'),
    ).toEqual([['checkout', '992', '1024', '3']]);
    for (const step of ['waiting', 'summed']) {
      const rows = await rowsOf(
        `SELECT '${step}', feature, actor, is_user, day::VARCHAR, runs, successes, first_hour::VARCHAR, last_hour::VARCHAR
         FROM actor_days ORDER BY is_user`,
      );
      expect(rows).toEqual([
        [
          step,
          'checkout',
          '42',
          false,
          '2026-10-24',
          '1',
          '0',
          '2026-10-24 00:00:00',
          '2026-10-24 00:00:00',
        ],
        [
          step,
          'checkout',
          '42',
          true,
          '2026-10-24',
          '2',
          '2',
          '2026-10-24 00:00:00',
          '2026-10-24 01:00:00',
        ],
      ]);
      await lander.rollups.addActors();
    }
  });
});
