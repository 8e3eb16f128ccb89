/** What can be wrong with a question about who comes back. */
import type { ErrorTable } from './entry.ts';

export const ACTIVITY_ERRORS = {
  RETENTION_UNKNOWN: {
    status: 404,
    detail: 'No retention "{value}" is defined.',
    remedy: 'Check the id at /api/v1/retention.',
  },
  RETENTION_TOO_LARGE: {
    status: 422,
    detail: 'The retention table would have {what}.',
    remedy: 'Ask for a shorter range, a longer period or fewer periods.',
  },
} as const satisfies ErrorTable;
