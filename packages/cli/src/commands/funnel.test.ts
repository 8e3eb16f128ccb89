import type { AnswerOf } from '@heartwood/api/client';
import { ROUTES } from '@heartwood/api/contract';
import { expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { run } from '../testing/run.ts';
import { openTestServer, type Asked, type Reply } from '../testing/server.ts';
import { FUNNEL_COLUMNS, STEP_COLUMNS } from './funnel-columns.ts';

type Answer = AnswerOf<'/api/v1/funnels/{id}'>;
type Step = Answer['data']['steps'][number];

const SHARE = { entered: 40, converted: 5, immature: 0, rate: 0.125, rateAll: 0.125 };
const STEP: Step = {
  ...SHARE,
  step: 'pay',
  optional: false,
  dropped: 15,
  fromPrevious: 0.25,
  dropOff: 0.75,
  meanMs: 120_000,
  medianMs: 118_000,
  p90Ms: 150_000,
  systemMs: 20_000,
  userMs: 100_000,
};
const FIRST: Step = {
  ...STEP,
  ...SHARE,
  step: 'look',
  converted: 40,
  rate: 1,
  rateAll: 1,
  dropped: 0,
  fromPrevious: null,
  dropOff: null,
  meanMs: 0,
  medianMs: 0,
};
const ANSWER: Answer = {
  data: {
    ...SHARE,
    id: 'buy',
    title: 'Buy',
    revision: 1,
    unit: 'user',
    order: 'ordered',
    entryRule: 'any may convert, the furthest chain counts',
    trendInterval: '1d',
    by: 'service',
    interval: { low: 0.05, high: 0.26 },
    steps: [FIRST, STEP],
    trend: [
      {
        ...SHARE,
        start: '2026-11-20T09:30:00.000Z',
        end: '2026-11-21T09:30:00.000Z',
        complete: true,
      },
    ],
    groups: [{ ...SHARE, group: 'web', interval: null, steps: [FIRST, STEP], trend: null }],
  },
  meta: {
    from: '2026-11-20T09:30:00.000Z',
    to: '2026-11-21T09:30:00.000Z',
    timeZone: 'UTC',
    unit: 'users',
    complete: true,
    truncated: false,
    warnings: ['1 of 1 rows have fewer than 30 entries: too few to compare.'],
    sampleSize: { unit: 'users', n: 40 },
    approximate: null,
    sampling: null,
    asOf: '17',
    definition: { kind: 'funnel', id: 'buy', revision: 1 },
  },
};
const LIST: AnswerOf<'/api/v1/funnels'> = {
  data: [
    {
      id: 'buy',
      title: 'Buy',
      owner: null,
      revision: 1,
      unit: 'user',
      order: 'ordered',
      steps: ['look', 'pay'],
      sentence: 'users that did a run of view, then a run of pay.',
    },
  ],
  meta: { total: 1 },
};

const reply = ({ url }: Asked): Reply => ({
  body: url.pathname === '/api/v1/funnels' ? LIST : ANSWER,
});

test('shows steps, groups and trend of a funnel', async () => {
  const { url, asked } = await openTestServer(reply);
  const args = [
    'funnel',
    'buy',
    '--url',
    url,
    '--since',
    '7d',
    '--by',
    'service',
    '--interval',
    '1d',
  ];
  const { code, data, notes } = await run(args);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]?.url.pathname).toBe('/api/v1/funnels/buy');
  expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
    since: '7d',
    by: 'service',
    top: '10',
    interval: '1d',
    explain: 'false',
  });
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    Buy

    Steps
      step  did   of all  of those over  of previous  lost  open  median time      mean       p90      user  system
      look   40  100.0 %        100.0 %            –     0     0         0 ms      0 ms  2.50 min  1.67 min  20.0 s
      pay     5   12.5 %         12.5 %       25.0 %    15     0     1.97 min  2.00 min  2.50 min  1.67 min  20.0 s

    service: web
      step  did   of all  of those over  of previous  lost  open  median time      mean       p90      user  system
      look   40  100.0 %        100.0 %            –     0     0         0 ms      0 ms  2.50 min  1.67 min  20.0 s
      pay     5   12.5 %         12.5 %       25.0 %    15     0     1.97 min  2.00 min  2.50 min  1.67 min  20.0 s

    Trend by the time of the first step
      from              entered  converted  of all  of those over  open  complete
      2026-11-20 09:30       40          5  12.5 %         12.5 %     0  yes
    "
  `);
  expect(notes).toContain('40 users entered, 12.5 % converted, from 2026-11-20 09:30 to');
  expect(notes).toContain('warning: 1 of 1 rows');
});

test('tells those who may still convert from those who did not', async () => {
  const open = { entered: 40, converted: 5, immature: 20, rate: 0.25, rateAll: 0.125 };
  const data = { ...ANSWER.data, ...open, steps: [FIRST, { ...STEP, ...open }], groups: null };
  const { url } = await openTestServer(() => ({ body: { ...ANSWER, data } }));
  const { data: text, notes } = await run(['funnel', 'buy', '--url', url]);
  expect(text).toMatch(/of all +of those over +of previous/u);
  expect(text).toMatch(/pay +5 +12\.5 % +25\.0 % +25\.0 % +15 +20/u);
  expect(notes).toContain(
    '40 users entered, 12.5 % of all converted, 25.0 % of those whose time is over (20 may still), from',
  );
  const none = { ...data, ...open, converted: 0, immature: 40, rate: null, rateAll: 0 };
  const { url: other } = await openTestServer(() => ({ body: { ...ANSWER, data: none } }));
  expect((await run(['funnel', 'buy', '--url', other])).notes).toContain(
    '40 users entered, 0.0 % of all converted (40 may still), from',
  );
});

test('asks for a funnel that stands in no file', async () => {
  const { url, asked } = await openTestServer(reply);
  const definition = { steps: ['feature:a', 'event:b'] };
  const args = ['funnels', 'query', JSON.stringify(definition), '--url', url, '--json'];
  const { code, data } = await run(args);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]).toMatchObject({ method: 'POST', body: { definition, top: 10, explain: false } });
  expect(JSON.parse(data)).toMatchObject({ data: { id: 'buy' }, meta: { asOf: '17' } });
});

test.each(['{', '[]', 'null', 'steps'])(
  'refuses %s as a definition before it asks',
  async (text) => {
    const { url, asked } = await openTestServer(reply);
    const { code, notes } = await run(['funnels', 'query', text, '--url', url]);
    expect(code).toBe(EXIT.USAGE);
    expect(notes).toContain('is no definition in JSON');
    expect(asked).toEqual([]);
  },
);

test('lists the funnels of the definitions in every format', async () => {
  const { url } = await openTestServer(reply);
  const { data, notes } = await run(['funnels', '--url', url]);
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    funnel  title  of    order    steps
    buy     Buy    user  ordered  look > pay
    "
  `);
  expect(notes).toBe('1 funnel in the definitions of the server.\n');
  const as = async (format: string) =>
    (await run(['funnels', '--url', url, '--format', format])).data;
  expect(JSON.parse(await as('json'))).toEqual({ ...LIST, warnings: [] });
  expect(await as('ndjson')).toBe(`${JSON.stringify(LIST.data[0])}\n`);
  expect(await as('csv')).toContain('buy,Buy,,1,user,ordered,look > pay,');
  expect(await as('md')).toContain('| buy | Buy |');
});

test('CSV and NDJSON have a row a step, of everybody and then of each group', async () => {
  const { url } = await openTestServer(reply);
  const as = async (format: string) =>
    (await run(['funnel', 'buy', '--url', url, '--format', format])).data.trim().split('\n');
  expect(await as('csv')).toHaveLength(5);
  const rows = (await as('ndjson')).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(rows.map(({ group, step }) => [group, step])).toEqual([
    [null, 'look'],
    [null, 'pay'],
    ['web', 'look'],
    ['web', 'pay'],
  ]);
  expect((await as('md')).join('\n')).toContain('## service: web');
});

test('every field of a funnel and of a step has a column', () => {
  const { element } = ROUTES.listFunnels.answer.shape.data;
  expect(FUNNEL_COLUMNS.map(({ name }) => name).toSorted()).toEqual(
    Object.keys(element.shape).toSorted(),
  );
  const step = ROUTES.readFunnel.answer.shape.data.shape.steps.element;
  expect(STEP_COLUMNS.map(({ name }) => name).toSorted()).toEqual(
    ['group', ...Object.keys(step.shape).filter((name) => name !== 'optional')].toSorted(),
  );
});
