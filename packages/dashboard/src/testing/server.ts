/** A small server with the built pages, the real policy, and answers that are checked against the contract. */
import { readFile } from 'node:fs/promises';
import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { OperationsEvent } from '@heartwood/api/client';
import { ROUTES, type RouteName } from '@heartwood/api/contract';
import {
  type Bounds,
  SAMPLES,
  TRACE_ID,
  boundsOf,
  detailOf,
  metaOf,
  pointsOf,
  rowOf,
  totalsOf,
} from './answers.ts';
import { operationsOf } from './operation-answers.ts';
import { healthOf, systemOf } from './system-answers.ts';
import { traceOf } from './trace-answers.ts';

/** What the server does. */
export interface Scenario {
  state?: 'full' | 'empty' | 'spans' | 'outside';
  /** Wanted as `Authorization: Bearer`. */
  token?: string;
  /** Every question of the API fails so. */
  failure?: 'internal' | 'cut';
}

/** A running server; must be closed. */
export interface PageServer {
  readonly url: string;
  /** Questions asked so far, path and query. */
  readonly asked: string[];
  /** May be changed while it runs. */
  readonly scenario: Scenario;
  /** Sends an event to all who follow the operations; without one it breaks them off. */
  tell(event?: OperationsEvent): void;
  close(): Promise<void>;
}

/** As strict as the policy of the real server, without its exceptions for other pages. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Serves a folder that Vite built, on a free port. */
export async function openPageServer(folder: string, scenario: Scenario = {}): Promise<PageServer> {
  const asked: string[] = [];
  const followers = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('content-security-policy', POLICY);
    if (!url.pathname.startsWith('/api/')) {
      void sendFile(response, folder, url.pathname);
      return;
    }
    asked.push(`${url.pathname}${url.search}`);
    if (scenario.failure === 'cut') request.socket.destroy();
    else if (scenario.failure === 'internal')
      problem(response, 503, 'STORE_BUSY', 'The store is being reopened.');
    else if (
      scenario.token !== undefined &&
      request.headers.authorization !== `Bearer ${scenario.token}`
    )
      problem(response, 401, 'TOKEN_MISSING', 'This server wants a token.');
    else if (url.pathname === '/api/v1/operations/stream') {
      followers.add(response);
      response.on('close', () => followers.delete(response));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(frameOf(snapshotOf(scenario.state)));
    } else answer(response, url, scenario);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    asked,
    scenario,
    tell: (event) => {
      for (const follower of followers)
        if (event === undefined) follower.destroy();
        else follower.write(frameOf(event));
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function snapshotOf(state: Scenario['state'] = 'full'): Omit<OperationsEvent, 'id'> {
  const data = state === 'full' ? operationsOf(Date.now()) : [];
  const live = { running: data.length, paused: 0, slow: 0, stalled: 0, lost: 0 };
  const at = new Date().toISOString();
  return {
    event: 'snapshot',
    data: { data, meta: { at, unit: 'operations', truncated: false, live } },
  };
}

/** As the contract allows it; anything else is a mistake of the test. */
function frameOf({ event, data }: Omit<OperationsEvent, 'id'>): string {
  const told = ROUTES.followOperations.events[event].parse(data);
  return `id: 000000000000-1\nevent: ${event}\ndata: ${JSON.stringify(told)}\n\n`;
}

async function sendFile(response: ServerResponse, folder: string, pathname: string): Promise<void> {
  const file = path.join(folder, pathname === '/' ? 'index.html' : path.normalize(pathname));
  try {
    const body = await readFile(file);
    response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
    response.end(body);
  } catch {
    response.statusCode = 404;
    response.end();
  }
}

function answer(response: ServerResponse, url: URL, { state = 'full' }: Scenario): void {
  const nowMs = Date.now();
  const query = url.searchParams;
  const bounds = boundsOf(query, nowMs);
  const name = decodeURIComponent(/^\/api\/v1\/features\/([^/]+)$/u.exec(url.pathname)?.[1] ?? '');
  const samples = state === 'full' ? SAMPLES.filter(kept(query)) : [];
  switch (name === '' ? url.pathname : 'feature') {
    case '/api/v1/system':
      return send(response, 'readSystem', query, {
        data: systemOf(nowMs, state === 'outside' ? 'full' : state),
      });
    case '/api/v1/health':
      return send(response, 'checkHealth', query, healthOf(nowMs));
    case '/api/stats': {
      const earlier = bounds.toMs < nowMs - 60_000;
      const totals = samples.map((sample) => ({
        ...sample,
        runs: earlier ? Math.round(sample.runs * 0.91) : sample.runs,
      }));
      return send(response, 'readStats', query, {
        data: totalsOf(totals),
        meta: metaOf(bounds, 'runs'),
      });
    }
    case '/api/v1/features': {
      const points = pointsOf(bounds, 100, 0, 1);
      const trend = query.get('trend') === 'true';
      return send(response, 'listFeatures', query, {
        data: samples.map((sample) =>
          rowOf(
            sample,
            bounds.toMs,
            trend ? pointsOf(bounds, sample.runs, 0, 1).map(({ runs }) => runs) : undefined,
          ),
        ),
        meta: {
          ...metaOf(bounds, 'features'),
          total: samples.length,
          ...(trend && {
            trend: {
              interval: '30m',
              starts: points.map(({ start }) => start),
              complete: points.map(({ complete }) => complete),
            },
          }),
        },
      });
    }
    case '/api/v1/usage': {
      const { runs, failed } = totalsOf(samples);
      return send(response, 'readUsage', query, {
        data: [{ group: null, runs, points: pointsOf(bounds, runs, failed, 41.3) }],
        meta: { ...metaOf(bounds, 'runs'), interval: '30m', by: null },
      });
    }
    case '/api/v1/services':
      return send(response, 'listServices', query, {
        data: servicesOf(bounds),
        meta: metaOf(bounds, 'services'),
      });
    case 'feature': {
      const sample = SAMPLES.find(({ feature }) => feature === name);
      if (sample === undefined)
        return problem(response, 404, 'FEATURE_UNKNOWN', `No feature is called ${name}.`, [
          'checkout',
          'cart.add',
        ]);
      const shown = samples.length === 0 ? { ...sample, runs: 0, failed: 0, users: 0 } : sample;
      return send(response, 'readFeature', query, {
        data: detailOf(shown, bounds, Math.min(shown.runs, Number(query.get('recent') ?? 20))),
        meta: { ...metaOf(bounds, 'runs'), interval: '30m' },
      });
    }
    case `/api/v1/traces/${TRACE_ID}`:
      return send(response, 'readTrace', query, traceOf(nowMs));
    default:
      return problem(response, 404, 'ROUTE_UNKNOWN', `There is nothing at ${url.pathname}.`);
  }
}

function kept(query: URLSearchParams): (sample: (typeof SAMPLES)[number]) => boolean {
  const [category, service] = [query.get('category'), query.get('service')];
  return (sample) =>
    (category === null || sample.category === category) &&
    (service === null || sample.service === service);
}

function servicesOf({ fromMs, toMs }: Bounds) {
  return [...new Set(SAMPLES.map(({ service }) => service))].map((service) => ({
    service,
    spans: 1000,
    errors: 0,
    errorRate: 0,
    p50Ms: 1,
    p95Ms: 2,
    p99Ms: 3,
    maxMs: 4,
    negative: 0,
    firstSeen: new Date(fromMs).toISOString(),
    lastSeen: new Date(toMs).toISOString(),
  }));
}

/** Sends what the contract allows for the question; anything else is a mistake of the test or of the page. */
function send(
  response: ServerResponse,
  route: Exclude<RouteName, 'followLogs' | 'followOperations' | 'exportTraining'>,
  query: URLSearchParams,
  body: unknown,
): void {
  const { query: questions, answer } = ROUTES[route];
  const asked = questions.safeParse(Object.fromEntries(query));
  if (!asked.success) {
    problem(response, 400, 'PARAMETER_INVALID', asked.error.message);
    return;
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(answer.parse(body)));
}

function problem(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  suggestions?: string[],
): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/problem+json');
  response.end(
    JSON.stringify({
      type: `urn:heartwood:problem:${code}`,
      title: code,
      status,
      code,
      detail,
      remedy: 'Look at what was asked and ask again.',
      suggestions,
    }),
  );
}
