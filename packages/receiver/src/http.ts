/** The OTLP/HTTP listener: checks what a header can tell, reads the body, and answers as `reply.ts` says. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CodedError } from '@heartwood/semconv';
import { decompress, readBody } from './body.ts';
import { receiverError } from './errors.ts';
import type { FreeDisk } from './free-disk.ts';
import type { Gauges } from './gauges.ts';
import type { InFlight } from './in-flight.ts';
import type { Accepted } from './intake.ts';
import type { Outcome } from './known-requests.ts';
import type { ReceiverLimits } from './limits.ts';
import { type Reply, replyAccepted, replyError } from './reply.ts';
import {
  COMPRESSION,
  type Compression,
  ENCODING,
  type Encoding,
  type Signal,
  SIGNALS,
  UNSUPPORTED_PATHS,
} from './signal.ts';

export interface HttpOptions {
  readonly accept: (request: Accepted) => Promise<Outcome>;
  readonly isAuthorized: (authorization: string | undefined) => boolean;
  readonly limits: ReceiverLimits;
  readonly inFlight: InFlight;
  readonly disk: FreeDisk;
  readonly journalDir: string;
  readonly gauges: Gauges;
  /** Nanoseconds since 1970. */
  readonly clockNs: () => bigint;
  readonly onBug: (error: unknown) => void;
}

/** Makes the listener; nothing listens yet. */
export function createHttpServer(options: HttpOptions): Server {
  const server = createServer(
    {
      // Node's own defaults (60 s, 300 s, checked every 30 s) let a slow sender hold a connection for minutes.
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 5000,
      // Longer than the 60 s after which most load balancers give up an idle connection, so that they close first.
      keepAliveTimeout: 65_000,
    },
    (request, response) => void serve(options, request, response),
  );
  server.maxConnections = 2000;
  return server;
}

async function serve(
  options: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const encoding = encodingOf(request.headers['content-type']);
  try {
    const signal = checkHead(options, request, encoding);
    const outcome = await receive(options, request, signal, encoding ?? ENCODING.JSON);
    send(response, replyAccepted(outcome, signal, encoding ?? ENCODING.JSON));
  } catch (error) {
    const reply = replyError(error, encoding ?? ENCODING.JSON);
    options.gauges.refuse(error instanceof CodedError ? error.code : 'BUG');
    if (reply.status === 500) options.onBug(error);
    if (reply.status === 405) response.setHeader('Allow', 'POST');
    if (reply.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    // What has not been read of the body would have to be read before the next request on this connection.
    if (!request.complete) response.setHeader('Connection', 'close');
    send(response, reply);
    if (!request.complete) response.once('finish', () => endSoon(request));
  }
}

/** Everything that is wrong already in the head of the request, in the order that tells a stranger least. */
function checkHead(
  { isAuthorized, limits, disk, journalDir }: HttpOptions,
  { url = '/', method = '', headers }: IncomingMessage,
  encoding: Encoding | undefined,
): Signal {
  if (!isAuthorized(headers.authorization)) throw receiverError('OTLP_UNAUTHENTICATED');
  const path = url.replace(/\?.*$/s, '');
  const signal = SIGNALS.get(path);
  if (signal === undefined) throw unknownPath(path);
  if (method !== 'POST') throw receiverError('OTLP_METHOD', { method });
  if (encoding === undefined)
    throw receiverError('OTLP_CONTENT_TYPE', { type: headers['content-type'] ?? '' });
  if (disk.freeBytes < limits.freeDiskBytes)
    throw receiverError('RECEIVER_DISK_LOW', { freeBytes: disk.freeBytes, path: journalDir });
  return signal;
}

function unknownPath(path: string): Error {
  const unsupported = UNSUPPORTED_PATHS.get(path);
  return unsupported === undefined
    ? receiverError('OTLP_UNKNOWN_PATH', { path, known: [...SIGNALS.keys()].join(', ') })
    : receiverError('OTLP_UNSUPPORTED_SIGNAL', { signal: unsupported });
}

async function receive(
  { accept, limits, inFlight, clockNs }: HttpOptions,
  request: IncomingMessage,
  signal: Signal,
  encoding: Encoding,
): Promise<Outcome> {
  const compression = compressionOf(request.headers['content-encoding']);
  // An unannounced body is counted by what such bodies usually are.
  const room = Number(request.headers['content-length'] ?? 1024 * 1024);
  if (room <= limits.bodyBytes && !inFlight.take(room)) throw receiverError('RECEIVER_BUSY');
  try {
    const received = await readBody(request, limits.bodyBytes);
    const receivedNs = clockNs();
    const body = decompress(received, compression, limits.bodyBytes);
    return await accept({
      signal: signal.number,
      encoding,
      compression,
      received,
      body,
      receivedNs,
    });
  } finally {
    if (room <= limits.bodyBytes) inFlight.give(room);
  }
}

/** Media types are told apart without letter case and parameters; only UTF-8 is OTLP/JSON. */
function encodingOf(contentType: string | undefined): Encoding | undefined {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) return undefined;
  if (type.trim() === 'application/x-protobuf') return ENCODING.PROTOBUF;
  return type.trim() === 'application/json' ? ENCODING.JSON : undefined;
}

function compressionOf(contentEncoding: string | undefined): Compression {
  const encoding = (contentEncoding ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return COMPRESSION.NONE;
  if (encoding === 'gzip' || encoding === 'x-gzip') return COMPRESSION.GZIP;
  throw receiverError('OTLP_CONTENT_ENCODING', { encoding });
}

function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  response.statusCode = reply.status;
  response.setHeader('Content-Type', reply.contentType);
  response.setHeader('Content-Length', reply.body.length);
  if (reply.retryAfterSeconds !== undefined)
    response.setHeader('Retry-After', reply.retryAfterSeconds);
  response.end(reply.body);
}

/** Time that a sender gets to read the answer before the connection is cut, with its body still coming. */
const LINGER_MS = 1000;

/** A connection cut while data comes in loses the answer on its way out (RFC 9112, 9.6): read on for a while, without keeping it. */
function endSoon(request: IncomingMessage): void {
  const cut = setTimeout(() => request.socket.destroy(), LINGER_MS);
  cut.unref();
  request.once('close', () => clearTimeout(cut));
  request.resume();
}
