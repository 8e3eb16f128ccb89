/** What can be wrong with a question about the tracking plan. */
import type { ErrorTable } from './entry.ts';

export const PLAN_ERRORS = {
  PLAN_NONE: {
    status: 404,
    detail: 'There is no tracking plan.',
    remedy: 'Give files that hold one, or put one into the folder of definitions.',
  },
} as const satisfies ErrorTable;
