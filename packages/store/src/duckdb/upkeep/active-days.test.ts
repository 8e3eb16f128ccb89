/** Who was active on which day is what single runs say while old days are dropped: at every moment, and after a kill in between. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ActivityQuestion } from '../../analytics/activity-question.ts';
import { Batch } from '../../batch.ts';
import type { Statement } from '../../statements.ts';
import type { Store } from '../../store.ts';
import { readTest } from '../../testing/store-fixture.ts';
import { writeRow } from '../../testing/write-row.ts';
import type { UpkeepOptions } from '../../upkeep.ts';
import { openDuckdb } from '../engine.ts';

const DAY_NS = 86_400_000_000_000n;
const NOW_MS = Date.UTC(2026, 10, 22, 12);
const TODAY = BigInt(NOW_MS) * 1_000_000n - DAY_NS / 2n;
const DAYS = 8;

const sums = (actor: string, day: string, runs: string, from: string): string =>
  `SELECT ${actor} AS actor, ${day} AS day, ${runs} AS runs FROM ${from} GROUP BY ALL`;
const BY_DAY = sums('actor_id', 'day', 'sum(runs)', 'active_day');
const BY_RUN = sums(
  'coalesce(fa_actor(user_id, session_id), 0)',
  `epoch_ns(start_time) // ${DAY_NS}`,
  'count(*)',
  'run_uses WHERE seq <= (SELECT actor_seq FROM rollup_state)',
);
const LOOK: Statement = {
  name: 'test/look',
  params: {},
  row: { runs: 'int', different: 'int' },
  sql: `SELECT (SELECT count(*) FROM run_uses) AS runs,
  (SELECT count(*) FROM (${BY_DAY}) d FULL JOIN (${BY_RUN}) r USING (actor, day) WHERE d.runs IS DISTINCT FROM r.runs) AS different`,
};

let folder: string;
let file: string;
let store: Store;
let seq: bigint;
let record: bigint;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heartwood-active-'));
  file = path.join(folder, 'heartwood.duckdb');
  [seq, record] = [0n, 0n];
  await open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  store = await openDuckdb({ path: file }, new Map([[LOOK.name, LOOK]]));
}

/** Lands runs of the last days, of thirty users, or of days so long ago. */
async function land(rows: number, daysAgo?: number): Promise<void> {
  const batch = new Batch(rows);
  for (let index = 0; index < rows; index++)
    writeRow(batch.spans, {
      seq: (seq += 1n),
      start_time:
        TODAY - BigInt(daysAgo ?? index % DAYS) * DAY_NS + BigInt(index) * 60_000_000_000n,
      feature_id: 1n,
      feature_status: 1,
      user_id: BigInt(1 + ((index * 7) % 30)),
    });
  await store.land(batch, { record: (record += 1n), rows: 0 });
}

const options = (more: Partial<UpkeepOptions>): UpkeepOptions => ({
  nowMs: NOW_MS,
  keepDays: 0,
  hotDays: 2,
  maxBytes: 0,
  otherBytes: 0,
  archive: { leastRows: 1, mostRows: 20 },
  ...more,
});
const HOT = { hotDays: 2 * DAYS };

const LIFECYCLE: ActivityQuestion = {
  kind: 'activity',
  events: {
    from: TODAY - BigInt(DAYS) * DAY_NS,
    to: TODAY + DAY_NS,
    selectors: [{ source: 'run', names: 'any' }],
    keepOthers: false,
    unit: 'user',
  },
  slots: {
    origin: TODAY - BigInt(DAYS) * DAY_NS,
    width: DAY_NS,
    buckets: Array.from({ length: DAYS + 1 }, (_, index) => String(index)),
  },
  measure: { kind: 'lifecycle' },
  output: { kind: 'numbers' },
};
/** The same from single runs, which a scope demands. */
const BY_RUNS: ActivityQuestion = {
  ...LIFECYCLE,
  events: {
    ...LIFECYCLE.events,
    scope: { kind: 'exists', property: { kind: 'column', name: 'status' } },
  },
};

async function expectAlike(): Promise<number> {
  const [{ rows, facts }, byRuns] = await Promise.all([store.ask(LIFECYCLE), store.ask(BY_RUNS)]);
  expect({ rows, facts }).toEqual({ rows: byRuns.rows, facts: byRuns.facts });
  return facts.rows;
}

const CHILD = `
  const { openStore } = await import(${JSON.stringify(`file://${path.resolve(import.meta.dirname, '../../../dist')}/index.js`)});
  const [path, options] = process.argv.slice(1);
  const store = await openStore({ path, crashAt: 'drop committed', threads: 1 });
  await store.keepUp(JSON.parse(options));
`;

test.each([
  ['files have gone', {}],
  ['the first runs of the database file have gone', HOT],
])('lifecycle is that of single runs after a kill once %s', { timeout: 60_000 }, async (_, hot) => {
  await land(800);
  await store.keepUp(options(hot));
  // Late runs, of which a hot slice leaves some.
  await land(60, 6);
  await store.close();
  const more = JSON.stringify(options({ ...hot, keepDays: 3 }));
  const args = ['--input-type=module', '-e', CHILD, file, more];
  const env = { ...process.env, NODE_OPTIONS: '' };
  const ended = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  expect([ended.signal, ended.stderr]).toEqual(['SIGKILL', '']);
  await open();
  const rows = await expectAlike();
  expect(rows).toBeLessThan(860);
  expect(rows).toBeGreaterThan(400);
  await store.keepUp(options(hot));
  expect(await expectAlike()).toBeGreaterThan(0);
});

test.each([
  ['archived', {}],
  ['hot', HOT],
])(
  'days are those of runs at every moment of a drop of %s days that runs land for',
  async (_, hot) => {
    await land(800);
    await store.keepUp(options(hot));
    const dropped = new AbortController();
    const seen = new Set<unknown>();
    const dropping = store.keepUp(options({ ...hot, keepDays: 3 })).finally(() => dropped.abort());
    while (!dropped.signal.aborted) {
      await land(5, 6);
      const [found] = await readTest(store, 'look');
      expect(found).toMatchObject({ different: 0 });
      seen.add(found?.['runs']);
    }
    await dropping;
    expect(seen.size).toBeGreaterThan(1);
    // Sums what has landed late for days that are gone.
    await store.keepUp(options(hot));
    expect(await readTest(store, 'look')).toMatchObject([{ different: 0 }]);
    expect(await expectAlike()).toBeGreaterThan(0);
  },
);
