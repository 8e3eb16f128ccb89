/** What kind of trouble an error is: by its code, else by the status of the answer, else by its type, else by its words. */
import { categoryOfWords } from './category-words.ts';
import type { ErrorCategory } from './categories.ts';

/** What is known of an error before it has a category. */
export interface ErrorSigns {
  readonly errorType: string | null;
  /** The message without what varies. */
  readonly template: string;
  readonly code: string | null;
  readonly httpStatus: number | null;
  /** It names a database system. */
  readonly isDatabase: boolean;
  /** TCP port of what could not be reached. */
  readonly port: number | null;
}

/** `unknown` where nothing tells: no guess. */
export function categoryOf(signs: ErrorSigns): ErrorCategory {
  const { code, httpStatus, errorType, template } = signs;
  const isDatabase = signs.isDatabase || (signs.port !== null && DATABASE_PORTS.has(signs.port));
  const byCode = code === null ? undefined : categoryOfCode(code);
  // A database that cannot be reached is trouble with the database.
  if (byCode !== undefined) return byCode === 'api' && isDatabase ? 'database' : byCode;
  if (httpStatus !== null && httpStatus >= 400) return categoryOfStatus(httpStatus);
  const byType = errorType === null ? undefined : categoryOfWords(errorType);
  if (byType !== undefined && byType !== 'timeout') return byType;
  const byWords = isDatabase ? 'database' : categoryOfWords(template);
  // What an API or a database took too long for is trouble with that.
  if (byWords === 'api' || byWords === 'database') return byWords;
  return byType ?? byWords ?? 'unknown';
}

/** The first word of a text that is a code of the table; null: none. */
export function findCode(text: string): string | null {
  for (let at = 0; at < text.length;) {
    if (!isWord(text.charCodeAt(at))) {
      at++;
      continue;
    }
    let end = at;
    while (end < text.length && isWord(text.charCodeAt(end))) end++;
    const word = text.slice(at, end);
    if (end - at <= LONGEST_CODE && isTold(word)) return word;
    at = end;
  }
  return null;
}

const LONGEST_CODE = 64;

const isWord = (code: number): boolean =>
  (code >= 48 && code <= 57) ||
  (code >= 65 && code <= 90) ||
  (code >= 97 && code <= 122) ||
  code === 95;

/** Numbers alone are too common to be codes where nobody calls them so. */
const isTold = (word: string): boolean =>
  Number.isNaN(Number(word)) && categoryOfCode(word) !== undefined;

function categoryOfCode(code: string): ErrorCategory | undefined {
  const known = CODES.get(code);
  if (known !== undefined) return known;
  if (code.startsWith('SQLITE_') || code.startsWith('ER_') || code.startsWith('ORA_'))
    return 'database';
  if (code.startsWith('ERR_TLS') || code.startsWith('CERT_') || code.startsWith('UND_ERR'))
    return 'api';
  // The classes of SQLSTATE that say who is to blame; https://www.postgresql.org/docs/current/errcodes-appendix.html
  return code.length === 5 && SQL_CLASSES.has(code.slice(0, 2)) && hasDigit(code)
    ? 'database'
    : undefined;
}

const hasDigit = (code: string): boolean => /\d/u.test(code.slice(0, 5));

const CODES: ReadonlyMap<string, ErrorCategory> = new Map(
  (
    [
      [
        'api',
        'ECONNREFUSED ECONNRESET ECONNABORTED ENOTFOUND EAI_AGAIN EAI_NODATA EPIPE EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN ENETRESET ETIMEDOUT EPROTO ERR_HTTP2_STREAM_ERROR ERR_SOCKET_CLOSED DEPTH_ZERO_SELF_SIGNED_CERT UNABLE_TO_VERIFY_LEAF_SIGNATURE SELF_SIGNED_CERT_IN_CHAIN UNAVAILABLE',
      ],
      ['database', 'PROTOCOL_CONNECTION_LOST E11000 WRONGTYPE NOREPLICAS'],
      ['timeout', 'ABORT_ERR ESOCKETTIMEDOUT ERR_TIMEOUT DEADLINE_EXCEEDED TIMEOUT timeout'],
      ['auth', 'UNAUTHENTICATED PERMISSION_DENIED ERR_JWT_EXPIRED WRONGPASS NOAUTH'],
      ['rate_limit', 'RESOURCE_EXHAUSTED RATE_LIMITED THROTTLED ERR_RATE_LIMIT'],
      [
        'validation',
        'ERR_INVALID_ARG_TYPE ERR_INVALID_ARG_VALUE ERR_OUT_OF_RANGE ERR_INVALID_URL ERR_MISSING_ARGS EINVAL INVALID_ARGUMENT FAILED_PRECONDITION ERR_VALIDATION',
      ],
      [
        'filesystem',
        'EACCES EPERM ENOSPC EDQUOT EMFILE ENFILE ENOENT EEXIST EISDIR ENOTDIR ENOTEMPTY EROFS EBUSY EXDEV EIO EFBIG ELOOP ENAMETOOLONG',
      ],
      ['memory', 'ENOMEM ERR_WORKER_OUT_OF_MEMORY ERR_STRING_TOO_LONG ERR_BUFFER_TOO_LARGE'],
      ['configuration', 'EADDRINUSE EADDRNOTAVAIL ERR_INVALID_PROTOCOL ERR_UNKNOWN_SETTING'],
      [
        'dependency',
        'MODULE_NOT_FOUND ERR_MODULE_NOT_FOUND ERR_PACKAGE_PATH_NOT_EXPORTED ERR_DLOPEN_FAILED ERR_REQUIRE_ESM ERR_UNSUPPORTED_DIR_IMPORT',
      ],
    ] as const
  ).flatMap(([category, codes]) => codes.split(' ').map((code) => [code, category] as const)),
);

const SQL_CLASSES = new Set(['08', '22', '23', '25', '28', '40', '42', '53', '54', '57', '58']);
const DATABASE_PORTS = new Set([1433, 1521, 3306, 5432, 6379, 7687, 8123, 9000, 9042, 27_017]);

function categoryOfStatus(status: number): ErrorCategory {
  if (status === 401 || status === 403 || status === 407) return 'auth';
  if (status === 429) return 'rate_limit';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 400 || status === 409 || status === 413 || status === 415 || status === 422)
    return 'validation';
  return 'api';
}
