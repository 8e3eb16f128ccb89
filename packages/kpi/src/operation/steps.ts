/** When an operation last went on, and how far its steps lie apart: in its active time, so that no pause counts. */
import { eventsOf, lastAdvance, VALUES, valuesOf } from './counts.ts';
import type { OperationFold } from './fold.ts';
import { activeAtMs, elapsedMsOf, pausedMsOf } from './timeline.ts';

/** Active time now. */
export function activeMsOf(fold: OperationFold, nowMs: number): number {
  const elapsedMs = elapsedMsOf(fold, nowMs);
  return elapsedMs - pausedMsOf(fold, elapsedMs);
}

/** Active time since the count became what it is, since the start where nothing was counted. */
export function idleMsOf(fold: OperationFold, nowMs: number): number {
  const advance = fold.counts === undefined ? undefined : lastAdvance(fold.counts);
  const advanceMs = advance === undefined ? 0 : activeAtMs(fold, advance);
  return Math.max(0, activeMsOf(fold, nowMs) - advanceMs);
}

/** Distances of the last twenty steps, sorted. The last event that said a count is where the next one began. */
export function stepGapsMs(fold: OperationFold): number[] {
  const { counts } = fold;
  if (counts === undefined) return [];
  const values = valuesOf(eventsOf(counts));
  const steps = values.slice(0, -1).map(({ mark }) => activeAtMs(fold, mark));
  if (values.length < VALUES) steps.unshift(0);
  return steps
    .slice(1)
    .map((ms, index) => Math.max(0, ms - (steps[index] ?? ms)))
    .toSorted((a, b) => a - b);
}

/**
 * Time without a step after which an operation is stalled: by its own steps, the fewer are known the more patient, and
 * as long as nearly none are, by how long others of its feature took. Five medians alone would misjudge many healthy
 * operations whose steps take tens of seconds.
 */
export function stallLimitMs(
  sortedGapsMs: readonly number[],
  p50Ms: number | undefined,
  leastMs: number,
): number {
  const n = sortedGapsMs.length;
  const byHistoryMs = n < ENOUGH_GAPS ? (p50Ms ?? 0) / 4 : 0;
  if (n === 0) return Math.max(leastMs, byHistoryMs);
  const usualMs = 5 * (1 + FEW / n) * medianOf(sortedGapsMs);
  return Math.max(leastMs, byHistoryMs, usualMs, 3 * (sortedGapsMs.at(-1) ?? 0));
}

export const medianOf = (sorted: readonly number[]): number =>
  ((sorted.at((sorted.length - 1) >> 1) ?? 0) + (sorted.at(sorted.length >> 1) ?? 0)) / 2;

const ENOUGH_GAPS = 2;
/** With so many gaps the limit is twice what it is with very many. */
const FEW = 5;
