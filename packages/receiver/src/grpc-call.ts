/** Serves the unary calls of OTLP/gRPC: admission by the head, one message, one answer. */
import {
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { gzipSync } from 'node:zlib';
import { CodedError } from '@heartwood/semconv';
import { admitCall, type Admitted, type AdmissionOptions } from './admission.ts';
import { ACCEPTED_COMPRESSIONS } from './compression.ts';
import { malformed, receiverError } from './errors.ts';
import type { Gauges } from './gauges.ts';
import { FRAME_HEADER_BYTES, readMessage } from './grpc-message.ts';
import type { SessionWatch } from './grpc-session.ts';
import { GRPC_OK, grpcStatusOf, toTrailers } from './grpc-status.ts';
import type { Claim } from './in-flight.ts';
import type { Outcome } from './known-requests.ts';
import type { Accepted } from './pipeline-options.ts';
import { replyAccepted } from './reply.ts';
import { RPC_CODE } from './rpc-status.ts';
import { COMPRESSION } from './signal.ts';
import type { Timeouts } from './timeouts.ts';

export interface GrpcCallOptions extends AdmissionOptions {
  readonly accept: (request: Accepted) => Promise<Outcome>;
  readonly timeouts: Timeouts;
  readonly gauges: Gauges;
  /** Nanoseconds since 1970. */
  readonly clockNs: () => bigint;
  readonly onBug: (error: unknown) => void;
}

export class GrpcCalls {
  readonly #options: GrpcCallOptions;
  readonly #watches = new WeakMap<object, SessionWatch>();

  constructor(options: GrpcCallOptions) {
    this.#options = options;
  }

  /** Lets the watch of a session hear of its calls. */
  begin(session: ServerHttp2Session, watch: SessionWatch): void {
    this.#watches.set(session, watch);
  }

  serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    // A caller may go at any time, which its stream tells by closing.
    stream.on('error', () => undefined);
    // One that was reset together with its head comes here closed.
    if (stream.destroyed || stream.closed) return;
    const refused = refusedByHttp(headers);
    if (refused !== undefined) {
      this.#options.gauges.refuse('OTLP_CONTENT_TYPE');
      stream.respond({ ':status': refused }, { endStream: true });
      discard(stream, this.#options.timeouts.lingerMs);
      return;
    }
    const watch = stream.session && this.#watches.get(stream.session);
    watch?.onCall();
    stream.once('close', () => watch?.onAnswered());
    void this.#serve(stream, headers);
  }

  async #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const { inFlight, gauges, timeouts, onBug } = this.#options;
    const interrupt = new AbortController();
    const stop = (code: 'RECEIVER_BUSY' | 'OTLP_TIMEOUT' | 'OTLP_DEADLINE'): void =>
      interrupt.abort(receiverError(code));
    const claim = inFlight.claim(() => stop('RECEIVER_BUSY'));
    const { requestMs } = timeouts;
    const callerMs = deadlineMs(headers['grpc-timeout']?.toString());
    const late = setTimeout(
      () => stop(callerMs < requestMs ? 'OTLP_DEADLINE' : 'OTLP_TIMEOUT'),
      Math.min(callerMs, requestMs),
    );
    try {
      const admitted = admitCall(this.#options, headers[':path'] ?? '', headers);
      const outcome = await this.#receive(stream, admitted, claim, interrupt.signal, () =>
        clearTimeout(late),
      );
      answer(
        stream,
        replyAccepted(outcome, admitted.signal, admitted.encoding).body,
        headers,
        timeouts,
      );
    } catch (error) {
      gauges.refuse(error instanceof CodedError ? error.code : 'BUG');
      const status = grpcStatusOf(error);
      if (status.code === RPC_CODE.INTERNAL) onBug(error);
      answerError(stream, toTrailers(status), timeouts.lingerMs);
    } finally {
      clearTimeout(late);
      claim.release();
    }
  }

  async #receive(
    stream: ServerHttp2Stream,
    { signal, encoding, compression }: Admitted,
    claim: Claim,
    interrupt: AbortSignal,
    onRead: () => void,
  ): Promise<Outcome> {
    const { limits, accept, clockNs } = this.#options;
    const { isCompressed, body } = await readMessage(stream, limits.bodyBytes, claim, interrupt);
    onRead();
    if (isCompressed && compression === COMPRESSION.NONE)
      throw malformed(
        'gRPC',
        'the message is marked as compressed, but grpc-encoding names nothing',
        0,
      );
    return accept({
      signal: signal.number,
      encoding,
      compression: isCompressed ? compression : COMPRESSION.NONE,
      receivedNs: clockNs(),
      body,
    });
  }
}

/** What is no call of gRPC is answered in the words of HTTP, which are all that its sender may know. */
function refusedByHttp(headers: IncomingHttpHeaders): number | undefined {
  const type = headers['content-type'] ?? '';
  if (headers[':method'] !== 'POST') return constants.HTTP_STATUS_METHOD_NOT_ALLOWED;
  return /^application\/grpc(?:\+proto)?(?:;|$)/.test(type)
    ? undefined
    : constants.HTTP_STATUS_UNSUPPORTED_MEDIA_TYPE;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** `grpc-timeout`: up to eight digits and a unit. A caller that names none, or nonsense, has no deadline. */
function deadlineMs(timeout = ''): number {
  const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(timeout) ?? [];
  return digits === undefined ? Number.POSITIVE_INFINITY : Number(digits) * (UNIT_MS[unit] ?? 1);
}

const HEAD: OutgoingHttpHeaders = {
  ':status': 200,
  'content-type': 'application/grpc+proto',
  'grpc-accept-encoding': `identity, ${ACCEPTED_COMPRESSIONS}`,
};

function answer(
  stream: ServerHttp2Stream,
  body: Buffer,
  headers: IncomingHttpHeaders,
  { lingerMs }: Timeouts,
): void {
  if (stream.destroyed || stream.closed) return;
  const isZipped = body.length >= GZIP_FROM_BYTES && takesGzip(headers);
  const message = isZipped ? gzipSync(body) : body;
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + message.length);
  frame.writeUInt8(isZipped ? 1 : 0, 0);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, FRAME_HEADER_BYTES);
  stream.once('wantTrailers', () => stream.sendTrailers({ ...GRPC_OK }));
  stream.respond(isZipped ? { ...HEAD, 'grpc-encoding': 'gzip' } : HEAD, { waitForTrailers: true });
  stream.end(frame);
  closeAfter(stream, lingerMs, constants.NGHTTP2_CANCEL);
}

/** Below this gzip makes answers longer. */
const GZIP_FROM_BYTES = 200;

const takesGzip = (headers: IncomingHttpHeaders): boolean =>
  /(?:^|,)\s*gzip\s*(?:,|$)/.test(headers['grpc-accept-encoding']?.toString() ?? '');

function answerError(
  stream: ServerHttp2Stream,
  trailers: OutgoingHttpHeaders,
  lingerMs: number,
): void {
  if (stream.destroyed || stream.closed) return;
  stream.respond({ ...HEAD, ...trailers }, { endStream: true });
  discard(stream, lingerMs);
}

/**
 * The rest of a call that was answered is not wanted. A reset right behind the answer overtakes it in some versions of
 * Node, so what still comes is thrown away for a while; callers mostly end by themselves.
 */
function discard(stream: ServerHttp2Stream, lingerMs: number): void {
  stream.resume();
  closeAfter(stream, lingerMs, constants.NGHTTP2_NO_ERROR);
}

/** A caller that does not take its answer would hold the stream for ever. */
function closeAfter(stream: ServerHttp2Stream, lingerMs: number, code: number): void {
  const lingering = setTimeout(() => stream.close(code), lingerMs);
  stream.once('close', () => clearTimeout(lingering));
}
