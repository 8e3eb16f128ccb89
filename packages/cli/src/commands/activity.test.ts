import type { AnswerOf } from '@heartwood/api/client';
import { ROUTES } from '@heartwood/api/contract';
import { expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';
import { ACTIVITY_FLAGS } from './activity-flags.ts';

const META = {
  from: '2026-03-01T00:00:00.000Z',
  to: '2026-03-03T00:00:00.000Z',
  timeZone: 'UTC',
  unit: 'users',
  complete: true,
  truncated: false,
  warnings: [],
  sampleSize: { unit: 'users', n: 3 },
  approximate: null,
  sampling: null,
  asOf: '17',
  definition: { kind: 'lifecycle', id: null, revision: null },
};

const day = (date: number): { start: string; end: string; complete: boolean } => ({
  start: `2026-03-0${String(date)}T00:00:00.000Z`,
  end: `2026-03-0${String(date + 1)}T00:00:00.000Z`,
  complete: true,
});

const bins = [
  { from: 1, to: 1, actors: 2, share: 2 / 3 },
  { from: 2, to: 3, actors: 0, share: 0 },
  { from: 4, to: null, actors: 1, share: 1 / 3 },
];
const spread = { mean: 3, median: 1, p90: 5.8, max: 7, bins };

const LIFECYCLE: AnswerOf<'/api/v1/lifecycle'> = {
  data: [
    {
      group: null,
      points: [
        { ...day(1), new: 2, returning: 0, resurrecting: 0, dormant: 0 },
        { ...day(2), new: 1, returning: 1, resurrecting: 0, dormant: -1 },
      ],
    },
  ],
  meta: META,
};

const FREQUENCY: AnswerOf<'/api/v1/frequency'> = {
  data: [{ group: null, actors: 3, runs: spread, intervals: spread }],
  meta: META,
};

const STICKINESS: AnswerOf<'/api/v1/stickiness'> = {
  data: {
    from: META.from,
    to: META.to,
    intervals: 2,
    series: [
      {
        group: null,
        actors: 3,
        steps: [
          { intervals: 1, exactly: 2, exactlyShare: 2 / 3, atLeast: 3, atLeastShare: 1 },
          { intervals: 2, exactly: 1, exactlyShare: 1 / 3, atLeast: 1, atLeastShare: 1 / 3 },
        ],
      },
    ],
    ratios: {
      day: '2026-03-02T00:00:00.000Z',
      dauWau: 4 / 7 / 3,
      dauMau: 4 / 28 / 3,
      wauMau: 1,
      fiveOfSeven: 0,
    },
    days: [{ ...day(2), dau: 2, wau: 3, mau: 3, dauMau: 4 / 28 / 3 }],
  },
  meta: META,
};

const cell = (returned: number | null, complete = true): object => ({
  returned,
  rate: returned === null ? null : returned / 4,
  complete,
});

const RETENTION = {
  data: {
    id: 'daily',
    title: 'Daily',
    revision: 1,
    unit: 'user',
    period: 'day',
    mode: 'calendar',
    criterion: 'on',
    mean: 'weighted',
    reference: 'period0',
    columns: [
      { first: 0, last: 0 },
      { first: 1, last: 1 },
      { first: 2, last: 4 },
    ],
    series: [
      {
        group: null,
        cohorts: [
          { ...day(1), size: 4, cells: [cell(4), cell(1), cell(2, false)] },
          { ...day(2), size: 4, cells: [cell(4), cell(0, false), cell(null, false)] },
        ],
        mean: [
          { cohorts: 2, size: 8, returned: 8, rate: 1 },
          { cohorts: 1, size: 4, returned: 1, rate: 0.25 },
          { cohorts: 0, size: 0, returned: 0, rate: null },
        ],
      },
    ],
  },
  meta: META,
} as AnswerOf<'/api/v1/retention/{id}'>;

test('retention is a table of cohorts and periods, with what is not complete marked', async () => {
  const { url, asked } = await openTestServer(() => ({ body: RETENTION }));
  const { code, data, notes } = await run(['retention', 'daily', '--url', url, '--by', 'plan']);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]?.url.pathname).toBe('/api/v1/retention/daily');
  expect(asked[0]?.url.searchParams.get('by')).toBe('plan');
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    day         started  0        1       2-4
    2026-03-01        4  100.0 %  25.0 %  50.0 %*
    2026-03-02        4  100.0 %  0.0 %*  –
    mean              8  100.0 %  25.0 %  –
    "
  `);
  expect(notes).toContain('* not complete yet, or cut by the range: in no mean.');
});

test('for machines retention is a row a cell', async () => {
  const { url } = await openTestServer(() => ({ body: RETENTION }));
  const { data } = await run(['retention', 'show', 'daily', '--url', url, '--format', 'csv']);
  expect(
    data
      .split('\n')
      .slice(0, 3)
      .map((line) => line.trim()),
  ).toEqual([
    'group,start,end,size,first,last,returned,rate,complete',
    ',2026-03-01T00:00:00.000Z,2026-03-02T00:00:00.000Z,4,0,0,4,1,true',
    ',2026-03-01T00:00:00.000Z,2026-03-02T00:00:00.000Z,4,1,1,1,0.25,true',
  ]);
});

test('a definition is sent as it is typed, and what is none is refused', async () => {
  const { url, asked } = await openTestServer(() => ({ body: RETENTION }));
  const definition = { start: 'feature:a', return: 'feature:any' };
  const text = JSON.stringify(definition);
  const { code } = await run(['retention', 'query', text, '--url', url, '--since', '7d']);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]).toMatchObject({
    method: 'POST',
    body: { definition, since: '7d', explain: false },
  });
  const refused = await run(['retention', 'query', '[1]', '--url', url]);
  expect([refused.code, refused.notes]).toEqual([
    EXIT.USAGE,
    expect.stringContaining('no definition in JSON'),
  ]);
});

test('tables of the definitions are listed with what they are', async () => {
  const body: AnswerOf<'/api/v1/retention'> = {
    data: [
      {
        id: 'daily',
        title: 'Daily',
        owner: null,
        revision: 1,
        unit: 'user',
        period: 'day',
        sentence: 'users by day',
      },
    ],
    meta: { total: 1 },
  };
  const { url } = await openTestServer(() => ({ body }));
  const { data, notes } = await run(['retention', 'list', '--url', url]);
  expect(data).toMatch(
    /^id\s+title\s+unit\s+period\s+what\s*\ndaily\s+Daily\s+user\s+day\s+users by day/u,
  );
  expect(notes).toBe('1 retention table of the definitions.\n');
});

test('lifecycle is a row an interval', async () => {
  const { url, asked } = await openTestServer(() => ({ body: LIFECYCLE }));
  const args = ['lifecycle', '--url', url, '--feature', 'a', '--interval', '1d', '--unit', 'user'];
  const { data, notes } = await run(args);
  expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
    feature: 'a',
    interval: '1d',
    unit: 'user',
    explain: 'false',
  });
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    from              complete  new  returning  resurrecting  dormant
    2026-03-01 00:00  yes         2          0             0        0
    2026-03-02 00:00  yes         1          1             0       -1
    "
  `);
  expect(notes).toBe('3 users from 2026-03-01 00:00 to 2026-03-03 00:00 UTC.\n');
});

test('frequency is a row a bin, with the median beside it', async () => {
  const { url } = await openTestServer(() => ({ body: FREQUENCY }));
  const { data, notes } = await run(['frequency', '--url', url]);
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    of         how many    who has   share
    runs       1                 2  66.7 %
    runs       2 to 3            0   0.0 %
    runs       4 and more        1  33.3 %
    intervals  1                 2  66.7 %
    intervals  2 to 3            0   0.0 %
    intervals  4 and more        1  33.3 %
    "
  `);
  expect(notes).toContain('median 1, mean 3, most 7 runs each; median 1 of the intervals.');
});

test('stickiness is a row a number of intervals, with DAU, WAU and MAU beside it', async () => {
  const { url } = await openTestServer(() => ({ body: STICKINESS }));
  const { data, notes } = await run(['stickiness', '--url', url]);
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    intervals  exactly   share  at least    share
            1        2  66.7 %         3  100.0 %
            2        1  33.3 %         1   33.3 %
    "
  `);
  expect(notes).toContain(
    'Last day that is over: 2 active, 3 in 7 days, 3 in 28; DAU/WAU 19.0 %, DAU/MAU 4.8 %, WAU/MAU 100.0 %; on 5 of 7 days or more: 0.0 %.',
  );
});

test('JSON is what the API answers', async () => {
  const { url } = await openTestServer(() => ({ body: STICKINESS }));
  const { data } = await run(['stickiness', '--url', url, '--json']);
  expect(JSON.parse(data)).toMatchObject({ data: STICKINESS.data, warnings: [] });
});

test('the words are those of the API, and so are these answers', () => {
  const { shape } = ROUTES.readLifecycle.query;
  expect(ACTIVITY_FLAGS.interval.choices).toEqual(shape.interval.unwrap().options);
  expect(ACTIVITY_FLAGS.unit.choices).toEqual(shape.unit.unwrap().options);
  for (const [route, answer] of [
    [ROUTES.readLifecycle, LIFECYCLE],
    [ROUTES.readFrequency, FREQUENCY],
    [ROUTES.readStickiness, STICKINESS],
    [ROUTES.readRetention, RETENTION],
  ] as const)
    expect(route.answer.safeParse(answer).error).toBeUndefined();
});
