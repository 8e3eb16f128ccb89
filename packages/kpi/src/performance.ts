/** Performance of one feature: against its own history, over time by tier and score, and by how much it works on. */
import {
  ATTR_FEATURE_EFFICIENCY,
  PERFORMANCE_TIERS,
  type PerformanceTier,
} from '@heartwood/semconv';
import type {
  Answer,
  EventSelector,
  Measure,
  Property,
  Reader,
  ReadOptions,
} from '@heartwood/store';
import { explain, toStatement, type Analytic } from './analytic.ts';
import { readCount, type CountPoint } from './count.ts';
import { factWarnings, toSampling } from './facts.ts';
import { msToInstant } from './instant.ts';
import type { Interval } from './interval.ts';
import { checkNames } from './name.ts';
import { framesOf, judge, type Frame, type Regression } from './regression.ts';
import { readSizes, type SizeClass } from './size-class.ts';
import { isComplete, toNs, type Window } from './window.ts';

/** Counts, latencies, tiers and scores of some runs; null where nothing is to be measured. */
interface PerformanceNumbers {
  readonly runs: number;
  readonly successRate: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Timed runs by tier. */
  readonly tiers: Readonly<Record<PerformanceTier, number>>;
  /** Mean score of all scored runs, failed ones with their 0. */
  readonly efficiency: number | null;
  /** Mean score of those that ended success or partial. */
  readonly efficiencyWithoutFailures: number | null;
}

/** One bucket of time. */
interface PerformancePoint extends PerformanceNumbers {
  readonly start: string;
  readonly end: string;
  readonly complete: boolean;
}

/** One of the windows that are compared. */
interface ComparedWindow {
  readonly from: string;
  readonly to: string;
  readonly runs: number;
  readonly successRate: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** How a feature performs. */
export interface Performance {
  readonly feature: string;
  readonly regression: Regression;
  /** The first is what is compared, those before it by time, the latest first; empty while nothing is complete. */
  readonly windows: readonly ComparedWindow[];
  readonly numbers: PerformanceNumbers;
  readonly interval: Interval;
  readonly points: readonly PerformancePoint[];
  readonly sizes: readonly SizeClass[];
  /** The class with the least time an item, of those with at least 30 runs; null where there are not two to choose from. */
  readonly bestSize: SizeClass | null;
}

/** How it is asked. */
export interface PerformanceOptions extends ReadOptions {
  readonly feature: string;
  readonly interval: Interval | 'auto';
}

/** Reads how a feature performs. Rejects one that never ran. */
export async function readPerformance(
  reader: Reader,
  window: Window,
  { feature, interval, ...options }: PerformanceOptions,
): Promise<Analytic<Performance>> {
  const selectors = selectorsOf(feature);
  const request = { selectors, unit: 'user', measures: MEASURES } as const;
  const whole = await readCount(reader, window, { ...request, interval: 'whole' }, options);
  const cut = await readCount(reader, window, { ...request, interval }, options);
  const { facts } = whole.answer;
  if (facts.rows === 0) await checkNames(reader, { feature }, options);
  const compared = await readWindows(reader, window, feature, options);
  const { sizes, bestSize, answer: sized } = await readSizes(reader, window, feature, options);
  const [all] = whole.series[0]?.points ?? [];
  const data: Performance = {
    feature,
    ...compared.data,
    numbers: toNumbers(all, facts.filtered),
    interval: cut.interval ?? '1d',
    points: (cut.series[0]?.points ?? []).map((point) => ({
      start: point.start,
      end: point.end,
      complete: point.complete,
      ...toNumbers(point, facts.filtered),
    })),
    sizes,
    bestSize,
  };
  return {
    data,
    unit: 'runs',
    complete: isComplete(window.toMs, window),
    truncated: cut.answer.truncated,
    warnings: [...new Set([...factWarnings(facts, 'attempt'), ...compared.warnings])],
    sampleSize: { unit: 'runs', n: facts.rows },
    sampling: toSampling(facts),
    approximate: null,
    asOf: String(whole.answer.asOf),
    explain: explain(window, {
      definition: {
        kind: 'performance',
        id: null,
        revision: null,
        source: null,
        written: { feature, interval },
      },
      sentence: SENTENCE,
      statements: [
        toStatement('numbers', whole.answer, whole.answer.total),
        toStatement('points', cut.answer, cut.answer.total),
        ...compared.answers.map((answer) => toStatement('windows', answer, answer.total)),
        toStatement('sizes', sized, sized.total),
      ],
      command: ['features', 'performance', '--interval', interval],
      argument: feature,
    }),
  };
}

const SENTENCE =
  'p95 of durations and success rate of the complete part of the range against windows of the same length and hours in the 4 weeks before; worse or better from 30 runs on each side, where ranks differ at 95 % (Mann-Whitney over buckets of durations, ties corrected) and p95, or the share of runs that are not success, changed by 20 % of itself or more; efficiency is the mean score, with failed runs as 0 and without failed, timed out and cancelled ones; time an item is the sum of durations over the sum of input sizes';

/** Places of the selectors below. */
const [RUN, SUCCESS, USEFUL, TIER] = [0, 1, 2, 3];

const column = (name: Extract<Property, { kind: 'column' }>['name']): Property => ({
  kind: 'column',
  name,
});

function selectorsOf(feature: string): EventSelector[] {
  const run: EventSelector = { source: 'run', names: [feature] };
  return [
    run,
    { ...run, statuses: ['success'] },
    { ...run, statuses: ['success', 'partial'] },
    ...PERFORMANCE_TIERS.map((tier): EventSelector => ({
      ...run,
      where: { kind: 'compare', property: column('tier'), op: '=', value: tier },
    })),
  ];
}

const SCORE: Property = { kind: 'attribute', key: ATTR_FEATURE_EFFICIENCY };

const MEASURES: readonly Measure[] = [
  { agg: 'count', of: [RUN] },
  { agg: 'count', of: [SUCCESS] },
  { agg: 'percentile', p: 0.5, on: column('durationMs'), of: [RUN] },
  { agg: 'percentile', p: 0.95, on: column('durationMs'), of: [RUN] },
  { agg: 'mean', on: SCORE, of: [RUN] },
  { agg: 'mean', on: SCORE, of: [USEFUL] },
  ...PERFORMANCE_TIERS.map((_, index): Measure => ({ agg: 'count', of: [TIER + index] })),
];

function toNumbers(point: CountPoint | undefined, filtered: number): PerformanceNumbers {
  const [runs, success, p50Ms = null, p95Ms = null, all = null, useful = null, ...tiers] =
    point?.values ?? [];
  const count = runs ?? 0;
  return {
    runs: count,
    successRate: count === 0 || filtered > 0 ? null : (success ?? 0) / count,
    p50Ms,
    p95Ms,
    tiers: Object.fromEntries(
      PERFORMANCE_TIERS.map((tier, index) => [tier, tiers.at(index) ?? 0]),
    ) as Record<PerformanceTier, number>,
    efficiency: all,
    efficiencyWithoutFailures: useful,
  };
}

async function readWindows(
  reader: Reader,
  window: Window,
  feature: string,
  options: ReadOptions,
): Promise<{
  data: Pick<Performance, 'regression' | 'windows'>;
  warnings: readonly string[];
  answers: readonly Omit<Answer<unknown>, 'rows'>[];
}> {
  const frames = framesOf(window);
  if (frames === undefined) {
    const regression = judge(undefined, undefined, { filtered: 0 });
    const warning = 'Nothing of this range is complete yet: it is compared with nothing.';
    return { data: { regression, windows: [] }, warnings: [warning], answers: [] };
  }
  const run: EventSelector = { source: 'run', names: [feature] };
  const { rows, ...answer } = await reader.ask(
    {
      kind: 'regression',
      events: {
        ...toNs({ fromMs: Math.min(...frames.map(({ fromMs }) => fromMs)), toMs: window.toMs }),
        selectors: [run, { ...run, statuses: ['success'] }],
        keepOthers: false,
        unit: 'user',
      },
      windows: frames.map(toNs),
      output: { kind: 'numbers' },
    } as const,
    options,
  );
  const { filtered } = answer.facts;
  const rowOf = (index: number | null) => rows.find((row) => row.window === index);
  const windows = frames.map((frame: Frame, index): ComparedWindow => {
    const row = rowOf(index);
    const isCounted = row !== undefined && row.runs > 0 && filtered === 0;
    return {
      from: msToInstant(frame.fromMs),
      to: msToInstant(frame.toMs),
      runs: row?.runs ?? 0,
      successRate: isCounted ? row.good / row.runs : null,
      p50Ms: row?.p50Ns == null ? null : row.p50Ns / 1e6,
      p95Ms: row?.p95Ns == null ? null : row.p95Ns / 1e6,
    };
  });
  return {
    data: { regression: judge(rowOf(0), rowOf(null), answer.facts), windows },
    warnings: factWarnings(answer.facts, 'attempt').filter((text) => text.startsWith('Raw data')),
    answers: [answer],
  };
}
