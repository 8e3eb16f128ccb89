/** What an operation counted lately: enough to tell when it last went on, how far its steps lie apart and how fast it is. */
import { compareMarks, earlier, type Mark, type Said } from './mark.ts';

/**
 * Counts as a set that any order and any repetition of events leaves alike: exact however events arrive, as a count that
 * was let go because others were heard later comes back only with a later mark of its own.
 */
export interface Counts {
  first: Said<number>;
  /**
   * The last event that said a count, for each of the {@link VALUES} last counts, and the {@link RECENT} last events that
   * said any, by mark. Numbers side by side, {@link WIDTH} an event: as objects they took four times the room, and each
   * event left some to the garbage collector.
   */
  readonly told: number[];
}

/** Twenty distances lie between twenty-one steps; the newest count may still be said again. */
export const VALUES = 22;
export const RECENT = 8;
/** Count, number, time and time since the start of an event; NaN for what it does not say. */
const WIDTH = 4;

/** Counts of a single event. */
export function countsOf(mark: Mark, value: number): Counts {
  const told: number[] = [];
  push(told, mark, value);
  return { first: { mark, value }, told };
}

/** Adds a single count to others, which it may change. */
export function addCount(counts: Counts | undefined, mark: Mark, value: number): Counts {
  if (counts === undefined) return countsOf(mark, value);
  const { told } = counts;
  if (compareMarks(mark, markAt(told, told.length - WIDTH)) <= 0)
    return mergeCounts(counts, countsOf(mark, value)) ?? counts;
  push(told, mark, value);
  prune(told);
  return counts;
}

/** Puts the counts of one into those of the other, which it may change. */
export function mergeCounts(a: Counts | undefined, b: Counts | undefined): Counts | undefined {
  if (a === undefined) return b && { first: b.first, told: [...b.told] };
  if (b === undefined) return a;
  const all = [...eventsOf(a), ...eventsOf(b)].toSorted(bySaid);
  const told: number[] = [];
  for (const [index, said] of all.entries())
    if (index === 0 || bySaid(said, all[index - 1] ?? said) !== 0)
      push(told, said.mark, said.value);
  prune(told);
  return { first: earlier(a.first, b.first) ?? a.first, told };
}

/** Of all events that are known the last one that said each of the last counts, by mark. */
export function valuesOf(events: readonly Said<number>[]): Said<number>[] {
  const last = new Map<number, Said<number>>();
  for (const said of events) {
    last.delete(said.value);
    last.set(said.value, said);
  }
  return [...last.values()].slice(-VALUES);
}

/** All events that are known, by mark. */
export function eventsOf({ told }: Counts): Said<number>[] {
  const events: Said<number>[] = [];
  for (let at = 0; at < told.length; at += WIDTH)
    events.push({ mark: markAt(told, at), value: told[at] ?? 0 });
  return events;
}

/** Counts of the events that {@link eventsOf} gives, in any order. */
export function fromEvents(first: Said<number>, events: readonly Said<number>[]): Counts {
  const told: number[] = [];
  for (const { mark, value } of events.toSorted(bySaid)) push(told, mark, value);
  return { first, told };
}

/** The event at which the count became what it is now; undefined when it is that of long ago, before all that is kept. */
export function lastAdvance({ told }: Counts): Mark | undefined {
  const now = told[told.length - WIDTH];
  let before = told.length - WIDTH;
  while (before >= 0 && told[before] === now) before -= WIDTH;
  const recent = told.length - RECENT * WIDTH;
  if (before >= recent || recent < 0) return markAt(told, before + WIDTH);
  // Eight events said nothing new: that the one before them is meant is at most one event too early.
  return before < 0 ? undefined : markAt(told, before);
}

function push(told: number[], { sequence, timeMs, elapsedMs }: Mark, value: number): void {
  told.push(value, sequence ?? NaN, timeMs, elapsedMs ?? NaN);
}

function markAt(told: readonly number[], at: number): Mark {
  const [sequence = NaN, timeMs = 0, elapsedMs = NaN] = [told[at + 1], told[at + 2], told[at + 3]];
  return {
    sequence: Number.isNaN(sequence) ? undefined : sequence,
    timeMs,
    elapsedMs: Number.isNaN(elapsedMs) ? undefined : elapsedMs,
  };
}

/** Lets go of what is neither among the last events nor the last to say one of the last counts; the rest moves to the front. */
function prune(told: number[]): void {
  const recent = told.length - RECENT * WIDTH;
  let kept = told.length;
  let values = 0;
  for (let at = told.length - WIDTH; at >= 0; at -= WIDTH) {
    const isValue = values < VALUES && !isSaid(told, kept, told[at] ?? 0);
    if (isValue) values += 1;
    else if (at < recent) continue;
    kept -= WIDTH;
    if (kept !== at) for (let of = 0; of < WIDTH; of++) told[kept + of] = told[at + of] ?? NaN;
  }
  if (kept === 0) return;
  // By hand: `copyWithin` of an array takes three times as long as all the rest of hearing an event.
  for (let at = kept; at < told.length; at++) told[at - kept] = told[at] ?? NaN;
  told.length -= kept;
}

/** Whether an event from there on says the count. */
function isSaid(told: readonly number[], from: number, value: number): boolean {
  for (let at = from; at < told.length; at += WIDTH) if (told[at] === value) return true;
  return false;
}

const bySaid = (a: Said<number>, b: Said<number>): number =>
  compareMarks(a.mark, b.mark) || a.value - b.value;
