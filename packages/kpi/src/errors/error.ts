/** What can be wrong with a question about errors. */
import type { ErrorTable } from './entry.ts';

export const ERROR_ERRORS = {
  ERROR_UNKNOWN: {
    status: 404,
    detail: 'No error has the fingerprint {value}.',
    remedy: 'Take it from /api/v1/errors, with its v1: in front.',
  },
} as const satisfies ErrorTable;
