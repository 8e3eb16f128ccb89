/** The operation's own time: from its start, by its own steady clock where it tells that, so that no wall clock's jump counts. */
import type { OperationFold } from './fold.ts';
import type { Mark } from './mark.ts';
import { pausedMsUntil } from './pauses.ts';

/** When it began, by the app's clock: what the start says, else what later events do. */
export const startMsOf = ({ start, bornMs, earliestMs }: OperationFold): number =>
  start?.timeMs ?? bornMs ?? earliestMs;

/** Time from the start to an event. */
const atMs = (fold: OperationFold, mark: Mark): number =>
  Math.max(0, mark.elapsedMs ?? mark.timeMs - startMsOf(fold));

/** Time since the start, pauses included, until its end or the server's `nowMs`. */
export function elapsedMsOf(fold: OperationFold, nowMs: number): number {
  const { end, aheadMs, lagMs } = fold;
  if (end !== undefined) return atMs(fold, end.mark);
  return Math.max(0, aheadMs === undefined ? nowMs - lagMs - startMsOf(fold) : nowMs + aheadMs);
}

/** How much of the time up to `untilMs` it paused. */
export const pausedMsOf = (fold: OperationFold, untilMs: number): number =>
  pausedMsUntil(fold.pauses, untilMs, (mark) => atMs(fold, mark));

/** Time at work up to an event. */
export function activeAtMs(fold: OperationFold, mark: Mark): number {
  const ms = atMs(fold, mark);
  return ms - pausedMsOf(fold, ms);
}
