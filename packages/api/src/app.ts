/** The Express app over the table of routes; nothing listens here. */
import { suggest } from '@heartwood/kpi';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { contextMaker } from './context-maker.ts';
import type { Route } from './contract/route.ts';
import { ROUTES, type RouteName } from './contract/routes.ts';
import { serveDashboard } from './dashboard-files.ts';
import { RequestError } from './errors.ts';
import { guardHost, guardScope, setSecurityHeaders } from './guard.ts';
import { PROBLEM_TYPE, retryAfterSeconds, toProblem } from './problem.ts';
import { respondWithAnswer, respondWithFile, respondWithStream } from './responders.ts';
import type { AppOptions } from './app-options.ts';

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
