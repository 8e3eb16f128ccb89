import type { AnswerOf } from '@heartwood/api/client';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';
import type { LogRow } from './logs-columns.ts';

const PLAIN: LogRow = {
  seq: '1',
  time: '2026-11-21T09:29:50.000000000Z',
  timeNs: '1795253390000000000',
  observedTime: '2026-11-21T09:29:50.000000000Z',
  severity: 'info',
  severityNumber: 9,
  severityText: null,
  event: null,
  body: null,
  isJsonBody: false,
  service: 'shop',
  component: 'sync',
  feature: null,
  errorType: null,
  user: null,
  session: null,
  traceId: null,
  spanId: null,
  attributes: {},
  droppedAttributes: 0,
  flags: 0,
  resource: { attributes: {}, droppedAttributes: 0, schemaUrl: null },
  scope: { name: 'lib', version: null, attributes: {}, droppedAttributes: 0, schemaUrl: null },
  marks: [],
  original: null,
};

const row = (seq: number, group: number, isHit: boolean): LogRow => ({
  ...PLAIN,
  seq: String(seq),
  group,
  isHit,
  body: isHit ? `failed ${String(seq)}` : `line ${String(seq)}`,
  severity: isHit ? 'error' : 'info',
});

/** The newest first: two groups. */
const ROWS = [
  row(9, 1, false),
  row(8, 1, true),
  row(7, 1, false),
  row(3, 2, true),
  row(2, 2, false),
];

const answerOf = (data: LogRow[]): AnswerOf<'/api/v1/logs'> => ({
  data,
  meta: {
    from: '2026-11-20T09:30:00.000Z',
    to: '2026-11-21T09:30:00.000Z',
    timeZone: 'UTC',
    unit: 'logs',
    complete: true,
    truncated: false,
    warnings: [],
    nextCursor: null,
    searchedFrom: null,
    searchedTo: null,
  },
});

test('lines around those that are found stand in groups, parted as by grep', async () => {
  const { url } = await openTestServer(() => ({ body: answerOf(ROWS) }));
  const { data, notes } = await run(['logs', 'show', '--url', url, '-C', '1']);
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    2026-11-21 09:29:50.000 INFO  sync: line 2
    2026-11-21 09:29:50.000 ERROR sync: failed 3
    --
    2026-11-21 09:29:50.000 INFO  sync: line 7
    2026-11-21 09:29:50.000 ERROR sync: failed 8
    2026-11-21 09:29:50.000 INFO  sync: line 9
    "
  `);
  expect(notes).toBe('2 lines and 3 beside, from 2026-11-20 09:30 to 2026-11-21 09:30 UTC.\n');
});

test('where a person looks, lines beside are dim', async () => {
  const { url } = await openTestServer(() => ({ body: answerOf(ROWS.slice(0, 2)) }));
  const { data } = await run(['logs', '--url', url, '-A', '1'], { seen: true });
  const [hit, beside] = data.trimEnd().split('\n');
  expect(hit).toContain('\u001B[31mERROR\u001B[0m');
  const { length } = beside ?? '';
  expect([beside?.indexOf('\u001B[2m2026'), beside?.lastIndexOf('\u001B')]).toEqual([
    0,
    length - 4,
  ]);
  expect(beside?.split('\u001B')).toHaveLength(3);
});

describe('asks for so many before and after:', () => {
  test.each([
    ['-A 3', { before: '0', after: '3' }],
    ['-B 2 --count 7', { before: '2', after: '0', limit: '7' }],
    ['-C 4', { before: '4', after: '4' }],
    ['-C 4 -A 1', { before: '4', after: '1' }],
    ['--before-context 2 --after-context 5', { before: '2', after: '5' }],
  ])('%s', async (flags, expected) => {
    const { url, asked } = await openTestServer(() => ({ body: answerOf(ROWS) }));
    await run(['logs', 'show', '--url', url, ...flags.split(' ')]);
    expect(asked).toHaveLength(1);
    expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toMatchObject(expected);
  });

  test('none where none are asked for', async () => {
    const { url, asked } = await openTestServer(() => ({ body: answerOf([]) }));
    await run(['logs', 'show', '--url', url]);
    expect([...(asked[0]?.url.searchParams.keys() ?? [])]).not.toContain('before');
  });
});

test('for programs each record says its group and whether it was found, the newest last', async () => {
  const { url } = await openTestServer(() => ({ body: answerOf(ROWS) }));
  const json = await run(['logs', '--url', url, '-C', '1', '--json']);
  expect((JSON.parse(json.data) as { data: LogRow[] }).data).toEqual(ROWS.toReversed());
  const csv = await run(['logs', '--url', url, '-C', '1', '--format', 'csv']);
  expect(csv.data.split(/\r?\n/u).map((line) => line.split(',').slice(-2).join())).toEqual([
    'group,isHit',
    '2,false',
    '2,true',
    '1,false',
    '1,true',
    '1,false',
    '',
  ]);
});

test.each([
  ['--follow', '-A'],
  ['--follow', '-C'],
  ['--histogram', '-B'],
])('%s and %s are refused', async (first, second) => {
  const { code, notes } = await run(['logs', 'show', first, second, '2']);
  expect([code, notes.includes(first)]).toEqual([EXIT.USAGE, true]);
});
