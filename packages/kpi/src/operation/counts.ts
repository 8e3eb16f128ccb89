/** What an operation counted lately: enough to tell when it last went on, how far its steps lie apart and how fast it is. */
import { compareMarks, earlier, later, type Mark, type Said } from './mark.ts';

/**
 * Counts as a set that any order and any repetition of events leaves alike. All three parts are exact however events
 * arrive: a count that was let go because others were heard later comes back only with a later mark of its own.
 */
export interface Counts {
  readonly first: Said<number>;
  /** Each count with the last event that said it, by mark; the {@link VALUES} last. */
  readonly values: Said<number>[];
  /** The {@link RECENT} last events that said a count, by mark. */
  readonly recent: Said<number>[];
}

/** Twenty distances lie between twenty-one steps; the newest count may still be said again. */
export const VALUES = 22;
const RECENT = 8;

/** Counts of a single event. */
export const countsOf = (said: Said<number>): Counts => ({
  first: said,
  values: [said],
  recent: [said],
});

/** Adds a single count to others, which it may change. */
export function addCount(counts: Counts | undefined, said: Said<number>): Counts {
  if (counts === undefined) return countsOf(said);
  return isLast(counts, said)
    ? append(counts, said)
    : (mergeCounts(counts, countsOf(said)) ?? counts);
}

/** Puts the counts of one into those of the other, which it may change. */
export function mergeCounts(a: Counts | undefined, b: Counts | undefined): Counts | undefined {
  if (a === undefined) return b && { first: b.first, values: [...b.values], recent: [...b.recent] };
  if (b === undefined) return a;
  const [next] = b.values;
  if (next !== undefined && b.values.length === 1 && b.recent.length === 1 && isLast(a, next))
    return append(a, next);
  return {
    first: earlier(a.first, b.first) ?? a.first,
    values: mergeValues(a.values, b.values),
    recent: mergeRecent(a.recent, b.recent),
  };
}

/** The event at which the count became what it is now; undefined when it is that of long ago, before all that is kept. */
export function lastAdvance({ values, recent }: Counts): Mark | undefined {
  const now = values.at(-1)?.value;
  const before = recent.findLastIndex(({ value }) => value !== now);
  if (before >= 0 || recent.length < RECENT) return recent[before + 1]?.mark;
  // Eight events said nothing new: that the one before them is meant is at most one event too early.
  return values.at(-2)?.mark;
}

function isLast({ recent }: Counts, next: Said<number>): boolean {
  const last = recent.at(-1);
  return last !== undefined && compareMarks(next.mark, last.mark) > 0;
}

/** What nearly every event does: it comes after all others. In place: new lists for each would be most of its cost. */
function append(counts: Counts, next: Said<number>): Counts {
  const { values, recent } = counts;
  const same = values.findIndex(({ value }) => value === next.value);
  if (same >= 0) values.splice(same, 1);
  values.push(next);
  if (values.length > VALUES) values.shift();
  if (recent.length >= RECENT) recent.shift();
  recent.push(next);
  return counts;
}

function mergeValues(a: readonly Said<number>[], b: readonly Said<number>[]): Said<number>[] {
  const byValue = new Map<number, Said<number>>();
  for (const list of [a, b])
    for (const said of list) {
      const known = byValue.get(said.value);
      byValue.set(said.value, later(known, said) ?? said);
    }
  return [...byValue.values()].toSorted(bySaid).slice(-VALUES);
}

function mergeRecent(a: readonly Said<number>[], b: readonly Said<number>[]): Said<number>[] {
  const all = [...a, ...b].toSorted(bySaid);
  return all
    .filter((said, index) => index === 0 || bySaid(said, all[index - 1] ?? said) !== 0)
    .slice(-RECENT);
}

const bySaid = (a: Said<number>, b: Said<number>): number =>
  compareMarks(a.mark, b.mark) || a.value - b.value;
