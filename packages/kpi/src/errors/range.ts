/** What can be wrong with a range of time and with the buckets it is cut into. */
import type { ErrorTable } from './entry.ts';

export const RANGE_ERRORS = {
  TIME_INVALID: {
    status: 400,
    detail: '"{value}" is no time.',
    remedy:
      'Give ISO 8601 such as 2026-11-21T09:30:00Z, epoch milliseconds, now, today or yesterday.',
  },
  TIME_OUT_OF_RANGE: {
    status: 400,
    detail: '"{value}" lies outside of what can be stored.',
    remedy: 'Give a time between 1970 and 2261.',
  },
  DURATION_INVALID: {
    status: 400,
    detail: '"{value}" is no duration.',
    remedy: 'Give a number and a unit: 90s, 15m, 24h, 7d, 4w.',
  },
  RANGE_AMBIGUOUS: {
    status: 400,
    detail: 'Both from and since are given.',
    remedy: 'Leave one of them out.',
  },
  RANGE_REVERSED: {
    status: 400,
    detail: 'The range ends ({to}) before it starts ({from}).',
    remedy: 'Swap from and to.',
  },
  RANGE_EMPTY: {
    status: 400,
    detail: 'The range starts and ends at {from}.',
    remedy: 'Give a to that lies after from.',
  },
  RANGE_TOO_LONG: {
    status: 400,
    detail: 'The range is {days} days long.',
    remedy: 'Ask for at most {limit} days.',
  },
  TIME_ZONE_UNKNOWN: {
    status: 400,
    detail: '"{value}" is no time zone.',
    remedy: 'Give an IANA name such as Europe/Berlin or UTC.',
  },
  INTERVAL_TOO_FINE: {
    status: 400,
    detail: 'Buckets of {value} over this range would be {count}.',
    remedy: 'Ask for at most {limit}: interval={remedy}, or a shorter range.',
  },
} as const satisfies ErrorTable;
