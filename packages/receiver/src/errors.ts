/** What can go wrong between a sender and the store, each with its remedy and the word whether sending again helps. */
import { type CodedError, defineErrors, type MakeError } from '@heartwood/semconv';

export type ReceiverErrorCode =
  | 'OTLP_MALFORMED'
  | 'OTLP_TOO_LARGE'
  | 'OTLP_UNAUTHENTICATED'
  | 'OTLP_UNKNOWN_PATH'
  | 'OTLP_UNSUPPORTED_SIGNAL'
  | 'OTLP_METHOD'
  | 'OTLP_CONTENT_TYPE'
  | 'OTLP_CONTENT_ENCODING'
  | 'OTLP_BODY_INCOMPLETE'
  | 'OTLP_BAD_HTTP'
  | 'OTLP_HEADERS_TOO_LARGE'
  | 'OTLP_EXPECTATION'
  | 'OTLP_TIMEOUT'
  | 'OTLP_DEADLINE'
  | 'RECEIVER_BUSY'
  | 'RECEIVER_BEHIND'
  | 'RECEIVER_DISK_LOW'
  | 'RECEIVER_JOURNAL_WRITE'
  | 'RECEIVER_JOURNAL_FOREIGN'
  | 'RECEIVER_FAILED'
  | 'RECEIVER_STOPPING';

/** Makes the receiver's errors. */
export const receiverError: MakeError<ReceiverErrorCode> = defineErrors<ReceiverErrorCode>({
  OTLP_MALFORMED: {
    message:
      'the request cannot be decoded as OTLP {encoding}: {reason} at byte {at}; check that the exporter sends the encoding its Content-Type names',
    retryable: false,
  },
  OTLP_TOO_LARGE: {
    message: 'the request is too large: {what}, the limit is {limit}; send smaller batches',
    retryable: false,
  },
  OTLP_UNAUTHENTICATED: {
    message: 'a valid ingest token is needed: send "Authorization: Bearer <token>"',
    retryable: false,
  },
  OTLP_UNKNOWN_PATH: {
    message: 'nothing is received at {path}; OTLP/HTTP goes to {known}',
    retryable: false,
  },
  OTLP_UNSUPPORTED_SIGNAL: {
    message: '{signal} are not supported by this version; turn the exporter of {signal} off',
    retryable: false,
  },
  OTLP_METHOD: { message: 'use POST, not {method}', retryable: false },
  OTLP_CONTENT_TYPE: {
    message:
      'Content-Type "{type}" is not supported; send application/x-protobuf or application/json (UTF-8)',
    retryable: false,
  },
  OTLP_CONTENT_ENCODING: {
    message: 'compression "{encoding}" is not supported; send {known} or none',
    retryable: false,
  },
  OTLP_BODY_INCOMPLETE: {
    message: 'the connection ended before the body was complete',
    retryable: true,
  },
  OTLP_BAD_HTTP: {
    message:
      'this is not a request that HTTP allows ({reason}); check that sender and proxies speak plain HTTP/1.1 to this port',
    retryable: false,
  },
  OTLP_HEADERS_TOO_LARGE: {
    message: 'the headers of the request are too large; send fewer or shorter ones',
    retryable: false,
  },
  OTLP_EXPECTATION: {
    message: 'the expectation "{expectation}" is not known; send "100-continue" or none',
    retryable: false,
  },
  OTLP_TIMEOUT: {
    message: 'the request was not complete in time; send smaller batches',
    retryable: false,
  },
  OTLP_DEADLINE: {
    message:
      'the deadline of the call passed before the request was complete; give it more time or send smaller batches',
    retryable: true,
  },
  RECEIVER_BUSY: {
    message: 'too many bytes are being received at once; send again shortly',
    retryable: true,
  },
  RECEIVER_BEHIND: {
    message: 'the store has not kept up for {waitedMs} ms; send again shortly',
    retryable: true,
  },
  RECEIVER_DISK_LOW: {
    message: 'only {freeBytes} bytes are free under {path}; free some space, then send again',
    retryable: true,
  },
  RECEIVER_JOURNAL_WRITE: {
    message: 'the journal in {path} cannot be written; check the disk, then send again',
    retryable: true,
  },
  RECEIVER_JOURNAL_FOREIGN: {
    message:
      'the journal in {path} belongs to {whose}; start with the one it belongs to, or move the folder away to begin without what it holds',
    retryable: false,
  },
  RECEIVER_FAILED: {
    message: 'the store stopped taking data and is being reopened; send again shortly',
    retryable: true,
  },
  RECEIVER_STOPPING: { message: 'the server is stopping; send again shortly', retryable: true },
});

/** An error of a body that breaks its encoding. */
export const malformed = (
  encoding: 'protobuf' | 'JSON' | 'gRPC',
  reason: string,
  at: number,
): CodedError => receiverError('OTLP_MALFORMED', { encoding, reason, at });

/** The error of a body of `bytes` bytes. */
export const tooLarge = (bytes: number | string, limitBytes: number): CodedError =>
  receiverError('OTLP_TOO_LARGE', { what: `${bytes} bytes`, limit: `${limitBytes} bytes` });
