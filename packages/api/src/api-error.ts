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

  constructor(status: number, problem: Partial<Problem>, cause?: unknown) {
    const code = problem.code ?? 'ANSWER_UNREADABLE';
    const detail = problem.detail ?? `The server answered HTTP ${String(status)}.`;
    super(code, detail, status === 0 || status === 429 || status === 503, cause);
    this.status = status;
    this.parameter = problem.parameter;
    this.remedy = problem.remedy;
    this.suggestions = problem.suggestions ?? [];
  }
}

/** The JSON of an answer; rejects with `ANSWER_UNREADABLE`. */
export async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const code = 'ANSWER_UNREADABLE';
    const detail = `The answer (HTTP ${String(response.status)}) is no JSON.`;
    const remedy = 'Check that the address is that of the Heartwood API (port 4319 by default).';
    throw new ApiError(response.status, { code, detail, remedy }, error);
  }
}

/** No answer came in time. */
export function tooSlow(timeoutMs: number, cause: unknown): ApiError {
  const detail = `No answer within ${String(timeoutMs)} ms.`;
  return new ApiError(
    0,
    { code: 'ANSWER_TIMEOUT', detail, remedy: 'Ask for a shorter range.' },
    cause,
  );
}

/** There was no connection, or it broke. */
export function unreachable(url: string, cause: unknown): ApiError {
  const origin = URL.canParse(url) ? new URL(url).origin : 'the server';
  const detail = `${origin} cannot be reached.`;
  const remedy = 'Start it with `npm start`, or give its address.';
  return new ApiError(0, { code: 'SERVER_UNREACHABLE', detail, remedy }, cause);
}
