/** How long to wait between two looks. */

/** Milliseconds of so many seconds, as far as a timer can wait: beyond 24.8 days Node would not wait at all. */
export const toTimerMs = (seconds: number): number => Math.min(seconds * 1000, LONGEST_MS);

const LONGEST_MS = 2 ** 31 - 1;
