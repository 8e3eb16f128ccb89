/** Did you mean: the known words that are close to a wrong one. */

const MOST = 3;

/** Names that may still be held beside each other, in letters times letters: an answer that waits for more is no help. */
export interface SuggestionWork {
  left: number;
}

/** Some tens of milliseconds, which 1,000 names and a few mistakes do not need. */
export const createSuggestionWork = (): SuggestionWork => ({ left: 2_000_000 });

/**
 * Up to three known words close to `word`, nearest first: equal but for case, containing it, or within an edit
 * distance (insert, delete, replace, swap neighbours) of a third of its length. Whoever asks about many words gives
 * them the same `work`: once it is used up, what was found by then is the answer.
 */
export function suggest(
  word: string,
  known: Iterable<string>,
  work: SuggestionWork = createSuggestionWork(),
): string[] {
  if (work.left <= 0) return [];
  const wanted = fold(word);
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const ranked: { text: string; distance: number }[] = [];
  for (const text of known) {
    if (work.left <= 0) break;
    const candidate = fold(text);
    const isNear = Math.abs(candidate.length - wanted.length) <= limit;
    work.left -= candidate.length + (isNear ? wanted.length * candidate.length : 1);
    const within = wanted.length > 2 && candidate.includes(wanted);
    const distance = within ? 0.5 : editDistance(wanted, candidate, limit);
    if (distance <= limit) ranked.push({ text, distance: candidate === wanted ? 0 : distance });
  }
  return ranked
    .toSorted((a, b) => a.distance - b.distance || (a.text < b.text ? -1 : 1))
    .slice(0, MOST)
    .map(({ text }) => text);
}

const fold = (text: string): string => text.toLowerCase().slice(0, 100);

/** Optimal string alignment distance; stops with `limit + 1` as soon as it must be larger. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (row > 1 && column > 1 && swapped) best = Math.min(best, at(older, column - 2) + 1);
      current.push(best);
    }
    if (Math.min(...current) > limit) return limit + 1;
    older = previous;
    previous = current;
  }
  return at(previous, b.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;
