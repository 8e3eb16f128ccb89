/** What can be wrong with a definition that comes with a question. */
import type { ErrorTable } from './entry.ts';

export const DEFINITION_ERRORS = {
  DEFINITION_INVALID: {
    status: 422,
    detail: 'The definition cannot be used: {reason}.',
    remedy: 'Mend what stands in problems.',
  },
} as const satisfies ErrorTable;
