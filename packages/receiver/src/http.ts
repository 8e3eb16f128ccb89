/** The OTLP/HTTP listener: admits by the head, reads the body, and answers as `reply.ts` says. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CodedError } from '@heartwood/semconv';
import { admit, type Admitted, type AdmissionOptions, encodingOf } from './admission.ts';
import { readBody } from './body.ts';
import type { Gauges } from './gauges.ts';
import type { Claim } from './in-flight.ts';
import type { Outcome } from './known-requests.ts';
import type { Accepted } from './pipeline.ts';
import { type Reply, replyAccepted, replyError } from './reply.ts';
import { ENCODING } from './signal.ts';

/** How long a sender may take, milliseconds. */
export interface HttpTimeouts {
  /** For the head of a request. */
  readonly headersMs: number;
  /** For a whole request, from its first byte to its last. */
  readonly requestMs: number;
  /** How often both are checked. */
  readonly checkMs: number;
  /** For the next request on an idle connection. */
  readonly keepAliveMs: number;
  /** For what is left of a body that was answered before its end. */
  readonly lingerMs: number;
  /** For requests under way when the listener closes. */
  readonly closeMs: number;
}

export const DEFAULT_TIMEOUTS: HttpTimeouts = {
  // Node's own defaults (60 s, 300 s, checked every 30 s) let a slow sender hold a connection for minutes.
  headersMs: 10_000,
  requestMs: 30_000,
  checkMs: 5000,
  // Longer than the 60 s after which most load balancers give up an idle connection, so that they close first.
  keepAliveMs: 65_000,
  lingerMs: 5000,
  closeMs: 3000,
};

export interface HttpOptions extends AdmissionOptions {
  readonly accept: (request: Accepted) => Promise<Outcome>;
  readonly timeouts: HttpTimeouts;
  readonly gauges: Gauges;
  /** Nanoseconds since 1970. */
  readonly clockNs: () => bigint;
  readonly onBug: (error: unknown) => void;
}

/** Makes the listener; nothing listens yet. */
export function createHttpServer(options: HttpOptions): Server {
  const { timeouts } = options;
  const server = createServer({
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    connectionsCheckingInterval: timeouts.checkMs,
    keepAliveTimeout: timeouts.keepAliveMs,
  });
  server.maxConnections = 2000;
  const answer = (request: IncomingMessage, response: ServerResponse, asksFirst: boolean): void => {
    // Whoever is answered while the listener closes shall not come back on this connection.
    if (!server.listening) response.setHeader('Connection', 'close');
    void serve(options, request, response, asksFirst);
  };
  server.on('request', (request, response) => answer(request, response, false));
  // Expect: 100-continue asks whether the body is wanted; Node alone would say yes before the head was looked at.
  server.on('checkContinue', (request, response) => answer(request, response, true));
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
  request: IncomingMessage,
  response: ServerResponse,
  asksFirst: boolean,
): Promise<void> {
  const claim = options.inFlight.claim();
  let asking = asksFirst;
  try {
    const admitted = admit(options, request);
    if (asking) response.writeContinue();
    asking = false;
    const outcome = await receive(options, request, admitted, claim);
    send(response, replyAccepted(outcome, admitted.signal, admitted.encoding));
  } catch (error) {
    options.gauges.refuse(error instanceof CodedError ? error.code : 'BUG');
    const reply = replyError(error, encodingOf(request.headers) ?? ENCODING.JSON);
    if (reply.status === 500) options.onBug(error);
    if (reply.status === 405) response.setHeader('Allow', 'POST');
    if (reply.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    if (!isBodyComing(request)) send(response, reply);
    else if (asking) sendLast(response, reply);
    else sendAhead(request, response, reply, options.timeouts.lingerMs);
  } finally {
    claim.release();
  }
}

async function receive(
  { accept, limits, clockNs }: HttpOptions,
  request: IncomingMessage,
  { signal, encoding, compression }: Admitted,
  claim: Claim,
): Promise<Outcome> {
  const body = await readBody(request, limits.bodyBytes, claim);
  return accept({ signal: signal.number, encoding, compression, receivedNs: clockNs(), body });
}

const isBodyComing = ({ complete, headers }: IncomingMessage): boolean =>
  !complete &&
  (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);

function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  writeHead(response, reply);
  response.end(reply.body);
}

/** Answers a sender that waits to be asked for its body; whether it sends it nevertheless cannot be known. */
function sendLast(response: ServerResponse, reply: Reply): void {
  response.setHeader('Connection', 'close');
  send(response, reply);
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
  if (response.destroyed) return;
  response.setHeader('Connection', 'close');
  writeHead(response, reply);
  response.flushHeaders();
  if (reply.body.length > 0) response.write(reply.body);
  // Ending the response makes Node close the connection.
  const end = (): void => {
    clearTimeout(lingering);
    if (!response.writableEnded) response.end();
  };
  const lingering = setTimeout(end, lingerMs);
  request.once('end', end).once('close', end).resume();
}

function writeHead(response: ServerResponse, reply: Reply): void {
  response.statusCode = reply.status;
  response.setHeader('Content-Type', reply.contentType);
  response.setHeader('Content-Length', reply.body.length);
  if (reply.retryAfterSeconds !== undefined)
    response.setHeader('Retry-After', reply.retryAfterSeconds);
}
