/** How many recorded runs are open: while none is, nobody needs to ask the context for one. */

/** True when a run is open somewhere in this thread. */
export function anyRunOpen(): boolean {
  return openRuns().count > 0;
}

export function countRunBegun(): void {
  openRuns().count += 1;
}

export function countRunEnded(): void {
  openRuns().count -= 1;
}

// One count for all copies of this package in the thread, as they see each other's runs; found once.
const KEY = Symbol.for('heartwood open runs 1');
const shared = globalThis as unknown as Record<typeof KEY, { count: number } | undefined>;
let found: { count: number } | undefined;

function openRuns(): { count: number } {
  return (found ??= shared[KEY] ??= { count: 0 });
}
