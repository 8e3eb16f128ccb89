/** Exit codes, and which error ends with which. */
import { CodedError } from '@heartwood/semconv/errors';
import { USAGE_CODES } from './errors.ts';

/** What the process ends with. */
export const EXIT = {
  OK: 0,
  ERROR: 1,
  USAGE: 2,
  /** The question was answered, and the answer is that something is not as it should be. */
  CHECK_FAILED: 3,
  UNREACHABLE: 4,
  INTERRUPTED: 130,
} as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** The exit code of an error, by its code and, where a server answered, by the HTTP status. */
export function exitOf(error: unknown): Exit {
  if (!(error instanceof CodedError)) return EXIT.ERROR;
  if (USAGE_CODES.has(error.code)) return EXIT.USAGE;
  switch ('status' in error ? error.status : undefined) {
    case 0: {
      return error.code === 'ANSWER_UNREADABLE' ? EXIT.ERROR : EXIT.UNREACHABLE;
    }
    case 400: {
      return EXIT.USAGE;
    }
    // A proxy without a server behind it, or a server that does not take questions now.
    case 502:
    case 503:
    case 504: {
      return EXIT.UNREACHABLE;
    }
    default: {
      return EXIT.ERROR;
    }
  }
}
