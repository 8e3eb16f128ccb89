/** Checks whose answers are known: what other products were found to get wrong, and the edges of each rule. */
import type { ProfileRow, SilenceRow, TroubleRow, VolumeRow } from '@heartwood/store';
import { describe, expect, test } from 'vitest';
import { createEmptySet, parseDefinitions } from '../definition/set.ts';
import type { QualityDefinition } from '../definition/kinds.ts';
import { parseTimeZone } from '../time-zone.ts';
import { baselineOf } from './baseline.ts';
import { checkNames, checkValues } from './cardinality.ts';
import { checkGap } from './gap.ts';
import { checkLateness } from './lateness.ts';
import { checkNulls } from './nulls.ts';
import { optionsFor } from './options.ts';
import { plannedEvents, plannedTypes } from './planned.ts';
import { checkShare } from './share.ts';
import { checkTypes } from './types.ts';
import { checkUnknown } from './unknown.ts';
import { checkVolume } from './volume.ts';
import { LATENESS_MS } from '../window.ts';
import { createWeeks } from './weeks.ts';

const UTC = parseTimeZone('UTC');
// A Monday.
const NOW_MS = Date.UTC(2026, 10, 23, 2, 10);
const WEEKS = createWeeks(NOW_MS - LATENESS_MS, UTC, 8);
const DAY_MS = 86_400_000;
const ns = (ms: number): string => String(BigInt(ms) * 1_000_000n);

/** Records this week and in the weeks before; the first ones came `sinceDays` before the period. */
const volume = (records: readonly number[], sinceDays = 60): VolumeRow => ({
  source: 'run',
  name: 'export',
  weeks: records.flatMap((count, week) => (count === 0 ? [] : [{ week, records: count }])),
  firstTime: ns(WEEKS.fromMs - sinceDays * DAY_MS),
  lastTime: ns(WEEKS.toMs - 1),
  lastTraceId: 'abc',
});

describe('S4-106 volume', () => {
  const eight = (count: number): number[] => Array.from({ length: 8 }, () => count);
  test.each([
    ['a constant series, whose MAD is 0, may fall by 1 %', [99, ...eight(100)], 'pass'],
    ['a fall of 25 % is below the 30 % that count', [75, ...eight(100)], 'pass'],
    ['a fall of 60 % is told', [40, ...eight(100)], 'fail'],
    ['a fall of 35 % of 25 is chance', [16, ...eight(25)], 'pass'],
    ['nothing where there was something is told at once', [0, ...eight(25)], 'fail'],
    ['a few records are too few to tell', [0, ...eight(5)], 'not_enough_data'],
    ['twice as much and more is a warning', [300, ...eight(100)], 'warn'],
    [
      'a week of outage in the history moves nothing',
      [95, 100, 0, 100, 100, 100, 100, 100, 100],
      'pass',
    ],
    [
      'an outlier in the history hides no fall',
      [40, 100, 9000, 100, 100, 100, 100, 100, 100],
      'fail',
    ],
    ['the period is no part of what is usual', [0, 30, 30, 30, 30], 'fail', 30],
    ['three weeks are too few', [10, 100, 100, 100], 'not_enough_data', 21],
  ] as const)('%s', (_case, records, result, sinceDays: number = 60) => {
    const findings = checkVolume(
      [volume(records, sinceDays)],
      null,
      WEEKS,
      optionsFor('volume', []),
    );
    expect(findings.map((finding) => finding.result)).toEqual([result]);
  });

  test('tells how many weeks are missing', () => {
    const [finding] = checkVolume(
      [volume([9, 100, 100, 100], 21)],
      null,
      WEEKS,
      optionsFor('volume', []),
    );
    expect(finding).toMatchObject({
      message: '4 earlier weeks are needed, 1 is missing',
      n: 3,
      expected: null,
    });
  });

  test('takes weeks that were removed for unknown, not for empty', () => {
    const removed = BigInt(WEEKS.fromMs - 15 * DAY_MS) * 1_000_000n;
    const [finding] = checkVolume(
      [volume([90, 100, 100])],
      removed,
      WEEKS,
      optionsFor('volume', []),
    );
    expect(finding).toMatchObject({ result: 'not_enough_data', n: 2 });
  });

  test('says nothing of what never happens at this time, such as on the Sundays of a closed shop', () => {
    expect(checkVolume([volume([0])], null, WEEKS, optionsFor('volume', []))).toEqual([]);
    expect(checkVolume([], null, WEEKS, optionsFor('volume', []))).toEqual([]);
  });
});

/** A silence of these quarters; what the same time of earlier weeks held. */
const silence = (
  service: string,
  [first, last]: readonly [number, number],
  earlier: readonly number[],
  { others = last - first + 1, sinceDays = 60 } = {},
): SilenceRow => ({
  service,
  firstQuarter: first,
  lastQuarter: last,
  othersQuarters: others,
  weeks: earlier.map((records, index) => ({ week: index + 1, records })),
  firstTime: ns(WEEKS.fromMs - sinceDays * DAY_MS),
  lastTime: ns(WEEKS.toMs - 1),
});
const talking = (service: string): SilenceRow => ({
  ...silence(service, [0, 0], []),
  firstQuarter: null,
  lastQuarter: null,
});
const BUSY = [80, 82, 79, 81, 80, 80, 80, 80];

describe('S4-107 gap', () => {
  const check = (rows: readonly SilenceRow[]): unknown[] =>
    checkGap(rows, null, WEEKS, optionsFor('gap', [])).map(({ subject, result, value }) => [
      subject,
      result,
      value,
    ]);

  test.each([
    [
      'two hours of silence of one',
      [silence('shop', [40, 47], BUSY), talking('search')],
      'fail',
      7200,
    ],
    [
      'the night of a shop',
      [silence('shop', [0, 30], [0, 0, 0, 0, 0, 0, 0, 0]), talking('search')],
      'pass',
      0,
    ],
    [
      'a service that says little',
      [silence('shop', [40, 60], [3, 2, 4, 3, 3, 3, 3, 3]), talking('search')],
      'pass',
      0,
    ],
    [
      'one outage in the history',
      [silence('shop', [40, 47], [80, 0, 80, 80, 80, 80, 80, 80]), talking('search')],
      'fail',
      7200,
    ],
    [
      'a time that is often silent',
      [silence('shop', [40, 47], [80, 0, 80, 0, 80, 80, 80, 80]), talking('search')],
      'pass',
      0,
    ],
    [
      'three weeks of history',
      [silence('shop', [40, 47], BUSY, { sinceDays: 21 }), talking('search')],
      'not_enough_data',
      null,
    ],
    ['an only service', [silence('shop', [40, 47], BUSY, { others: 0 })], 'fail', 7200],
  ] as const)('%s', (_case, rows, result, value) => {
    expect(check(rows)).toContainEqual(['shop', result, value]);
  });

  test('is one of all when all were silent', () => {
    const rows = [
      silence('shop', [40, 47], BUSY, { others: 0 }),
      silence('search', [39, 47], BUSY, { others: 1 }),
    ];
    expect(check(rows)).toEqual([
      ['*', 'fail', 8100],
      ['shop', 'pass', 0],
      ['search', 'pass', 0],
    ]);
  });

  test.each([
    ['was retired', silence('old', [0, 95], [0, 0, 0, 0, 500, 500, 500, 500], { others: 92 })],
    ['sleeps then', silence('nightly', [8, 95], [0, 0, 0, 0, 0, 0, 0, 0], { others: 80 })],
  ])('is not the one of all because of a service that %s', (_case, other) => {
    const rows = [silence('shop', [40, 47], BUSY, { others: 0 }), other];
    expect(check(rows)).toEqual([
      ['shop', 'fail', 7200],
      [other.service, 'pass', 0],
    ]);
    const [shop] = checkGap(rows, null, WEEKS, optionsFor('gap', []));
    expect(shop?.message).toContain('no other service tells');
  });

  test('says nothing where nothing came', () => expect(check([])).toEqual([]));
});

describe('weeks', () => {
  test.each([
    ['lacks an hour where the clock is put on', '2026-03-30T00:15:00Z', 92],
    ['has one twice where it is put back', '2026-10-26T01:15:00Z', 100],
  ])('a day of Berlin %s and compares the rest with the same hours', (_case, now, quarters) => {
    const weeks = createWeeks(Date.parse(now) - LATENESS_MS, parseTimeZone('Europe/Berlin'), 4);
    expect(weeks.slots.quarters).toBe(quarters);
    for (let week = 1; week <= 4; week++) {
      const labels = weeks.slots.labels.filter(
        (label) => Math.floor(Number(label) / quarters) === week,
      );
      // A doubled hour is compared once, a missing one not at all.
      expect(labels).toHaveLength(Math.min(96, quarters));
    }
  });

  test('a constant series spreads by the root of its height', () => {
    expect(baselineOf([100, 100, 100, 100, 101])).toEqual({ median: 100, spread: 10 });
    expect(baselineOf([0, 0, 0])).toEqual({ median: 0, spread: 1 });
  });
});

const trouble = (looked: number, found: number, value: number | null = null): TroubleRow => ({
  service: 'shop',
  looked,
  reasons: found === 0 ? [] : [{ reason: 'sent again', found, samples: ['a/b'] }],
  value,
});

describe('records in trouble', () => {
  test.each([
    ['none', trouble(100, 0), 'pass'],
    ['one of a thousand', trouble(1000, 1), 'warn'],
    ['two of a hundred', trouble(100, 2), 'fail'],
    ['one of three', trouble(3, 1), 'not_enough_data'],
    ['none of three', trouble(3, 0), 'pass'],
  ])('%s', (_case, row, result) => {
    const parts = [{ rows: [row], mayFail: true }];
    const [finding] = checkShare(parts, optionsFor('duplicates', []));
    expect(finding?.result).toBe(result);
    const [warned] = checkShare([{ rows: [row], mayFail: false }], optionsFor('duplicates', []));
    expect(warned?.result).not.toBe('fail');
  });

  test('late is what 95 % take longer than ten minutes', () => {
    const [finding] = checkLateness([trouble(100, 6, 900)], 600_000, optionsFor('lateness', []));
    expect(finding).toMatchObject({ result: 'fail', value: 900, expected: 600, n: 100 });
    expect(finding?.message).toBe(
      '6 of 100 records came more than 600 s after their end; 95 % came within 900 s',
    );
  });
});

const profile = (
  types: ProfileRow['types'],
  { property = 'plan', sampled = 1000, distinct = 3 }: Partial<ProfileRow> = {},
): ProfileRow => ({
  event: 'paid',
  property,
  records: sampled,
  sampled,
  present: Object.values(types).reduce((sum, count) => sum + count, 0),
  types,
  distinct,
  values: [],
});
const whole = (sampled = 1000): ProfileRow => ({ ...profile({}, { sampled }), property: null });

describe('S4-108 properties', () => {
  test.each([
    ['the same types', { string: 1000 }, { string: 1000 }, 'pass'],
    ['whole numbers among others', { integer: 10, number: 990 }, { integer: 1000 }, 'pass'],
    ['nulls are no type', { string: 900, null: 100 }, { string: 1000 }, 'pass'],
    ['one number among texts', { string: 999, integer: 1 }, { string: 1000 }, 'warn'],
    ['many numbers among texts', { string: 900, integer: 100 }, { string: 1000 }, 'fail'],
    [
      'a type that was there before',
      { string: 100, integer: 900 },
      { string: 980, integer: 20 },
      'pass',
    ],
    [
      'a type of which there was one stray value in four weeks',
      { string: 1000 },
      { integer: 99_999, string: 1 },
      'fail',
    ],
    [
      'stray values as before',
      { integer: 999, string: 1 },
      { integer: 99_900, string: 100 },
      'warn',
    ],
    ['little history', { string: 1000 }, { integer: 3 }, 'not_enough_data'],
  ] as const)('types: %s', (_case, now, before, result) => {
    const findings = checkTypes(
      [whole(), profile(now)],
      [whole(), profile(before)],
      () => null,
      optionsFor('types', []),
    );
    expect(findings.map((finding) => [finding.subject, finding.result])).toEqual([
      ['paid.plan', result],
    ]);
  });

  test.each([
    ['string', { string: 1000 }, 'pass'],
    ['string', { string: 900, boolean: 100 }, 'fail'],
    ['[string, "null"]', { string: 900, null: 100 }, 'pass'],
    ['integer', { integer: 10, number: 990 }, 'pass'],
    ['object', { string: 1000 }, 'pass'],
    ['boolean', { integer: 1000 }, 'fail'],
  ] as const)('types: drift against the plan, %s planned for %j', (type, now, result) => {
    const text = `events: {paid: {schema: {type: object, properties: {plan: {type: ${type}}}}}}`;
    const loaded = parseDefinitions([{ name: 'plan.yaml', text }], 0);
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('; '));
    const types = plannedTypes(loaded.set);
    // What came before does not matter where there is a plan.
    const before = [whole(), profile({ integer: 1000 })];
    const found = checkTypes([whole(), profile(now)], before, types, optionsFor('types', []));
    expect(found).toMatchObject([{ result, evidence: { isPlanned: true } }]);
    expect(types('paid', 'other')).toBeNull();
    expect([...(plannedEvents(loaded.set) ?? [])]).toEqual(['paid']);
  });

  test.each([
    ['as many as before', profile({ string: 950 }), profile({ string: 951 }), 'pass'],
    ['fewer by a tenth and more', profile({ string: 700 }), profile({ string: 950 }), 'fail'],
    ['fewer, but not by much', profile({ string: 900 }), profile({ string: 980 }), 'warn'],
    ['null is missing', profile({ string: 700, null: 300 }), profile({ string: 950 }), 'fail'],
    ['gone', undefined, profile({ string: 1000 }), 'fail'],
  ] as const)('S4-110 missing values: %s', (_case, now, before, result) => {
    const rows = now === undefined ? [whole()] : [whole(), now];
    const findings = checkNulls(rows, [whole(), before], optionsFor('nulls', []));
    expect(findings.map((finding) => finding.result)).toEqual([result]);
  });

  test.each([
    ['few values', 900, 10, 'pass'],
    ['an id, of which weeks have many more', 9000, 60_000, 'pass'],
    ['what has become one', 9000, 12, 'fail'],
  ] as const)('cardinality: %s', (_case, now, before, result) => {
    const findings = checkValues(
      [whole(), profile({ string: 9000 }, { distinct: now })],
      [whole(), profile({ string: 9000 }, { distinct: before })],
      optionsFor('cardinality', []),
    );
    expect(findings.map((finding) => finding.result)).toEqual([result]);
  });

  test('cardinality: names with ids in them', () => {
    const rows = Array.from({ length: 501 }, (_, index) => ({
      ...volume([1], 0),
      name: `order ${String(index)}`,
    }));
    const options = optionsFor('cardinality', []);
    expect(checkNames(rows.slice(1), WEEKS, options)).toMatchObject([{ result: 'pass' }]);
    expect(checkNames(rows, WEEKS, options)).toMatchObject([
      { subject: 'features', result: 'fail', value: 501, expected: 500 },
    ]);
  });

  test('unknown names: what the plan does not know, but for what the instrumentation sends', () => {
    const seen = (name: string, records: number): VolumeRow => ({
      ...volume([records]),
      source: 'event',
      name,
    });
    const rows = [
      seen('paid', 1000),
      seen('payd', 100),
      seen('rare', 1),
      seen('feature.operation.start', 9),
      seen('feature.viewed', 900),
      seen('session.resumed', 1),
      seen('feature.feedback', 1),
    ];
    const planned = new Set(['paid', 'left', 'feature.feedback']);
    const findings = checkUnknown(rows, planned, optionsFor('unknown', []));
    expect(findings.map(({ subject, result }) => [subject, result])).toEqual([
      ['paid', 'pass'],
      ['payd', 'fail'],
      ['rare', 'warn'],
      ['feature.feedback', 'pass'],
    ]);
    expect(findings[1]?.message).toContain('planned is paid');
  });
});

describe('options', () => {
  const define = (change: Partial<QualityDefinition>): QualityDefinition => ({
    kind: 'quality',
    id: 'x',
    title: 'x',
    revision: 1,
    digest: '',
    place: { file: '', line: 0, path: '' },
    written: {},
    check: 'volume',
    subject: null,
    options: {},
    enabled: true,
    ...change,
  });

  test('of a subject come before those of all, and either may leave it out', () => {
    const optionsOf = optionsFor('volume', [
      define({ subject: 'export', options: { minChange: 0.5 } }),
      define({ options: { minChange: 0.1, minVolume: 5 } }),
      define({ subject: 'noise', enabled: false }),
      define({ check: 'gap', enabled: false }),
    ]);
    expect(optionsOf('export')).toMatchObject({ minChange: 0.5, minVolume: 5, minPoints: 4 });
    expect(optionsOf('other')).toMatchObject({ minChange: 0.1 });
    expect(optionsOf('noise')).toBeUndefined();
    expect(optionsFor('gap', [define({ check: 'gap', enabled: false })])('any')).toBeUndefined();
  });

  test('are none in a set of no definitions', () => {
    expect(createEmptySet(0).quality.size).toBe(0);
  });
});
