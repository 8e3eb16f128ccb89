/** What can be wrong with a question about who comes back. */
import type { ErrorTable } from './entry.ts';

export const ACTIVITY_ERRORS = {
  RETENTION_UNKNOWN: {
    status: 404,
    detail: 'No retention "{value}" is defined.',
    remedy: 'Check the id at /api/v1/retention.',
  },
  RETENTION_CELL_UNKNOWN: {
    status: 404,
    detail: 'The table has no cohort or column that begins with {value}.',
    remedy: 'Give it as the table of the same range has it; the first begins with {first}.',
  },
  RETENTION_NOT_SPLIT: {
    status: 422,
    detail: 'A group is named, but the table is not split.',
    remedy: 'Give by as well, or leave the group out.',
  },
  RETENTION_TOO_LARGE: {
    status: 422,
    detail: 'The retention table would have {what}.',
    remedy: 'Ask for a shorter range, a longer period or fewer periods.',
  },
} as const satisfies ErrorTable;
