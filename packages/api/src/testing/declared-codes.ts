/** Which errors routes may answer, by the table of routes: what a test server says beyond that is a mistake of the table. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from '../contract/answer.ts';
import type { Route } from '../contract/route.ts';
import { ROUTES } from '../contract/routes.ts';
import { PROBLEM_TYPE } from '../problem.ts';

/** Of every route: who may ask, what a request must look like, and a store that is busy, closed or short of memory. */
const OF_EVERY_ROUTE =
  /^(?:HOST|TOKEN|SCOPE|PATH_INVALID|METHOD|PARAMETER|BODY)(?:_|$)|^INTERNAL$|^STORE_(?!ANSWER_TOO_LARGE)/u;
/** Of every route that takes a range or a part of one. */
const OF_RANGES = /^(?:TIME|TIME_ZONE|DURATION|RANGE)_/u;
const RANGE = ['from', 'to', 'since', 'timeZone', 'day'];

const TABLE = Object.values<Route>(ROUTES).map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll(/\{\w+\}/gu, '[^/]+')}/?$`, 'u'),
}));

/** Notes `path: code` of each problem that the answer has and its route does not declare. */
export function noteUndeclared(
  { method, url = '' }: IncomingMessage,
  response: ServerResponse,
  undeclared: Set<string>,
): void {
  const [pathname = ''] = url.split('?');
  const asked = method === 'POST' ? 'post' : 'get';
  // The first one takes it, as in the app.
  const found = TABLE.find(
    ({ route, pattern }) => route.method === asked && pattern.test(pathname),
  );
  if (found === undefined) return;
  const { route } = found;
  const end = response.end.bind(response) as (...given: unknown[]) => ServerResponse;
  response.end = (...given: unknown[]): ServerResponse => {
    const isProblem = String(response.getHeader('content-type')).startsWith(PROBLEM_TYPE);
    const [body] = given;
    if (isProblem && (typeof body === 'string' || Buffer.isBuffer(body))) {
      const { code } = JSON.parse(body.toString()) as Problem;
      if (!mayAnswer(route, code)) undeclared.add(`${route.method} ${route.path}: ${code}`);
    }
    return end(...given);
  };
}

function mayAnswer({ path, errors, query, ...rest }: Route, code: string): boolean {
  const members = Object.keys({ ...query.shape, ...('body' in rest ? rest.body.shape : {}) });
  if (errors.includes(code) || OF_EVERY_ROUTE.test(code)) return true;
  if (OF_RANGES.test(code)) return members.some((name) => RANGE.includes(name));
  // It answers as the route does that it asks.
  return path === ROUTES.explain.path && TABLE.some(({ route }) => route.errors.includes(code));
}
