/** What can be wrong with a question about HEART. */
import type { ErrorTable } from './entry.ts';

export const HEART_ERRORS = {
  HEART_UNKNOWN: {
    status: 404,
    detail: 'There is no HEART "{value}" in the definitions.',
    remedy: 'Check the id at /api/v1/heart.',
  },
  HEART_PART_UNKNOWN: {
    status: 404,
    detail: 'The letter {letter} of "{id}" has no part "{value}" with members.',
    remedy: 'Check `letters` of its answer at /api/v1/heart/{id}.',
  },
} as const satisfies ErrorTable;
