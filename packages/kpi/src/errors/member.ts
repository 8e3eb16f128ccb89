/** What can be wrong with a question about the members of a number. */
import type { ErrorTable } from './entry.ts';

export const MEMBER_ERRORS = {
  MEMBER_CELL_UNKNOWN: {
    status: 404,
    detail: 'Nothing in the answer begins at "{value}".',
    remedy: 'Give it as the answer of the same range has it; the first begins at {first}.',
  },
  MEMBER_NUMBER_MISSING: {
    status: 400,
    detail: 'It is not said which number is meant.',
    remedy: 'Give {what}.',
  },
} as const satisfies ErrorTable;
