/** Names of the bucket lengths that can be asked for, shortest first. Days, weeks and months are those of the time zone. */
export const INTERVALS = [
  '1m',
  '5m',
  '15m',
  '30m',
  '1h',
  '3h',
  '6h',
  '12h',
  '1d',
  '1w',
  '1mo',
] as const;

/** Name of a bucket length. */
export type Interval = (typeof INTERVALS)[number];
