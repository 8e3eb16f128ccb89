/** The questions that have a promised time, asked as the API asks them. */
import {
  createEmptySet,
  type DefinitionSet,
  parseDefinitions,
  parseTimeZone,
  parseWindow,
  readAdoption,
  readAdoptions,
  readCount,
  readFeatures,
  readFunnelDetail,
  readKpis,
  readLifecycle,
  readRetentionDetail,
  readStickiness,
  readTrace,
  readUsage,
  type Window,
} from '@heartwood/kpi';
import type { Reader } from '@heartwood/store';
import { END_MS } from './columns.ts';
import { FEATURES, featureName, orderOf, RUNS_A_TRACE, traceIdOf } from './query-data.ts';

/** A question with its time on 10 million runs. */
export interface QueryCase {
  readonly name: string;
  readonly title: string;
  /** Null: nothing is promised. */
  readonly targetMs: number | null;
  /** How much longer it may take on 50 million: 1.5 times from roll-ups, else linear. */
  readonly growth: 1.5 | 5;
  /** The range that the scan beside it reads. */
  readonly window: Window;
  /** Asks for the `round`th time, and returns how much it found, which must not be nothing. */
  ask(reader: Reader, round: number): Promise<number>;
}

const NOW_MS = END_MS + 3_600_000;
const windowOf = (since: string): Window => ({
  ...parseWindow({ since, to: String(END_MS) }, NOW_MS),
  zone: parseTimeZone('UTC'),
});
const MONTH = windowOf('28d');
const DAY = windowOf('24h');
const QUARTER = windowOf('84d');
/** As pages ask: until a moment that is the start of no hour. */
const ROLLING: Window = {
  ...MONTH,
  fromMs: MONTH.fromMs + 30_034_567,
  toMs: MONTH.toMs - 56_365_433,
};

/** Every question, over so many runs. */
export function createQueryCases(runs: number): QueryCase[] {
  const set = loadDefinitions();
  const funnel = one(set.funnels);
  const retention = one(set.retention);
  const activity = { unit: 'user', interval: '1d', top: 10 } as const;
  return [
    {
      name: 'features',
      title: 'feature table, 28 d',
      targetMs: 100,
      growth: 1.5,
      window: MONTH,
      ask: async (reader) =>
        (await readFeatures(reader, MONTH, {}, { trend: false, sort: 'runs', limit: 100 })).total,
    },
    {
      name: 'features',
      title: 'the same, 27 d that end within an hour',
      targetMs: null,
      growth: 1.5,
      window: ROLLING,
      ask: async (reader) =>
        (await readFeatures(reader, ROLLING, {}, { trend: false, sort: 'runs', limit: 100 })).total,
    },
    {
      name: 'usage',
      title: 'usage series, 28 d by day',
      targetMs: 100,
      growth: 1.5,
      window: MONTH,
      ask: async (reader) => {
        const { series } = await readUsage(reader, MONTH, {}, { interval: '1d', top: 10 });
        return series[0]?.runs ?? 0;
      },
    },
    {
      name: 'usage',
      title: 'the same by day, 27 d that end within an hour',
      targetMs: null,
      growth: 1.5,
      window: ROLLING,
      ask: async (reader) => {
        const { series } = await readUsage(reader, ROLLING, {}, { interval: '1d', top: 10 });
        return series[0]?.runs ?? 0;
      },
    },
    {
      name: 'usage',
      title: 'usage by feature, 28 d by day',
      targetMs: null,
      growth: 5,
      window: MONTH,
      ask: async (reader) => {
        const cut = { interval: '1d', by: 'feature', top: 10 } as const;
        return (await readUsage(reader, MONTH, {}, cut)).series.length;
      },
    },
    {
      name: 'kpis',
      title: 'KPI set of 12, 14 d against the 14 d before',
      targetMs: 100,
      growth: 1.5,
      window: MONTH,
      ask: async (reader) => {
        const { kpis } = await readKpis(reader, set, MONTH);
        return kpis.filter(({ parts }) => parts.every(({ value }) => value !== null)).length === 12
          ? 12
          : 0;
      },
    },
    {
      name: 'hours',
      title: 'feature × hour, exact percentiles, 24 h',
      targetMs: 50,
      growth: 1.5,
      window: DAY,
      ask: async (reader) => {
        const cut = { interval: '1h', by: 'feature', top: FEATURES } as const;
        return (await readUsage(reader, DAY, {}, cut)).series.length;
      },
    },
    {
      name: 'funnel',
      title: 'three-step ordered funnel by user, 28 d',
      targetMs: 300,
      growth: 5,
      window: MONTH,
      ask: async (reader) => {
        const { data } = await readFunnelDetail(reader, MONTH, funnel, { top: 10 }, []);
        return data.steps.at(-1)?.converted ?? 0;
      },
    },
    {
      name: 'retention',
      title: 'weekly retention, 12 weeks',
      targetMs: 300,
      growth: 5,
      window: MONTH,
      ask: async (reader) =>
        (await readRetentionDetail(reader, QUARTER, retention, { top: 10 }, [])).sampleSize.n,
    },
    {
      name: 'adoption',
      title: 'adoption of one feature, 28 d',
      targetMs: 400,
      growth: 5,
      window: MONTH,
      ask: async (reader) =>
        (await readAdoption(reader, createEmptySet(0), MONTH, featureName(17))).sampleSize.n,
    },
    {
      name: 'adoptions',
      title: `adoption of all ${String(FEATURES)} features, 28 d`,
      targetMs: null,
      growth: 5,
      window: MONTH,
      ask: async (reader) =>
        (await readAdoptions(reader, createEmptySet(0), MONTH, { limit: 100 })).data.length,
    },
    {
      name: 'lifecycle',
      title: 'lifecycle by day, 28 d',
      targetMs: 400,
      growth: 5,
      window: MONTH,
      ask: async (reader) => (await readLifecycle(reader, MONTH, activity)).sampleSize.n,
    },
    {
      name: 'stickiness',
      title: 'stickiness by day, 28 d',
      targetMs: 400,
      growth: 5,
      window: MONTH,
      ask: async (reader) => (await readStickiness(reader, MONTH, activity)).sampleSize.n,
    },
    {
      name: 'trace',
      title: 'one trace by id, of another day each time',
      targetMs: 50,
      growth: 5,
      window: MONTH,
      ask: async (reader, round) => {
        const trace = Math.floor(((((round % 27) + 0.5) / 27) * runs) / RUNS_A_TRACE);
        return (await readTrace(reader, traceIdOf(trace))).trace.spans.length;
      },
    },
    {
      name: 'attribute',
      title: 'attribute without an index, 28 d',
      targetMs: 500,
      growth: 5,
      window: MONTH,
      ask: async (reader, round) => {
        const property = { kind: 'attribute', key: 'app.order' } as const;
        const value = orderOf(Math.floor((runs / 30) * (round + 1)));
        const { series } = await readCount(reader, MONTH, {
          selectors: [{ source: 'run', names: 'any' }],
          unit: 'user',
          scope: { kind: 'compare', property, op: '=', value },
          measures: [{ agg: 'count' }],
          interval: 'whole',
        });
        return series[0]?.points[0]?.rows ?? 0;
      },
    },
  ];
}

/** A feature of each third: much, some and little used. */
const STEPS = [3, 17, 42].map((feature) => `feature:${featureName(feature)}`);

const DEFINITIONS = `
version: 1
measures:
  runs: {agg: count, of: feature:any}
  good: {agg: count, of: {feature: any, status: [SUCCESS]}}
  failed: {agg: count, of: {feature: any, status: [FAILED]}}
  first: {agg: count, of: "${String(STEPS[0])}"}
  second: {agg: count, of: "${String(STEPS[1])}"}
  third: {agg: count, of: "${String(STEPS[2])}"}
  third_good: {agg: count, of: {feature: ${featureName(42)}, status: [SUCCESS]}}
  users: {agg: count_distinct, on: user, of: feature:any}
  first_users: {agg: count_distinct, on: user, of: "${String(STEPS[0])}"}
  third_users: {agg: count_distinct, on: user, of: "${String(STEPS[2])}"}
  first_mean: {agg: mean, on: duration_ms, of: "${String(STEPS[0])}"}
  third_p95: {agg: percentile, p: 0.95, on: duration_ms, of: "${String(STEPS[2])}"}
kpis:
${[
  ['success', 'numerator: good, denominator: runs, format: percent'],
  ['failures', 'measure: failed, direction: down'],
  ['runs_in_all', 'measure: runs'],
  ['first_to_second', 'calculation: second / first'],
  ['second_to_third', 'calculation: third / second'],
  ['third_success', 'numerator: third_good, denominator: third, format: percent'],
  ['active', 'measure: users'],
  ['first_reach', 'numerator: first_users, denominator: users'],
  ['third_reach', 'numerator: third_users, denominator: users'],
  ['runs_a_user', 'numerator: runs, denominator: users'],
  ['first_duration', 'measure: first_mean, direction: down, format: duration'],
  ['third_slowest', 'measure: third_p95, direction: down, format: duration'],
]
  .map(
    ([id, rest]) => `  - {id: ${String(id)}, window: 14d, grain: 1d, target: 1, ${String(rest)}}`,
  )
  .join('\n')}
funnels:
  - {id: path, window: 7d, steps: [${STEPS.map((step) => `"${step}"`).join(', ')}]}
retention:
  - {id: weekly, start: feature:any, return: feature:any, period: week, periods: 11}
`;

function loadDefinitions(): DefinitionSet {
  const loaded = parseDefinitions([{ name: 'bench.yaml', text: DEFINITIONS }], NOW_MS);
  if (loaded.ok) return loaded.set;
  throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
}

function one<Definition>(definitions: ReadonlyMap<string, Definition>): Definition {
  const [first] = definitions.values();
  if (first === undefined) throw new Error('there is no definition');
  return first;
}
