import type { AnswerOf } from '@heartwood/api/client';
import { ROUTES } from '@heartwood/api/contract';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { HOSTILE, HOSTILE_SHOWN } from '../testing/canned.ts';
import { run } from '../testing/run.ts';
import { openTestServer, type Asked } from '../testing/server.ts';
import { CONTEXT_COLUMNS, type LogRow } from './logs-columns.ts';

type Answer = AnswerOf<'/api/v1/logs'>;

const ROW: LogRow = {
  seq: '3',
  time: '2026-11-21T09:29:59.123456789Z',
  timeNs: '1795253399123456789',
  observedTime: '2026-11-21T09:29:59.123456789Z',
  severity: 'error',
  severityNumber: 17,
  severityText: 'ERROR',
  event: null,
  body: 'FAILED ❌ after 3 tries\n\tat sync (sync.js:3)',
  isJsonBody: false,
  service: 'shop',
  component: 'sync',
  feature: null,
  errorType: 'TypeError',
  user: null,
  session: 's1',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: null,
  attributes: {},
  droppedAttributes: 0,
  flags: 0,
  resource: { attributes: {}, droppedAttributes: 0, schemaUrl: null },
  scope: { name: 'lib', version: null, attributes: {}, droppedAttributes: 0, schemaUrl: null },
  marks: [],
  original: null,
};
const INFO: LogRow = {
  ...ROW,
  seq: '2',
  time: '2026-11-21T09:29:58.000000000Z',
  severity: 'info',
  body: 'Syncing 17 of 40',
  errorType: null,
};
const EVENT: LogRow = {
  ...INFO,
  seq: '1',
  severity: null,
  severityText: null,
  component: null,
  event: 'session.start',
  body: null,
  attributes: { 'session.id': 's1', items: 3 },
};

const answerOf = (data: LogRow[], nextCursor: string | null = null): Answer => ({
  data,
  meta: {
    from: '2026-11-20T09:30:00.000Z',
    to: '2026-11-21T09:30:00.000Z',
    timeZone: 'Europe/Berlin',
    unit: 'logs',
    complete: true,
    truncated: nextCursor !== null,
    warnings: [],
    nextCursor,
    searchedFrom: null,
    searchedTo: null,
  },
});

const searchOf = (asked: Asked | undefined): [string, string][] => [
  ...(asked?.url.searchParams ?? []),
];

test('S2-01: shows the newest lines last, with further lines of a message below it', async () => {
  const { url, asked } = await openTestServer(() => ({ body: answerOf([ROW, INFO, EVENT]) }));
  const { code, data, notes } = await run(['logs', 'show', '--url', url], { env: { TZ: 'UTC' } });
  expect(code).toBe(EXIT.OK);
  expect(Object.fromEntries(searchOf(asked[0]))).toMatchObject({
    limit: '50',
    withoutProgress: 'true',
  });
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    2026-11-21 10:29:58.000 -     session.start session.id=s1 items=3
    2026-11-21 10:29:58.000 INFO  sync: Syncing 17 of 40
    2026-11-21 10:29:59.123 ERROR sync: FAILED ❌ after 3 tries
            at sync (sync.js:3) (TypeError)
    "
  `);
  expect(notes).toBe('3 lines from 2026-11-20 10:30 to 2026-11-21 10:30 Europe/Berlin.\n');
});

describe('asks for what its flags say:', () => {
  test.each([
    ['S2-20', '--filter ERROR --component sync', { filter: 'ERROR', component: 'sync' }],
    ['S2-21', '--component sync --filter INFO', { filter: 'INFO', component: 'sync' }],
    ['S2-22', String.raw`--filter Syncing\|✓\|❌`, { filter: String.raw`Syncing\|✓\|❌` }],
    [
      'the rest',
      '--level WARNING --grep a.b --exclude ^x --trace 0af7651916cd43dd8448eb211c80319c --session s1 --feature f --service s -n 7',
      {
        minSeverity: 'warn',
        pattern: 'a.b',
        notPattern: '^x',
        traceId: '0af7651916cd43dd8448eb211c80319c',
        session: 's1',
        feature: 'f',
        service: 's',
        limit: '7',
      },
    ],
    ['an event with its progress', '--event e', { event: 'e', withoutProgress: 'false' }],
    ['progress too', '--all', { withoutProgress: 'false' }],
  ])('%s', async (_id, flags, expected) => {
    const { url, asked } = await openTestServer(() => ({ body: answerOf([]) }));
    await run(['logs', 'show', '--url', url, ...flags.split(' ')]);
    expect(Object.fromEntries(searchOf(asked[0]))).toMatchObject(expected);
  });

  test('attributes as often as given', async () => {
    const { url, asked } = await openTestServer(() => ({ body: answerOf([]) }));
    await run(['logs', '--url', url, '--attribute', 'a=1', '--attribute', 'b=x y']);
    expect(searchOf(asked[0]).filter(([name]) => name === 'attribute')).toEqual([
      ['attribute', 'a=1'],
      ['attribute', 'b=x y'],
    ]);
  });
});

test('S2-22: help begins with examples that say what a filter is', async () => {
  const { data } = await run(['logs', 'show', '--help']);
  expect(data.indexOf('Syncing')).toBeLessThan(data.indexOf('--filter LEVEL|REGEX'));
});

test('a level that is none is refused with what is close', async () => {
  const { code, notes } = await run(['logs', 'show', '--level', 'eror']);
  expect([code, notes.includes('error')]).toEqual([EXIT.USAGE, true]);
});

test('goes on page by page, in the range of the first', async () => {
  const { url, asked } = await openTestServer(({ url: { searchParams } }) => ({
    body: searchParams.has('cursor') ? answerOf([INFO]) : answerOf([ROW], '17-3'),
  }));
  const { data } = await run([
    'logs',
    '--url',
    url,
    '--since',
    '1h',
    '-n',
    '2000',
    '--format',
    'ndjson',
  ]);
  expect(
    data
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as LogRow).seq),
  ).toEqual(['2', '3']);
  expect(Object.fromEntries(searchOf(asked[1]))).toMatchObject({
    cursor: '17-3',
    from: '2026-11-20T09:30:00.000Z',
    to: '2026-11-21T09:30:00.000Z',
  });
});

test.each(['table', 'csv', 'md', 'json', 'ndjson'])(
  'nothing of a record acts on a terminal: %s',
  async (format) => {
    const hostile = {
      ...ROW,
      body: HOSTILE,
      component: HOSTILE,
      event: HOSTILE,
      severity: null,
      severityText: HOSTILE,
      errorType: HOSTILE,
    };
    const silent = { ...hostile, body: null, attributes: { [HOSTILE]: HOSTILE } };
    const { url } = await openTestServer(() => ({ body: answerOf([hostile, silent]) }));
    const { data, notes } = await run(['logs', '--url', url, '--format', format]);
    expect(`${data}${notes}`).not.toMatch(UNSAFE);
    expect(data.replaceAll('\n', ' ')).toContain(format.endsWith('json') ? 'red' : HOSTILE_SHOWN);
  },
);

// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\x00-\x09\x0B-\x1F\x7F-\x9F\u202E]/u;

test('levels have colours where a person looks', async () => {
  const { url } = await openTestServer(() => ({ body: answerOf([ROW]) }));
  const { data } = await run(['logs', '--url', url], { seen: true });
  expect(data).toContain('\u001B[31mERROR\u001B[0m');
});

test('says how long ago on request', async () => {
  const { url } = await openTestServer(() => ({
    body: answerOf([{ ...INFO, time: new Date(Date.now() - 3 * 3_600_000).toISOString() }]),
  }));
  const { data } = await run(['logs', '--url', url, '--relative']);
  expect(data).toMatch(/^3(\.0\d*)? h ago INFO {2}sync: Syncing/u);
});

test('every field of a record has a column', () => {
  expect(CONTEXT_COLUMNS.map(({ name }) => name).toSorted()).toEqual(
    Object.keys(ROUTES.listLogs.answer.shape.data.element.shape).toSorted(),
  );
});

describe('S2-26: exports all lines, the oldest first', () => {
  const open = async () =>
    await openTestServer(({ url: { searchParams } }) => ({
      body: searchParams.has('cursor') ? answerOf([ROW]) : answerOf([EVENT, INFO], '17-2'),
    }));

  test('as plain text, also where a person looks', async () => {
    const { url, asked } = await open();
    const { data, notes } = await run(['logs', 'export', '--url', url, '--since', '2h'], {
      seen: true,
      env: { NO_COLOR: '1' },
    });
    expect(Object.fromEntries(searchOf(asked[0]))).toMatchObject({ order: 'oldest', since: '2h' });
    expect(data.split('\n').map((line) => line.slice(24))).toEqual([
      '-     session.start session.id=s1 items=3',
      'INFO  sync: Syncing 17 of 40',
      'ERROR sync: FAILED ❌ after 3 tries',
      expect.any(String),
      '',
    ]);
    expect(notes).toContain('3 lines from');
  });

  test.each([
    ['json', (data: string) => (JSON.parse(data) as { data: LogRow[] }).data.length, 3],
    ['ndjson', (data: string) => data.split('\n').length, 4],
    ['csv', (data: string) => data.split('\n').length, 6],
    ['md', (data: string) => data.split('\n').length, 6],
    ['text', (data: string) => data.split('\n').length, 5],
  ])('as %s', async (format, count, expected) => {
    const { url, asked } = await open();
    const args = ['logs', 'export', '--url', url, '--format', format, '--level', 'ERROR'];
    const { code, data } = await run(args);
    expect([code, count(data)]).toEqual([EXIT.OK, expected]);
    expect(Object.fromEntries(searchOf(asked[0]))).toMatchObject({ minSeverity: 'error' });
  });
});

test.each([
  ['debug.json', ['--level', 'ERROR'], /^\{\n {2}"data"/u],
  ['investigation.log', ['--since', '2h'], /sync: Syncing 17 of 40\n.*sync: FAILED/u],
])('S2-26: logs export --output %s is written as its ending says', async (name, args, shape) => {
  const { url } = await openTestServer(() => ({ body: answerOf([INFO, ROW]) }));
  const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-logs-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, name);
  const { code } = await run(['logs', 'export', '--url', url, '--output', file, ...args]);
  expect(code).toBe(EXIT.OK);
  expect(readFileSync(file, 'utf8')).toMatch(shape);
});

test('S2-26: as JSON is the envelope of every command, page by page, also of nothing', async () => {
  for (const rows of [[], [EVENT, INFO]]) {
    const { url } = await openTestServer(() => ({ body: answerOf(rows) }));
    const { data } = await run(['logs', 'export', '--url', url, '--json']);
    const { meta } = answerOf(rows);
    expect(data).toBe(`${JSON.stringify({ data: rows, meta, warnings: [] }, undefined, 2)}\n`);
  }
});

test('S2-26 S3-110: as OTLP is a request a line, and --limit counts records', async () => {
  const pageOf = (count: number, cursor: string | null) => ({
    data: {
      resourceLogs: [
        { scopeLogs: [{ logRecords: Array.from({ length: count }, () => ({ flags: 1 })) }] },
      ],
    },
    meta: answerOf([], cursor).meta,
  });
  const { url, asked } = await openTestServer(({ url: { searchParams } }) => ({
    body: searchParams.has('cursor') ? pageOf(1, '18-1') : pageOf(2, '17-2'),
  }));
  const args = ['logs', 'export', '--url', url, '--format', 'otlp', '--limit', '3'];
  const { data, notes } = await run(args);
  const lines = data.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    pageOf(2, null).data,
    pageOf(1, null).data,
  ]);
  expect(notes).toContain('3 lines from');
  expect(asked.map(({ url: { searchParams } }) => searchParams.get('limit'))).toEqual(['3', '1']);
});

test('S2-25 following since a time says from when on lines are shown where there are too many', async () => {
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/api/v1/logs/stream') === true) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const start = JSON.stringify({ seq: '3', behind: 0, reset: false });
      const log = JSON.stringify({ ...ROW, seq: '4' });
      response.write(`id: 3\nevent: start\ndata: ${start}\n\nid: 4\nevent: log\ndata: ${log}\n\n`);
      return;
    }
    response.setHeader('content-type', 'application/json');
    const rows = Array.from({ length: 1000 }, () => ROW);
    response.end(JSON.stringify(answerOf(rows, request.url?.includes('since') ? '17-3' : null)));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const args = 'logs show --follow --since 1h --count 1 --time-zone UTC --url';
  const { notes } = await run([...args.split(' '), url]);
  expect(notes).toMatch(
    /warning: There are lines before 2026-\d\d-\d\d [\d:]+, where the newest 1,000 begin: heartwood logs export gives all\./u,
  );
});

test('S2-02: lines before the first new one are shown too when the stream broke off before it began', async () => {
  let streams = 0;
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/api/v1/logs/stream') !== true) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answerOf([ROW])));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(':\n\n');
    if (++streams === 1) {
      setTimeout(() => response.destroy(), 20);
      return;
    }
    const start = JSON.stringify({ seq: '3', behind: 0, reset: false });
    const log = JSON.stringify({ ...ROW, seq: '4' });
    response.write(`id: 3\nevent: start\ndata: ${start}\n\nid: 4\nevent: log\ndata: ${log}\n\n`);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const args = 'logs show --follow --since 1h --count 1 --json --url';
  const { data, notes } = await run([...args.split(' '), url]);
  expect(notes).toContain('reconnected after');
  const seqs = data
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as LogRow).seq);
  expect(seqs).toEqual(['3', '4']);
});
