/** Answers from whole days beside those of the same questions from single runs, with some days in the archive. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Batch } from '../batch.ts';
import { openDuckdb } from '../duckdb/engine.ts';
import { MARK } from '../marks.ts';
import type { Store } from '../store.ts';
import { writeRow } from '../testing/write-row.ts';
import type { ActivityQuestion } from './activity-question.ts';
import type { AdoptionQuestion } from './adoption-question.ts';
import type { EligibleEvents } from './eligible-events.ts';
import type { RetentionQuestion } from './retention-question.ts';

const DAY_NS = 86_400_000_000_000n;
const HOUR_NS = 3_600_000_000_000n;
const DAYS = 12;
const END_NS = BigInt(Date.UTC(2026, 10, 22)) * 1_000_000n;
const BEGIN_NS = END_NS - BigInt(DAYS) * DAY_NS;

let folder: string;
let store: Store;
let earlierSeq: bigint;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heartwood-days-'));
  store = await openDuckdb({ path: path.join(folder, 'heartwood.duckdb') }, new Map());
  await land(1);
  earlierSeq = 1400n;
  await land(2);
  const archive = { leastRows: 1, mostRows: 40 };
  const options = { keepDays: 0, hotDays: 4, maxBytes: 0, otherBytes: 0, archive };
  await store.keepUp({ nowMs: Number(END_NS / 1_000_000n), ...options });
  // Late runs of archived days, and those that land after the archiving.
  await land(3);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const MARKS: readonly number[] = [MARK.NEGATIVE_DURATION, MARK.FILTERED, MARK.SAMPLED];

async function land(record: number): Promise<void> {
  const batch = new Batch(400);
  let state = record;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  for (let index = 0; index < 400; index++)
    writeRow(batch.spans, {
      seq: BigInt(record * 1000 + index + 1),
      start_time: BEGIN_NS + BigInt(below(DAYS * 24)) * HOUR_NS + BigInt(below(3)),
      feature_id: BigInt(below(5)),
      user_id: BigInt(Math.max(0, below(40) - 5)),
      session_id: BigInt(below(8)),
      marks: MARKS[below(20)] ?? 0,
      feature_status: 1 + below(2),
    });
  writeRow(batch.vocabulary, {
    id: BigInt(record),
    hash: BigInt(record),
    text: `f${String(record)}`,
  });
  await store.land(batch, { record: BigInt(record), rows: 0 });
}

const ANY = { source: 'run', names: 'any' } as const;
const range = (from: bigint, to: bigint): Pick<EligibleEvents, 'from' | 'to'> => ({ from, to });
const RANGES: readonly (readonly [string, Pick<EligibleEvents, 'from' | 'to'>])[] = [
  ['whole days', range(BEGIN_NS, END_NS)],
  ['days that are cut', range(BEGIN_NS + 5n * HOUR_NS, END_NS - 7n * HOUR_NS)],
  ['archived days that are cut', range(BEGIN_NS + HOUR_NS, BEGIN_NS + 3n * DAY_NS + HOUR_NS)],
  ['a part of one day', range(BEGIN_NS + 2n * HOUR_NS, BEGIN_NS + 20n * HOUR_NS)],
];
const buckets = (count: number, of: number): string[] =>
  Array.from({ length: count }, (_, index) => String(Math.floor(index / of)));
/** True of every run, and enough for the question not to be told from days. */
const SINGLE = { scope: { kind: 'exists', property: { kind: 'column', name: 'status' } } } as const;

/** What both ways say, without how they came to say it. */
async function askBoth(
  question: ActivityQuestion | RetentionQuestion | AdoptionQuestion,
): Promise<[days: object, single: object]> {
  const events = { ...question.events, ...SINGLE };
  const [days, single] = await Promise.all([
    store.ask(question),
    store.ask({ ...question, events }),
  ]);
  expect(days.statement.sql).toContain('single');
  expect(single.statement.sql).not.toContain('single');
  expect(single.rows.length).toBeGreaterThan(0);
  const said = ({ rows, facts, asOf, total }: typeof days): object => ({
    rows,
    facts,
    asOf,
    total,
  });
  return [said(days), said(single)];
}

const AS_OF = [
  ['now', () => undefined],
  ['an earlier answer', () => earlierSeq],
] as const;

for (const [title, bounds] of RANGES)
  for (const [moment, asOf] of AS_OF) {
    const events = (): EligibleEvents => ({
      ...bounds,
      selectors: [ANY],
      keepOthers: false,
      unit: 'user',
      asOf: asOf(),
    });
    const slots = { origin: BEGIN_NS, width: DAY_NS, buckets: buckets(DAYS, 1) };

    test.each([
      { kind: 'spread' },
      { kind: 'lifecycle' },
      { kind: 'trailing', spans: [1, 3, 7] },
    ] as const)(`$kind of ${title}, as of ${moment}`, async (measure) => {
      const [days, single] = await askBoth({
        kind: 'activity',
        events: events(),
        slots,
        measure,
        output: { kind: 'numbers' },
      });
      expect(days).toEqual(single);
    });

    test(`adoption of ${title}, as of ${moment}`, async () => {
      const use = { source: 'run', names: ['f1', 'f2'], statuses: ['success'] } as const;
      const [days, single] = await askBoth({
        kind: 'adoption',
        events: { ...events(), selectors: [use, ANY] },
        eligible: [1],
        exposed: null,
        minUses: 3,
        minDays: 2,
        windowNs: 3n * DAY_NS,
        endNs: bounds.to,
        slots,
        isByBucket: true,
        output: { kind: 'numbers' },
      });
      expect(days).toEqual(single);
    });

    const cohortsFrom = ((bounds.from + DAY_NS - 1n) / DAY_NS) * DAY_NS;
    test.skipIf(cohortsFrom >= bounds.to).each([
      ['first', 'on', 1],
      ['any', 'on_or_after', 2],
    ] as const)(
      `retention by %s start of ${title}, as of ${moment}`,
      async (occurrence, criterion, minReturns) => {
        const [days, single] = await askBoth({
          kind: 'retention',
          events: { ...events(), selectors: [ANY, ANY] },
          cohorts: { from: cohortsFrom, to: bounds.to },
          occurrence,
          slots: { origin: cohortsFrom, width: DAY_NS, buckets: buckets(DAYS + 1, 2) },
          rollingNs: null,
          columns: [0, 1, 2, 3],
          criterion,
          minReturns,
          isSame: true,
          isGroupKept: false,
          output: { kind: 'numbers' },
        });
        expect(days).toEqual(single);
      },
    );
  }

test('days that do not begin at midnight UTC are told from single runs', async () => {
  const slots = { origin: BEGIN_NS - HOUR_NS, width: DAY_NS, buckets: buckets(DAYS + 1, 1) };
  const { statement } = await store.ask({
    kind: 'activity',
    events: { ...range(BEGIN_NS, END_NS), selectors: [ANY], keepOthers: false, unit: 'user' },
    slots,
    measure: { kind: 'spread' },
    output: { kind: 'numbers' },
  });
  expect(statement.sql).not.toContain('active_day');
});
