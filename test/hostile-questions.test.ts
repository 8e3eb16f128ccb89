/** Odd data, odd definitions and odd questions against a running server: a coded answer or a right number, never a 500. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES, type Route } from '../packages/api/src/contract/index.ts';
import { clientOf } from './system/api.ts';
import { eventually, type ServerProcess, startServer } from './system/server-process.ts';

const START_NS = BigInt(Date.now() - 3 * 3_600_000) * 1_000_000n;
const GROUPS = 10_000;

/** Runs and events as a broken app sends them. */
const ODD = {
  resourceSpans: [
    {
      resource: { attributes: [text('service.name', 'odd')] },
      scopeSpans: [
        {
          spans: [
            // 10,000 groups: a name with an id in it.
            ...Array.from({ length: GROUPS }, (_, i) => run(i, `item.${String(i)}`, 1_000_000n)),
            run(GROUPS, 'clock.back', -5_000_000_000n),
            run(GROUPS + 1, 'no.end', null),
            run(GROUPS + 2, 'fast', 0n),
            run(GROUPS + 3, 'odd.number', 2_000_000n, { doubleValue: 'NaN' }),
            run(GROUPS + 4, 'odd.number', 2_000_000n, { doubleValue: 'Infinity' }),
            run(GROUPS + 5, 'odd.number', 2_000_000n, { stringValue: 'seven' }),
            run(GROUPS + 6, 'odd.number', 2_000_000n, { intValue: '7' }),
          ],
        },
      ],
    },
  ],
};

function text(key: string, value: string) {
  return { key, value: { stringValue: value } };
}

function run(i: number, feature: string, durationNs: bigint | null, size?: object) {
  const start = START_NS + BigInt(i) * 1_000_000n;
  return {
    traceId: (i + 1).toString(16).padStart(32, '0'),
    spanId: (i + 1).toString(16).padStart(16, '0'),
    name: feature,
    startTimeUnixNano: String(start),
    ...(durationNs === null ? {} : { endTimeUnixNano: String(start + durationNs) }),
    attributes: [
      text('feature.name', feature),
      ...(i % 2 === 0 ? [text('user.hash', `u${String(i % 100)}`)] : []),
      ...(size === undefined ? [] : [{ key: 'size', value: size }]),
    ],
  };
}

const DEFINITIONS = `
measures:
  none: { agg: count, of: feature:never.used }
  all: { agg: count, of: feature:any }
  size: { agg: sum, on: size, of: feature:odd.number }
  slowest: { agg: max, on: duration_ms, of: feature:any }
kpis:
  odd: { window: 6h, grain: 1h, calculation: all / none, target: 1 }
  zero: { window: 6h, grain: 1h, calculation: none / all, target: 1 }
  overflow: { window: 6h, grain: 1h, calculation: all * 1e308 * 1e308, target: 1 }
  sizes: { window: 6h, grain: 1h, measure: size, target: 1 }
  slow: { window: 6h, grain: 1h, measure: slowest, target: 1, direction: down }
funnels:
  odd: { steps: [feature:fast, feature:odd.number] }
retention:
  odd: { start: feature:any, return: feature:any, period: day }
adoption:
  odd: { feature: odd.number }
`;

let server: ServerProcess;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heartwood-odd-'));
  const definitions = path.join(folder, 'odd.yaml');
  await writeFile(definitions, DEFINITIONS);
  server = await startServer({
    dataDir: path.join(folder, 'data'),
    env: { HEARTWOOD_DEFINITIONS: folder, HEARTWOOD_TIME_ZONE: 'Europe/Berlin' },
  });
  await fetch(`${server.otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ODD),
  });
  await eventually(
    async () => (await clientOf(server).get('/api/v1/system')).data.store.spans,
    (spans) => spans === GROUPS + 7,
  );
}, 60_000);

afterAll(async () => {
  await server.end('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** Status and code of the answer, read as JSON: NaN and Infinity are no JSON, and would throw. */
async function ask(target: string, body = '') {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  const answer = await fetch(`${server.appUrl}${target}`, body === '' ? {} : post);
  const type = answer.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    await answer.body?.cancel();
    return { status: answer.status, code: null };
  }
  const got = await answer.text();
  if (type.startsWith('application/x-ndjson'))
    for (const line of got.split('\n')) if (line !== '') JSON.parse(line);
  const content = (/[+/]json\b/u.test(type) ? JSON.parse(got) : {}) as { readonly code?: string };
  return { status: answer.status, code: content.code ?? null };
}

const routes = Object.values<Route>(ROUTES).filter(({ path: target }) =>
  target.startsWith('/api/v1/'),
);
const NINES = '9'.repeat(19);
const VALUES = [
  '',
  '-1',
  'NaN',
  NINES,
  `${NINES}-${NINES}`,
  `${NINES}.${NINES}`,
  "'; DROP TABLE hot_spans; --",
  '\u0000\u202E',
  'x'.repeat(1025),
];
const PARAMS = { name: 'odd.number', feature: 'odd.number', traceId: 'f'.repeat(32) };

/** The path with names that exist, or with a hostile one. */
const toTarget = (route: Route, hostile?: string): string =>
  route.path.replaceAll(/\{(\w+)\}/gu, (_, name: string) =>
    encodeURIComponent(hostile ?? (PARAMS as Record<string, string>)[name] ?? 'odd'),
  );

describe('any question', () => {
  test.each(routes.filter(({ method }) => method === 'get').map((route) => [route.path, route]))(
    'GET %s answers or refuses, whatever its parameters are',
    async (_path, route) => {
      const targets = [
        toTarget(route),
        `${toTarget(route)}?since=1825d`,
        ...VALUES.filter((value) => value !== '' && route.path.includes('{')).map((value) =>
          toTarget(route, value),
        ),
        ...Object.keys(route.query.shape).flatMap((key) =>
          VALUES.map((value) => `${toTarget(route)}?${key}=${encodeURIComponent(value)}`),
        ),
      ];
      for (const target of targets) {
        const { status, code } = await ask(target);
        expect(status, target).toBeLessThan(500);
        expect(code !== null, target).toBe(status >= 400);
      }
    },
    60_000,
  );

  const bodies = [
    ' ',
    'null',
    '[]',
    '{}',
    '{"definition":null}',
    '{"definition":{"__proto__":{"steps":[]}}}',
    `{"definition":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    `{"definition":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`,
    '{"definition":{"steps":["event:a","event:a"],"order":"any"}}',
    `{"definition":{"steps":[${Array.from({ length: 21 }, (_, i) => `"event:e${String(i)}"`).join(',')}]}}`,
    '{"definition":{"steps":["feature:any","feature:any"],"window":"99999d"}}',
    '{"definition":{"start":"feature:any","return":"feature:any","period":"day","periods":1e9}}',
  ];
  test.each(routes.filter(({ method }) => method === 'post').map((route) => [route.path]))(
    'POST %s answers or refuses, whatever its body is',
    async (target) => {
      for (const body of bodies) {
        const { status, code } = await ask(target, body);
        expect(status, body.slice(0, 80)).toBeLessThan(500);
        expect(code !== null, body.slice(0, 80)).toBe(status >= 400);
      }
    },
  );
});

describe('odd data', () => {
  const RANGE = { since: '1d' };
  const read = async (id: string) => {
    const { data } = await clientOf(server).get('/api/v1/kpis', { query: {} });
    return data.find((row) => row.id === id)?.parts.at(0);
  };

  test.each([
    ['odd', 'division by zero is no number'],
    ['overflow', 'beyond what a number holds is no number'],
  ])('the KPI %s: %s', async (id) => {
    expect(await read(id)).toMatchObject({ value: null, status: 'insufficient_data' });
  });

  test('10,000 names are counted, the rest of the rows is in $other', async () => {
    const { data } = await clientOf(server).post('/api/v1/funnels/query', {
      body: {
        ...RANGE,
        definition: { steps: ['feature:any', 'feature:fast'], unit: 'trace' },
        by: 'feature',
        top: 10,
      },
    });
    expect(data.entered).toBe(GROUPS + 7);
    expect(data.groups).toHaveLength(11);
    const sum = data.groups?.reduce((all, { entered }) => all + entered, 0);
    expect(sum).toBe(GROUPS + 7);
    expect(data.groups?.at(-1)).toMatchObject({ group: '$other' });
  });

  test('a run that ends before it starts, or never, has no duration to be slow by', async () => {
    for (const name of ['clock.back', 'no.end']) {
      const { data } = await clientOf(server).get('/api/v1/features/{name}', {
        params: { name },
        query: RANGE,
      });
      expect(data, name).toMatchObject({ runs: 1, p95Ms: null });
    }
    expect(await read('slow')).toMatchObject({ value: 2 });
  });

  test('what is no number adds nothing to a sum', async () => {
    expect(await read('sizes')).toMatchObject({ value: 7 });
  });

  test('after all of it the server answers as before', async () => {
    const { data } = await clientOf(server).get('/api/v1/system');
    expect(data.store.spans).toBe(GROUPS + 7);
    expect(server.output().stderr).not.toMatch(/unhandled|TypeError/u);
  });
});
