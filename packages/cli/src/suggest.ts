/** "Did you mean": the known words that are close to a mistyped one. */

/** At most three known words, closest first and none much farther than that; none when nothing is close. Flags keep their dashes, which make no word closer. */
export function suggest(typed: string, known: readonly string[]): string[] {
  const word = typed.toLowerCase();
  const close = known
    .map((candidate) => ({ candidate, distance: distance(word, candidate.toLowerCase()) }))
    .filter(
      ({ candidate, distance }) =>
        distance <= Math.max(1, Math.floor(candidate.replace(/^-+/u, '').length / 3)) ||
        (word.length > 1 && candidate.toLowerCase().startsWith(word)),
    )
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3);
  const farthest = (close[0]?.distance ?? 0) + 1;
  return close.filter(({ distance }) => distance <= farthest).map(({ candidate }) => candidate);
}

/** The suggestion as a sentence with a leading space; empty when there is none. */
export function suggestion(typed: string, known: readonly string[]): string {
  const close = suggest(typed, known);
  return close.length === 0 ? '' : ` Did you mean ${close.join(' or ')}?`;
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  // A word this long is no slip of the finger, and the table grows with both lengths.
  if (a.length > 64) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      line.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (line[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped && row > 1 && column > 1 ? (before[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    before = last;
    last = line;
  }
  return last[b.length] ?? 0;
}
