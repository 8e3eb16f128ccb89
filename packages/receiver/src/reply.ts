/** What a sender is answered: OTLP 1.11 "OTLP/HTTP Response", one table for all errors. */
import { CodedError } from '@heartwood/semconv';
import type { ReceiverErrorCode } from './errors.ts';
import type { Outcome } from './known-requests.ts';
import { bytesField, varintField } from './message-field.ts';
import {
  encodeRpcStatus,
  RPC_CODE,
  type RpcCode,
  type RpcStatus,
  toRpcStatusJson,
} from './rpc-status.ts';
import { ENCODING, type Encoding, type Signal } from './signal.ts';

/** An answer ready to be sent. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  readonly retryAfterSeconds?: number | undefined;
}

/** The answer to a request that was not accepted, with what other transports than HTTP say it by. */
export interface ErrorReply extends Reply {
  readonly rpcStatus: RpcStatus;
}

interface ErrorAnswer {
  readonly status: number;
  readonly rpcCode: RpcCode;
  /** What senders are told where the message is for the operator: it names places of the server. */
  readonly message?: string;
}

const {
  INVALID_ARGUMENT,
  DEADLINE_EXCEEDED,
  RESOURCE_EXHAUSTED,
  UNIMPLEMENTED,
  INTERNAL,
  UNAVAILABLE,
  UNAUTHENTICATED,
} = RPC_CODE;

/** All but what stops the start, before anybody is listened to. */
type AnsweredCode = Exclude<ReceiverErrorCode, 'RECEIVER_JOURNAL_FOREIGN'>;

/** Senders repeat 429, 502, 503 and 504 only, so every error that may pass is one of these. */
export const ERROR_ANSWERS: Readonly<Record<AnsweredCode, ErrorAnswer>> = {
  OTLP_MALFORMED: { status: 400, rpcCode: INVALID_ARGUMENT },
  OTLP_BODY_INCOMPLETE: { status: 400, rpcCode: INVALID_ARGUMENT },
  OTLP_BAD_HTTP: { status: 400, rpcCode: INVALID_ARGUMENT },
  OTLP_UNAUTHENTICATED: { status: 401, rpcCode: UNAUTHENTICATED },
  OTLP_UNKNOWN_PATH: { status: 404, rpcCode: UNIMPLEMENTED },
  OTLP_UNSUPPORTED_SIGNAL: { status: 404, rpcCode: UNIMPLEMENTED },
  OTLP_METHOD: { status: 405, rpcCode: UNIMPLEMENTED },
  // Not 503 or DEADLINE_EXCEEDED, upon which it would come again: who was too slow once will be again.
  OTLP_TIMEOUT: { status: 408, rpcCode: RESOURCE_EXHAUSTED },
  // What the caller has given itself, so that it knows already.
  OTLP_DEADLINE: { status: 408, rpcCode: DEADLINE_EXCEEDED },
  OTLP_TOO_LARGE: { status: 413, rpcCode: RESOURCE_EXHAUSTED },
  OTLP_CONTENT_TYPE: { status: 415, rpcCode: INVALID_ARGUMENT },
  OTLP_CONTENT_ENCODING: { status: 415, rpcCode: UNIMPLEMENTED },
  OTLP_EXPECTATION: { status: 417, rpcCode: INVALID_ARGUMENT },
  OTLP_HEADERS_TOO_LARGE: { status: 431, rpcCode: RESOURCE_EXHAUSTED },
  RECEIVER_BUSY: { status: 429, rpcCode: RESOURCE_EXHAUSTED },
  RECEIVER_BEHIND: { status: 429, rpcCode: RESOURCE_EXHAUSTED },
  RECEIVER_DISK_LOW: {
    status: 503,
    rpcCode: UNAVAILABLE,
    message: "the server's disk is nearly full; send again later",
  },
  RECEIVER_JOURNAL_WRITE: {
    status: 503,
    rpcCode: UNAVAILABLE,
    message: 'the server cannot write to its disk; send again later',
  },
  RECEIVER_FAILED: { status: 503, rpcCode: UNAVAILABLE },
  RECEIVER_STOPPING: { status: 503, rpcCode: UNAVAILABLE },
};

const BUG: ErrorAnswer = {
  status: 500,
  rpcCode: INTERNAL,
  // What went wrong inside is for the log; it may hold paths and data.
  message: 'internal error; the request was not accepted and must not be sent again',
};

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
  const code = error instanceof CodedError ? (error.code as AnsweredCode) : undefined;
  const answer = (code !== undefined && ERROR_ANSWERS[code]) || BUG;
  const { status, rpcCode, message = (error as Error).message } = answer;
  const rpcStatus: RpcStatus = {
    code: rpcCode,
    message: shorten(answer === BUG ? message : `${code}: ${message}`),
    ...((status === 429 || status === 503) && { retryAfterSeconds: RETRY_AFTER_SECONDS }),
  };
  return {
    status,
    contentType: CONTENT_TYPES[encoding],
    body:
      encoding === ENCODING.JSON ? toJson(toRpcStatusJson(rpcStatus)) : encodeRpcStatus(rpcStatus),
    rpcStatus,
    retryAfterSeconds: rpcStatus.retryAfterSeconds,
  };
}

/** Short, because exporters drop a batch whose wait exceeds their timeout of 10 s. */
const RETRY_AFTER_SECONDS = 1;

const CONTENT_TYPES: Readonly<Record<Encoding, string>> = {
  [ENCODING.PROTOBUF]: 'application/x-protobuf',
  [ENCODING.JSON]: 'application/json',
};

const EMPTY_ANSWER: Readonly<Record<Encoding, Buffer>> = {
  [ENCODING.PROTOBUF]: Buffer.alloc(0),
  [ENCODING.JSON]: Buffer.from('{}'),
};

/**
 * Names in messages come from outside and may be long. Over gRPC they stand twice in the trailers, in percent encoding and
 * in base64, and some clients take 8 KiB of metadata; OTLP recommends 4 MiB as the bound of an answer.
 */
const shorten = (text: string): string => (text.length > 400 ? `${text.slice(0, 399)}…` : text);

const toJson = (value: object): Buffer => Buffer.from(JSON.stringify(value));
