import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DefinitionError } from '@heartwood/kpi';
import { CodedError } from '@heartwood/semconv';
import type { Reader, Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld } from '../../kpi/src/testing/span-world.ts';
import { landWorld, openTestStore } from '../../kpi/src/testing/world.ts';
import { createApp } from './app.ts';
import { type AppOptions } from './app-options.ts';
import type { Route } from './contract/route.ts';
import { ROUTES } from './contract/routes.ts';
import { Problem } from './contract/answer.ts';
import { listen, sendRaw, type RawAnswer, type TestServer } from './testing/server.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
let store: Store;
let server: TestServer;
const failures: unknown[] = [];

beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, createWorld(7, NOW - 20 * 3_600_000, 19 * 3_600_000, 200));
  server = await listen(
    createApp({
      reader: store,
      version: '0.0.0',
      clock: () => NOW,
      onFailure: (error) => failures.push(error),
    }),
  );
});
afterAll(async () => {
  await server.close();
  await store.close();
});

const get = async (target: string, options = {}): Promise<RawAnswer> =>
  sendRaw(server.port, target, options);

const problemOf = ({ headers, body }: RawAnswer): Problem => {
  expect(headers['content-type']).toMatch(/^application\/problem\+json/u);
  return Problem.parse(JSON.parse(body));
};

/** Runs a test on an app of its own. */
async function withApp(
  options: Partial<AppOptions>,
  run: (server: TestServer) => Promise<void>,
): Promise<void> {
  const own = await listen(
    createApp({ reader: store, version: '0.0.0', clock: () => NOW, ...options }),
  );
  try {
    await run(own);
  } finally {
    await own.close();
  }
}

const HOSTILE_TEXTS = [
  "' OR 1=1 --",
  "x'; DROP TABLE spans; --",
  '$1',
  '%00',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '😀'.repeat(100),
  'NaN',
  'null',
  '\\',
];

const RANGE_CASES: [string, string, string][] = [
  ['from=soon', 'TIME_INVALID', 'from'],
  ['to=2026-02-30', 'TIME_INVALID', 'to'],
  ['from=NaN', 'TIME_INVALID', 'from'],
  ['from=Infinity', 'TIME_INVALID', 'from'],
  ['from=-5', 'TIME_OUT_OF_RANGE', 'from'],
  ['from=now&to=yesterday', 'RANGE_REVERSED', 'from'],
  ['from=now&to=now', 'RANGE_EMPTY', 'from'],
  ['since=3650d', 'RANGE_TOO_LONG', 'since'],
  ['since=1e9h', 'DURATION_INVALID', 'since'],
  ['since=-1h', 'DURATION_INVALID', 'since'],
  ['since=1h&from=now', 'RANGE_AMBIGUOUS', 'since'],
  ['timeZone=Mars', 'TIME_ZONE_UNKNOWN', 'timeZone'],
  ['since=', 'PARAMETER_INVALID', 'since'],
  [`from=${'9'.repeat(2000)}`, 'PARAMETER_INVALID', 'from'],
];
const FILTER_CASES: [string, string, string][] = [
  ['status=broken', 'PARAMETER_INVALID', 'status'],
  ['category=nowhere', 'CATEGORY_UNKNOWN', 'category'],
  ['component=nowhere', 'COMPONENT_UNKNOWN', 'component'],
  ['service=nowhere', 'SERVICE_UNKNOWN', 'service'],
  ['category=', 'PARAMETER_INVALID', 'category'],
];
const BUCKET_CASES: [string, string, string][] = [
  ['interval=2h', 'PARAMETER_INVALID', 'interval'],
  ['interval=1m&since=30d', 'INTERVAL_TOO_FINE', 'interval'],
];
const USAGE_CASES: [string, string, string][] = [
  ...RANGE_CASES,
  ...FILTER_CASES,
  ...BUCKET_CASES,
  ['feature=nowhere', 'FEATURE_UNKNOWN', 'feature'],
  ['by=user', 'PARAMETER_INVALID', 'by'],
  ['top=0', 'PARAMETER_INVALID', 'top'],
  ['top=201', 'PARAMETER_INVALID', 'top'],
];
const RECORD_CASES: [string, string, string][] = [
  ...RANGE_CASES,
  ...FILTER_CASES,
  ['feature=nowhere', 'FEATURE_UNKNOWN', 'feature'],
  ['user=nobody', 'USER_UNKNOWN', 'user'],
  ['session=none', 'SESSION_UNKNOWN', 'session'],
  ['errorType=None', 'ERROR_TYPE_UNKNOWN', 'errorType'],
  ['limit=0', 'PARAMETER_INVALID', 'limit'],
  ['limit=1001', 'PARAMETER_INVALID', 'limit'],
  ['limit=1.5', 'PARAMETER_INVALID', 'limit'],
  ['limit=ten', 'PARAMETER_INVALID', 'limit'],
  ['minDurationMs=-1', 'PARAMETER_INVALID', 'minDurationMs'],
  ['minDurationMs=Infinity', 'PARAMETER_INVALID', 'minDurationMs'],
  ['minDurationMs=1e300', 'PARAMETER_INVALID', 'minDurationMs'],
  ['cursor=abc', 'PARAMETER_INVALID', 'cursor'],
  ['cursor=9223372036854775808', 'PARAMETER_INVALID', 'cursor'],
];
const FEATURE_CASES: [string, string, string][] = [
  ...RANGE_CASES,
  ...FILTER_CASES.filter(([query]) => query !== 'status=broken'),
  ...BUCKET_CASES,
  ['recent=201', 'PARAMETER_INVALID', 'recent'],
];

const HOSTILE: Readonly<Record<string, [string, string, string][]>> = {
  '/api/v1/features': [
    ...RANGE_CASES,
    ...FILTER_CASES,
    ['trend=yes', 'PARAMETER_INVALID', 'trend'],
    ['sort=name', 'PARAMETER_INVALID', 'sort'],
    ['limit=10001', 'PARAMETER_INVALID', 'limit'],
  ],
  '/api/v1/features/checkout': FEATURE_CASES,
  '/api/feature/checkout': FEATURE_CASES,
  '/api/v1/usage': USAGE_CASES,
  '/api/chart-data': USAGE_CASES,
  '/api/v1/records': RECORD_CASES,
  '/api/recent-calls': RECORD_CASES,
  '/api/v1/traces': [
    ...RANGE_CASES,
    ['service=nowhere', 'SERVICE_UNKNOWN', 'service'],
    ['feature=nowhere', 'FEATURE_UNKNOWN', 'feature'],
    ['errors=1', 'PARAMETER_INVALID', 'errors'],
    ['limit=501', 'PARAMETER_INVALID', 'limit'],
    ['minDurationMs=x', 'PARAMETER_INVALID', 'minDurationMs'],
  ],
  '/api/v1/logs': [
    ...RANGE_CASES,
    ['service=nowhere', 'SERVICE_UNKNOWN', 'service'],
    ['minSeverity=9', 'PARAMETER_INVALID', 'minSeverity'],
    ['traceId=abc', 'PARAMETER_INVALID', 'traceId'],
    ['text=', 'PARAMETER_INVALID', 'text'],
    ['limit=1001', 'PARAMETER_INVALID', 'limit'],
    ['cursor=abc', 'PARAMETER_INVALID', 'cursor'],
  ],
  '/api/v1/events': [
    ...RANGE_CASES,
    ['event=nowhere', 'EVENT_UNKNOWN', 'event'],
    ['by=', 'PARAMETER_INVALID', 'by'],
    ['explain=1', 'PARAMETER_INVALID', 'explain'],
    ['limit=201', 'PARAMETER_INVALID', 'limit'],
  ],
  '/api/v1/services': [...RANGE_CASES, ['service=nowhere', 'SERVICE_UNKNOWN', 'service']],
  '/api/v1/metrics': [
    ...RANGE_CASES,
    ['service=nowhere', 'SERVICE_UNKNOWN', 'service'],
    ['limit=10001', 'PARAMETER_INVALID', 'limit'],
  ],
  '/api/v1/metrics/points': [
    ...RANGE_CASES.map(([query, code, parameter]): [string, string, string] => [
      `name=m&${query}`,
      code,
      parameter,
    ]),
    ['', 'PARAMETER_INVALID', 'name'],
    ['name=nowhere', 'METRIC_UNKNOWN', 'name'],
    ['name=m&limit=0', 'PARAMETER_INVALID', 'limit'],
  ],
  '/api/v1/adoption': [
    ...RANGE_CASES,
    ['limit=101', 'PARAMETER_INVALID', 'limit'],
    ['explain=1', 'PARAMETER_INVALID', 'explain'],
  ],
  '/api/v1/adoption/checkout': RANGE_CASES,
  '/api/v1/stickiness': RANGE_CASES,
  '/api/v1/lifecycle': RANGE_CASES,
  '/api/v1/frequency': RANGE_CASES,
  '/api/v1/feedback': [
    ...RANGE_CASES,
    ['feature=nowhere', 'FEATURE_UNKNOWN', 'feature'],
    ['limit=0', 'PARAMETER_INVALID', 'limit'],
  ],
  '/api/stats': [...RANGE_CASES, ...FILTER_CASES],
};

const toPath = (route: Route): string =>
  route.path.replace('{name}', 'checkout').replace('{traceId}', 'f'.repeat(32));
const toCall = (route: Route): [method: string, path: string] => [
  route.method.toUpperCase(),
  toPath(route),
];
const everyRoute = Object.values<Route>(ROUTES);

describe('bad input', () => {
  const cases = Object.entries(HOSTILE).flatMap(([target, list]) =>
    list.map((item) => [target, ...item] as const),
  );
  test.each(cases)(
    '%s?%.60s is refused with %s about %s',
    async (target, query, code, parameter) => {
      const answer = await get(`${target}?${query}`);
      const problem = problemOf(answer);
      expect(problem).toMatchObject({ code, parameter, status: answer.status });
      expect(answer.status).toBe(
        code.endsWith('_UNKNOWN') && code !== 'TIME_ZONE_UNKNOWN' ? 404 : 400,
      );
      expect(problem.remedy).not.toBe('');
      expect(answer.body.length).toBeLessThan(3000);
    },
  );

  test.each(everyRoute.map((route) => [...toCall(route), 'since' in route.query.shape] as const))(
    '%s %s refuses a parameter it does not know, and a repeated one',
    async (method, target, hasSince) => {
      const unknown = problemOf(await get(`${target}?sinse=1h`, { method }));
      expect(unknown).toMatchObject({ code: 'PARAMETER_UNKNOWN', parameter: 'sinse', status: 400 });
      expect(unknown.suggestions).toEqual(hasSince ? ['since'] : undefined);
      const repeated = problemOf(await get(`${target}?since=1h&since=2h`, { method }));
      expect(repeated).toMatchObject({
        code: hasSince ? 'PARAMETER_REPEATED' : 'PARAMETER_UNKNOWN',
        parameter: 'since',
      });
    },
  );

  const texts = ['feature', 'category', 'component', 'service', 'user', 'session', 'errorType'];
  test.each(texts.flatMap((name) => HOSTILE_TEXTS.map((text) => [name, text] as const)))(
    'the %s "%.30s" is looked up as a name and changes nothing',
    async (parameter, text) => {
      const answer = await get(`/api/v1/records?${parameter}=${encodeURIComponent(text)}`);
      const code = parameter.replace(/[A-Z]/u, (letter) => `_${letter}`).toUpperCase();
      expect(problemOf(answer)).toMatchObject({ code: `${code}_UNKNOWN`, status: 404, parameter });
    },
  );

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'a parameter called %s is one it does not know',
    async (name) => {
      expect(problemOf(await get(`/api/v1/features?${name}=1`)).code).toBe('PARAMETER_UNKNOWN');
    },
  );

  test.each([
    ['/api/v1/features/%E0%A4%A', 400, 'PATH_INVALID'],
    ['/api/v1/features/%ff', 400, 'PATH_INVALID'],
    [`/api/v1/features/${'x'.repeat(5000)}`, 404, 'FEATURE_UNKNOWN'],
    ['/api/v1/features/%00', 404, 'FEATURE_UNKNOWN'],
    ['/api/v1/features/%27%3B%20DROP%20TABLE%20spans%3B--', 404, 'FEATURE_UNKNOWN'],
    ['/api/v1/traces/xyz', 400, 'PARAMETER_INVALID'],
    [`/api/v1/traces/${'f'.repeat(32)}`, 404, 'TRACE_UNKNOWN'],
    ['/api/v1/feature', 404, 'ROUTE_UNKNOWN'],
    ['/api/v1/nothing', 404, 'ROUTE_UNKNOWN'],
    ['/API/V1/FEATURES', 404, 'ROUTE_UNKNOWN'],
    ['/..%2f..%2fetc%2fpasswd', 404, 'ROUTE_UNKNOWN'],
  ])('%.60s is %i %s', async (target, status, code) => {
    const answer = await get(target);
    expect(problemOf(answer)).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
  });

  test('a feature that is nearly right is suggested', async () => {
    expect(problemOf(await get('/api/v1/features/chekout')).suggestions).toEqual(['checkout']);
  });

  test('a route that is nearly right is suggested', async () => {
    const { suggestions } = problemOf(await get('/api/v1/feature'));
    expect(suggestions).toContain('/api/v1/features');
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is not taken', async (method) => {
    const answer = await get('/api/v1/features', { method });
    expect(problemOf(answer)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(answer.headers.allow).toBe('GET, HEAD');
  });

  test('nothing of it was a failure of the server, and the data still stands', async () => {
    expect(failures).toEqual([]);
    const { body } = await get('/api/v1/system');
    expect(JSON.parse(body)).toMatchObject({ data: { store: { spans: 200 } } });
  });
});

describe('browsers', () => {
  test.each(['/', '/docs', '/api/v1/features', '/nothing'])(
    '%s carries the safe headers',
    async (target) => {
      const { headers } = await get(target);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      expect(headers['content-security-policy']).toMatch(
        /default-src 'none'.*frame-ancestors 'none'/u,
      );
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    },
  );

  test.each([
    'evil.example',
    'evil.example:4319',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
  ])('the host name "%s" is refused while no token guards', async (host) => {
    const answer = await get('/api/v1/features', { headers: { host } });
    expect(problemOf(answer)).toMatchObject({ status: 403, code: 'HOST_NOT_ALLOWED' });
  });

  test.each([
    'localhost:4319',
    'LOCALHOST',
    '127.0.0.1',
    '127.1.2.3:1',
    '[::1]:4319',
    'app.localhost:80',
  ])('the host name "%s" is this machine', async (host) => {
    expect((await get('/healthz', { headers: { host } })).status).toBe(200);
  });

  test('the page that says how to build the dashboard is there without one', async () => {
    const { status, body, headers } = await get('/');
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/html/u);
    expect(body).toContain('npm run build');
  });

  test('a built dashboard is served, its hashed files to keep and its page to ask for again', async () => {
    const dashboardDir = mkdtempSync(path.join(tmpdir(), 'heartwood-dashboard-'));
    mkdirSync(path.join(dashboardDir, 'assets'));
    writeFileSync(path.join(dashboardDir, 'index.html'), '<title>built</title>');
    writeFileSync(path.join(dashboardDir, 'assets', 'main-abc.js'), '1');
    try {
      await withApp({ dashboardDir }, async ({ port }) => {
        const page = await sendRaw(port, '/');
        expect(page.body).toBe('<title>built</title>');
        expect(page.headers['cache-control']).toBe('no-cache');
        expect(page.headers['content-security-policy']).toContain("script-src 'self'");
        const script = await sendRaw(port, '/assets/main-abc.js');
        expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
        expect((await sendRaw(port, '/assets/..%2f..%2findex.html')).status).toBe(404);
        expect((await sendRaw(port, '/assets')).status).toBe(404);
      });
    } finally {
      rmSync(dashboardDir, { recursive: true });
    }
  });

  test('the page of routes needs nothing from elsewhere and runs no script', async () => {
    const { body } = await get('/docs');
    expect(body).not.toMatch(/<script|(?:src|href)="https?:|@import/u);
    for (const { path: target } of everyRoute) expect(body).toContain(target);
  });
});

describe('tokens', () => {
  const tokens = { read: 'read-token-0123456789', admin: 'admin-token-0123456789' };
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  test('a read token opens what is to be read, and any host name', async () => {
    await withApp({ tokens }, async ({ port }) => {
      const headers = { ...bearer(tokens.read).headers, host: 'stats.example' };
      expect((await sendRaw(port, '/api/v1/features', { headers })).status).toBe(200);
    });
  });

  test('the admin token opens it too', async () => {
    await withApp({ tokens }, async ({ port }) => {
      expect((await sendRaw(port, '/api/stats', bearer(tokens.admin))).status).toBe(200);
    });
  });

  test.each(everyRoute.filter(({ scope }) => scope !== 'open').map(toCall))(
    '%s %s is closed without one',
    async (method, target) => {
      await withApp({ tokens }, async ({ port }) => {
        const missing = await sendRaw(port, target, { method });
        expect(problemOf(missing)).toMatchObject({ status: 401, code: 'TOKEN_MISSING' });
        expect(missing.headers['www-authenticate']).toContain('Bearer');
        const wrong = await sendRaw(port, target, { method, ...bearer(`${tokens.read}x`) });
        expect(problemOf(wrong)).toMatchObject({ status: 401, code: 'TOKEN_WRONG' });
        const basic = await sendRaw(port, target, {
          method,
          headers: { authorization: 'Basic abc' },
        });
        expect(problemOf(basic).code).toBe('TOKEN_MISSING');
      });
    },
  );

  test.each(['/healthz', '/readyz', '/openapi.json', '/docs', '/'])(
    '%s stays open',
    async (target) => {
      await withApp({ tokens }, async ({ port }) => {
        expect((await sendRaw(port, target)).status).toBe(200);
      });
    },
  );
});

describe('trouble behind it', () => {
  const SUMS = { exactRuns: 2_000_000, isSummed: () => true };
  const failing = (error: Error): Reader => ({
    ...SUMS,
    read: async () => {
      throw error;
    },
    ask: async () => {
      throw error;
    },
  });

  test.each([
    [new CodedError('STORE_QUERY_TIMEOUT', 'slow', true), 503, 'STORE_QUERY_TIMEOUT', '10'],
    [new CodedError('STORE_CLOSED', 'closed', true), 503, 'STORE_CLOSED', '2'],
    [new CodedError('STORE_BUSY', 'crowded', true), 429, 'STORE_BUSY', '2'],
    [
      new CodedError('STORE_QUERY_TOO_LARGE', 'large', false),
      422,
      'STORE_QUERY_TOO_LARGE',
      undefined,
    ],
    [
      new CodedError('STORE_ANSWER_TOO_LARGE', 'large', false),
      422,
      'STORE_ANSWER_TOO_LARGE',
      undefined,
    ],
    [
      new CodedError('STORE_QUESTION_INVALID', 'too many groups', false),
      422,
      'STORE_QUESTION_INVALID',
      undefined,
    ],
    [new Error('secret detail'), 500, 'INTERNAL', undefined],
  ])('%s becomes %i, reported from 500 on', async (error, status, code, retryAfter) => {
    const reported: unknown[] = [];
    const onFailure = (cause: unknown): number => reported.push(cause);
    await withApp({ reader: failing(error), onFailure }, async ({ port }) => {
      const answer = await sendRaw(port, '/api/v1/adoption');
      expect(problemOf(answer)).toMatchObject({ status, code });
      expect(answer.headers['retry-after']).toBe(retryAfter);
      expect(answer.body).not.toContain('secret');
      expect(reported).toEqual(status < 500 ? [] : [error]);
    });
  });

  test('a definition that came with a question and is wrong is a 422 with all that is wrong', async () => {
    const problem = {
      place: { file: 'request', line: 0, path: 'steps[1]' },
      severity: 'error',
      code: 'DEFINITION_VALUE',
      message: 'steps[1] must be a map of keys.',
      suggestions: ['steps'],
    } as const;
    await withApp(
      { reader: failing(new DefinitionError([problem, problem])) },
      async ({ port }) => {
        const answer = await sendRaw(port, '/api/v1/funnels/query', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"definition":{"steps":["feature:a","feature:b"]}}',
        });
        expect(problemOf(answer)).toMatchObject({
          status: 422,
          code: 'DEFINITION_INVALID',
          detail: 'The definition cannot be used: steps[1] must be a map of keys, and 1 more.',
          problems: [problem, problem],
        });
      },
    );
  });

  test('a server that is not ready says what is missing', async () => {
    await withApp({ readiness: () => ['the store is being opened'] }, async ({ port }) => {
      const answer = await sendRaw(port, '/readyz');
      expect(problemOf(answer)).toMatchObject({ status: 503, code: 'NOT_READY' });
      expect(answer.headers['retry-after']).toBe('2');
      expect(answer.body).toContain('the store is being opened');
      expect((await sendRaw(port, '/healthz')).status).toBe(200);
    });
  });

  test('while requests wait to land, what ended after the first of them came is not complete', async () => {
    const watermark = (): number => NOW - 5 * 3_600_000;
    await withApp({ watermark }, async ({ port }) => {
      const read = async (target: string) =>
        JSON.parse((await sendRaw(port, target)).body) as {
          data: { points: { complete: boolean }[] }[];
          meta: { complete: boolean; explain: { watermark: string; completeness: string } };
        };
      const usage = '/api/v1/usage?interval=1h&from=2026-11-21T05:00:00Z&to=2026-11-21T09:00:00Z';
      const { data, meta } = await read(`${usage}&explain=true`);
      expect(data[0]?.points.map(({ complete }) => complete)).toEqual([true, true, false, false]);
      expect(meta.complete).toBe(false);
      expect(meta.explain).toMatchObject({
        watermark: '2026-11-21T07:00:00.000Z',
        completeness: expect.stringContaining('since 2026-11-21T07:00:00.000Z wait') as string,
      });
      const earlier = await read(
        '/api/v1/features?from=2026-11-21T01:00:00Z&to=2026-11-21T07:00:00Z',
      );
      expect(earlier.meta.complete).toBe(true);
    });
  });

  test('a question whose asker has gone is stopped and is no failure', async () => {
    const reported: unknown[] = [];
    let stopped: (() => void) | undefined;
    const isStopped = new Promise<void>((resolve) => (stopped = resolve));
    let asked: (() => void) | undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const reader: Reader = {
      ...SUMS,
      read: async (_name, _params, options) => {
        asked?.();
        return new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () => {
            stopped?.();
            reject(new CodedError('STORE_QUERY_CANCELLED', 'cancelled', true));
          });
        });
      },
      ask: async (question) => store.ask(question),
    };
    const onFailure = (cause: unknown): number => reported.push(cause);
    await withApp({ reader, onFailure }, async ({ baseUrl }) => {
      const gone = new AbortController();
      const answer = fetch(`${baseUrl}/api/v1/services`, { signal: gone.signal });
      await isAsked;
      gone.abort();
      await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
      await isStopped;
      expect((await fetch(`${baseUrl}/healthz`)).status).toBe(200);
      expect(reported).toEqual([]);
    });
  });

  test('an answer whose queries each take their time is given up when all of it is over', async () => {
    const reader: Reader = {
      ...SUMS,
      // As if the next query began anew each time.
      read: async (_name, _params, options) =>
        new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () =>
            reject(new CodedError('STORE_QUERY_CANCELLED', 'cancelled', true)),
          );
        }),
      ask: async (question) => store.ask(question),
    };
    await withApp({ reader, timeoutMs: 40 }, async ({ port }) => {
      const answer = await sendRaw(port, '/api/v1/services');
      expect(problemOf(answer)).toMatchObject({ status: 503, code: 'STORE_QUERY_TIMEOUT' });
      expect(answer.headers['retry-after']).toBe('10');
    });
  });

  test('every query is given the deadline of the app', async () => {
    const deadlines = new Set<number | undefined>();
    const reader: Reader = {
      ...SUMS,
      read: async (name, params, options) => {
        deadlines.add(options?.timeoutMs);
        return store.read(name, params, options);
      },
      ask: async (question, options) => {
        deadlines.add(options?.timeoutMs);
        return store.ask(question, options);
      },
    };
    await withApp({ reader, timeoutMs: 1234 }, async ({ port }) => {
      // A stream has no answer that ends.
      for (const route of everyRoute)
        await sendRaw(port, toPath(route), { method: route.kind === 'stream' ? 'HEAD' : 'GET' });
      // A search of logs gives its slices what is left of it.
      const isWithin = (ms = Infinity): boolean => ms > 0 && ms <= 1234;
      expect([...deadlines].filter((ms) => !isWithin(ms))).toEqual([]);
      expect(deadlines).toContain(1234);
    });
  });
});
