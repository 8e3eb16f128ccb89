/** Slices of rows that have a filter over their texts: attributes of runs, words of log records. */

/** Numbers of rows in a slice. */
export const SLICE_ROWS = 16_384;
