/** Explains another answer by asking for it; nothing leaves the process, and no other route than a readable one is asked. */
import { suggest } from '@heartwood/kpi';
import type { Explain } from '../contract/analytic.ts';
import type { Route } from '../contract/route.ts';
import { ROUTES, type RouteName } from '../contract/routes.ts';
import type { EXPLAIN_ROUTES } from '../contract/routes/explain.ts';
import { RequestError } from '../errors.ts';
import { parseParams, parseQuery } from '../query.ts';
import type { Context, HandlersOf } from './context.ts';

type Handle = (
  context: Context,
  request: { params: unknown; query: unknown },
) => Promise<{ meta: { explain?: Explain } }>;

/** `handlerOf` gives the handler of every other route. */
export const explainHandlers = (
  handlerOf: (name: RouteName) => unknown,
): HandlersOf<typeof EXPLAIN_ROUTES> => ({
  /** `GET /api/v1/explain` */
  explain: async (context, { query }) => {
    const { name, route, params, search } = findRoute(query.path);
    const handle = handlerOf(name) as Handle;
    const { meta } = await handle(context, {
      params: parseParams(route.params, params),
      query: parseQuery(route.query, search),
    });
    if (meta.explain === undefined) throw unknownPath(query.path);
    return { data: meta.explain, meta: { path: query.path, route: route.path } };
  },
});

/** What can be explained: this route is none of them, so that no question asks for itself. */
const EXPLAINABLE = (Object.entries(ROUTES) as [RouteName, Route][])
  .filter(
    ([, { method, path, scope, query }]) =>
      method === 'get' &&
      scope === 'read' &&
      path.startsWith('/api/v1/') &&
      Object.hasOwn(query.shape, 'explain'),
  )
  .map(([name, route]) => {
    const pattern = route.path.replaceAll(/\{(\w+)\}/gu, '(?<$1>[^/]+)');
    return { name, route, pattern: new RegExp(`^${pattern}/?$`, 'u') };
  });

function findRoute(path: string): {
  name: RouteName;
  route: Route;
  params: Record<string, string>;
  search: string;
} {
  const [pathname = '', ...rest] = path.split('?');
  for (const { name, route, pattern } of EXPLAINABLE) {
    const match = pattern.exec(pathname);
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {}).map(([key, text]) => [
      key,
      decodeURIComponent(text),
    ]);
    const search = new URLSearchParams(rest.join('?'));
    search.delete('explain');
    search.set('explain', 'true');
    return {
      name,
      route,
      params: Object.fromEntries(params) as Record<string, string>,
      search: search.toString(),
    };
  }
  throw unknownPath(path);
}

const unknownPath = (path: string): RequestError =>
  new RequestError(
    'EXPLAIN_UNKNOWN',
    { path },
    suggest(
      path.split('?')[0] ?? '',
      EXPLAINABLE.map(({ route }) => route.path),
    ),
  );
