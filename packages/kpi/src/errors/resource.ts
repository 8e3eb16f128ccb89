/** What can be wrong with a question about what processes use. */
import type { ErrorTable } from './entry.ts';

export const RESOURCE_ERRORS = {
  RESOURCES_TOO_MANY: {
    status: 422,
    detail: 'The processes of this range have more than {limit} minutes together.',
    remedy: 'Ask for a shorter range, or for one service.',
  },
} as const satisfies ErrorTable;
