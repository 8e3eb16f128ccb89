/** Combinations of values in which every pair of values of two axes occurs together at least once. */

export type Axes = Readonly<Record<string, readonly unknown[]>>;
export type Combination<A extends Axes> = { readonly [Name in keyof A]: A[Name][number] };

/** Greedy: each combination is begun with a pair that is still missing and filled with what covers most of the others. */
export function pairwise<A extends Axes>(axes: A): Combination<A>[] {
  const names = Object.keys(axes);
  const missing = new Set<string>();
  for (const [a, first] of names.entries())
    for (const second of names.slice(a + 1))
      for (let i = 0; i < sizeOf(axes, first); i++)
        for (let j = 0; j < sizeOf(axes, second); j++) missing.add(pairOf(first, i, second, j));
  const combinations: Combination<A>[] = [];
  while (missing.size > 0) {
    const [begin = ''] = missing;
    const chosen = new Map<string, number>();
    for (const part of begin.split('&')) {
      const [name = '', index] = part.split('=');
      chosen.set(name, Number(index));
    }
    for (const name of names)
      if (!chosen.has(name)) chosen.set(name, best(axes, name, chosen, names, missing));
    for (const pair of pairsOf(chosen, names)) missing.delete(pair);
    combinations.push(
      Object.fromEntries(
        names.map((name) => [name, axes[name]?.[chosen.get(name) ?? 0]]),
      ) as Combination<A>,
    );
  }
  return combinations;
}

const sizeOf = (axes: Axes, name: string): number => axes[name]?.length ?? 0;

const pairOf = (first: string, i: number, second: string, j: number): string =>
  `${first}=${i}&${second}=${j}`;

function* pairsOf(chosen: ReadonlyMap<string, number>, names: readonly string[]): Iterable<string> {
  for (const [a, first] of names.entries())
    for (const second of names.slice(a + 1)) {
      const i = chosen.get(first);
      const j = chosen.get(second);
      if (i !== undefined && j !== undefined) yield pairOf(first, i, second, j);
    }
}

/** The value of the axis that covers most missing pairs with what is chosen already. */
function best(
  axes: Axes,
  name: string,
  chosen: ReadonlyMap<string, number>,
  names: readonly string[],
  missing: ReadonlySet<string>,
): number {
  let found = 0;
  let most = -1;
  for (let index = 0; index < sizeOf(axes, name); index++) {
    const covered = [...pairsOf(new Map([...chosen, [name, index]]), names)].filter((pair) =>
      missing.has(pair),
    ).length;
    if (covered > most) [found, most] = [index, covered];
  }
  return found;
}
