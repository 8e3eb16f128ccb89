/** What an event adds to what is known of its operation. */
import { addCount } from './counts.ts';
import {
  elapsedMsOf,
  FIRST_WORDS,
  foldOf,
  LAST,
  lastBlocked,
  least,
  mergeFolds,
  most,
  toMicros,
  toMs,
  type OperationFold,
} from './fold.ts';
import { compareMarks, earlier, type Kept, later, type Mark, type Said } from './mark.ts';
import type { OperationEventLike } from './operation-event.ts';

/**
 * As {@link mergeFolds} of {@link foldOf} does. Nearly all events say that work goes on, and most of what they say is known:
 * a fold of each would take three times as long as this.
 */
export function hearEvent(into: OperationFold, event: OperationEventLike, heardMs: number): void {
  if (event.kind !== 'progress' && event.kind !== 'heartbeat') {
    mergeFolds(into, foldOf(event, heardMs));
    return;
  }
  const { sequence, current, total, blockedS } = event;
  const receivedMs = toMicros(heardMs);
  const timeMs = toMs(event.timeNs);
  const elapsedMs = elapsedMsOf(event);
  const mark: Mark = { sequence, timeMs, elapsedMs };
  for (const key of FIRST_WORDS) hearFirst(into.first, key, mark, event[key]);
  for (const key of LAST) hearLast(into.last, key, mark, event[key]);
  if (current !== undefined) into.counts = addCount(into.counts, mark, current);
  const lagMs = toMicros(receivedMs - timeMs);
  into.newsMs = Math.max(into.newsMs, receivedMs);
  into.earliestMs = Math.min(into.earliestMs, timeMs);
  into.lagMs = Math.min(into.lagMs, lagMs);
  into.mostLagMs = Math.max(into.mostLagMs, lagMs);
  if (elapsedMs !== undefined) {
    const bornMs = toMicros(timeMs - elapsedMs);
    into.aheadMs = most(into.aheadMs, toMicros(elapsedMs - receivedMs));
    into.bornMs = least(into.bornMs, bornMs);
    into.latestBornMs = most(into.latestBornMs, bornMs);
  }
  if (event.kind === 'progress') {
    if (sequence === undefined) into.workMs = most(into.workMs, timeMs);
    else into.workSequence = most(into.workSequence, sequence);
  }
  if (blockedS === undefined) into.freeMs = most(into.freeMs, timeMs);
  else into.blocked = lastBlocked(into.blocked, { timeMs, blockedS });
  into.leastTotal = least(into.leastTotal, total);
  into.mostTotal = most(into.mostTotal, total);
  into.isOver ||= current !== undefined && total !== undefined && current > total;
  into.seq = Math.max(into.seq, Number(event.seq));
}

function hearFirst(
  words: Partial<Record<string, Said<string | number> | undefined>>,
  key: string,
  mark: Mark,
  value: string | number | undefined,
): void {
  if (value === undefined || value === '') return;
  const known = words[key];
  if (known === undefined || compareMarks(known.mark, mark) >= 0)
    words[key] = earlier(known, { mark, value });
}

function hearLast(
  words: Partial<Record<string, Kept<string | number> | undefined>>,
  key: string,
  mark: Mark,
  value: string | number | undefined,
): void {
  if (value === undefined || value === '') return;
  const known = words[key];
  if (known === undefined) words[key] = { mark, value };
  else if (compareMarks(known.mark, mark) <= 0) {
    const { value: last } = later(known, { mark, value }) ?? known;
    known.mark = mark;
    // Of two equal texts the one that is kept already.
    if (known.value !== last) known.value = last;
  }
}
