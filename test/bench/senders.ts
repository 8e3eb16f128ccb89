/** Senders over OTLP/HTTP and OTLP/gRPC, on Node's own clients: an exporter's work would be measured with the server's. */
import { Agent, request } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { SignalName } from './bodies.ts';
import type { Sender } from './load.ts';

export interface HttpSenderOptions {
  readonly otlpUrl: string;
  readonly signal: SignalName;
  readonly encoding: 'protobuf' | 'json';
  readonly gzip: boolean;
  readonly connections: number;
}

/** Throws `answered …` for any status but 200, 429 and 503. */
export function createHttpSender(options: HttpSenderOptions): Sender {
  const { otlpUrl, signal, encoding, gzip, connections } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const url = new URL(`/v1/${signal}`, otlpUrl);
  const headers = {
    'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    ...(gzip && { 'content-encoding': 'gzip' }),
  };
  return {
    send: (body) =>
      new Promise((resolve, reject) => {
        const sent = request(
          url,
          { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } },
          (answer) => {
            const { statusCode = 0 } = answer;
            answer.resume();
            answer.once('end', () => {
              if (statusCode === 200) resolve(true);
              else if (statusCode === 429 || statusCode === 503) resolve(false);
              else reject(new Error(`answered ${statusCode}`));
            });
          },
        );
        sent.once('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}

const SERVICES: Readonly<Record<SignalName, string>> = {
  traces: 'trace.v1.TraceService',
  logs: 'logs.v1.LogsService',
  metrics: 'metrics.v1.MetricsService',
};
/** gRPC status numbers: fine; and the two that ask for a pause. */
const OK = '0';
const PAUSE = new Set(['8', '14']);

/** So many gRPC clients taking turns, each with a connection of its own. Throws `answered …` for any other status. */
export function createGrpcSender(address: string, signal: SignalName, connections: number): Sender {
  const sessions = Array.from({ length: connections }, () => {
    const session = connect(`http://${address}`);
    // Its streams tell.
    session.on('error', () => undefined);
    return session;
  });
  let turn = 0;
  const path = `/opentelemetry.proto.collector.${SERVICES[signal]}/Export`;
  return {
    send: (body) => call(sessions[turn++ % connections] as ClientHttp2Session, path, body),
    close: () => {
      for (const session of sessions) session.destroy();
    },
  };
}

function call(session: ClientHttp2Session, path: string, body: Buffer): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status = '';
    const read = ({ 'grpc-status': told }: Record<string, unknown>): void => {
      if (typeof told === 'string') status = told;
    };
    stream.on('response', read).on('trailers', read).once('error', reject).resume();
    stream.once('close', () => {
      if (status === OK) resolve(true);
      else if (PAUSE.has(status)) resolve(false);
      else reject(new Error(`answered gRPC status ${status}`));
    });
    const head = Buffer.alloc(5);
    head.writeUInt32BE(body.length, 1);
    stream.write(head);
    stream.end(body);
  });
}
