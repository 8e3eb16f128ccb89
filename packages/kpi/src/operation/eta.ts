/** How fast an operation is and what is left of it. */
import { progressEtaS, progressFraction, ProgressRate } from '@heartwood/semconv';
import { eventsOf, lastAdvance, VALUES, valuesOf } from './counts.ts';
import type { Expected } from './expected.ts';
import type { OperationFold } from './fold.ts';
import { activeAtMs } from './timeline.ts';

/**
 * Time that is left; `low` and `high` are equal where the rate is steady. In a silence that slows the rate, `low` is the
 * time left at the rate before it and `high` twice `ms`: what has lasted so long may well last as long again.
 */
export interface Eta {
  readonly ms: number;
  readonly lowMs: number;
  readonly highMs: number;
  /** By its own rate, or by how long others of its feature took. */
  readonly basis: 'rate' | 'history';
}

/** How far it is and how fast. */
export interface Pace {
  readonly current: number | undefined;
  readonly total: number | undefined;
  readonly totalIsEstimate: boolean;
  readonly fraction: number | undefined;
  readonly ratePerS: number | undefined;
  readonly eta: Eta | undefined;
}

/** Pace at a moment of its active time. */
export function paceOf(
  fold: OperationFold,
  activeMs: number,
  expected: Expected | undefined,
): Pace {
  const current = fold.last.current?.value;
  const total = fold.last.total?.value;
  const said = fold.last.fraction?.value;
  const count = { current, total, isEstimated: isGuess(fold) };
  const isDone = fold.end?.status === 'success';
  const fraction = progressFraction(count, isDone) ?? (total === undefined ? said : undefined);
  const totalIsEstimate =
    count.isEstimated || (current !== undefined && total !== undefined && current > total);
  const shown = { current, total, totalIsEstimate, fraction };
  if (fold.end !== undefined) {
    const ratePerS =
      current === undefined || activeMs === 0 ? undefined : (current * 1000) / activeMs;
    return { ...shown, ratePerS, eta: undefined };
  }
  const points = pointsOf(fold);
  const rate = rateOf(points);
  const ratePerS = rate?.perSecond(activeMs);
  const etaS = progressEtaS(count, ratePerS, rate?.steps ?? 0);
  const slowdown = ratePerS === undefined ? 1 : (rate?.perSecondBefore ?? ratePerS) / ratePerS;
  if (etaS !== undefined && ratePerS !== undefined)
    return {
      ...shown,
      ratePerS,
      eta: toFinite(toEta(etaS * 1000, spreadOf(points), slowdown)),
    };
  // Past the median nobody knows what is left: nothing, the difference would say.
  if (ratePerS !== undefined || expected === undefined || activeMs >= expected.p50Ms)
    return { ...shown, ratePerS, eta: undefined };
  const ms = expected.p50Ms - activeMs;
  const highMs = expected.p95Ms - activeMs;
  return { ...shown, ratePerS, eta: { ms, lowMs: ms, highMs, basis: 'history' } };
}

/** A count and the active time at which it was reached. */
interface Point {
  readonly ms: number;
  readonly count: number;
}

/** Counts in time; the first is where the measurement begins. */
function pointsOf(fold: OperationFold): Point[] {
  const { counts } = fold;
  if (counts === undefined) return [];
  const advance = lastAdvance(counts);
  const values = valuesOf(eventsOf(counts));
  const points = values.map(({ mark, value }, index, { length }) => ({
    ms: activeAtMs(fold, index === length - 1 ? (advance ?? mark) : mark),
    count: value,
  }));
  const firstMs = activeAtMs(fold, counts.first.mark);
  // What is counted right after the start was done by an earlier attempt.
  if (firstMs < LATEST_BEGINNING_MS) points.unshift({ ms: firstMs, count: counts.first.value });
  else if (values.length < VALUES) points.unshift({ ms: 0, count: 0 });
  return points;
}

/** The app sends with each event the total that the start estimated, until it says another. */
function isGuess({ estimate, leastTotal, mostTotal, last }: OperationFold): boolean {
  if (estimate === undefined || leastTotal !== mostTotal) return false;
  // Of a guess an app tells 99 % at most.
  return (last.fraction?.value ?? 0) <= MOST_OF_A_GUESS;
}

function rateOf(points: readonly Point[]): ProgressRate | undefined {
  const [first, ...rest] = points;
  if (first === undefined) return undefined;
  const rate = new ProgressRate(first.ms, first.count);
  for (const { ms, count } of rest) rate.note(ms, count);
  return rate;
}

/** Standard deviation of the rate over its mean, weighted by time; 0 when it is not known. */
function spreadOf(points: readonly Point[]): number {
  let weight = 0;
  let sum = 0;
  let squares = 0;
  for (const [index, { ms, count }] of points.entries()) {
    const before = points[index - 1];
    if (before === undefined || count <= before.count || ms <= before.ms) continue;
    const rate = (count - before.count) / (ms - before.ms);
    weight += ms - before.ms;
    sum += rate * (ms - before.ms);
    squares += rate * rate * (ms - before.ms);
  }
  if (weight === 0) return 0;
  const mean = sum / weight;
  return Math.sqrt(Math.max(0, squares / weight - mean * mean)) / mean;
}

/** `slowdown` is what the silence has slowed the rate by; 1 for not at all. */
function toEta(ms: number, spread: number, slowdown: number): Eta {
  const wide = spread <= STEADY ? 0 : spread;
  return {
    ms,
    lowMs: ms / (1 + wide) / slowdown,
    highMs: (ms / (1 - Math.min(wide, WIDEST))) * (slowdown > 1 ? 2 : 1),
    basis: 'rate',
  };
}

/** A rate that has all but gone to nothing tells of no time that is left. */
const toFinite = (eta: Eta): Eta | undefined => (Number.isFinite(eta.highMs) ? eta : undefined);

const LATEST_BEGINNING_MS = 100;
const MOST_OF_A_GUESS = 0.99;
const STEADY = 0.3;
const WIDEST = 0.9;
