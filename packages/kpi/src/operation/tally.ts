/** Parts of an operation that are over and no longer in memory. */

/** Parts and how each of them ended. */
export interface Tally {
  /**
   * Those that left last, by id: true for one that failed. One that comes again, told once more by a journal or a spool, is
   * taken out while it is in memory, so none counts twice.
   */
  readonly parts: Map<string, boolean>;
  /** Those before them, which are no longer told apart. */
  ended: number;
  failed: number;
  /** When the last part was closed, by the server's clock. */
  lastMs: number;
}

export interface Totals {
  readonly ended: number;
  readonly failed: number;
}

/** A tally as it is kept. */
export type StoredTally = readonly [
  ended: number,
  failed: number,
  lastMs: number,
  parts?: readonly (readonly [id: string, hasFailed: boolean])[],
];

export const createTally = (): Tally => ({
  parts: new Map(),
  ended: 0,
  failed: 0,
  lastMs: -Infinity,
});

export function countIn(tally: Tally, id: string, hasFailed: boolean, closedMs: number): void {
  tally.lastMs = Math.max(tally.lastMs, closedMs);
  tally.parts.set(id, hasFailed);
  if (tally.parts.size <= MOST_PARTS) return;
  for (const [oldest, oldestFailed] of tally.parts) {
    tally.parts.delete(oldest);
    tally.ended += 1;
    if (oldestFailed) tally.failed += 1;
    return;
  }
}

export function totalsOf(tally: Tally | undefined): Totals {
  if (tally === undefined) return { ended: 0, failed: 0 };
  let { failed } = tally;
  for (const hasFailed of tally.parts.values()) if (hasFailed) failed += 1;
  return { ended: tally.ended + tally.parts.size, failed };
}

/** What two records of one operation know together: the later one knows all that the other does. */
export function mergeTallies(a: Tally | undefined, b: Tally | undefined): Tally | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const [less, more] = totalsOf(a).ended > totalsOf(b).ended ? [b, a] : [a, b];
  const lastMs = Math.max(a.lastMs, b.lastMs);
  // Parts that the one still tells may be among those that the other no longer tells apart.
  if (more.ended > 0) return { ...more, lastMs };
  return { ...more, lastMs, parts: new Map([...less.parts, ...more.parts]) };
}

export const toStoredTally = ({ ended, failed, lastMs, parts }: Tally): StoredTally => [
  ended,
  failed,
  lastMs,
  [...parts],
];

/** `byMs`: what its times are to be moved by; none is later than `nowMs`. */
export const fromStoredTally = (
  [ended, failed, lastMs, parts = []]: StoredTally,
  byMs: number,
  nowMs: number,
): Tally => ({ ended, failed, lastMs: Math.min(lastMs + byMs, nowMs), parts: new Map(parts) });

/** 4 KB of usual ids. */
const MOST_PARTS = 100;
