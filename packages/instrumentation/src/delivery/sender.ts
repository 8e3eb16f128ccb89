/** Sends one request to an OTLP/HTTP receiver and says what became of it; never throws, never traced itself. */
import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import http from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Endpoint } from './endpoint.ts';
import { decodePartialSuccess, parseRetryAfter } from './response.ts';

/** What became of a request. */
export type Sent =
  | { readonly kind: 'delivered'; readonly rejected: number; readonly message: string }
  /** Worth sending again; after `retryAfterMs` when the receiver said so. */
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly answered: boolean;
      /** False when not even a connection came about: nobody is there, or a firewall says nothing. */
      readonly connected?: false;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'refused'; readonly reason: string };

/** A keep-alive connection to one endpoint. */
export interface Sender {
  send(body: Uint8Array): Promise<Sent>;
  /** Gives up a connection that is being made: it holds the process, which a connection that stands does not. */
  letGo(): void;
  close(): void;
}

/** Makes the sender of an endpoint; the connection is opened by the first request. */
export function createSender(endpoint: Endpoint): Sender {
  const secure = endpoint.url.protocol === 'https:';
  const options = { keepAlive: true, maxSockets: 1 };
  const agent = secure ? new https.Agent({ ...options, ...endpoint.tls }) : new http.Agent(options);
  return {
    async send(body) {
      const packed = endpoint.gzip ? await compress(body, GZIP) : body;
      return untraced(() => post(endpoint, secure, agent, packed));
    },
    letGo() {
      const sockets = Object.values(agent.sockets).flatMap((each) => each ?? []);
      for (const socket of sockets) if (socket.connecting) socket.destroy();
    },
    close: () => agent.destroy(),
  };
}

/** Runs `work` in a context in which the HTTP, net and DNS instrumentations make no spans: it is none of the app's. */
export function untraced<Result>(work: () => Result): Result {
  return context.with(SUPPRESSED, work);
}

// The key @opentelemetry/core makes for suppressTracing(); createContextKey is Symbol.for, so it is the same one.
const SUPPRESSED = ROOT_CONTEXT.setValue(
  createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'),
  true,
);

const compress = promisify(gzip);
// Level 1 takes 1.1 µs a span, level 6 1.9 µs, for a tenth more bytes.
const GZIP = { level: constants.Z_BEST_SPEED };
const MOST_ANSWER_BYTES = 64 * 1024;
// The statuses that OTLP 1.11 lists as retryable.
const RETRYABLE = new Set([429, 502, 503, 504]);

function post(
  endpoint: Endpoint,
  secure: boolean,
  agent: http.Agent,
  body: Uint8Array,
  mayRetry = true,
): Promise<Sent> {
  return new Promise((resolve) => {
    let isSilent = false;
    const failed = (error: Error): void =>
      resolve({
        kind: 'retry',
        reason: reasonOf(error),
        answered: false,
        ...(isSilent && { connected: false }),
      });
    try {
      const request = (secure ? https : http).request(endpoint.url, {
        method: 'POST',
        agent,
        headers: {
          ...endpoint.headers,
          'content-type': 'application/x-protobuf',
          'content-length': body.length,
          ...(endpoint.gzip ? { 'content-encoding': 'gzip' } : {}),
        },
      });
      // One clock for the whole exchange: a receiver that trickles its answer is as useless as a silent one.
      const timer = setTimeout(() => {
        request.destroy(new Error(`no answer within ${endpoint.timeoutMs} ms`));
      }, endpoint.timeoutMs).unref();
      const done = (sent: Sent): void => {
        clearTimeout(timer);
        resolve(sent);
      };
      // Telemetry never keeps the app alive; who waits for a flush holds the process open itself.
      request.on('socket', (socket: Socket) => {
        socket.unref();
        giveUpConnecting(socket, endpoint.url.hostname, () => {
          isSilent = true;
          request.destroy(new Error(`no connection within ${CONNECT_MS} ms`));
        });
      });
      request.on('error', (error) => {
        clearTimeout(timer);
        // The receiver closed an idle connection in the moment in which we used it: no sign of its health.
        if (request.reusedSocket && isReset(error) && mayRetry) {
          resolve(post(endpoint, secure, agent, body, false));
        } else failed(error);
      });
      request.on('response', (response) => readAnswer(response, done));
      request.end(body);
    } catch (error) {
      failed(error as Error);
    }
  });
}

/** A connection that is being made holds the process, whatever its socket says: it may not take long. */
function giveUpConnecting(socket: Socket, hostname: string, giveUp: () => void): void {
  if (!socket.connecting) return;
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    timer ??= setTimeout(giveUp, CONNECT_MS).unref();
  };
  const stop = (): void => clearTimeout(timer);
  // A name server may be slow, and is none of the receiver's business.
  if (isIP(hostname.replaceAll(/^\[|\]$/g, '')) === 0) socket.once('lookup', start);
  else start();
  socket.once('connect', stop).once('close', stop);
}

// One repetition by the system, which comes after a second, is waited for.
const CONNECT_MS = 2000;

function readAnswer(response: http.IncomingMessage, done: (sent: Sent) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MOST_ANSWER_BYTES) chunks.push(chunk);
    else response.destroy();
  });
  // 'close' follows both 'end' and a torn connection: once the status is known the verdict stands.
  response.on('close', () => done(verdict(response, Buffer.concat(chunks))));
  response.on('error', () => {});
}

function verdict(response: http.IncomingMessage, body: Buffer): Sent {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) {
    const isProtobuf = (response.headers['content-type'] ?? '').includes('protobuf');
    const partial = isProtobuf ? decodePartialSuccess(body) : { rejected: 0, message: '' };
    return { kind: 'delivered', ...partial };
  }
  if (status === 413) return { kind: 'too_large' };
  const reason = `HTTP ${status}`;
  if (!RETRYABLE.has(status)) return { kind: 'refused', reason };
  const retryAfterMs = parseRetryAfter(response.headers['retry-after'], Date.now());
  return retryAfterMs === undefined
    ? { kind: 'retry', reason, answered: true }
    : { kind: 'retry', reason, answered: true, retryAfterMs };
}

function isReset(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return code ?? (error.message.slice(0, 100) || error.name);
}
