/** What can be wrong with a question about data quality. */
import type { ErrorTable } from './entry.ts';

export const QUALITY_ERRORS = {
  QUALITY_RUNNING: {
    status: 429,
    detail: 'Checks of data quality are running since {since}.',
    remedy:
      'Wait until they have ended, then read what they found at /api/v1/quality, or try again.',
  },
} as const satisfies ErrorTable;
