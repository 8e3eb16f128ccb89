/** The OTLP/gRPC listener: the same admission, intake and decoder as over HTTP, with the statuses of gRPC. */
import {
  logVerbosity,
  Metadata,
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerInterceptor,
  ServerInterceptingCall,
  type ServerUnaryCall,
  type ServiceDefinition,
  setLogVerbosity,
  status as GrpcStatus,
} from '@grpc/grpc-js';
import { CodedError, isRetryable } from '@heartwood/semconv';
import type { AdmissionOptions } from './admission.ts';
import { receiverError } from './errors.ts';
import type { Gauges } from './gauges.ts';
import type { Outcome } from './known-requests.ts';
import { bytesField, varintField } from './message-field.ts';
import type { Accepted } from './pipeline.ts';
import { replyAccepted, replyError } from './reply.ts';
import { COMPRESSION, ENCODING, type Signal, SIGNALS } from './signal.ts';

export interface GrpcOptions extends AdmissionOptions {
  readonly accept: (request: Accepted) => Promise<Outcome>;
  readonly gauges: Gauges;
  /** Nanoseconds since 1970. */
  readonly clockNs: () => bigint;
  readonly onBug: (error: unknown) => void;
}

/** Makes the listener with one service for each signal; nothing listens yet. */
export function createGrpcServer(options: GrpcOptions): Server {
  // What goes wrong is answered, counted or thrown; the library would write it to stderr as well.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server({
    // The libraries' own 4 MiB refuse requests that OTLP 1.11 wants taken.
    'grpc.max_receive_message_length': options.limits.bodyBytes,
    'grpc.max_concurrent_streams': 256,
    // A peer that is gone without a word is noticed after 80 s instead of hours.
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
    interceptors: [guard(options)],
  });
  for (const signal of SIGNALS.values())
    server.addService(serviceOf(signal), {
      export: (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) =>
        void serve(options, signal, call.request, callback),
    });
  return server;
}

/** Starts to listen; resolves with the port. Rejects with the system's error. */
export function listenGrpc(server: Server, host: string, port: number): Promise<number> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(withSystemCode(error));
    });
  });
}

/** The library tells the system's code in the message alone. */
function withSystemCode(error: Error): Error {
  const code = /\bE[A-Z]{4,}\b/.exec(error.message)?.[0];
  return code === undefined ? error : Object.assign(error, { code });
}

/** Closes the listener; requests under way have `closeMs` to end. */
export async function closeGrpcServer(server: Server, closeMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  const cut = setTimeout(() => server.forceShutdown(), closeMs);
  await closed;
  clearTimeout(cut);
}

/** Bodies go through as bytes: our own decoder says what is wrong with them, and says it as INVALID_ARGUMENT. */
function serviceOf(signal: Signal): ServiceDefinition {
  const asIs = (bytes: Buffer): Buffer => bytes;
  return {
    export: {
      path: signal.grpcPath,
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  };
}

/** Refuses before the message is read whoever may not send, or cannot be served now. */
function guard({
  isAuthorized,
  limits,
  inFlight,
  disk,
  journalDir,
  gauges,
}: GrpcOptions): ServerInterceptor {
  const objection = (metadata: Metadata): CodedError | undefined => {
    if (!isAuthorized(String(metadata.get('authorization')[0] ?? '')))
      return receiverError('OTLP_UNAUTHENTICATED');
    if (disk.freeBytes < limits.freeDiskBytes)
      return receiverError('RECEIVER_DISK_LOW', { freeBytes: disk.freeBytes, path: journalDir });
    return inFlight.isBusy ? receiverError('RECEIVER_BUSY') : undefined;
  };
  return (_method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, proceed) => {
            const error = objection(metadata);
            if (error === undefined) {
              proceed(metadata);
              return;
            }
            gauges.refuse(error.code);
            call.sendStatus(toStatus(error));
          },
        }),
    });
}

async function serve(
  { accept, inFlight, gauges, clockNs, onBug }: GrpcOptions,
  signal: Signal,
  body: Buffer,
  callback: sendUnaryData<Buffer>,
): Promise<void> {
  const claim = inFlight.claim();
  try {
    if (!claim.widen(body.length)) throw receiverError('RECEIVER_BUSY');
    const outcome = await accept({
      signal: signal.number,
      encoding: ENCODING.PROTOBUF,
      // Compressed messages come out of the library decompressed.
      compression: COMPRESSION.NONE,
      receivedNs: clockNs(),
      body,
    });
    callback(null, replyAccepted(outcome, signal, ENCODING.PROTOBUF).body);
  } catch (error) {
    gauges.refuse(error instanceof CodedError ? error.code : 'BUG');
    const status = toStatus(error);
    if (status.code === GrpcStatus.INTERNAL) onBug(error);
    callback(status);
  } finally {
    claim.release();
  }
}

interface ErrorStatus {
  readonly code: GrpcStatus;
  readonly details: string;
  readonly metadata: Metadata;
}

/**
 * The status of an error, with the `google.rpc.Status` in `grpc-status-details-bin`. What may be sent again is UNAVAILABLE and
 * carries a RetryInfo (OTLP "OTLP/gRPC Throttling"); RESOURCE_EXHAUSTED without one is for requests that are too large.
 */
function toStatus(error: unknown): ErrorStatus {
  const { rpcCode, message } = replyError(error, ENCODING.PROTOBUF);
  const given = STATUS_BY_RPC_CODE.get(rpcCode) ?? GrpcStatus.INTERNAL;
  const mayComeAgain = isRetryable(error) && given !== GrpcStatus.INVALID_ARGUMENT;
  const code = mayComeAgain ? GrpcStatus.UNAVAILABLE : given;
  const metadata = new Metadata();
  metadata.set(
    'grpc-status-details-bin',
    Buffer.concat([
      varintField(1, code),
      bytesField(2, Buffer.from(message)),
      ...(mayComeAgain ? [bytesField(3, RETRY_IN_A_SECOND)] : []),
    ]),
  );
  return { code, details: message, metadata };
}

/** The library's names for the numbers of `google.rpc.Code`. */
const STATUS_BY_RPC_CODE: ReadonlyMap<number, GrpcStatus> = new Map(
  [
    GrpcStatus.INVALID_ARGUMENT,
    GrpcStatus.RESOURCE_EXHAUSTED,
    GrpcStatus.UNAUTHENTICATED,
    GrpcStatus.UNAVAILABLE,
    GrpcStatus.UNIMPLEMENTED,
  ].map((code) => [code, code] as const),
);

/** `google.protobuf.Any` of a `google.rpc.RetryInfo` with a `retry_delay` of one second. */
const RETRY_IN_A_SECOND = Buffer.concat([
  bytesField(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
  bytesField(2, bytesField(1, varintField(1, 1))),
]);
