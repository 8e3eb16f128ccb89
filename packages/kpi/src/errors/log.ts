/** What can be wrong with a question about log records. */
import type { ErrorTable } from './entry.ts';

export const LOG_ERRORS = {
  LOG_UNKNOWN: {
    status: 404,
    detail: 'No log record has the number {value}, or it has been removed.',
    remedy:
      'Take the seq of a record in /api/v1/logs; records older than HEARTWOOD_RETENTION_DAYS are removed.',
  },
  LOG_CONTEXT_TOO_LARGE: {
    status: 400,
    detail: '{limit} records with their context could be {rows}; {most} is the most.',
    remedy: 'Ask for fewer records, or for fewer before and after each.',
  },
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
