/** Where an event stands among those of its operation, by what its app says; the order in which events arrive tells nothing. */

/** Place of an event. Two of one operation that are equal here are taken to be one that came twice. */
export interface Mark {
  readonly sequence?: number | undefined;
  /** Time of the record by the app's wall clock. */
  readonly timeMs: number;
  /** Time since the start by a steady clock. */
  readonly elapsedMs?: number | undefined;
}

/** What an event said, and where it stands. */
export interface Said<T> {
  readonly mark: Mark;
  readonly value: T;
}

/** What is said again and again, in an object of its owner's own: a new one for each event would live just long enough to be costly. */
export interface Kept<T> {
  mark: Mark;
  value: T;
}

/**
 * A total order: numbered events by their number, the others by time before all of them. To compare by number where both
 * have one and else by time is no order: three events could each come before the next in a circle.
 */
export function compareMarks(a: Mark, b: Mark): number {
  const bySequence = (a.sequence ?? -1) - (b.sequence ?? -1);
  if (bySequence !== 0) return bySequence;
  return a.timeMs - b.timeMs || (a.elapsedMs ?? -1) - (b.elapsedMs ?? -1);
}

/** The first by mark; among equal marks the smaller value, so that it does not matter which came first. */
export function earlier<T extends string | number>(
  a: Said<T> | undefined,
  b: Said<T> | undefined,
): Said<T> | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const order = compareMarks(a.mark, b.mark);
  return order < 0 || (order === 0 && a.value <= b.value) ? a : b;
}

/** The last by mark; among equal marks the larger value. */
export function later<T extends string | number>(
  a: Said<T> | undefined,
  b: Said<T> | undefined,
): Said<T> | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const order = compareMarks(a.mark, b.mark);
  return order > 0 || (order === 0 && a.value >= b.value) ? a : b;
}

/** Time from one mark to another by the clock that both have. */
export function gapMs(from: Mark, to: Mark): number {
  const passedMs =
    from.elapsedMs !== undefined && to.elapsedMs !== undefined
      ? to.elapsedMs - from.elapsedMs
      : to.timeMs - from.timeMs;
  return Math.max(0, passedMs);
}
