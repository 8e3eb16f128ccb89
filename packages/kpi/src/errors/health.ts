/** What can be wrong with a question about health. */
import type { ErrorTable } from './entry.ts';

export const HEALTH_ERRORS = {
  CHECK_UNKNOWN: {
    status: 404,
    detail: 'There is no check of health "{value}".',
    remedy: 'GET /api/v1/health without check names them all.',
  },
} as const satisfies ErrorTable;
