/** Retention beside plain loops over arrays that share no code with the SQL, and the cases whose answers are known. */
import type { EventSelector, RetentionCell, RetentionQuestion, Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RetentionRule } from './retention-rule.ts';
import { readRetention, readRetentionMembers } from './retention.ts';
import { namesakes } from './testing/count-oracle.ts';
import { MIDNIGHTS } from './testing/midnights.ts';
import { column, drawCondition, drawSelector, TEXTS, type Pick } from './testing/draw-selector.ts';
import { createEventWorld, landWorld, type EventWorld } from './testing/event-world.ts';
import { oracleRetained, oracleRetention } from './testing/retention-oracle.ts';
import {
  createRandom,
  openTestStore,
  pickFrom,
  PLAIN_SPAN,
  type PlainSpan,
} from './testing/world.ts';
import { parseWindow, type Window } from './window.ts';
import { WORLDS, WORLDS_MS } from './testing/worlds.ts';

const HOUR_MS = 3_600_000;
const EPOCH_MS = Date.UTC(2026, 2, 1);
const NONE = [undefined, undefined, undefined, undefined];
const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

interface Case {
  readonly world: EventWorld;
  readonly question: RetentionQuestion;
}

const cases: Case[] = Array.from({ length: WORLDS }, (_, index): Case => {
  const startMs = EPOCH_MS + index * 3 * HOUR_MS;
  const random = createRandom(index + 1);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const seed = index + 5000;
  const count = pick([1, 8, 40, 80, 80]);
  const moments = pick([2, 10, 40]);
  const world = createEventWorld({ seed, startMs, lengthMs: 2 * HOUR_MS, count, moments });
  return { world, question: drawQuestion(pick, startMs, [...world.spans, ...world.logs]) };
});

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, {
    spans: [...cases.flatMap(({ world }) => world.spans), ...scenes],
    logs: cases.flatMap(({ world }) => world.logs),
  });
});
afterAll(() => store.close());

test('S4-33 retention is that of plain loops in every world', { timeout: WORLDS_MS }, async () => {
  let numbers = 0;
  for (const [index, { world, question }] of cases.entries()) {
    const answer = await store.ask(question);
    expect(answer.rows, `world ${String(index)} ${answer.statement.sql}`).toEqual(
      oracleRetention(world, question),
    );
    const { events } = question;
    expect(answer.facts.filtered).toBe(namesakes(world, events, undefined).length);
    numbers += answer.rows.length;
  }
  expect(numbers).toBeGreaterThan(WORLDS);
});

test('a cell and its drill-down have as many members', { timeout: WORLDS_MS }, async () => {
  for (const [index, { world, question }] of cases.entries()) {
    const { rows, asOf } = await store.ask({ ...question, output: { kind: 'numbers' } } as const);
    const random = createRandom(index + 99);
    if (rows.length === 0) continue;
    const { actors, ...picked } = pickFrom(rows, random());
    // All groups together are a number only where a return keeps the group of its start.
    const isWhole = question.isGroupKept && index % 2 === 0;
    const cell: RetentionCell = isWhole ? { ...picked, group: null } : picked;
    const total = rows
      .filter((row) => row.cohort === cell.cohort && row.column === cell.column)
      .reduce((sum, row) => sum + row.actors, 0);
    const output = { kind: 'members', cell, limit: 100 } as const;
    const events = { ...question.events, asOf };
    const page = await store.ask({ ...question, events, output } as const);
    const label = `world ${String(index)} ${page.statement.sql}`;
    expect(page.total, label).toBe(isWhole ? total : actors);
    const keys = page.rows.map(({ unit, key }) =>
      question.events.unit === 'user' ? `${unit} ${String(key)}` : String(key),
    );
    expect(keys.toSorted(), label).toEqual(oracleRetained(world, question, cell));
  }
});

function drawQuestion(
  pick: Pick,
  startMs: number,
  landed: readonly { readonly seq: bigint }[],
): RetentionQuestion {
  const plain = { source: 'run', names: 'any' } as const;
  const start = pick([plain, drawSelector(pick)]);
  const any = { source: pick(['run', 'event'] as const), names: 'any' } as const;
  const isSame = pick([true, false]);
  const plainStart = pick([start, start, any]);
  const back = isSame ? plainStart : pick([plain, any, drawSelector(pick)]);
  const group = pick([undefined, { by: pick(TEXTS), top: pick([0, 1, 2, 10]) }]);
  const base: EventSelector = { source: plainStart.source, names: plainStart.names };
  const widthMs = pick([HOUR_MS / 12, HOUR_MS / 4]);
  // Neighbouring slots share a bucket now and then, as days of 25 hours do.
  let bucket = 0;
  const buckets = Array.from({ length: (2 * HOUR_MS) / widthMs }, (_, slot) =>
    String(slot === 0 ? 0 : (bucket += pick([1, 1, 1, 0]))),
  );
  const from = startMs + pick([0, 0, widthMs / 3]);
  const occurrence = pick(['first', 'any'] as const);
  return {
    kind: 'retention',
    events: {
      from: ns(occurrence === 'first' ? startMs : from),
      to: ns(startMs + pick([2, 2, 1.9]) * HOUR_MS),
      selectors: [plainStart, back, ...pick([[], [base]])],
      keepOthers: false,
      unit: pick(['user', 'user', 'session', 'trace'] as const),
      scope: pick([...NONE, ...NONE, drawCondition(pick, 2)]),
      group,
      asOf: pick([...NONE, ...NONE, pick([{ seq: 0n }, ...landed]).seq]),
    },
    cohorts: { from: ns(from), to: ns(startMs + pick([0.5, 1, 1.5]) * HOUR_MS) },
    occurrence,
    slots: { origin: ns(startMs), width: ns(widthMs), buckets },
    rollingNs: pick([null, null, ns(widthMs), ns(widthMs * 2)]),
    columns: pick([
      [0],
      [0, 1, 2, 3],
      [0, 1, 2, 2, 3, 3, 3, 3],
      Array.from({ length: 24 }, (_, i) => i),
    ]),
    criterion: pick(['on', 'on_or_after', 'on_or_before', 'streak'] as const),
    minReturns: pick([1, 1, 1, 2, 3]),
    isSame,
    isGroupKept: group !== undefined && pick([true, false]),
    output: { kind: 'numbers' },
  };
}

const RULE: RetentionRule = {
  unit: 'user',
  start: { source: 'run', names: 'any' },
  occurrence: 'first',
  firstScope: 'filtered',
  return: { source: 'run', names: 'any' },
  period: 'day',
  periods: 2,
  mode: 'calendar',
  criterion: 'on',
  minReturns: 1,
  brackets: null,
  mean: 'weighted',
  reference: 'period0',
  breakdownOn: 'start',
};

const scenes: PlainSpan[] = [];

/** Runs of a feature that no other scene has; gives its name. */
function scene(
  runs: readonly (readonly [user: string, time: string, changes?: Partial<PlainSpan>])[],
): string {
  const feature = `scene ${String(scenes.length)}`;
  for (const [user, time, changes] of runs) {
    const seq = BigInt(scenes.length + 1);
    const startNs = ns(Date.parse(time));
    scenes.push({
      ...PLAIN_SPAN,
      seq,
      spanId: seq,
      startNs,
      user: `${user} of ${feature}`,
      feature,
      ...changes,
    });
  }
  return feature;
}

interface Range {
  readonly from: string;
  readonly to: string;
  readonly timeZone?: string;
  readonly now?: string;
}

const windowOf = ({ now = '2030-01-01T00:00:00Z', ...text }: Range): Window =>
  parseWindow(text, Date.parse(now));

/** Both start and return are runs of this feature. */
const ruleOf = (feature: string, rule: Partial<RetentionRule> = {}): RetentionRule => {
  const own: EventSelector = { source: 'run', names: [feature] };
  return { ...RULE, start: own, return: own, ...rule };
};

/** Returns that are other things than starts, though they match the same runs. */
const otherRuns = (feature: string): EventSelector => ({
  source: 'run',
  names: [feature],
  maxDurationNs: 10n ** 15n,
});

const tableOf = (
  feature: string,
  rule: Partial<RetentionRule>,
  range: Range,
): ReturnType<typeof readRetention> =>
  readRetention(store, windowOf(range), ruleOf(feature, rule), undefined);

const returnedOf = ({ series }: Awaited<ReturnType<typeof readRetention>>, cohort = 0): unknown =>
  series[0]?.cohorts[cohort]?.cells.map(({ returned }) => returned);

describe('known answers', () => {
  const night = scene([
    ['a', '2025-03-10T23:45:00Z'],
    ['a', '2025-03-11T00:01:00Z'],
  ]);
  test.each([
    ['calendar', [1, 1, 0]],
    ['rolling', [1, 0, 0]],
  ] as const)('23:45 to 00:01 in %s mode', async (mode, expected) => {
    const report = await tableOf(night, { mode }, { from: '2025-03-10', to: '2025-03-11' });
    expect(returnedOf(report)).toEqual(expected);
  });

  const steps = (
    [
      [
        'Sunday to Monday is a week',
        'week',
        '2025-03-03',
        '2025-03-09T12:00',
        '2025-03-10T12:00',
        1,
      ],
      [
        'Monday to Sunday is the same week',
        'week',
        '2025-03-03',
        '2025-03-03T12:00',
        '2025-03-09T12:00',
        0,
      ],
      [
        '31 January to 28 February is a month',
        'month',
        '2025-01-01',
        '2025-01-31T23:59',
        '2025-02-28T23:59',
        1,
      ],
      [
        '31 January to 1 March are two months',
        'month',
        '2025-01-01',
        '2025-01-31T23:59',
        '2025-03-01T00:00',
        2,
      ],
      [
        'half an hour may be the next hour',
        'hour',
        '2025-03-02',
        '2025-03-02T00:30',
        '2025-03-02T01:00',
        1,
      ],
    ] as const
  ).map(([name, period, from, start, back, index]) => ({
    name,
    period,
    from,
    index,
    feature: scene([
      ['a', `${start}:00Z`],
      ['a', `${back}:00Z`],
    ]),
  }));
  test.each(steps)('$name', async ({ period, from, index, feature }) => {
    const to = { hour: '2025-03-02T02:00', week: '2025-03-10', month: '2025-02-01' }[period];
    const report = await tableOf(feature, { period, return: otherRuns(feature) }, { from, to });
    expect(returnedOf(report)).toEqual([0, 1, 2].map((one) => Number(one === index)));
  });

  const midnights = MIDNIGHTS.map(({ timeZone, from, first, last, next: to }) => ({
    timeZone,
    from,
    first,
    to,
    feature: scene([
      ['same', first],
      ['same', last],
      ['next', first],
      ['next', to],
    ]),
  }));
  test.each(midnights)(
    'in $timeZone the day of $from ends at its own midnight',
    async ({ feature, first, ...range }) => {
      const report = await tableOf(feature, { return: otherRuns(feature) }, range);
      expect(report.series[0]?.cohorts).toMatchObject([
        { start: new Date(first).toISOString(), size: 2 },
      ]);
      expect(returnedOf(report)).toEqual([1, 1, 0]);
    },
  );

  const four = scene([
    ['a', '2025-03-01T10:00:00Z'],
    ['b', '2025-03-01T10:00:00Z'],
    ['c', '2025-03-01T10:00:00Z'],
    ['a', '2025-03-02T10:00:00Z'],
    ['d', '2025-03-03T10:00:00Z'],
    ['d', '2025-03-05T10:00:00Z'],
  ]);
  const range = { from: '2025-03-01', to: '2025-03-04', now: '2025-03-05T12:00:00Z' };

  test('cohorts of nobody stay, those of no return count in the mean, and the triangle is whole', async () => {
    const report = await tableOf(four, {}, range);
    const [series] = report.series;
    expect(series?.cohorts.map(({ size }) => size)).toEqual([3, 0, 1]);
    expect([0, 1, 2].map((cohort) => returnedOf(report, cohort))).toEqual([
      [3, 1, 0],
      [0, 0, 0],
      [1, 0, 1],
    ]);
    expect(series?.cohorts[1]?.cells.map((cell) => cell.rate)).toEqual([null, null, null]);
    expect(series?.cohorts.map(({ cells }) => cells.map(({ complete }) => complete))).toEqual([
      [true, true, true],
      [true, true, true],
      [true, true, false],
    ]);
    expect(series?.mean).toEqual([
      { cohorts: 2, size: 4, returned: 4, rate: 1 },
      { cohorts: 2, size: 4, returned: 1, rate: 0.25 },
      { cohorts: 1, size: 3, returned: 0, rate: 0 },
    ]);
    expect(report.entries).toBe(4);
    const simple = await tableOf(four, { mean: 'simple' }, range);
    expect(simple.series[0]?.mean[1]?.rate).toBeCloseTo((1 / 3 + 0) / 2, 12);
  });

  test('a period that has not begun has no number', async () => {
    const report = await tableOf(four, {}, { ...range, now: '2025-03-04T12:00:00Z' });
    expect(returnedOf(report, 2)).toEqual([1, 0, null]);
  });

  test('members of a cell are who returned, with all that they did from their start on', async () => {
    const [window, rule] = [windowOf(range), ruleOf(four)];
    const { answer } = await readRetention(store, window, rule, undefined);
    const cell = { cohort: 0, column: 1, group: null };
    const page = { asOf: answer.asOf, limit: 10 };
    const members = await readRetentionMembers(store, window, rule, undefined, cell, page);
    expect(members.rows).toMatchObject([{ unit: 'user', key: `a of ${four}`, rows: 2 }]);
  });

  test('on_or_after never rises from one column to the next', async () => {
    const from = String(EPOCH_MS);
    const window = windowOf({ from, to: String(EPOCH_MS + Math.min(WORLDS, 200) * 3 * HOUR_MS) });
    const { series } = await readRetention(
      store,
      window,
      { ...RULE, criterion: 'on_or_after', occurrence: 'any', period: 'hour', periods: 12 },
      { by: column('service'), top: 1 },
    );
    expect(series.map(({ group }) => group?.kind)).toEqual([expect.any(String), 'other']);
    for (const { cells } of series.flatMap(({ cohorts }) => cohorts))
      for (const [index, { returned }] of cells.entries())
        expect(returned).toBeLessThanOrEqual(cells[index - 1]?.returned ?? Infinity);
  });

  const late = scene([
    ['a', '2025-03-01T10:00:00Z'],
    ['b', '2025-03-02T10:00:00Z'],
    ['a', '2025-03-04T10:00:00Z'],
  ]);
  test('on_or_after rises with later returns, so that only cohorts that cannot are in a mean', async () => {
    const rule = { criterion: 'on_or_after', periods: 3 } as const;
    const days = { from: '2025-03-01', to: '2025-03-03' };
    // The last column of the first cohort is over, that of the second runs.
    const report = await tableOf(late, rule, { ...days, now: '2025-03-05T00:10:00Z' });
    const [series] = report.series;
    expect([0, 1].map((cohort) => returnedOf(report, cohort))).toEqual([
      [1, 1, 1, 1],
      [1, 0, 0, 0],
    ]);
    expect(series?.cohorts[1]?.cells.map(({ complete }) => complete)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(series?.mean.map(({ cohorts, rate }) => [cohorts, rate])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    expect(report.warnings).toEqual([expect.stringContaining('1 of the cohorts may still rise')]);
    const settled = await tableOf(late, rule, days);
    expect(settled.series[0]?.mean.map(({ rate }) => rate)).toEqual([1, 0.5, 0.5, 0.5]);
    expect(settled.warnings).toEqual([]);
  });

  const widening = scene([
    ['a', '2025-03-01T10:00:00Z'],
    ['b', '2025-03-01T10:00:00Z'],
    ['c', '2025-03-01T10:00:00Z'],
    ['d', '2025-03-01T10:00:00Z'],
    ['a', '2025-03-02T10:00:00Z'],
    ['b', '2025-03-02T11:00:00Z'],
    ['a', '2025-03-03T10:00:00Z'],
    ['c', '2025-03-05T10:00:00Z'],
  ]);
  test('rates to the column before, and brackets of several periods', async () => {
    const day = { from: '2025-03-01', to: '2025-03-02' };
    const previous = await tableOf(widening, { reference: 'previous' }, day);
    expect(previous.series[0]?.cohorts[0]?.cells.map((cell) => cell.rate)).toEqual([1, 0.5, 0.5]);
    const growing = { reference: 'previous', criterion: 'on_or_before', periods: 4 } as const;
    const { series } = await tableOf(widening, growing, day);
    expect(series[0]?.cohorts[0]?.cells.map((cell) => cell.rate)).toEqual([1, 0.5, 1, 1, 1.5]);
    const wide = await tableOf(widening, { brackets: [1, 3] }, day);
    expect(wide.columns).toEqual([
      { first: 0, last: 0 },
      { first: 1, last: 1 },
      { first: 2, last: 4 },
    ]);
    expect(returnedOf(wide)).toEqual([4, 2, 2]);
  });

  const patchy = scene([
    ['a', '2025-03-01T10:00:00Z'],
    ['a', '2025-03-02T10:00:00Z'],
    ['a', '2025-03-05T10:00:00Z'],
    ['b', '2025-03-01T10:00:00Z'],
    ['b', '2025-03-03T10:00:00Z'],
    ['b', '2025-03-03T11:00:00Z'],
    ['c', '2025-03-01T10:00:00Z'],
    ['c', '2025-03-03T10:00:00Z'],
    ['c', '2025-03-04T10:00:00Z'],
  ]);
  test.each([
    ['streak', 1, [3, 1, 0]],
    ['on', 2, [0, 0, 1]],
    ['on_or_after', 2, [1, 1, 1]],
    ['on_or_before', 1, [3, 1, 3]],
  ] as const)(
    'a column of several periods counts who counts in one of them: %s, %i returns',
    async (criterion, minReturns, expected) => {
      const day = { from: '2025-03-01', to: '2025-03-02' };
      const report = await tableOf(patchy, { brackets: [1, 3], criterion, minReturns }, day);
      expect(returnedOf(report)).toEqual(expected);
    },
  );

  const failedFirst = scene([
    ['a', '2025-03-01T10:00:00Z', { featureStatus: 2 }],
    ['a', '2025-03-02T10:00:00Z'],
  ]);
  test('a first run that the filters refuse is no start, unless filters come first', async () => {
    const start: EventSelector = { source: 'run', names: [failedFirst], statuses: ['success'] };
    const event = await tableOf(failedFirst, { start, firstScope: 'event' }, range);
    expect(event.entries).toBe(0);
    const filtered = await tableOf(failedFirst, { start, firstScope: 'filtered' }, range);
    expect(filtered.entries).toBe(1);
  });

  test('a return in another order of names is the same as the start', async () => {
    const names = [four, 'another'];
    const start: EventSelector = { source: 'run', names, statuses: ['success', 'partial'] };
    const back: EventSelector = {
      source: 'run',
      names: names.toReversed(),
      statuses: ['partial', 'success'],
    };
    expect(returnedOf(await tableOf(four, { start, return: back }, range))).toEqual([3, 1, 0]);
  });

  test('a table of too many cells is refused', async () => {
    const months = { from: '2025-01-01', to: '2025-03-01' };
    for (const rule of [{ periods: 168 }, { periods: 1990 }])
      await expect(tableOf(four, { period: 'hour', ...rule }, months)).rejects.toThrow(
        expect.objectContaining({ code: 'RETENTION_TOO_LARGE', status: 422 }),
      );
  });
});

test('a start before the range is in no cohort, and removed history is told', async () => {
  const own = await openTestStore();
  try {
    const runs = ['2026-02-01', '2026-03-01'].map((day, index): PlainSpan => {
      const seq = BigInt(index + 1);
      return { ...PLAIN_SPAN, seq, spanId: seq, startNs: ns(Date.parse(`${day}T10:00:00Z`)) };
    });
    await landWorld(own, { spans: runs, logs: [] });
    const window = windowOf({ from: '2026-03-01', to: '2026-03-02' });
    const whole = await readRetention(own, window, RULE, undefined);
    expect([whole.entries, whole.warnings]).toEqual([0, []]);
    const nowMs = Date.UTC(2026, 2, 10);
    await own.keepUp({ nowMs, hotDays: 1, keepDays: 20, maxBytes: 0, otherBytes: 0 });
    const cut = await readRetention(own, window, RULE, undefined);
    expect(cut.entries).toBe(1);
    expect(cut.warnings.join()).toMatch(/The first start is the first since 2026-02-/u);
  } finally {
    await own.close();
  }
});
