/** KPIs beside plain loops over arrays, and answers that are known beforehand. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DefinitionSet } from './definition/kinds.ts';
import { parseDefinitions } from './definition/set.ts';
import { readKpis } from './kpi.ts';
import { readKpiMembers } from './kpi-members.ts';
import { readKpi } from './kpi-trend.ts';
import { createEventWorld, landWorld, type EventWorld } from './testing/event-world.ts';
import { type PlainLog } from './testing/plain-log.ts';
import { oracleKpi } from './testing/kpi-oracle.ts';
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
const DAY_MS = 24 * HOUR_MS;
const EPOCH_MS = Date.UTC(2026, 2, 1);
const NOW_MS = EPOCH_MS + 5000 * HOUR_MS;
const KNOWN_MS = Date.UTC(2026, 0, 10);
const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

function setOf(text: string): DefinitionSet {
  const loaded = parseDefinitions([{ name: 'kpis.yaml', text }], NOW_MS);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.set;
}

/** As of a moment, asked long after it. */
const asOf = (ms: number, timeZone = 'UTC', nowMs = NOW_MS): Window =>
  parseWindow({ to: String(ms), timeZone }, nowMs);

type Pick = <T>(items: readonly T[]) => T;

const SELECTORS = [
  'feature:view',
  '{feature: [add, pay], status: [success]}',
  '{feature: pay, maxDuration: 3ms}',
  '{event: [view, pay]}',
  '{event: add, where: "plan = pro"}',
  '[feature:view, {event: view}]',
];
const AGGREGATES = [
  'agg: count',
  'agg: count_distinct, on: user',
  'agg: count_distinct, on: session',
  'agg: sum, on: amount',
  'agg: mean, on: amount',
  'agg: percentile, p: 0.9, on: amount',
];
const FORMULAS = [
  'type: simple, measure: m1',
  'numerator: m1, denominator: m2',
  'calculation: "m1 / m2 - -m3 * 2"',
  'calculation: "coalesce(m1 / m2, m3 / m1, 7)"',
  'calculation: {one: "(m1 + m2) / max(m1, m3)", two: "abs(m2 - 10)"}',
];

function drawSet(pick: Pick): DefinitionSet {
  const measures = [1, 2, 3].map(
    (id) => `  m${String(id)}: {${pick(AGGREGATES)}, of: ${pick(SELECTORS)}}`,
  );
  const kpis = [1, 2, 3].map((id) => {
    const formula = pick(FORMULAS);
    const one = pick(['', 'target: 2', 'target: {target: 2, warn: WARN}']);
    const target = formula.includes('one:')
      ? pick(['', 'target: {one: 1}', 'target: {one: 1, two: {target: 5, warn: WARN}}'])
      : one;
    const [direction, warn] = pick([
      ['up', '0.5'],
      ['down', '6'],
    ]);
    const rest = [
      formula,
      target.replace('WARN', warn),
      `direction: ${direction}`,
      `window: ${pick(['1h', '30m'])}`,
      `minSample: ${pick(['1', '4'])}`,
      pick(['fillEmpty: 0', 'fillEmpty: null']),
    ].filter((words) => words !== '');
    return `  k${String(id)}: {${rest.join(', ')}}`;
  });
  return setOf(`measures:\n${measures.join('\n')}\nkpis:\n${kpis.join('\n')}`);
}

const cases = Array.from({ length: WORLDS }, (_, index) => {
  const random = createRandom(index + 77);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const startMs = EPOCH_MS + index * 3 * HOUR_MS;
  const drawn = createEventWorld({
    seed: index + 1,
    startMs,
    lengthMs: 2 * HOUR_MS,
    count: pick([1, 8, 40, 60]),
    moments: pick([10, 40]),
  });
  const isFiltered = pick([true, false, false]);
  const spans = drawn.spans.map((span) => ({ ...span, filtered: span.filtered && isFiltered }));
  return { startMs, world: { ...drawn, spans }, set: drawSet(pick) };
});

let seq = 900_000_000n;
const run = (startMs: number, more: Partial<PlainSpan> = {}): PlainSpan => ({
  ...PLAIN_SPAN,
  seq: ++seq,
  spanId: seq,
  startNs: ns(startMs),
  ...more,
});
const event = (timeMs: number, name: string, more: Partial<PlainLog> = {}): PlainLog => ({
  seq: ++seq,
  timeNs: ns(timeMs),
  event: name,
  traceId: null,
  service: 'shop',
  feature: null,
  component: null,
  errorType: null,
  session: null,
  user: null,
  attributes: '{}',
  ...more,
});
const userOf = (index: number): Partial<PlainLog> => ({ user: `viewer ${String(index)}` });
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** The days before KNOWN_MS, all in UTC. */
const known: EventWorld = {
  spans: [
    // Two groups of very different size: 5 of 90, and 1 of 2 and a half times as likely.
    ...times(90, (index) =>
      run(KNOWN_MS - DAY_MS, {
        feature: 'convert',
        component: 'big',
        featureStatus: index < 1 ? 1 : 2,
      }),
    ),
    ...times(10, (index) =>
      run(KNOWN_MS - DAY_MS, {
        feature: 'convert',
        component: 'small',
        featureStatus: index < 1 ? 1 : 2,
      }),
    ),
    // Of a sender that leaves out runs, in the window before alone.
    ...times(4, (index) =>
      run(KNOWN_MS - DAY_MS, { feature: 'sampled', featureStatus: index < 3 ? 1 : 2 }),
    ),
    run(KNOWN_MS - 2 * DAY_MS, { feature: 'sampled', filtered: true }),
    // The clock of Berlin is put forward in the night to 29 March: that day has 23 hours.
    run(Date.UTC(2026, 1, 28, 22, 59), { feature: 'dst' }),
    ...times(23, (hour) => run(Date.UTC(2026, 2, 28, 23 + hour), { feature: 'dst' })),
  ],
  logs: [
    ...times(19, () => event(KNOWN_MS - DAY_MS, 'extraction_completed')),
    event(KNOWN_MS - DAY_MS, 'extraction_failed'),
    ...times(9, () => event(KNOWN_MS - 2 * DAY_MS, 'extraction_completed')),
    event(KNOWN_MS - 2 * DAY_MS, 'extraction_failed'),
    ...times(10, (index) =>
      event(KNOWN_MS - DAY_MS, 'search_performed', { session: `s${String(index)}` }),
    ),
    ...times(6, (index) =>
      event(KNOWN_MS - DAY_MS, 'search_result_selected', { session: `s${String(index % 5)}` }),
    ),
    // Ten people, one of them known by a session alone; five of them use it, one of these twelve times.
    ...times(10, (index) =>
      event(KNOWN_MS - DAY_MS, 'feature_viewed', index === 0 ? { session: 's0' } : userOf(index)),
    ),
    ...times(4, (index) => event(KNOWN_MS - DAY_MS, 'feature_used', userOf(index + 1))),
    ...times(12, () => event(KNOWN_MS - DAY_MS, 'feature_used', { session: 's0' })),
    ...times(2, () => event(KNOWN_MS - DAY_MS, 'feature_repeatedly_used', { session: 's0' })),
    ...times(8, (index) =>
      event(KNOWN_MS - DAY_MS, 'file_processed', {
        attributes: JSON.stringify({
          type: index < 6 ? 'pdf' : 'mail',
          ms: 100 + index,
          manual_ms: 400,
          ok: index !== 7,
        }),
      }),
    ),
    ...times(5, (index) =>
      event(KNOWN_MS - DAY_MS, 'suggestion_shown', {
        attributes: JSON.stringify({ accepted: index < 4 }),
      }),
    ),
    ...times(40, (index) =>
      event(KNOWN_MS - DAY_MS, 'rated', { attributes: index === 0 ? '{"stars":5}' : '{}' }),
    ),
    ...times(3, () => event(KNOWN_MS - 2 * DAY_MS, 'rated')),
    ...[null, '$none', '$other', '$$other'].flatMap((plan, index) =>
      times(index + 1, () =>
        event(KNOWN_MS - DAY_MS, 'named', { attributes: JSON.stringify({ plan }) }),
      ),
    ),
    // After the last complete day.
    event(KNOWN_MS + HOUR_MS, 'extraction_failed'),
  ],
};

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, {
    spans: [...cases.flatMap(({ world }) => world.spans), ...known.spans],
    logs: [...cases.flatMap(({ world }) => world.logs), ...known.logs],
  });
});
afterAll(() => store.close());

const close = (value: number | null): unknown => (value === null ? null : expect.closeTo(value, 6));

test('KPIs are those of plain loops in every world', { timeout: WORLDS_MS }, async () => {
  let values = 0;
  for (const [index, { startMs, world, set }] of cases.entries()) {
    const endMs = startMs + 2 * HOUR_MS;
    const { kpis } = await readKpis(store, set, asOf(endMs));
    for (const kpi of kpis) {
      const definition = set.kpis.get(kpi.id);
      if (definition?.window.kind !== 'rolling') throw new Error('there is no such KPI');
      const { ms } = definition.window;
      const [middle, start] = [endMs - ms, endMs - 2 * ms];
      const now = oracleKpi(world, definition, { from: ns(middle), to: ns(endMs) });
      const before = oracleKpi(world, definition, { from: ns(start), to: ns(middle) });
      const expected = [...now].map(([part, { value, sample, status }]) => ({
        part: part === '' ? null : part,
        value: close(value),
        sample,
        status,
        previous: close(before.get(part)?.value ?? null),
        previousSample: before.get(part)?.sample,
      }));
      const label = `world ${String(index)} ${JSON.stringify(definition.written)}`;
      expect(kpi.parts, label).toMatchObject(expected);
      values += expected.length;
    }
  }
  expect(values).toBeGreaterThanOrEqual(3 * WORLDS);
});

test('runs that a sender leaves out void the rates that they are in, in their window alone', async () => {
  const set = setOf(`
measures:
  good: {agg: count, of: {feature: sampled, status: success}}
  all: {agg: count, of: feature:sampled}
  viewed: {agg: count, of: event:feature_viewed}
  used: {agg: count, of: event:feature_used}
kpis:
  rate: {numerator: good, denominator: all, window: 1d, target: 0.5}
  parts: {calculation: {runs: good / all, use: used / viewed}, window: 1d}
`);
  const at = async (ms: number) =>
    (await readKpis(store, set, asOf(ms))).kpis.map(({ parts, warnings }) => ({
      parts: parts.map(({ value, previous, status }) => [value, previous, status]),
      warnings,
    }));
  const before = expect.stringContaining('of the window before is a rate over senders');
  expect(await at(KNOWN_MS)).toEqual([
    { parts: [[0.75, null, 'on_track']], warnings: [before] },
    {
      parts: [
        [0.75, null, 'no_target'],
        [1.6, null, 'no_target'],
      ],
      warnings: [before],
    },
  ]);
  expect((await at(KNOWN_MS - DAY_MS))[0]?.parts).toEqual([[null, null, 'insufficient_data']]);
  const asked = asOf(KNOWN_MS - DAY_MS);
  const { data, explain } = await readKpi(store, set, asked, 'rate', { interval: '1d' });
  expect(explain.sentence).toContain('over 1 day up to the last complete bucket');
  expect(data.series[0]?.points.map(({ value }) => value)).toEqual([null]);
});

test('values that read like the name of a group are told apart, and unknown groups refused', async () => {
  const set = setOf(`
measures: {named: {agg: count, of: event:named}}
kpis: {named: {measure: named, window: 1d}}
`);
  const asked = asOf(KNOWN_MS);
  const { data } = await readKpi(store, set, asked, 'named', { by: 'plan' });
  expect(
    Object.fromEntries(data.groups?.map(({ group, parts }) => [group, parts[0]?.value]) ?? []),
  ).toEqual({ $none: 1, $$none: 2, $$other: 3, $$$other: 4 });
  const page = { measure: 'named', by: 'plan', top: 10, limit: 10 };
  const members = async (group?: string) =>
    (await readKpiMembers(store, set, asked, 'named', { ...page, group })).total;
  expect(await members('$none')).toBe(1);
  expect(await members('$$none')).toBe(2);
  expect(await members('$$$other')).toBe(4);
  expect(await members()).toBe(10);
  await expect(members('$other')).rejects.toMatchObject({ code: 'GROUP_UNKNOWN' });
  await expect(members('$$nome')).rejects.toMatchObject({
    code: 'GROUP_UNKNOWN',
    parameter: 'group',
    suggestions: expect.arrayContaining(['$$none']),
  });
  await expect(
    readKpiMembers(store, set, asked, 'named', { ...page, by: undefined, group: 'a' }),
  ).rejects.toMatchObject({ code: 'KPI_NOT_SPLIT' });
});

test('a sample is made of what has the property that a number is made of', async () => {
  const set = setOf(`
measures:
  stars: {agg: mean, on: stars, of: event:rated}
  rated: {agg: count, of: event:rated}
kpis:
  stars: {measure: stars, window: 1d, minSample: 30, target: 4, fillEmpty: 0}
  each: {calculation: stars + rated, window: 1d}
  rated: {measure: rated, window: 1d}
`);
  const at = async (ms: number) =>
    (await readKpis(store, set, asOf(ms))).kpis.flatMap(({ parts }) =>
      parts.map(({ value, sample, status }) => [value, sample, status]),
    );
  expect(await at(KNOWN_MS)).toEqual([
    [5, 1, 'insufficient_data'],
    [45, 1, 'no_target'],
    [40, 40, 'no_target'],
  ]);
  expect(await at(KNOWN_MS - DAY_MS)).toEqual([
    [0, 0, 'insufficient_data'],
    [null, 0, 'insufficient_data'],
    [3, 3, 'no_target'],
  ]);
});

test('a sample is made of people where people are counted: views of one do not decide', async () => {
  const set = setOf(`
measures:
  rated: {agg: count, of: event:rated}
  traces: {agg: count_distinct, on: trace, of: [event:rated, feature:convert]}
kpis:
  uses: {events: [feature_used, feature_viewed], calculation: feature_viewed / feature_used, window: 1d, minSample: 6, target: 1}
  either: {events: [feature_used, feature_viewed], calculation: feature_used + feature_viewed, window: 1d}
  sessions: {events: [feature_used], count: sessions, calculation: feature_used, window: 1d}
  events: {events: [feature_used], count: events, calculation: feature_used, window: 1d, minSample: 6}
  mixed: {events: [feature_used], calculation: feature_used + rated, window: 1d}
  below: {numerator: rated, denominator: traces, window: 1d}
`);
  const { kpis } = await readKpis(store, set, asOf(KNOWN_MS));
  const said = kpis.map(({ id, unit, status, parts }) => [id, unit, parts[0]?.sample, status]);
  expect(said).toEqual([
    // 16 uses by five, one of them in a session alone; ten viewed it, those five among them.
    ['uses', 'users', 5, 'insufficient_data'],
    ['either', 'users', 10, 'no_target'],
    ['sessions', 'sessions', 1, 'no_target'],
    ['events', 'events', 16, 'no_target'],
    ['mixed', 'events or users', 5, 'no_target'],
    ['below', 'traces', 1, 'no_target'],
  ]);
  const asked = asOf(KNOWN_MS);
  const { data, sampleSize } = await readKpi(store, set, asked, 'uses', { by: 'source' });
  expect(sampleSize).toEqual({ unit: 'users', n: 5 });
  expect(data.series[0]?.points.map(({ sample }) => sample)).toContain(5);
});

test('S4-95 a number and the list of its members agree, in every group', async () => {
  let lists = 0;
  for (const { startMs, set } of cases.filter((_, index) => index % 6 === 0)) {
    const window = asOf(startMs + 2 * HOUR_MS);
    const { data } = await readKpi(store, set, window, 'k1', { by: 'component', top: 1 });
    const page = { limit: 1000, top: 1 };
    for (const { measure, value } of data.measures) {
      const agg = set.kpis.get('k1')?.measures.get(measure)?.aggregate.agg ?? '';
      if (!agg.startsWith('count')) continue;
      const { total, rows } = await readKpiMembers(store, set, window, 'k1', { ...page, measure });
      expect([total, rows.length]).toEqual([value, value]);
      lists++;
      if (agg !== 'count') continue;
      const groups = (data.groups ?? []).map(({ group }) =>
        readKpiMembers(store, set, window, 'k1', { ...page, measure, by: 'component', group }),
      );
      const totals = await Promise.all(groups);
      expect(totals.reduce((sum, one) => sum + one.total, 0)).toBe(value);
    }
  }
  expect(lists).toBeGreaterThan(WORLDS / 12);
});

describe('answers that are known', () => {
  const MEASURES = `
measures:
  successful_extractions: {agg: count, of: {event: extraction_completed}}
  total_extractions: {agg: count, of: {event: [extraction_completed, extraction_failed]}}
  searches_with_selections: {agg: count_distinct, on: session, of: event:search_result_selected}
  total_searches: {agg: count_distinct, on: session, of: event:search_performed}
  converted: {agg: count, of: {feature: convert, status: [SUCCESS]}}
  tried: {agg: count, of: feature:convert}
  never: {agg: count, of: event:never_happened}
  minutes: {agg: sum, on: minutes, of: event:never_happened}
`;
  const readOne = async (text: string, window = asOf(KNOWN_MS)) => {
    const { kpis, warnings } = await readKpis(store, setOf(`${MEASURES}\n${text}`), window);
    return { ...kpis[0], part: kpis[0]?.parts[0], warnings };
  };

  test('S4-24 S4-25 S4-26 the mapping of names to events gives values, each part with its target', async () => {
    const { kpis } = await readKpis(
      store,
      setOf(`${MEASURES}
kpi_mapping:
  content_extraction_efficiency:
    events: [extraction_started, extraction_completed, extraction_failed]
    calculation: successful_extractions / total_extractions
    target: 0.95
  search_effectiveness:
    events: [search_performed, search_result_selected]
    calculation: searches_with_selections / total_searches
    target: 0.60
  feature_adoption:
    events: [feature_viewed, feature_used, feature_repeatedly_used]
    calculation: {view_to_use: feature_used / feature_viewed, retention: feature_repeatedly_used / feature_used}
    target: {view_to_use: 0.40, retention: 0.25}
`),
      asOf(KNOWN_MS),
    );
    const said = kpis.map(({ id, status, parts }) => ({
      id,
      status,
      parts: parts.map(({ part, value, target, status }) => [part, value, target, status]),
    }));
    expect(said).toEqual([
      {
        id: 'content_extraction_efficiency',
        status: 'off_track',
        parts: [[null, 28 / 30, 0.95, 'off_track']],
      },
      { id: 'search_effectiveness', status: 'off_track', parts: [[null, 0.5, 0.6, 'off_track']] },
      {
        id: 'feature_adoption',
        status: 'off_track',
        parts: [
          ['view_to_use', 0.5, 0.4, 'on_track'],
          ['retention', 0.2, 0.25, 'off_track'],
        ],
      },
    ]);
  });

  test('S4-26 a name of the mapping counts people, or its events where it says so, and the explanation tells', async () => {
    const mapping = (count: string): string =>
      `kpi_mapping: {use: {events: [feature_viewed, feature_used], ${count}calculation: feature_used / feature_viewed}}`;
    const asked = ['', 'count: events, '].map((count) =>
      readKpi(store, setOf(mapping(count)), asOf(KNOWN_MS), 'use'),
    );
    const [people, events] = await Promise.all(asked);
    expect([people?.data.parts[0]?.value, events?.data.parts[0]?.value]).toEqual([0.5, 1.6]);
    expect(people?.explain.sentence).toContain(
      'feature_used is the number of different users (sessions where there is no user) of events feature_used',
    );
    expect(events?.explain.sentence).toContain('feature_used is the number of events feature_used');
  });

  test('S4-20 S4-21 S4-22 the goals that were written down first have numbers', async () => {
    const set = setOf(`
goals: {efficiency: {title: File processing}, productivity: {}, quality: {}}
measures:
  files: {agg: count, of: event:file_processed}
  good_files: {agg: count, of: {event: file_processed, where: ok = true}}
  processing_ms: {agg: mean, on: ms, of: event:file_processed}
  spent_ms: {agg: sum, on: ms, of: event:file_processed}
  by_hand_ms: {agg: sum, on: manual_ms, of: event:file_processed}
  shown: {agg: count, of: event:suggestion_shown}
  accepted: {agg: count, of: {event: suggestion_shown, where: accepted = true}}
kpis:
  processing_time: {goal: efficiency, measure: processing_ms, format: duration, direction: down, target: 110}
  success_by_type: {goal: efficiency, numerator: good_files, denominator: files, target: 0.9, breakdowns: [type]}
  time_saved: {goal: productivity, calculation: (by_hand_ms - spent_ms) / by_hand_ms, format: percent, target: 0.7}
  acceptance: {goal: quality, numerator: accepted, denominator: shown, target: 0.8}
`);
    const { kpis } = await readKpis(store, set, asOf(KNOWN_MS));
    expect(kpis.map(({ id, status, parts }) => [id, status, parts[0]?.value])).toEqual([
      ['processing_time', 'on_track', 103.5],
      ['success_by_type', 'off_track', 7 / 8],
      ['time_saved', 'on_track', close((3200 - 828) / 3200)],
      ['acceptance', 'on_track', 0.8],
    ]);
    const { data } = await readKpi(store, set, asOf(KNOWN_MS), 'success_by_type', { by: 'type' });
    expect(data.groups).toMatchObject([
      { group: 'pdf', parts: [{ value: 1, sample: 6 }] },
      { group: 'mail', parts: [{ value: 0.5, sample: 2 }] },
    ]);
  });

  test('S4-20 a rate over groups is sum over sum: 2 %, not the mean of 1.1 % and 10 %', async () => {
    const set = setOf(`${MEASURES}\nkpis: {rate: {numerator: converted, denominator: tried}}`);
    const { data } = await readKpi(store, set, asOf(KNOWN_MS), 'rate', { by: 'component' });
    expect(data.parts[0]).toMatchObject({ value: 0.02, sample: 100 });
    expect(data.groups).toEqual([
      { group: 'big', parts: [{ part: null, value: 1 / 90, sample: 90 }] },
      { group: 'small', parts: [{ part: null, value: 0.1, sample: 10 }] },
    ]);
  });

  test('beyond the top groups are one, and it is said', async () => {
    const set = setOf(`${MEASURES}\nkpis: {rate: {numerator: converted, denominator: tried}}`);
    const options = { by: 'component', top: 1 };
    const { data, warnings } = await readKpi(store, set, asOf(KNOWN_MS), 'rate', options);
    expect(data.groups?.map(({ group }) => group)).toEqual(['big', '$other']);
    expect(warnings).toEqual([expect.stringContaining('$other')]);
  });

  test.each([
    ['a zero denominator', 'numerator: tried, denominator: never', null],
    ['0 / 0', 'calculation: "never / never"', null],
    ['a sum of nothing', 'measure: minutes', null],
    ['a count of nothing', 'measure: never', 0],
    ['nothing where nothing is to be 0', 'measure: minutes, fillEmpty: 0', 0],
  ])('%s never is NaN or infinity', async (_name, formula, value) => {
    const { part, status } = await readOne(`kpis: {k: {${formula}, target: 1}}`);
    expect(part).toMatchObject({ value, progress: value === null ? null : 0, trend: null });
    expect(status).toBe('insufficient_data');
  });

  test('a value beyond all numbers is null, and it is said', async () => {
    const { part, ...kpi } = await readOne(
      'kpis: {k: {calculation: "tried * 1e308 * 1e308", target: 1}}',
    );
    expect(part).toMatchObject({ value: null, status: 'insufficient_data' });
    expect(kpi).toMatchObject({ status: 'insufficient_data' });
  });

  test('a trend is that against as long before, better by the direction', async () => {
    const text = (direction: string): string =>
      `kpis: {k: {numerator: successful_extractions, denominator: total_extractions, window: 1d, direction: ${direction}}}`;
    const changed = {
      value: 0.95,
      previous: 0.9,
      change: expect.closeTo(0.05, 9),
      changeShare: expect.closeTo(0.05 / 0.9, 9),
    };
    expect((await readOne(text('up'))).part).toMatchObject({ ...changed, trend: 'better' });
    expect((await readOne(text('down'))).part).toMatchObject({ ...changed, trend: 'worse' });
  });

  test('a bucket that still runs decides nothing, and is drawn as incomplete', async () => {
    const text =
      'kpis: {k: {numerator: successful_extractions, denominator: total_extractions, window: 1d, target: [{value: 0.9}, {from: 2026-01-10, value: 0.99}]}}';
    const later = asOf(KNOWN_MS + 2 * HOUR_MS, 'UTC', KNOWN_MS + 2 * HOUR_MS);
    const { part, status, from, to } = await readOne(text, later);
    expect({ status, from, to }).toEqual({
      status: 'on_track',
      from: '2026-01-09T00:00:00.000Z',
      to: '2026-01-10T00:00:00.000Z',
    });
    expect(part).toMatchObject({ value: 0.95, sample: 20, target: 0.9 });
    const { data } = await readKpi(store, setOf(`${MEASURES}${text}`), later, 'k');
    expect(data.series[0]?.points).toMatchObject([
      { complete: true, value: 0.95, sample: 20, target: 0.9 },
      { complete: false, value: 0, sample: 1, target: 0.99 },
    ]);
  });

  test('S4-20 a day of 23 hours is a day', async () => {
    const text =
      'measures: {m: {agg: count, of: feature:dst}}\nkpis: {k: {measure: m, window: 1d}}';
    const window = asOf(Date.UTC(2026, 2, 30), 'Europe/Berlin');
    const { kpis } = await readKpis(store, setOf(text), window);
    expect(kpis[0]).toMatchObject({
      from: '2026-03-28T23:00:00.000Z',
      to: '2026-03-29T22:00:00.000Z',
      previousFrom: '2026-03-27T23:00:00.000Z',
      parts: [{ value: 23 }],
    });
  });

  test('a set of twelve over two windows is two questions, equal selectors searched once', async () => {
    const kpis = times(
      12,
      (index) =>
        `  k${String(index)}: {numerator: converted, denominator: tried, window: ${index < 6 ? '7d' : '28d'}, target: 0.0${String(index)}}`,
    );
    const set = setOf(`${MEASURES}\nkpis:\n${kpis.join('\n')}`);
    const { statements } = await readKpis(store, set, asOf(KNOWN_MS));
    expect(statements).toHaveLength(2);
    const values = statements.map(
      ({ params }) =>
        Object.values(params).filter((value) => JSON.stringify(value)?.includes('convert')).length,
    );
    // Once for each selector.
    expect(values).toEqual([2, 2]);
  });

  test('what is asked for is what is given; a wrong name is told with the right one', async () => {
    const set = setOf(
      `${MEASURES}\ngoals: {grow: {}}\nkpis: {rate: {numerator: converted, denominator: tried, goal: grow, target: 1}, other: {measure: tried}}`,
    );
    const idsOf = async (filter: Parameters<typeof readKpis>[3]) =>
      (await readKpis(store, set, asOf(KNOWN_MS), filter)).kpis.map(({ id }) => id);
    expect(await idsOf({})).toEqual(['rate', 'other']);
    expect(await idsOf({ goal: 'grow' })).toEqual(['rate']);
    expect(await idsOf({ status: 'no_target' })).toEqual(['other']);
    await expect(idsOf({ goal: 'groww' })).rejects.toMatchObject({
      code: 'GOAL_UNKNOWN',
      suggestions: ['grow'],
    });
    await expect(readKpi(store, set, asOf(KNOWN_MS), 'rat')).rejects.toMatchObject({
      code: 'KPI_UNKNOWN',
      suggestions: ['rate'],
    });
  });

  test('an answer tells in words, SQL and a command how it came about', async () => {
    const set = setOf(`${MEASURES}\nkpis: {rate: {numerator: converted, denominator: tried}}`);
    const window = asOf(KNOWN_MS);
    const { explain } = await readKpi(store, set, window, 'rate', { by: 'component' });
    expect(explain).toMatchObject({
      definition: { id: 'rate', revision: 1, source: { file: 'kpis.yaml', line: 12 } },
      sentence: expect.stringMatching(
        /^rate = \(converted \/ tried\), over 28 days .* converted is the number of runs convert that ended success; /u,
      ) as string,
      command:
        'heartwood kpi show rate --by=component --top 10 --to 2026-01-10T00:00:00.000Z --time-zone UTC',
      statements: [{ name: 'windows' }, { name: 'buckets' }, { name: 'groups' }],
    });
  });
});

describe('a KPI that could have no value is no definition', () => {
  const measures = (count: number): string =>
    `measures:\n${times(count, (index) => `  m${String(index)}: {agg: count, of: feature:f${String(index)}}`).join('\n')}`;
  const sum = (count: number): string => times(count, (index) => `m${String(index)}`).join(' + ');
  test.each([
    ['made of numbers alone', 'kpis: {k: {calculation: "1 / 2"}}', 'is made of no measure'],
    [
      'made of more than one question can search for',
      `${measures(41)}\nkpis: {k: {calculation: "${sum(41)}"}}`,
      'is made of 41 selections',
    ],
    ...Object.entries({ conversion: 'funnel', retention: 'retention', adoption: 'adoption' }).map(
      ([type, key]) => [
        `of the type ${type} without a ${key}`,
        `kpis: {k: {type: ${type}}}`,
        `is of type ${type}, which needs ${key}`,
      ],
    ),
  ])('%s', (_name, text, message) => {
    const loaded = parseDefinitions([{ name: 'kpis.yaml', text: text ?? '' }], NOW_MS);
    expect(loaded).toMatchObject({
      ok: false,
      problems: [{ code: 'DEFINITION_VALUE', message: expect.stringContaining(message ?? '') }],
    });
  });
});
