/** The Express app over the table of routes; nothing listens here. */
import type { Exporter, Reader } from '@heartwood/store';
import {
  suggest,
  type OperationBoard,
  type DefinitionState,
  type DiagnosisFacts,
  type DiagnosisTest,
  type HealthFacts,
  type QualityRuns,
  type WeekStart,
} from '@heartwood/kpi';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { contextMaker } from './context-maker.ts';
import type { ConfigRow } from './contract/health.ts';
import type { ReceiverState } from './contract/receiver.ts';
import type { Route } from './contract/route.ts';
import { ROUTES, type RouteName } from './contract/routes.ts';
import type { StorageState } from './contract/storage.ts';
import { serveDashboard } from './dashboard-files.ts';
import { RequestError } from './errors.ts';
import { guardHost, guardScope, setSecurityHeaders, type Tokens } from './guard.ts';
import type { LiveSources, SystemSources } from './handlers/context.ts';
import type { MetricFamily } from './metric-family.ts';
import { PROBLEM_TYPE, retryAfterSeconds, toProblem } from './problem.ts';
import { respondWithAnswer, respondWithFile, respondWithStream } from './responders.ts';

/** What the app is made of. */
export interface AppOptions {
  readonly reader: Reader;
  /** Where rows become files. Default: nowhere, and they are refused. */
  readonly exporter?: Exporter | undefined;
  /** Version of the program. */
  readonly version: string;
  /** Epoch milliseconds. Default: the clock of the machine. */
  readonly clock?: (() => number) | undefined;
  /** Epoch milliseconds before which all that started is taken to be in the database. Default: ten minutes ago. */
  readonly watermark?: (() => number) | undefined;
  /** What the receiver has done so far. Default: nothing. */
  readonly receiver?: (() => ReceiverState) | undefined;
  /** Where the bytes are; undefined while nobody knows. Default: nobody does. */
  readonly storage?: (() => StorageState | undefined) | undefined;
  /** What the process tells of itself. Default: nothing. */
  readonly metrics?: (() => Promise<readonly MetricFamily[]>) | undefined;
  /** Looks at everything that checks of health are made of. Default: nothing can be told. */
  readonly health?: (() => Promise<HealthFacts>) | undefined;
  /** Tries out what a diagnosis is made of. Default: nothing can be told. */
  readonly diagnosis?: ((tests: readonly DiagnosisTest[]) => Promise<DiagnosisFacts>) | undefined;
  /** The settings in force, without secrets. Default: none. */
  readonly config?: (() => readonly ConfigRow[]) | undefined;
  /** Where checks of data quality run. Default: with what they find kept nowhere. */
  readonly quality?: QualityRuns | undefined;
  /** Where days are summed up. Default: with what it makes kept nowhere. */
  readonly summaries?: SystemSources['summaries'] | undefined;
  /** Where records are looked at for errors. Default: nowhere, and answers about errors are not complete. */
  readonly errors?: SystemSources['errors'] | undefined;
  /** What is under way. Default: nothing is followed, and only what is over is told. */
  readonly operations?: OperationBoard | undefined;
  /** What can be followed. Default: log records as they are when a stream begins, and no word of later ones. */
  readonly live?: LiveSources | undefined;
  /** What is missing before requests can be taken; empty when nothing is. Default: nothing. */
  readonly readiness?: (() => readonly string[]) | undefined;
  /** Default: none, and then only requests to a loopback name are answered. */
  readonly tokens?: Tokens | undefined;
  /** Folder of the built dashboard. Default: none, and `/` says how to build it. */
  readonly dashboardDir?: string | undefined;
  /** Where this server takes OTLP over HTTP, for pages that tell the next step. */
  readonly otlpHttpUrl?: string | undefined;
  /** What the definition files say, and what is wrong with them. Default: nothing is defined. */
  readonly definitions?: (() => DefinitionState) | undefined;
  /** IANA zone for requests that name none. Default UTC. */
  readonly timeZone?: string | undefined;
  /** First day of weeks. Default Monday. */
  readonly weekStart?: WeekStart | undefined;
  /** Longest time for an answer, all its queries together. Default 20,000. */
  readonly timeoutMs?: number | undefined;
  /** Hears of every failure that was not the caller's. */
  readonly onFailure?: ((error: unknown, route: string) => void) | undefined;
}

/** Makes the app; mount it on a server, it holds no resource of its own. */
export function createApp(options: AppOptions): Express {
  const { tokens = {}, onFailure = () => undefined, timeoutMs = TIMEOUT_MS } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  app.use(setSecurityHeaders, guardHost(tokens));
  const makeContext = contextMaker({ ...options, timeoutMs });
  for (const name of Object.keys(ROUTES) as RouteName[]) {
    const route: Route = ROUTES[name];
    const path = route.path.replaceAll(/\{(\w+)\}/gu, ':$1');
    const respond =
      route.kind === 'stream'
        ? respondWithStream(name, route, makeContext)
        : route.kind === 'file'
          ? respondWithFile(name, route, makeContext)
          : respondWithAnswer(name, route, makeContext, timeoutMs);
    app[route.method](path, guardScope(route.scope, tokens), respond);
  }
  // After all routes: one may take with POST what another takes with GET under a path that varies.
  app.use(refuseMethod);
  app.use(serveDashboard(options.dashboardDir));
  app.use(refuseRoute);
  app.use(sendProblem(onFailure));
  return app;
}

/** A question that takes longer helps nobody who looks at a page. */
const TIMEOUT_MS = 20_000;

const refuseMethod: RequestHandler = ({ method, path }, response, next) => {
  const methods = PATTERNS.filter(({ pattern }) => pattern.test(path)).map((one) => one.methods);
  if (methods.length === 0) return next();
  const allowed = [...new Set(methods)].join(', ');
  response.set('Allow', allowed);
  throw new RequestError('METHOD_NOT_ALLOWED', { method, path, allowed });
};

const PATTERNS = Object.values<Route>(ROUTES).map(({ method, path }) => ({
  pattern: new RegExp(
    `^${path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/gu, '[^/]+')}/?$`,
    'u',
  ),
  methods: method === 'get' ? 'GET, HEAD' : 'POST',
}));

const refuseRoute: RequestHandler = ({ path }) => {
  const known = Object.values<Route>(ROUTES).map((route) => route.path);
  throw new RequestError('ROUTE_UNKNOWN', { path }, suggest(path, known));
};

/** Codes that say what the server knows of itself anyway. */
const FORESEEN: ReadonlySet<string> = new Set([
  'NOT_READY',
  'OPERATIONS_LOADING',
  'STREAM_FULL',
  'FILES_FULL',
]);

/** The caller that has gone needs no answer, and its cancelled query is no failure. */
function sendProblem(onFailure: NonNullable<AppOptions['onFailure']>): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request, response, next) => {
    if (response.destroyed) return;
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = toProblem(error);
    if (problem.status >= 500 && !FORESEEN.has(problem.code)) onFailure(error, request.path);
    const retryAfter = retryAfterSeconds(problem);
    if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter));
    if (problem.status === 401) response.set('WWW-Authenticate', 'Bearer realm="heartwood"');
    response.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
  };
}
