/** The OTLP/HTTP listener: admits by the head, reads the body, and answers as `reply.ts` says. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { gzipSync } from 'node:zlib';
import { CodedError } from '@heartwood/semconv';
import { admit, type Admitted, type AdmissionOptions, encodingOf } from './admission.ts';
import { readBody } from './body.ts';
import { ACCEPTED_COMPRESSIONS } from './compression.ts';
import { receiverError } from './errors.ts';
import type { Gauges } from './gauges.ts';
import { HttpConnections } from './http-connections.ts';
import type { Claim } from './in-flight.ts';
import type { Outcome } from './known-requests.ts';
import type { Accepted } from './pipeline-options.ts';
import { type Reply, replyAccepted, replyError } from './reply.ts';
import { ENCODING } from './signal.ts';
import type { Timeouts } from './timeouts.ts';
import { followTls, type Tls, tlsOptions } from './tls.ts';

export interface HttpOptions extends AdmissionOptions {
  readonly accept: (request: Accepted) => Promise<Outcome>;
  readonly timeouts: Timeouts;
  /** Undefined: plain HTTP. */
  readonly tls: Tls | undefined;
  readonly gauges: Gauges;
  /** Nanoseconds since 1970. */
  readonly clockNs: () => bigint;
  readonly onBug: (error: unknown) => void;
}

/** Makes the listener; nothing listens yet. */
export function createHttpServer(options: HttpOptions): Server {
  const { timeouts, tls, gauges } = options;
  const serverOptions = {
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    connectionsCheckingInterval: timeouts.checkMs,
    keepAliveTimeout: timeouts.keepAliveMs,
  };
  const server = tls === undefined ? createServer(serverOptions) : secureServer(tls);
  function secureServer(tls: Tls): Server {
    const secure = createSecureServer({
      ...serverOptions,
      ...tlsOptions(tls, timeouts.headersMs),
      ALPNProtocols: ['http/1.1'],
    });
    followTls(secure, tls, () => gauges.refuseConnection('TLS_HANDSHAKE'));
    return secure;
  }
  // Whoever ends its side behind a request still waits for the answer; Node alone would end the other side at once.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.maxConnections = options.limits.connections;
  server.on('drop', () => gauges.refuseConnection('TOO_MANY_CONNECTIONS'));
  const connections = new HttpConnections({
    lingerMs: timeouts.lingerMs,
    onRefused: (error) => gauges.refuse(error.code),
  });
  const answer = (request: IncomingMessage, response: ServerResponse, asksFirst: boolean): void => {
    // Whoever is answered while the listener closes shall not come back on this connection.
    if (!server.listening) response.setHeader('Connection', 'close');
    void serve(options, connections, request, response, asksFirst);
  };
  server.on('request', (request, response) => answer(request, response, false));
  // Expect: 100-continue asks whether the body is wanted; Node alone would say yes before the head was looked at.
  server.on('checkContinue', (request, response) => answer(request, response, true));
  server.on('checkExpectation', (request, response) => {
    const { expect = '' } = request.headers;
    const error = receiverError('OTLP_EXPECTATION', { expectation: expect });
    connections.begin(request, response);
    refuse(options, connections, request, response, error, false);
  });
  server.on('clientError', (error, socket) => connections.onBroken(error, socket));
  return server;
}

/** Closes the listener; resolves when no connection is left. Requests under way have `closeMs` to end. */
export async function closeHttpServer(server: Server, closeMs: number): Promise<void> {
  // Calls back with an error when it never listened, which is as good as closed.
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Node's own time-outs end with the listener: a sender that stalls would hold it for ever.
  const cut = setTimeout(() => server.closeAllConnections(), closeMs);
  await closed;
  clearTimeout(cut);
}

async function serve(
  options: HttpOptions,
  connections: HttpConnections,
  request: IncomingMessage,
  response: ServerResponse,
  asksFirst: boolean,
): Promise<void> {
  const interrupt = connections.begin(request, response);
  const claim = options.inFlight.claim(() => interrupt.abort(receiverError('RECEIVER_BUSY')));
  let asking = asksFirst;
  try {
    const admitted = admit(options, request);
    if (asking) response.writeContinue();
    asking = false;
    const outcome = await receive(options, request, admitted, claim, interrupt.signal);
    const reply = replyAccepted(outcome, admitted.signal, admitted.encoding);
    send(request, response, reply, options.timeouts.lingerMs);
  } catch (error) {
    refuse(options, connections, request, response, error, asking);
  } finally {
    claim.release();
  }
}

async function receive(
  { accept, limits, clockNs }: HttpOptions,
  request: IncomingMessage,
  { signal, encoding, compression }: Admitted,
  claim: Claim,
  interrupt: AbortSignal,
): Promise<Outcome> {
  const body = await readBody(request, limits.bodyBytes, claim, interrupt);
  return accept({ signal: signal.number, encoding, compression, receivedNs: clockNs(), body });
}

/** `isAsking`: the sender waits to be asked for its body. */
function refuse(
  { gauges, timeouts, onBug }: HttpOptions,
  connections: HttpConnections,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  isAsking: boolean,
): void {
  gauges.refuse(error instanceof CodedError ? error.code : 'BUG');
  const reply = replyError(error, encodingOf(request.headers) ?? ENCODING.JSON);
  if (reply.status === 500) onBug(error);
  if (response.destroyed || response.headersSent) return;
  if (connections.isBroken(request)) {
    connections.answerLast(request.socket, reply, response);
    return;
  }
  if (reply.status === 405) response.setHeader('Allow', 'POST');
  if (reply.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  // RFC 9110, 15.5.16: says whether it was the compression that was not supported.
  if (reply.status === 415) response.setHeader('Accept-Encoding', ACCEPTED_COMPRESSIONS);
  const { lingerMs } = timeouts;
  if (!isBodyComing(request)) send(request, response, reply, lingerMs);
  else if (isAsking) sendLast(request, response, reply, lingerMs);
  else if (isDrainable(request, response)) sendAndDrain(request, response, reply, lingerMs);
  else sendAhead(request, response, reply, lingerMs);
}

const isBodyComing = ({ complete, headers }: IncomingMessage): boolean =>
  !complete &&
  (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);

/** Most of a body that is read to its end although it was answered before: less than a new connection with TLS costs. */
const DRAIN_BYTES = 64 * 1024;

/** Whether the sender may come again on the connection behind a body that nobody wants. */
const isDrainable = ({ headers }: IncomingMessage, response: ServerResponse): boolean =>
  response.shouldKeepAlive &&
  !response.hasHeader('connection') &&
  headers['transfer-encoding'] === undefined &&
  Number(headers['content-length']) <= DRAIN_BYTES;

function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  lingerMs: number,
): void {
  if (response.destroyed) return;
  end(response, lingerMs, writeHead(request, response, reply));
}

/** Ends an answer; a sender that does not take it would hold it and the connection for ever. */
function end(response: ServerResponse, lingerMs: number, body?: Buffer): void {
  response.end(body);
  const watch = (): void => {
    const lingering = setTimeout(() => response.destroy(), lingerMs);
    response.once('close', () => clearTimeout(lingering));
  };
  // Answers to requests sent at once wait for those before them.
  if (response.socket === null) response.once('socket', watch);
  else watch();
}

/** Answers a sender that waits to be asked for its body; whether it sends it nevertheless cannot be known. */
function sendLast(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  lingerMs: number,
): void {
  response.setHeader('Connection', 'close');
  send(request, response, reply, lingerMs);
}

/** Answers before the end of a small body; the next request is looked for behind it. */
function sendAndDrain(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  lingerMs: number,
): void {
  const { socket } = request;
  response.once('close', () => {
    if (request.complete) return;
    // Answers that came before are out by now, so that only this sender is cut off.
    const lingering = setTimeout(() => socket.destroy(), lingerMs);
    const done = (): void => clearTimeout(lingering);
    request.once('end', done);
    socket.once('close', done);
  });
  request.resume();
  send(request, response, reply, lingerMs);
}

/**
 * Answers before the end of the body. A connection closed while data comes in loses the answer on its way out
 * (RFC 9112, 9.6), so the rest is read for a while, and not kept.
 */
function sendAhead(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  lingerMs: number,
): void {
  response.setHeader('Connection', 'close');
  const body = writeHead(request, response, reply);
  response.flushHeaders();
  if (body.length > 0) response.write(body);
  // Ending the response makes Node close the connection.
  const done = (): void => {
    clearTimeout(lingering);
    if (!response.writableEnded) end(response, lingerMs);
  };
  const lingering = setTimeout(done, lingerMs);
  request.once('end', done).once('close', done).resume();
}

/** Sets status and headers; gives the body as it is to be sent. */
function writeHead(request: IncomingMessage, response: ServerResponse, reply: Reply): Buffer {
  const isZipped = reply.body.length >= GZIP_FROM_BYTES && takesGzip(request);
  const body = isZipped ? gzipSync(reply.body) : reply.body;
  response.statusCode = reply.status;
  response.setHeader('Content-Type', reply.contentType);
  response.setHeader('Content-Length', body.length);
  if (isZipped) response.setHeader('Content-Encoding', 'gzip');
  const { retryAfterSeconds } = reply;
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', retryAfterSeconds);
  return body;
}

/** Below this gzip makes answers longer. */
const GZIP_FROM_BYTES = 200;

/** RFC 9110, 12.5.3; `gzip;q=0` says no. */
const takesGzip = ({ headers }: IncomingMessage): boolean =>
  /(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=(?:1|0?\.\d*[1-9])[\d.]*\s*)?(?:,|$)/i.test(
    headers['accept-encoding']?.toString() ?? '',
  );
