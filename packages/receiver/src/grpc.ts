/** The OTLP/gRPC listener over HTTP/2: the same admission, intake and decoder as over HTTP, with the statuses of gRPC. */
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { GrpcCalls, type GrpcCallOptions } from './grpc-call.ts';
import { watchSession } from './grpc-session.ts';
import type { KeepAlive } from './timeouts.ts';
import { followTls, type Tls, tlsOptions } from './tls.ts';

export interface GrpcOptions extends GrpcCallOptions {
  readonly keepAlive: KeepAlive;
  /** Undefined: plain text. */
  readonly tls: Tls | undefined;
}

export interface GrpcServer {
  /** Starts to listen; resolves with the port. Rejects with the system's error. */
  listen(host: string, port: number): Promise<number>;
  /** Open connections. */
  readonly connections: number;
  /** Stops to listen; resolves when no connection is left. Calls under way have `closeMs` to end. */
  close(closeMs: number): Promise<void>;
}

/** Makes the listener; nothing listens yet. */
export function createGrpcServer(options: GrpcOptions): GrpcServer {
  const { tls, keepAlive, timeouts, gauges } = options;
  const server = tls === undefined ? createServer(HTTP2) : secureServer(tls);
  function secureServer(tls: Tls): Http2Server {
    const secure = createSecureServer({
      ...HTTP2,
      ...tlsOptions(tls, timeouts.headersMs),
      ALPNProtocols: ['h2'],
      // For a peer that wants another protocol than this one.
      unknownProtocolTimeout: timeouts.headersMs,
    });
    followTls(secure, tls, () => gauges.refuseConnection('TLS_HANDSHAKE'));
    return secure;
  }
  server.maxConnections = options.limits.connections;
  server.on('drop', () => gauges.refuseConnection('TOO_MANY_CONNECTIONS'));
  const calls = new GrpcCalls(options);
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    // A stream must not be held up by another one that has filled the window of the connection.
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    const watch = watchSession(session, keepAlive, timeouts.headersMs);
    calls.begin(session, watch);
  });
  // What breaks the protocol is answered by Node with a GOAWAY and ends the session.
  server.on('sessionError', ({ code }: NodeJS.ErrnoException) => {
    // A peer that is gone has refused nothing and was refused nothing.
    if (code?.startsWith('ERR_HTTP2') === true) gauges.refuseConnection('HTTP2_SESSION');
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) =>
    calls.serve(stream, headers),
  );
  return {
    listen: (host, port) => listen(server, host, port),
    get connections() {
      return sessions.size;
    },
    async close(closeMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.close();
      const cut = setTimeout(() => {
        for (const session of sessions) session.destroy();
      }, closeMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** Bytes that may be under way on a stream and on a connection before we have read them. */
const STREAM_WINDOW_BYTES = 1024 * 1024;
const CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024;

/** Node itself ends connections that reset streams, send pings or continue headers without end (nghttp2's limits). */
const HTTP2 = {
  settings: {
    initialWindowSize: STREAM_WINDOW_BYTES,
    maxConcurrentStreams: 128,
    // Tokens and trace contexts; the usual limit of gRPC is 8 KiB.
    maxHeaderListSize: 32 * 1024,
    enablePush: false,
  },
  // Mebibytes of Node's own book-keeping for one connection.
  maxSessionMemory: 32,
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
} as const;

function listen(server: Http2Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // Such as no file descriptor left for a connection: the next one may find one.
      server.on('error', () => undefined);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
