/** What kept a question from being answered: the server's own problem, or the way to it. */
import { CodedError } from '@heartwood/semconv';
import type { Problem } from './contract/answer.ts';

/** A problem that the server answered, or that kept it from answering. */
export class ApiError extends CodedError {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The parameter at fault. */
  readonly parameter: string | undefined;
  /** What to do about it. */
  readonly remedy: string | undefined;
  /** Known names that are close to the one asked for. */
  readonly suggestions: readonly string[];
  /** Seconds after which the server, or a proxy before it, takes the question again; undefined where it does not say. */
  readonly retryAfterS: number | undefined;

  constructor(status: number, problem: Partial<Problem> & RetryAfter, cause?: unknown) {
    const code = problem.code ?? 'ANSWER_UNREADABLE';
    const detail = problem.detail ?? `The server answered HTTP ${String(status)}.`;
    super(code, detail, status === 0 || status === 429 || status === 503, cause);
    this.status = status;
    this.parameter = problem.parameter;
    this.remedy = problem.remedy;
    this.suggestions = problem.suggestions ?? [];
    this.retryAfterS = problem.retryAfterS;
  }
}

interface RetryAfter {
  readonly retryAfterS?: number | undefined;
}

/** The JSON of an answer; rejects with `ANSWER_UNREADABLE`, and with `ANSWER_BROKEN_OFF` where it ends too early. */
export async function readJson(response: Response): Promise<unknown> {
  // A stream has no end that could be waited for.
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (isStream) await response.body?.cancel();
  const text = isStream
    ? ''
    : await response.text().catch((error: unknown) => {
        throw brokenOff(response.url, error);
      });
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const { status, headers } = response;
    const code = 'ANSWER_UNREADABLE';
    const [type] = /^[\w.+-]{1,60}\/[\w.+-]{1,60}/u.exec(headers.get('content-type') ?? '') ?? [];
    const came = type === undefined ? '' : `, ${type}`;
    const detail = `The answer${whereOf(response)} (HTTP ${String(status)}${came}) is no JSON.`;
    const remedy = 'Check that the address is that of the Heartwood API (port 4319 by default).';
    const retryAfterS = readRetryAfter(response);
    throw new ApiError(status, { code, detail, remedy, retryAfterS }, error);
  }
}

/** What an answer says that is not the one that was asked for. */
export async function readRefusal(response: Response): Promise<ApiError> {
  const problem = ((await readJson(response)) ?? {}) as Partial<Problem>;
  return new ApiError(response.status, { ...problem, retryAfterS: readRetryAfter(response) });
}

/** Which path answered, with the address where a redirect led to it; without what its query may hold. */
function whereOf({ url, redirected }: Response): string {
  if (!URL.canParse(url)) return '';
  const { origin, pathname } = new URL(url);
  return ` of ${redirected ? origin : ''}${pathname}`;
}

/** A date instead of seconds is not read: clocks differ. */
function readRetryAfter({ headers }: Response): number | undefined {
  const given = headers.get('retry-after') ?? '';
  return /^\d{1,6}$/u.test(given) ? Number(given) : undefined;
}

/** The error of a request that failed on its way. */
export function toFailure(
  error: unknown,
  { url, timeoutMs, isLate }: { url: string; timeoutMs: number; isLate: boolean },
): ApiError {
  const known = error instanceof ApiError ? error : undefined;
  if (known !== undefined && known.code !== BROKEN_OFF) return known;
  return isLate ? tooSlow(timeoutMs, error) : (known ?? unreachable(url, error));
}

/** No answer came in time. */
function tooSlow(timeoutMs: number, cause: unknown): ApiError {
  const detail = `No answer within ${String(timeoutMs)} ms.`;
  return new ApiError(
    0,
    { code: 'ANSWER_TIMEOUT', detail, remedy: 'Ask for a shorter range.' },
    cause,
  );
}

/** There was no connection. */
function unreachable(url: string, cause: unknown): ApiError {
  const detail = `${originOf(url)} cannot be reached.`;
  const remedy = 'Start it with `npm start`, or give its address.';
  return new ApiError(0, { code: 'SERVER_UNREACHABLE', detail, remedy }, cause);
}

/** The connection ended before the answer did. */
export function brokenOff(url: string, cause: unknown): ApiError {
  const detail = `${originOf(url)} broke off its answer.`;
  const remedy = 'Ask again; what ended it stands in the log of the server.';
  return new ApiError(0, { code: BROKEN_OFF, detail, remedy }, cause);
}

const BROKEN_OFF = 'ANSWER_BROKEN_OFF';

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : 'the server');
