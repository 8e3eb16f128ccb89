/** Over what time a KPI speaks: its latest window that is whole, and the one before. */
import { maturityMs } from './basis/basis.ts';
import type { KpiDefinition } from './definition/kinds.ts';
import { QuestionError } from './errors.ts';
import { createGrid, INTERVAL_MS, type Interval } from './interval.ts';
import { PERIOD_INTERVALS } from './retention-periods.ts';
import type { Window } from './window.ts';

/** A half-open range of time. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Two windows that follow each other. */
export interface KpiSpans {
  readonly current: Span;
  /** As long by the clock, or the calendar period before. */
  readonly previous: Span;
}

type KpiWindow = Pick<KpiDefinition, 'window' | 'grain'> & Partial<Pick<KpiDefinition, 'formula'>>;

/**
 * The windows of a KPI as of `asked.toMs`. A rolling one ends with the last bucket of its grain that is complete, a
 * calendar one is the last period that is: what may still grow never decides a status. On a retention table a rolling one
 * ends with a period of the table, as a cohort that it cuts is in no number. Days are those of the zone, 23 to 25 hours long.
 */
export function toKpiSpans(definition: KpiWindow, asked: Window): KpiSpans {
  const floor = floorOf(definition);
  const { formula } = definition;
  // What begins in the window must have had its time: a conversion its own window, a retention its periods.
  const waitMs = formula !== undefined && 'basis' in formula ? maturityMs(formula.basis) : 0;
  const endMs = floor(asked, Math.min(asked.toMs, asked.watermarkMs - waitMs));
  const back = backOf(definition);
  const startMs = back(asked, endMs);
  const previous = { startMs: back(asked, startMs), endMs: startMs };
  if (previous.startMs < 0)
    throw new QuestionError('TIME_OUT_OF_RANGE', 'to', { value: String(asked.toMs) });
  return { current: { startMs, endMs }, previous };
}

/** Both windows as slots of equal width: the previous is bucket 0, the current bucket 1. */
export function toSpanSlots({ previous, current }: KpiSpans): {
  readonly origin: bigint;
  readonly width: bigint;
  readonly buckets: readonly string[];
} {
  const lengths = [previous, current].map(({ startMs, endMs }) => endMs - startMs);
  const widthMs = lengths.reduce(gcd, 0);
  return {
    origin: BigInt(previous.startMs) * 1_000_000n,
    width: BigInt(widthMs) * 1_000_000n,
    buckets: lengths.flatMap((length, index) =>
      Array.from({ length: length / widthMs }, () => String(index)),
    ),
  };
}

/** Length of the buckets in which a KPI is drawn: its grain, where that is no longer than its window. */
export function grainOf({ window, grain }: Pick<KpiDefinition, 'window' | 'grain'>): Interval {
  const longestMs = window.kind === 'rolling' ? window.ms : PERIOD_MS[window.period];
  if (INTERVAL_MS[grain] <= longestMs) return grain;
  return NAMES.findLast((name) => INTERVAL_MS[name] <= longestMs) ?? '1m';
}

const DAY_MS = 86_400_000;
const PERIOD_MS = { day: DAY_MS, week: 7 * DAY_MS, month: 28 * DAY_MS } as const;
const NAMES = Object.keys(INTERVAL_MS) as Interval[];

/** Gives the start of what a moment lies in. */
type Move = (asked: Window, ms: number) => number;

function floorOf(definition: KpiWindow): Move {
  const { window } = definition;
  if (window.kind === 'rolling') return floorTo(coarser(grainOf(definition), definition.formula));
  if (window.period === 'month') return floorToMonth;
  return floorTo(window.period === 'week' ? '1w' : '1d');
}

/** The grain, or the period of the retention table that the KPI stands on, where that is longer. */
function coarser(grain: Interval, formula: KpiWindow['formula']): Interval {
  if (formula === undefined || !('basis' in formula) || formula.basis.kind !== 'retention')
    return grain;
  const cohorts = PERIOD_INTERVALS[formula.basis.definition.rule.period];
  return INTERVAL_MS[cohorts] > INTERVAL_MS[grain] ? cohorts : grain;
}

function backOf(definition: KpiWindow): Move {
  const { window } = definition;
  if (window.kind === 'calendar') {
    const floor = floorOf(definition);
    return (asked, ms) => floor(asked, ms - 1);
  }
  // Whole days are days of the clock, however long they are.
  if (window.ms % DAY_MS !== 0) return (_asked, ms) => ms - window.ms;
  const cut = cutTo(INTERVAL_MS[grainOf(definition)]);
  return ({ zone }, ms) => cut(zone.fromWall(zone.toWall(ms) - window.ms));
}

const floorTo =
  (interval: Interval): Move =>
  (asked, ms) =>
    createGrid({ ...asked, fromMs: ms, toMs: ms + 1 }, interval).buckets[0]?.startMs ?? ms;

const floorToMonth: Move = ({ zone }, ms) => {
  const wall = new Date(zone.toWall(ms));
  return cutTo(DAY_MS)(zone.fromWall(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), 1)));
};

/** To five minutes, as the edges of all buckets of days: see `interval.ts`; to finer buckets where there are such. */
function cutTo(grainMs: number): (ms: number) => number {
  const stepMs = Math.min(grainMs, 300_000);
  return (ms) => Math.floor(ms / stepMs) * stepMs;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
