/** Days summed up of a real store: what they say, when they are made, and that each is made once. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ErrorIndex } from '../error/index-runner.ts';
import type { PlainLog } from '../testing/plain-log.ts';
import {
  createLanded,
  landWorld,
  openTestStore,
  PLAIN_SPAN,
  type PlainSpan,
} from '../testing/world.ts';
import { parseTimeZone } from '../time-zone.ts';
import { dayBefore, parseDay, windowOfDay } from './day.ts';
import { readSummaries, Summaries } from './summaries.ts';

const BERLIN = parseTimeZone('Europe/Berlin');
/** The clock goes back that night: the day has 25 hours, from 22:00 to 23:00 UTC. */
const LONG_DAY = '2026-10-25';
const START = Date.parse('2026-10-24T22:00:00Z');
const END = Date.parse('2026-10-25T23:00:00Z');
const MINUTE = 60_000;

let store: Store;
let nowMs: number;
const landed = createLanded();
beforeAll(async () => {
  store = await openTestStore();
  const run = (seq: number, atMs: number, more: Partial<PlainSpan> = {}): PlainSpan => ({
    ...PLAIN_SPAN,
    seq: BigInt(seq),
    startNs: BigInt(atMs) * 1_000_000n,
    ...more,
  });
  const spans = [
    run(1, START - 1),
    run(2, START, { tier: 2, durationNs: 3_000_000_000n }),
    run(3, END - 1, { featureStatus: 2, message: 'it broke', tier: 5 }),
    run(4, END),
  ];
  const log = (seq: number, event: string, facts: object): PlainLog => ({
    seq: BigInt(seq),
    timeNs: BigInt(START + MINUTE) * 1_000_000n,
    event,
    traceId: null,
    service: 'crm',
    feature: null,
    component: 'sync',
    errorType: null,
    session: 'w1',
    user: null,
    attributes: JSON.stringify(facts),
  });
  const logs = [
    log(5, 'database_operation', { 'operation_details.duplicate_detected': true }),
    log(6, 'session.start', { 'session.kind': 'work' }),
  ];
  await landWorld(store, spans, logs, landed);
  const index = new ErrorIndex({ reader: store, keep: (job) => store.apply(job) });
  while (await index.turn());
});
afterAll(async () => {
  await store.close();
});
beforeEach(() => {
  nowMs = END + 30 * MINUTE;
});

const create = (): Summaries =>
  new Summaries({ reader: store, keep: (job) => store.apply(job), clock: () => nowMs });
const kept = async (day?: string) =>
  (await readSummaries(store, { day, zone: BERLIN, nowMs }, { limit: 100 })).rows;

test('S3-13 S3-83 a day is summed up twenty minutes after it is over, with all that is known of it, and once across restarts', async () => {
  nowMs = END + 19 * MINUTE;
  expect(await create().makeMissing(BERLIN)).toEqual(['2026-10-24']);
  nowMs = END + 20 * MINUTE;
  const summaries = create();
  expect(await summaries.makeMissing(BERLIN)).toEqual([LONG_DAY]);
  const [summary] = await kept(LONG_DAY);
  expect(summary).toMatchObject({
    day: LONG_DAY,
    timeZone: 'Europe/Berlin',
    madeAt: '2026-10-25T23:20:00.000000000Z',
    partial: false,
    runs: { runs: 2, success: 1, failed: 1, successRate: 0.5, features: 1 },
    tiers: { excellent: 0, good: 1, very_slow: 1 },
    slowest: [
      { feature: 'checkout', durationMs: 3000, status: 'success' },
      { durationMs: 1, status: 'failed' },
    ],
    errors: { occurrences: 1, kinds: 1, newKinds: 1, new: [{ title: 'it broke', trend: 'new' }] },
    entries: { database_operation: 1, sync_operation: 0 },
    duplicates: { operations: 1, duplicates: 1, share: 1 },
    operations: { success: 0, lost: 0 },
    sessions: { sessions: 1, abandonedSessions: 1 },
    storage: { databaseBytes: expect.any(Number) },
    warnings: [],
  });
  nowMs += MINUTE;
  expect(await summaries.makeMissing(BERLIN)).toEqual([]);
  expect(await create().makeMissing(BERLIN)).toEqual([]);
  expect((await kept(LONG_DAY)).map(({ madeAt }) => madeAt)).toEqual([summary?.madeAt]);
  expect((await kept()).map(({ day }) => day)).toEqual([LONG_DAY, '2026-10-24']);
});

test('S3-83 all new kinds of errors of a day are counted, of which five are named', async () => {
  const day = '2026-10-22';
  const startNs = BigInt(Date.parse(`${day}T09:00:00Z`)) * 1_000_000n;
  const failed = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta'].map(
    (word, index): PlainSpan => ({
      ...PLAIN_SPAN,
      seq: BigInt(100 + index),
      startNs: startNs + BigInt(index),
      featureStatus: 2,
      message: `${word} is broken`,
    }),
  );
  await landWorld(store, failed, [], landed);
  const index = new ErrorIndex({ reader: store, keep: (job) => store.apply(job) });
  while (await index.turn());
  const { errors } = await create().make(day, BERLIN);
  expect(errors).toMatchObject({ occurrences: 7, kinds: 7, newKinds: 7 });
  expect(errors.new).toHaveLength(5);
});

test('what was kept before new kinds of errors were counted is read without their number', async () => {
  const made = await create().make('2026-10-23', BERLIN);
  const { newKinds: _counted, ...errors } = made.errors;
  const content = { ...made, errors };
  const about = { day: made.day, zone: BERLIN.name, madeMs: nowMs, partial: false };
  await store.apply({ job: 'summary', ...about, content });
  expect((await kept('2026-10-23'))[0]?.errors).toEqual({ ...errors, newKinds: null });
});

test('what is made of a day under way is partial, and made anew when the day is over', async () => {
  const today = '2026-10-26';
  const made = await create().make('today', BERLIN);
  expect(made).toMatchObject({ day: today, partial: true, runs: { runs: 1 } });
  expect(await kept(today)).toMatchObject([{ partial: true }]);
  nowMs = Date.parse('2026-10-27T00:00:00Z');
  expect(await create().makeMissing(BERLIN)).toEqual([today]);
  expect(await kept(today)).toMatchObject([{ partial: false }]);
  expect(await kept('yesterday')).toHaveLength(1);
});

test('one is made at a time, and nothing is kept of one that was cancelled', async () => {
  const summaries = create();
  const first = summaries.make('2026-10-20', BERLIN);
  await expect(summaries.make('2026-10-21', BERLIN)).rejects.toMatchObject({
    code: 'SUMMARY_RUNNING',
  });
  expect((await first).runs.runs).toBe(0);
  const signal = AbortSignal.abort();
  await expect(summaries.make('2026-10-19', BERLIN, { signal })).rejects.toBeDefined();
  expect(await kept('2026-10-19')).toEqual([]);
});

describe('days', () => {
  const at = { nowMs: Date.parse('2026-10-26T12:00:00Z'), watermarkMs: 0 };

  test.each(['2026-10-27', '2026-02-30', '26-10-01', 'tomorrow', '', '1999-01-01'])(
    '%j is none that can be summed up',
    (text) => {
      expect(() => parseDay(text, BERLIN, at.nowMs)).toThrow(
        expect.objectContaining({ code: 'SUMMARY_DAY_INVALID' }),
      );
    },
  );

  test.each([
    ['2026-10-25', 25],
    ['2026-03-29', 23],
    ['2026-10-24', 24],
  ])('%s in Berlin has %i hours', (text, hours) => {
    const { fromMs, endMs } = windowOfDay(parseDay(text, BERLIN, at.nowMs), BERLIN, at);
    expect((endMs - fromMs) / 3_600_000).toBe(hours);
  });

  test('yesterday is the day before on the clock of the zone', () => {
    expect(dayBefore(Date.parse('2026-10-25T23:30:00Z'), BERLIN, 1).date).toBe('2026-10-25');
    expect(parseDay('yesterday', BERLIN, Date.parse('2026-10-25T22:30:00Z')).date).toBe(
      '2026-10-24',
    );
  });
});
