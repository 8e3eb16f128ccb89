/** What can be wrong with a question about paths. */
import type { ErrorTable } from './entry.ts';

export const PATH_ERRORS = {
  PATH_ANCHOR: {
    status: 400,
    detail: 'Paths begin or end at one thing; the question names {what}.',
    remedy: 'Give either after or before, such as after=feature:checkout.',
  },
} as const satisfies ErrorTable;
