/** What can be wrong with a question about operations. */
import type { ErrorTable } from './entry.ts';

export const OPERATION_ERRORS = {
  OPERATION_UNKNOWN: {
    status: 404,
    detail: 'No operation "{value}" is known.',
    remedy: 'Check the id at /api/v1/operations, or wait until its first event has arrived.',
  },
  OPERATIONS_LOADING: {
    status: 503,
    detail: 'The server has just started and is reading the operations that were under way.',
    remedy: 'Try again in a few seconds.',
  },
} as const satisfies ErrorTable;
