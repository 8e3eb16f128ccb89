/** An OTLP/HTTP receiver of all three signals for tests, with faults on order. */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import {
  decodeLogs,
  decodeMetrics,
  decodeTraces,
  type ReceivedLog,
  type ReceivedPoint,
  type ReceivedSpan,
} from './otlp-decoder.ts';

export {
  decodeRequest,
  decodeTraces,
  encodePartialSuccess,
  type DecodedRequest,
  type ReceivedPoint,
  type ReceivedSpan,
} from './otlp-decoder.ts';

/** The paths of the three signals. */
type SignalPath = '/v1/traces' | '/v1/logs' | '/v1/metrics';

/** What a fault does with a request instead of taking it. */
interface Fault {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
  /** Take the records all the same, as a receiver does whose answer got lost. */
  readonly keep?: boolean;
}

/** A request that arrived. */
interface ReceivedRequest {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly spanCount: number;
  readonly atMs: number;
}

/** `hang` never answers, `reset` tears the connection; undefined takes the request. */
type Answer = Fault | 'reset' | 'hang' | undefined;

export interface Collector extends AsyncDisposable {
  readonly url: string;
  /** Trace requests. */
  readonly requests: readonly ReceivedRequest[];
  readonly spans: readonly ReceivedSpan[];
  readonly logs: readonly ReceivedLog[];
  readonly points: readonly ReceivedPoint[];
  /** Requests of logs and metrics, in the order they came. */
  readonly otherRequests: readonly {
    readonly path: SignalPath;
    readonly headers: http.IncomingHttpHeaders;
    readonly recordCount: number;
    readonly atMs: number;
  }[];
  /** Paths that are of no signal; they get 404. */
  readonly otherPaths: readonly string[];
  /** Highest number of trace requests under way at one time. */
  readonly mostConcurrent: number;
  /** Number of requests of any signal under way. */
  readonly underWay: number;
  /** Asked for each trace request; undefined takes it. */
  fault: ((count: number, spans: number, bytes: number) => Answer) | undefined;
  /** Asked for each request of logs or metrics; undefined takes it. */
  otherFault: ((path: SignalPath, count: number, records: number) => Answer) | undefined;
  /** Before any answer. */
  delayMs: number;
}

/** Starts a collector of all three signals on a free port of 127.0.0.1, or over TLS when given a certificate. */
export async function openCollector(tls?: https.ServerOptions): Promise<Collector> {
  const requests: ReceivedRequest[] = [];
  const spans: ReceivedSpan[] = [];
  const logs: ReceivedLog[] = [];
  const points: ReceivedPoint[] = [];
  const otherRequests: Collector['otherRequests'][number][] = [];
  const otherPaths: string[] = [];
  let concurrent = 0;
  const onRequest: http.RequestListener = (request, response) => {
    collector.underWay += 1;
    response.on('close', () => (collector.underWay -= 1));
    const isTraces = request.url === '/v1/traces';
    if (isTraces) {
      concurrent += 1;
      collector.mostConcurrent = Math.max(collector.mostConcurrent, concurrent);
      response.on('close', () => (concurrent -= 1));
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      setTimeout(() => answer(request, response, raw), collector.delayMs);
    });
  };
  const server =
    tls === undefined ? http.createServer(onRequest) : https.createServer(tls, onRequest);
  const answer = (
    request: http.IncomingMessage,
    response: http.ServerResponse,
    raw: Buffer,
  ): void => {
    const path = request.url ?? '';
    if (path !== '/v1/traces' && path !== '/v1/logs' && path !== '/v1/metrics') {
      otherPaths.push(path);
      response.writeHead(404).end();
      return;
    }
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
    const { headers } = request;
    const atMs = Date.now();
    let fault: Answer;
    let keep: () => unknown;
    if (path === '/v1/traces') {
      const received = decodeTraces(body);
      requests.push({ path, headers, spanCount: received.length, atMs });
      fault = collector.fault?.(requests.length, received.length, body.length);
      keep = () => spans.push(...received);
    } else {
      const isLogs = path === '/v1/logs';
      const [records, kept] = isLogs
        ? [decodeLogs(body, atMs), () => logs.push(...(records as ReceivedLog[]))]
        : [decodeMetrics(body), () => points.push(...(records as ReceivedPoint[]))];
      keep = kept;
      otherRequests.push({ path, headers, recordCount: records.length, atMs });
      const count = otherRequests.filter((other) => other.path === path).length;
      fault = collector.otherFault?.(path, count, records.length);
    }
    if (fault === 'hang') return;
    if (fault === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (fault === undefined || fault.keep === true) keep();
    response.writeHead(fault?.status ?? 200, {
      'content-type': 'application/x-protobuf',
      ...fault?.headers,
    });
    response.end(fault?.body ?? new Uint8Array());
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const collector = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    spans,
    logs,
    points,
    otherRequests,
    otherPaths,
    mostConcurrent: 0,
    underWay: 0,
    fault: undefined as Collector['fault'],
    otherFault: undefined as Collector['otherFault'],
    delayMs: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return collector;
}
