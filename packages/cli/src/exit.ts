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

/** What each means, for the reference page. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  OK: 'Done.',
  ERROR:
    'The server answered, but not with what was asked for: it refused (401, 403, 404, 409, 413, 422, 429), it failed (500), it is of another version, or another program answers there. Also: the output cannot be written.',
  USAGE:
    'The call is wrong, and stays wrong until it is written otherwise: a flag, a value (400), a form that the command does not write.',
  CHECK_FAILED:
    'The question was answered, and the answer is that something is not as it should be.',
  UNREACHABLE:
    'No server answered: no connection, nothing within `--timeout`, an answer that broke off, a proxy without a server (502, 504), a server that is not ready (503). The same call may do later.',
  INTERRUPTED: 'Ctrl-C.',
};

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
