/** Every error of a request that the interface itself finds: status, what was wrong and what to do about it. */
import { CodedError, defineErrors, type ErrorEntry } from '@heartwood/semconv';

/** `{placeholders}` are filled by the caller. */
const ENTRIES = {
  PARAMETER_INVALID: {
    status: 400,
    detail: '{parameter} {reason}.',
    remedy: 'Correct the parameter; /docs lists what each takes.',
  },
  PARAMETER_UNKNOWN: {
    status: 400,
    detail: 'There is no parameter {parameter} here.',
    remedy: 'Leave it out{known}.',
  },
  PARAMETER_REPEATED: {
    status: 400,
    detail: '{parameter} is given more than once.',
    remedy: 'Give it once.',
  },
  PATH_INVALID: {
    status: 400,
    detail: 'The path is not correctly percent-encoded.',
    remedy: 'Encode each part of the path as UTF-8, as encodeURIComponent does.',
  },
  TOKEN_MISSING: {
    status: 401,
    detail: 'This server wants a token.',
    remedy: 'Send the header "Authorization: Bearer <HEARTWOOD_READ_TOKEN>".',
  },
  TOKEN_WRONG: {
    status: 401,
    detail: 'The token is not one that this server knows.',
    remedy: 'Compare it with HEARTWOOD_READ_TOKEN of the server.',
  },
  SCOPE_TOO_LOW: {
    status: 403,
    detail: 'The token may read, but not this.',
    remedy: 'Use the admin token.',
  },
  HOST_NOT_ALLOWED: {
    status: 403,
    detail: 'The host name {host} is not one that this server answers to.',
    remedy: 'Use localhost or 127.0.0.1, or set HEARTWOOD_READ_TOKEN to allow other names.',
  },
  ROUTE_UNKNOWN: {
    status: 404,
    detail: 'There is nothing at {path}.',
    remedy: 'See /docs for what there is.',
  },
  EXPLAIN_UNKNOWN: {
    status: 404,
    detail: '{path} is no answer that can be explained.',
    remedy: 'Give the path of a GET route under /api/v1 that takes explain, with its parameters.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    detail: '{path} does not take {method}.',
    remedy: 'Use one of: {allowed}.',
  },
  BODY_TYPE_WRONG: {
    status: 415,
    detail: 'The body comes as {given}.',
    remedy: 'Send JSON in UTF-8, not compressed, with the header "Content-Type: application/json".',
  },
  BODY_TOO_LARGE: {
    status: 413,
    detail: 'The body has more than {limit} bytes.',
    remedy: 'Send at most that.',
  },
  BODY_NOT_JSON: {
    status: 400,
    detail: 'The body cannot be read as JSON: {reason}.',
    remedy: 'Send one JSON object.',
  },
  BODY_INVALID: {
    status: 400,
    detail: '{parameter} {reason}.',
    remedy: 'Correct the body; /docs lists what it takes.',
  },
  STREAM_ID_INVALID: {
    status: 400,
    detail: '{id} is no id that this stream gives.',
    remedy: 'Give the id of the last event that came, or none to begin anew.',
  },
  STREAM_FULL: {
    status: 503,
    detail: 'The server has as many followers as it takes: {limit}.',
    remedy: 'Try again in a few seconds, or end streams that nobody looks at.',
  },
  FILES_FULL: {
    status: 503,
    detail: 'The server writes or sends as many files as it does at once: {limit}.',
    remedy: 'Try again when one of them has been taken.',
  },
  NOT_READY: {
    status: 503,
    detail: 'The server is not ready: {reasons}.',
    remedy: 'Try again in a few seconds.',
  },
} as const;

/** Codes of the errors of a request. */
export type RequestErrorCode = keyof typeof ENTRIES;

/** A request that is refused before it becomes a question. */
export class RequestError extends CodedError {
  readonly status: number;
  readonly detail: string;
  readonly remedy: string;
  readonly parameter: string | undefined;
  readonly suggestions: readonly string[];

  constructor(
    code: RequestErrorCode,
    values: Readonly<Record<string, string>> = {},
    suggestions: readonly string[] = [],
  ) {
    const short = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, shorten(value)]),
    );
    const detail = makeDetail(code, short).message;
    const remedy = makeRemedy(code, short).message;
    const { status } = ENTRIES[code];
    super(code, `${detail} ${remedy}`, status === 503);
    this.status = status;
    this.detail = detail;
    this.remedy = remedy;
    this.parameter = short['parameter'];
    this.suggestions = suggestions;
  }
}

const makeDetail = defineErrors(messagesOf('detail'));
const makeRemedy = defineErrors(messagesOf('remedy'));

function messagesOf(part: 'detail' | 'remedy'): Record<RequestErrorCode, ErrorEntry> {
  return Object.fromEntries(
    Object.entries(ENTRIES).map(([code, entry]) => [
      code,
      { message: entry[part], retryable: false },
    ]),
  ) as Record<RequestErrorCode, ErrorEntry>;
}

/** A hostile name must not blow up the answer that repeats it. */
const shorten = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text);
