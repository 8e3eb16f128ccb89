import type { AnswerOf } from '@heartwood/api/client';
import { ROUTES } from '@heartwood/api/contract';
import { expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';
import { ADOPTION_COLUMNS, type AdoptionRow } from './adoption-columns.ts';

const META = {
  from: '2026-08-29T09:30:00.000Z',
  to: '2026-11-21T09:30:00.000Z',
  timeZone: 'Asia/Kathmandu',
  unit: 'users',
  complete: true,
  truncated: false,
  warnings: [],
  sampleSize: { unit: 'runs', n: 1204 },
  approximate: null,
  sampling: null,
  asOf: '17',
  definition: { kind: 'adoption', id: null, revision: null },
};

const USED: AdoptionRow = {
  feature: 'checkout',
  id: null,
  state: 'used',
  unit: 'user',
  eligible: 40,
  exposed: null,
  tried: 20,
  repeated: 12,
  adopted: 10,
  retained: 8,
  abandoned: 3,
  breadth: 0.5,
  adoptionRate: 0.25,
  retainedRate: 0.8,
  abandonedRate: 0.15,
  viewToUse: null,
  repeatRate: 0.6,
  runsPerWeek: 3.5,
  timeToAdoptMs: 172_800_000,
};
const NEVER: AdoptionRow = {
  ...USED,
  feature: 'data.export',
  id: 'export',
  state: 'never',
  tried: 0,
  adopted: 0,
  retained: 0,
  abandoned: 0,
  breadth: 0,
  adoptionRate: 0,
  runsPerWeek: null,
  timeToAdoptMs: null,
};

test('lists features with those that nobody uses', async () => {
  const body: AnswerOf<'/api/v1/adoption'> = { data: [USED, NEVER], meta: META };
  const { url, asked } = await openTestServer(() => ({ body }));
  const { code, data } = await run(['adoption', '--url', url, '--format', 'md']);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]?.url.pathname).toBe('/api/v1/adoption');
  expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
    explain: 'false',
    limit: '50',
  });
  expect(data).toMatch(/checkout *\| used .*\| *2\.00 /u);
  expect(data).toMatch(/data\.export *\| never /u);
});

test('shows one feature day by day', async () => {
  const day = {
    start: '2026-11-20T18:15:00.000Z',
    end: '2026-11-21T18:15:00.000Z',
    complete: false,
    daysSinceRelease: 4,
    tried: 2,
    adopted: 1,
    triedTotal: 20,
    adoptedTotal: 10,
  };
  const rule = { title: 'Checkout', minUses: 3, minDays: 2, windowDays: 28, releasedAt: null };
  const body: AnswerOf<'/api/v1/adoption/{name}'> = {
    data: { ...USED, ...rule, days: [day] },
    meta: META,
  };
  const { url, asked } = await openTestServer(() => ({ body }));
  const { code, data, notes } = await run(['adoption', 'checkout', '--url', url]);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]?.url.pathname).toBe('/api/v1/adoption/checkout');
  expect(data).toMatch(/counted +users/u);
  expect(data).toContain('10 (25.0 %)');
  expect(data).toContain('3 runs on 2 days within 28 days');
  expect(data).toContain('2026-11-21 00:00');
  expect(notes).toContain('Asia/Kathmandu');
});

test('asks about a feature whose name looks like a flag behind all flags', async () => {
  const body = {
    data: {
      ...USED,
      title: 'x',
      minUses: 3,
      minDays: 2,
      windowDays: 28,
      releasedAt: null,
      days: [],
    },
    meta: META,
  };
  const { url, asked } = await openTestServer(() => ({ body }));
  const { code } = await run(['adoption', '--url', url, '--from', '2026-01-01', '--', '--help']);
  expect([code, asked[0]?.url.pathname]).toEqual([EXIT.OK, '/api/v1/adoption/--help']);
});

test('lists feedback, a row a scale, and only counts of few answers', async () => {
  const body: AnswerOf<'/api/v1/feedback'> = {
    data: [
      {
        feature: 'checkout',
        answers: 31,
        respondents: 30,
        actors: 60,
        responseRate: 0.5,
        scales: [
          {
            scale: 5,
            answers: 30,
            mean: 4.25,
            nps: null,
            previousAnswers: 40,
            change: -0.5,
            trend: 'down',
            distribution: [
              { point: 2, answers: 5 },
              { point: 5, answers: 25 },
            ],
          },
          {
            scale: 10,
            answers: 31,
            mean: 8.5,
            nps: 42.4,
            previousAnswers: 0,
            change: null,
            trend: null,
            distribution: [{ point: 9, answers: 31 }],
          },
        ],
      },
    ],
    meta: { ...META, unit: 'answers' },
  };
  const { url, asked } = await openTestServer(() => ({ body }));
  const { code, data } = await run(['feedback', '--url', url, '--feature', 'checkout']);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]?.url.searchParams.get('feature')).toBe('checkout');
  expect(data).toContain('4.25');
  expect(data).toContain('2:5 5:25');
  expect(data).toContain('down -0.50');
  expect(data).toMatch(/8\.50.* 42 /u);
  expect(data.trim().split('\n')).toHaveLength(3);
});

test('every field of adoption has a column', () => {
  expect(ADOPTION_COLUMNS.map(({ name }) => name)).toEqual(
    Object.keys(ROUTES.listAdoption.answer.shape.data.element.shape),
  );
});
