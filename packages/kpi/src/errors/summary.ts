/** What can be wrong with a question about days summed up. */
import type { ErrorTable } from './entry.ts';

export const SUMMARY_ERRORS = {
  SUMMARY_DAY_INVALID: {
    status: 400,
    detail: '"{value}" is no day that can be summed up.',
    remedy: 'Write a day that has begun as 2026-11-22, or today or yesterday.',
  },
  SUMMARY_RUNNING: {
    status: 429,
    detail: 'A day is being summed up since {since}.',
    remedy: 'Try again in a few seconds.',
  },
} as const satisfies ErrorTable;
