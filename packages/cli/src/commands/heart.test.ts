import type { AnswerOf } from '@heartwood/api/client';
import { expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';

type Detail = AnswerOf<'/api/v1/heart/{id}'>;

const HAPPY: Detail['data']['letters']['happiness'] = {
  state: 'defined',
  goal: 'people like it',
  signal: 'what they answer',
  metric: 'the mean score out of 5',
  value: 4.25,
  format: 'number',
  sample: 31,
  unit: 'answers',
  complete: true,
  parts: [
    { part: 'answers:4:checkout', value: 31 },
    { part: 'responseRate', value: 0.25 },
    { part: 'change', value: -0.5 },
    { part: 'previousAnswers', value: null },
  ],
  asOf: '17',
};
const NONE: typeof HAPPY = {
  state: 'not_defined',
  goal: null,
  signal: null,
  metric: null,
  value: null,
  format: null,
  sample: null,
  unit: null,
  complete: null,
  parts: [],
  asOf: null,
};

test('shows each letter with its sample, and which are not defined', async () => {
  const body: Detail = {
    data: {
      id: 'checkout',
      title: 'Checkout',
      revision: 1,
      features: ['checkout'],
      letters: {
        happiness: HAPPY,
        engagement: NONE,
        adoption: NONE,
        retention: NONE,
        taskSuccess: { ...HAPPY, value: 0.5, format: 'percent', sample: 12, unit: 'runs' },
      },
    },
    meta: {
      from: '2026-08-29T09:30:00.000Z',
      to: '2026-11-21T09:30:00.000Z',
      timeZone: 'Asia/Kathmandu',
      unit: 'letters',
      complete: true,
      truncated: false,
      warnings: [],
      sampleSize: { unit: 'answers', n: 31 },
      approximate: null,
      sampling: null,
      asOf: '17',
      definition: { kind: 'heart', id: 'checkout', revision: 1 },
    },
  };
  const { url, asked } = await openTestServer(() => ({ body }));
  const { code, data } = await run(['heart', 'checkout', '--since', '12w', '--url', url]);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]?.url.pathname).toBe('/api/v1/heart/checkout');
  expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
    explain: 'false',
    since: '12w',
  });
  expect(data).toMatch(/happiness.* 4\.25.* 31 .*answers/u);
  expect(data).toMatch(/retention.*not defined/u);
  expect(data).toContain('responseRate 25.0 %, change -0.5');
  expect(data).not.toContain('previousAnswers');
  expect(data).toMatch(/taskSuccess.* 50\.0 %.* 12 /u);
  const json = await run(['heart', 'checkout', '--json', '--url', url]);
  const parsed = JSON.parse(json.data) as Detail;
  expect(Object.keys(parsed.data.letters)).toHaveLength(5);
});

test('without an id lists what is defined', async () => {
  const letters = {
    happiness: 'the mean score',
    engagement: null,
    adoption: null,
    retention: null,
    taskSuccess: 'the share',
  };
  const row = { id: 'checkout', title: 'Checkout', owner: null, revision: 1, features: ['a', 'b'] };
  const body: AnswerOf<'/api/v1/heart'> = { data: [{ ...row, letters }], meta: { total: 1 } };
  const { url, asked } = await openTestServer(() => ({ body }));
  const { code, data, notes } = await run(['heart', '--url', url]);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]?.url.pathname).toBe('/api/v1/heart');
  expect(data).toContain('happiness taskSuccess');
  expect(notes).toContain('1 HEART of the definitions');
});
