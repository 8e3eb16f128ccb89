/** What can be wrong with a question about log records. */
import type { ErrorTable } from './entry.ts';

export const LOG_ERRORS = {
  PATTERN_INVALID: {
    status: 400,
    detail: 'The pattern {value} cannot be read: {reason}.',
    remedy: 'Correct it; patterns are those of RE2 (https://github.com/google/re2/wiki/Syntax).',
  },
  ATTRIBUTE_INVALID: {
    status: 400,
    detail: 'The attribute {value} is no key=value.',
    remedy: 'Write the key, = and the value, such as order.id=17.',
  },
} as const satisfies ErrorTable;
