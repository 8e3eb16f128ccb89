import type { AnswerOf } from '@heartwood/api/client';
import { ROUTES } from '@heartwood/api/contract';
import { expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';

const META = {
  from: '2026-03-01T00:00:00.000Z',
  to: '2026-03-02T00:00:00.000Z',
  timeZone: 'UTC',
  unit: 'runs',
  complete: true,
  truncated: false,
  warnings: [],
  sampleSize: { unit: 'runs', n: 40 },
  approximate: null,
  sampling: null,
  asOf: '17',
  definition: { kind: 'performance', id: null, revision: null },
};

const numbers = {
  runs: 40,
  successRate: 0.75,
  p50Ms: 200,
  p95Ms: 237.05,
  tiers: { excellent: 0, good: 0, acceptable: 0, slow: 40, very_slow: 0 },
  efficiency: 0.6,
  efficiencyWithoutFailures: 0.8,
};
const frame = { from: META.from, to: META.to, runs: 40, successRate: 1, p50Ms: 100, p95Ms: 137.05 };
const size = { from: 1, to: 10, runs: 35, p50Ms: 10, p95Ms: 10, meanMs: 10, msPerItem: 2 };

const PERFORMANCE: AnswerOf<'/api/v1/features/{name}/performance'> = {
  data: {
    feature: 'export',
    regression: {
      verdict: 'worse',
      duration: {
        verdict: 'worse',
        value: 237.05,
        before: 137.05,
        change: 0.7297,
        score: 9.2,
        n: 40,
        beforeN: 160,
      },
      success: {
        verdict: 'not_enough_data',
        value: null,
        before: null,
        change: null,
        score: null,
        n: 0,
        beforeN: 0,
      },
    },
    windows: [frame],
    numbers,
    interval: '1d',
    points: [{ start: META.from, end: META.to, complete: true, ...numbers }],
    sizes: [size],
    bestSize: size,
  },
  meta: META,
};

const side = { n: 40, actors: 40, immature: 1 };
const SLOWNESS: AnswerOf<'/api/v1/features/{name}/slowness'> = {
  data: {
    feature: 'export',
    thresholdMs: 500,
    slow: { ...side, returned: 10, rate: 0.25, interval: { low: 0.1419, high: 0.4019 } },
    fast: { ...side, returned: 30, rate: 0.75, interval: null },
    difference: { value: -0.5, low: -0.66, high: -0.28 },
    verdict: 'less',
    reading: 'After days with a slow run fewer come back.',
  },
  meta: { ...META, unit: 'days of users', sampleSize: { unit: 'days of users', n: 80 } },
};

test('S4-96 performance is a report: the verdict first, then what it is made of', async () => {
  const { url, asked } = await openTestServer(() => ({ body: PERFORMANCE }));
  const args = ['features', 'performance', 'export', '--url', url, '--interval', '1d'];
  const { code, data, notes } = await run(args);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]?.url.pathname).toBe('/api/v1/features/export/performance');
  expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
    interval: '1d',
    explain: 'false',
  });
  expect(data).toContain('worse: 237 ms of 40 runs, 137 ms of 160 before, +73.0 % of itself');
  expect(data).toContain('not enough data: none of 0 runs');
  expect(data).toContain('1 to below 10 items');
  expect(notes).toBe('40 runs from 2026-03-01 00:00 to 2026-03-02 00:00 UTC.\n');
});

test('for machines performance is a row a bucket', async () => {
  const { url } = await openTestServer(() => ({ body: PERFORMANCE }));
  const { data } = await run([
    'features',
    'performance',
    'export',
    '--url',
    url,
    '--format',
    'csv',
  ]);
  expect(data.split(/\r?\n/u).slice(0, 2)).toEqual([
    'start,end,complete,runs,successRate,p50Ms,p95Ms,excellent,good,acceptable,slow,very_slow,efficiency,efficiencyWithoutFailures',
    '2026-03-01T00:00:00.000Z,2026-03-02T00:00:00.000Z,true,40,0.75,200,237.05,0,0,0,40,0,0.6,0.8',
  ]);
});

test('slowness is a row a side, with the difference in words', async () => {
  const { url, asked } = await openTestServer(() => ({ body: SLOWNESS }));
  const flags = ['--slow-ms', '0.5s', '--return-to', 'any'];
  const { data, notes } = await run(['features', 'slowness', 'export', '--url', url, ...flags]);
  expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
    slowMs: '500',
    returnTo: 'any',
    explain: 'false',
  });
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    days  counted  of users  returned   share  at least  at most  too young
    slow       40        40        10  25.0 %    14.2 %   40.2 %          1
    fast       40        40        30  75.0 %         –        –          1
    "
  `);
  expect(notes).toContain('Slow: 500 ms or longer.');
  expect(notes).toContain(
    'Difference: -50.0 points, between -66.0 and -28.0 in 95 of 100 samples.',
  );
});

test('slowness says whose days it counts, and what is slow by its own number or by the quartile', async () => {
  const data = { ...SLOWNESS.data, thresholdMs: 1204.56 };
  const { url } = await openTestServer(() => ({ body: { ...SLOWNESS, data } }));
  const args = ['features', 'slowness', 'export', '--url', url, '--unit', 'session'];
  const quartile = await run(args);
  expect(quartile.data).toContain('of sessions');
  expect(quartile.data).not.toContain('of users');
  expect(quartile.notes).toContain('Slow: longer than 1,205 ms.');
  const own = await run([...args, '--slow-ms', '1204.56ms']);
  expect(own.notes).toContain('Slow: 1204.56 ms or longer.');
});

test('these answers are those of the API', () => {
  for (const [route, answer] of [
    [ROUTES.readPerformance, PERFORMANCE],
    [ROUTES.readSlowness, SLOWNESS],
  ] as const)
    expect(route.answer.safeParse(answer).error).toBeUndefined();
});
