/** The cost of slowness: do those who met a slow run on a day come back less than those whose runs were fast? */
import type {
  Answer,
  Condition,
  EventSelector,
  MemberRow,
  Reader,
  ReadOptions,
  SlownessCell,
  SlownessQuestion,
  SlownessRow,
  SlownessSide,
} from '@heartwood/store';
import { explain, toStatement, type Analytic } from './analytic.ts';
import { factWarnings, toSampling } from './facts.ts';
import { createGrid } from './interval.ts';
import { checkNames } from './name.ts';
import { shareDifference } from './share-difference.ts';
import { isComplete, toNs, type Window } from './window.ts';
import { MIN_SAMPLE, wilson } from './wilson.ts';

/** What is asked. */
export interface SlownessRequest extends ReadOptions {
  readonly feature: string;
  /** What makes a run slow: above three quarters of the runs of the range, or of tier slow or very_slow. */
  readonly slow: 'quartile' | 'tier';
  /** The feature's own target: at least that many milliseconds are slow, whatever `slow` says. */
  readonly slowMs?: number | undefined;
  /** What counts as coming back: a run of the same feature, or of any. */
  readonly returnTo: 'feature' | 'any';
  readonly unit: 'user' | 'session';
}

/** Days of one side; a unit counts once a day. */
interface SlownessGroup {
  /** Days that had all the time to return. */
  readonly n: number;
  /** Units that they belong to. */
  readonly actors: number;
  readonly returned: number;
  readonly rate: number | null;
  /** Bounds that hold the true share in 95 of 100 samples (Wilson); null below 30 days. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Days left out because their time to return is not over. */
  readonly immature: number;
}

/** What slowness goes along with. */
export interface Slowness {
  readonly feature: string;
  /** Milliseconds that a slow run takes longer than, or at least where the target is given; null by tier. */
  readonly thresholdMs: number | null;
  readonly slow: SlownessGroup;
  readonly fast: SlownessGroup;
  /** Share of the slow days that return less that of the fast ones; null below 30 days on either side. */
  readonly difference: {
    readonly value: number;
    readonly low: number;
    readonly high: number;
  } | null;
  readonly verdict: 'less' | 'more' | 'unclear' | 'not_enough_data';
  /** The verdict in words, with what it does not say. */
  readonly reading: string;
}

const DAY_MS = 86_400_000;
const HORIZON_MS = 7 * DAY_MS;
/** Where nanoseconds of the store end. */
const MAX_TIME_MS = Date.UTC(2262, 0, 1);

/** Reads the cost of slowness. Rejects a feature that never ran. */
export async function readSlowness(
  reader: Reader,
  window: Window,
  request: SlownessRequest,
): Promise<Analytic<Slowness>> {
  const { feature, slow, slowMs, returnTo, unit } = request;
  const question = toQuestion(window, request);
  const { rows, ...answer } = await reader.ask(
    { ...question, output: { kind: 'numbers' } } as const,
    request,
  );
  // Runs of any feature say nothing of this one.
  if (rows.length === 0) await checkNames(reader, { feature }, request);
  const data = toSlowness(rows, request);
  return {
    data,
    unit: `days of ${unit}s`,
    complete: isComplete(Math.min(window.toMs + HORIZON_MS, MAX_TIME_MS), window),
    truncated: false,
    warnings: [
      ...factWarnings(answer.facts, unit),
      'This is an association: who meets slow runs may differ in other ways, and days of one unit are not independent.',
    ],
    sampleSize: { unit: `days of ${unit}s`, n: data.slow.n + data.fast.n },
    sampling: toSampling(answer.facts),
    approximate: null,
    asOf: String(answer.asOf),
    explain: explain(window, {
      definition: {
        kind: 'slowness',
        id: null,
        revision: null,
        source: null,
        written: { feature, slow, slowMs, returnTo, unit },
      },
      sentence: describe(request),
      statements: [toStatement('slowness', answer, rows.length)],
      command: [
        'features',
        'slowness',
        '--slow',
        slow,
        ...(slowMs === undefined ? [] : ['--slow-ms', String(slowMs)]),
        '--return-to',
        returnTo,
        '--unit',
        unit,
      ],
      argument: feature,
    }),
  };
}

/** A page of the days that a number counts; `asOf` of the answer that it stands in. */
export function readSlownessMembers(
  reader: Reader,
  window: Window,
  request: SlownessRequest,
  cell: SlownessCell,
  { asOf, after, limit }: { asOf?: bigint | undefined; after?: string | undefined; limit: number },
): Promise<Answer<MemberRow>> {
  const question = toQuestion(window, request);
  const events = { ...question.events, asOf };
  const output = { kind: 'members', cell, after, limit } as const;
  return reader.ask({ ...question, events, output } as const, request);
}

function toQuestion(
  window: Window,
  { feature, slow, slowMs, returnTo, unit }: SlownessRequest,
): Omit<SlownessQuestion, 'output'> {
  const toMs = Math.min(window.toMs + HORIZON_MS, MAX_TIME_MS);
  const { origin, width, slots } = createGrid({ ...window, toMs }, '1d');
  const run: EventSelector = { source: 'run', names: [feature] };
  const slowRun = slowRunOf(run, slow, slowMs);
  return {
    kind: 'slowness',
    events: {
      ...toNs({ fromMs: window.fromMs, toMs }),
      selectors: [
        run,
        returnTo === 'any' ? { source: 'run', names: 'any' } : run,
        ...(slowRun === undefined ? [] : [slowRun]),
      ],
      keepOthers: false,
      unit,
    },
    judged: toNs(window),
    slots: { origin, width, buckets: slots },
    horizonNs: BigInt(HORIZON_MS) * 1_000_000n,
    matureNs: BigInt(window.watermarkMs) * 1_000_000n,
  };
}

function slowRunOf(
  run: EventSelector,
  slow: SlownessRequest['slow'],
  slowMs: number | undefined,
): EventSelector | undefined {
  if (slowMs !== undefined) return { ...run, minDurationNs: BigInt(Math.round(slowMs * 1e6)) };
  const where: Condition = {
    kind: 'in',
    property: { kind: 'column', name: 'tier' },
    values: ['slow', 'very_slow'],
  };
  return slow === 'tier' ? { ...run, where } : undefined;
}

function toSlowness(rows: readonly SlownessRow[], { feature, slowMs }: SlownessRequest): Slowness {
  const [slow, fast] = [toGroup(rows, 'slow'), toGroup(rows, 'fast')];
  const difference =
    Math.min(slow.n, fast.n) < MIN_SAMPLE
      ? null
      : shareDifference(
          { part: slow.returned, whole: slow.n },
          { part: fast.returned, whole: fast.n },
        );
  const verdict =
    difference === null
      ? 'not_enough_data'
      : difference.high < 0
        ? 'less'
        : difference.low > 0
          ? 'more'
          : 'unclear';
  const thresholdNs = rows[0]?.thresholdNs ?? null;
  return {
    feature,
    thresholdMs: slowMs ?? (thresholdNs === null ? null : thresholdNs / 1e6),
    slow,
    fast,
    difference,
    verdict,
    reading: READINGS[verdict],
  };
}

const READINGS: Readonly<Record<Slowness['verdict'], string>> = {
  less: 'After days with a slow run fewer come back than after days on which all were fast. That is an association, no proof of a cause.',
  more: 'After days with a slow run more come back than after days on which all were fast: who uses a feature much meets more slow runs. That is an association, no proof of a cause.',
  unclear:
    'Days with a slow run and days on which all were fast do not differ by more than chance.',
  not_enough_data: `There are fewer than ${String(MIN_SAMPLE)} days on one side: nothing can be said.`,
};

function toGroup(rows: readonly SlownessRow[], side: SlownessSide): SlownessGroup {
  const row = rows.find((one) => one.side === side);
  const [n, returned] = [row?.mature ?? 0, row?.returned ?? 0];
  return {
    n,
    actors: row?.actors ?? 0,
    returned,
    rate: n === 0 ? null : returned / n,
    interval: n < MIN_SAMPLE ? null : wilson(returned, n),
    immature: row?.immature ?? 0,
  };
}

function describe({ feature, slow, slowMs, returnTo, unit }: SlownessRequest): string {
  const rule =
    slowMs === undefined
      ? slow === 'tier'
        ? 'of tier slow or very_slow'
        : 'that took longer than three quarters of those in the range'
      : `that took ${String(slowMs)} ms or more`;
  const back = returnTo === 'any' ? 'any feature' : `"${feature}"`;
  return `days of ${unit}s with a run of "${feature}" ${rule}, from the first such run on, against days on which all runs were fast, from the first on; returned: ran ${back} on a later day within 7 days; days whose 7 days are not over are left out; intervals by Wilson, that of the difference by Newcombe (method 10)`;
}
