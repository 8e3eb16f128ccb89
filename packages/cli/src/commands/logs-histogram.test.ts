import type { AnswerOf } from '@heartwood/api/client';
import { ROUTES } from '@heartwood/api/contract';
import { expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { displayWidth } from '../render/width.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';
import { HISTOGRAM_COLUMNS } from './logs-histogram.ts';

type Answer = AnswerOf<'/api/v1/logs/histogram'>;

const NOTHING = { trace: 0, debug: 0, info: 0, warn: 0, error: 0, fatal: 0, none: 0 };
const ANSWER: Answer = {
  data: [
    {
      ...NOTHING,
      start: '2026-11-21T09:00:00.000Z',
      end: '2026-11-21T09:15:00.000Z',
      complete: true,
      records: 1200,
      info: 1100,
      warn: 60,
      error: 40,
    },
    {
      ...NOTHING,
      start: '2026-11-21T09:15:00.000Z',
      end: '2026-11-21T09:30:00.000Z',
      complete: true,
      records: 0,
    },
    {
      ...NOTHING,
      start: '2026-11-21T09:30:00.000Z',
      end: '2026-11-21T09:45:00.000Z',
      complete: false,
      records: 300,
      info: 300,
    },
  ],
  meta: {
    from: '2026-11-21T09:00:00.000Z',
    to: '2026-11-21T09:40:00.000Z',
    timeZone: 'Europe/Berlin',
    unit: 'logs',
    complete: false,
    truncated: false,
    warnings: [],
    interval: '15m',
  },
};

test('lines are counted by level, with a bar a piece and a mark where one is not whole', async () => {
  const { url, asked } = await openTestServer(() => ({ body: ANSWER }));
  const flags = '--histogram --since 40m --interval 15m --level info --component sync';
  const { code, data, notes } = await run(['logs', 'show', '--url', url, ...flags.split(' ')]);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]?.url.pathname).toBe('/api/v1/logs/histogram');
  expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toMatchObject({
    since: '40m',
    interval: '15m',
    minSeverity: 'info',
    component: 'sync',
    withoutProgress: 'true',
  });
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    from               lines                            error  warn   info
    2026-11-21 10:00   1,200  ████████████████████████     40    60  1,100
    2026-11-21 10:15       0                                0     0      0
    2026-11-21 10:30…    300  ██████                        0     0    300
    "
  `);
  expect(notes).toMatchInlineSnapshot(`
    "1,500 lines from 2026-11-21 10:00 to 2026-11-21 10:40 Europe/Berlin, 15m a row.
    Rows with … are not whole: they stick out of the range, may still grow, or lines of them have been removed.
    "
  `);
});

test.each([
  [30, false],
  [40, true],
  [60, true],
  [80, true],
  [120, true],
])('it fits a terminal of %i columns', async (columns, hasBar) => {
  const { url } = await openTestServer(() => ({ body: ANSWER }));
  const { data, notes } = await run(['logs', '--url', url, '--histogram'], { columns });
  for (const line of data.trimEnd().split('\n'))
    expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  expect(data).toContain('1,200');
  expect(data.includes('█')).toBe(hasBar);
  expect(notes).not.toMatch(/for ,|, ,|, ;/u);
});

test('for programs it is what the API says', async () => {
  const { url } = await openTestServer(() => ({ body: ANSWER }));
  const json = await run(['logs', '--url', url, '--histogram', '--json']);
  expect(JSON.parse(json.data)).toEqual({ ...ANSWER, warnings: [] });
  const csv = await run(['logs', '--url', url, '--histogram', '--format', 'csv']);
  expect(csv.data.split(/\r?\n/u)[0]).toBe(HISTOGRAM_COLUMNS.map(({ name }) => name).join(','));
  expect(HISTOGRAM_COLUMNS.map(({ name }) => name).toSorted()).toEqual(
    Object.keys(ROUTES.countLogs.answer.shape.data.element.shape).toSorted(),
  );
});

test.each([
  [['--histogram', '--follow'], '--follow'],
  [['--histogram', '--count', '5'], '--count'],
  [['--histogram', '--relative'], '--relative'],
  [['--interval', '1h'], '--histogram'],
])('flags that mean nothing together are refused: %j', async (flags, named) => {
  const { code, notes } = await run(['logs', 'show', ...flags]);
  expect([code, notes.includes(named)]).toEqual([EXIT.USAGE, true]);
});

test('where nothing was logged there are no rows of zeros, but for machines', async () => {
  const empty = { ...ANSWER, data: ANSWER.data.map((row) => ({ ...row, ...NOTHING, records: 0 })) };
  const { url } = await openTestServer(() => ({ body: empty }));
  const { code, data, notes } = await run(['logs', '--url', url, '--histogram']);
  expect({ code, data }).toEqual({ code: EXIT.OK, data: '' });
  expect(notes).toMatch(/^No lines from 2026-11-21 10:00 to /u);
  const csv = await run(['logs', '--url', url, '--histogram', '--format', 'csv']);
  expect(csv.data.trim().split('\n')).toHaveLength(4);
});
