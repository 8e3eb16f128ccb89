/** The first of many in an order, without sorting all of them. */

/** At most `limit` of these, in the order of `compare`. */
export function topOf<T>(all: Iterable<T>, limit: number, compare: (a: T, b: T) => number): T[] {
  const top: T[] = [];
  for (const one of all) {
    const last = top.at(limit - 1);
    if (limit === 0 || (last !== undefined && compare(one, last) >= 0)) continue;
    top.splice(placeOf(one, top, compare), 0, one);
    if (top.length > limit) top.pop();
  }
  return top;
}

/** Behind all that do not come after it. */
function placeOf<T>(one: T, sorted: readonly T[], compare: (a: T, b: T) => number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compare(sorted[middle] as T, one) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
