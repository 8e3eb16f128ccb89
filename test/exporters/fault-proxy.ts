/** Stands between an exporter and the receiver and treats each request as planned: passes, refuses or loses it. */
import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from 'node:http';
import {
  connect,
  constants,
  createServer as createHttp2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

export type Fault =
  /** The receiver takes the request, and its answer arrives. */
  | 'pass'
  /** The receiver never sees the request: 429 with `Retry-After: 0`, over gRPC UNAVAILABLE. */
  | 'refuse'
  /** The receiver never sees the request: 503 with `Retry-After: 1`, over gRPC UNAVAILABLE. */
  | 'refuse for a second'
  /** The receiver never sees the request, and the connection breaks. */
  | 'cut'
  /** The receiver takes the request, and the connection breaks before its answer is sent. */
  | 'lose the answer';

export interface FaultProxy {
  readonly port: number;
  /** What is still planned; then everything passes. */
  readonly plan: readonly Fault[];
  end(): Promise<void>;
}

const readAll = async (source: AsyncIterable<Buffer>): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
};

export async function openHttpFaultProxy(
  targetPort: number,
  faults: readonly Fault[],
): Promise<FaultProxy> {
  const plan = [...faults];
  const forward = async (
    request: IncomingMessage,
    body: Buffer,
  ): Promise<[IncomingMessage, Buffer]> => {
    const { method, url, headers } = request;
    const forwarded = httpRequest({
      port: targetPort,
      host: '127.0.0.1',
      method,
      path: url,
      headers,
    });
    const answer = new Promise<IncomingMessage>((resolve) => forwarded.once('response', resolve));
    forwarded.end(body);
    return [await answer, await readAll(await answer)];
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readAll(request);
    const fault = plan.shift() ?? 'pass';
    if (fault === 'cut') response.destroy();
    else if (fault === 'refuse') refuse(response, 429, '0');
    else if (fault === 'refuse for a second') refuse(response, 503, '1');
    else {
      const [{ statusCode = 500, headers }, answered] = await forward(request, body);
      if (fault === 'lose the answer') response.destroy();
      else response.writeHead(statusCode, headers).end(answered);
    }
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    plan,
    end: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refuse(response: ServerResponse, status: number, retryAfter: string): void {
  response.writeHead(status, { 'retry-after': retryAfter }).end();
}

export async function openGrpcFaultProxy(
  targetPort: number,
  faults: readonly Fault[],
): Promise<FaultProxy> {
  const plan = [...faults];
  const upstream = connect(`http://127.0.0.1:${targetPort}`);
  const sessions = new Set<ServerHttp2Session>();
  const server = createHttp2Server();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined).once('close', () => sessions.delete(session));
  });
  const serve = async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> => {
    stream.on('error', () => undefined);
    const body = await readAll(stream as AsyncIterable<Buffer>);
    const fault = plan.shift() ?? 'pass';
    if (fault === 'cut') stream.session?.destroy();
    else if (fault === 'refuse' || fault === 'refuse for a second')
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '14' },
        { endStream: true },
      );
    else {
      const { ':authority': _, ...rest } = headers;
      const call = upstream.request(rest);
      const head = new Promise<IncomingHttpHeaders>((resolve) => call.once('response', resolve));
      const trailers = new Promise<IncomingHttpHeaders>((resolve) =>
        call.once('trailers', resolve),
      );
      call.end(body);
      const answer = await readAll(call as AsyncIterable<Buffer>);
      if (fault === 'lose the answer') {
        stream.session?.destroy(undefined, constants.NGHTTP2_INTERNAL_ERROR);
        return;
      }
      stream.respond(await head, { waitForTrailers: true });
      const end = await trailers;
      stream.once('wantTrailers', () => stream.sendTrailers(end));
      stream.end(answer);
    }
  };
  server.on('stream', (stream, headers) => void serve(stream, headers));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    plan,
    end: () =>
      new Promise((resolve) => {
        upstream.destroy();
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}
