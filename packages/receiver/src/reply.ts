/** What a sender is answered: OTLP 1.11 "OTLP/HTTP Response", one table for all errors. */
import { CodedError } from '@heartwood/semconv';
import type { ReceiverErrorCode } from './errors.ts';
import type { Outcome } from './known-requests.ts';
import { bytesField, varintField } from './message-field.ts';
import { ENCODING, type Encoding, type Signal } from './signal.ts';

/** An answer ready to be sent. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  /** Seconds; short, because exporters drop a batch whose wait exceeds their timeout of 10 s. */
  readonly retryAfterSeconds?: number;
}

/** The answer to a request that was not accepted, with what other transports than HTTP say it by. */
export interface ErrorReply extends Reply {
  /** Number of the `google.rpc.Code`. */
  readonly rpcCode: number;
  readonly message: string;
}

interface ErrorAnswer {
  readonly status: number;
  /** Number of the `google.rpc.Code`. */
  readonly rpcCode: number;
}

const INVALID_ARGUMENT = 3;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/** Senders repeat 429, 502, 503 and 504 only, so every error that may pass is one of these. */
export const ERROR_ANSWERS: Readonly<Record<ReceiverErrorCode, ErrorAnswer>> = {
  OTLP_MALFORMED: { status: 400, rpcCode: INVALID_ARGUMENT },
  OTLP_BODY_INCOMPLETE: { status: 400, rpcCode: INVALID_ARGUMENT },
  OTLP_UNAUTHENTICATED: { status: 401, rpcCode: UNAUTHENTICATED },
  OTLP_UNKNOWN_PATH: { status: 404, rpcCode: UNIMPLEMENTED },
  OTLP_UNSUPPORTED_SIGNAL: { status: 404, rpcCode: UNIMPLEMENTED },
  OTLP_METHOD: { status: 405, rpcCode: UNIMPLEMENTED },
  OTLP_TOO_LARGE: { status: 413, rpcCode: RESOURCE_EXHAUSTED },
  OTLP_CONTENT_TYPE: { status: 415, rpcCode: INVALID_ARGUMENT },
  OTLP_CONTENT_ENCODING: { status: 415, rpcCode: INVALID_ARGUMENT },
  RECEIVER_BUSY: { status: 429, rpcCode: RESOURCE_EXHAUSTED },
  RECEIVER_BEHIND: { status: 429, rpcCode: RESOURCE_EXHAUSTED },
  RECEIVER_DISK_LOW: { status: 503, rpcCode: UNAVAILABLE },
  RECEIVER_JOURNAL_WRITE: { status: 503, rpcCode: UNAVAILABLE },
  RECEIVER_FAILED: { status: 503, rpcCode: UNAVAILABLE },
  RECEIVER_STOPPING: { status: 503, rpcCode: UNAVAILABLE },
};

const BUG: ErrorAnswer = { status: 500, rpcCode: INTERNAL };

/** The answer to an accepted request: `partial_success` is left out unless records were rejected. */
export function replyAccepted(
  { rejected, problem }: Outcome,
  signal: Signal,
  encoding: Encoding,
): Reply {
  const contentType = CONTENT_TYPES[encoding];
  if (rejected === 0) return { status: 200, contentType, body: EMPTY_ANSWER[encoding] };
  const message = shorten(problem);
  const body =
    encoding === ENCODING.JSON
      ? toJson({
          partialSuccess: { [signal.rejectedField]: String(rejected), errorMessage: message },
        })
      : bytesField(
          1,
          Buffer.concat([varintField(1, rejected), bytesField(2, Buffer.from(message))]),
        );
  return { status: 200, contentType, body };
}

/** The answer to a request that was not accepted: a `google.rpc.Status` in the request's own encoding. */
export function replyError(error: unknown, encoding: Encoding): ErrorReply {
  const { status, rpcCode } =
    (error instanceof CodedError && ERROR_ANSWERS[error.code as ReceiverErrorCode]) || BUG;
  // What went wrong inside is for the log; it may hold paths and data.
  const message =
    error instanceof CodedError && status !== BUG.status
      ? shorten(`${error.code}: ${error.message}`)
      : 'internal error; the request was not accepted and must not be sent again';
  const body =
    encoding === ENCODING.JSON
      ? toJson({ code: rpcCode, message })
      : Buffer.concat([varintField(1, rpcCode), bytesField(2, Buffer.from(message))]);
  const reply = { status, contentType: CONTENT_TYPES[encoding], body, rpcCode, message };
  return status === 429 || status === 503 ? { ...reply, retryAfterSeconds: 1 } : reply;
}

const CONTENT_TYPES: Readonly<Record<Encoding, string>> = {
  [ENCODING.PROTOBUF]: 'application/x-protobuf',
  [ENCODING.JSON]: 'application/json',
};

const EMPTY_ANSWER: Readonly<Record<Encoding, Buffer>> = {
  [ENCODING.PROTOBUF]: Buffer.alloc(0),
  [ENCODING.JSON]: Buffer.from('{}'),
};

/** Names in messages come from outside and may be long. */
const shorten = (text: string): string => (text.length > 1000 ? `${text.slice(0, 999)}…` : text);

const toJson = (value: object): Buffer => Buffer.from(JSON.stringify(value));
