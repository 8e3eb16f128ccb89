/** `monitor status` and the page of `monitor operations`, against answers as a server gives them. */
import type { AnswerOf } from '@heartwood/api/client';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { toTimerMs } from '../live/refresh.ts';
import { UNICODE } from '../render/style.ts';
import { HOSTILE, HOSTILE_SHOWN } from '../testing/canned.ts';
import { OPERATION } from '../testing/operation.ts';
import { run } from '../testing/run.ts';
import { openTestServer, type Reply } from '../testing/server.ts';
import type { OperationRow } from './operation-columns.ts';
import { OperationsPage } from './operations-page.ts';
import type { StatusFacts } from './status-facts.ts';
import { drawStatus } from './status-page.ts';

process.env['TZ'] = 'UTC';

const STALLED: OperationRow = {
  ...OPERATION,
  id: 'copy-1',
  feature: 'copy_漢字_files',
  health: 'stalled',
  reason: 'alive, but at 12 of about 40 files for 2 min 10 s',
  message: 'file-12.txt',
  current: 12,
  total: 40,
  totalIsEstimate: true,
  unit: 'files',
  fraction: 0.3,
  eta: null,
};
const OVER: OperationRow = {
  ...OPERATION,
  id: 'export-9',
  feature: 'export_report',
  state: 'ended',
  status: 'failed',
  health: null,
  reason: 'disk full',
  message: null,
  current: null,
  total: null,
  unit: null,
  fraction: null,
  eta: null,
  endedAt: '2026-11-22T09:10:00.000Z',
};

const RANGE = {
  from: '2026-11-22T08:30:00.000Z',
  to: '2026-11-22T09:30:00.000Z',
  timeZone: 'UTC',
  unit: 'runs',
  complete: true,
  truncated: false,
  warnings: [],
};
const LIVE = { running: 2, paused: 0, slow: 0, stalled: 1, lost: 0 };
const STORE = {
  sizeBytes: 12_400_000,
  memoryBytes: 1,
  spans: 4000,
  logs: 52_310,
  runs: 1204,
  features: 12,
  services: 1,
  firstSeen: null,
  lastSeen: null,
  lastReceived: '2026-11-22T09:29:57.000Z',
};
const CATEGORIES: AnswerOf<'/api/v1/errors/summary'>['data']['categories'] = [
  { category: 'api', label: 'API Errors', occurrences: 3, groups: 1, topTitle: HOSTILE },
  { category: 'database', label: 'Database Errors', occurrences: 0, groups: 0, topTitle: null },
  { category: 'other', label: 'Other Errors', occurrences: 1, groups: 1, topTitle: 'E: too late' },
  { category: 'timeout', label: 'Timeouts', occurrences: 1, groups: 1, topTitle: 'E: too late' },
];
const FACTS: StatusFacts = {
  at: '2026-11-22T09:30:00.000Z',
  connection: {
    api: { connected: true, url: 'http://127.0.0.1:4319', latencyMs: 3 },
    database: { available: true, problem: null },
    version: '0.1.0',
  },
  data: { ...STORE, sizeBytes: 12_400_000, archiveBytes: 3_100_000, problem: null },
  activity: { live: LIVE, operations: [STALLED, OPERATION, OVER], problem: null },
  runs: { runs: 120, failed: 2, spark: [0, 5, 10, 20, 30, 20, 10, 5, 10, 5, 5, 0], problem: null },
  errors: { occurrences: 4, categories: CATEGORIES, spark: [0, 0, 3, 1], problem: null },
};
const VIEW = { colour: false, symbols: UNICODE, width: 80 };
const WELL = { goneMs: undefined, reason: '' };
const FOOTER = 'Refreshing every 5s (Press Ctrl+C to stop)';

describe('the page of the status', () => {
  test('S0-71 S2-40 S2-43 S2-44 has title with time, connection, data, activity with the share of the counts, errors of the last hour and the footer', () => {
    const lines = drawStatus(FACTS, WELL, FOOTER, { columns: 80, rows: 40 }, VIEW);
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "Heartwood status  2026-11-22 09:30:00

      Connection Status
        API              connected  http://127.0.0.1:4319 (version 0.1.0), answered in 3.00 ms
        Database         available
        Last check       2026-11-22 09:30:00

      Data Summary
        Runs             1,204  of 12 features, 1 service
        Received         4,000 spans, 52,310 log records  the last came 3 s before
        Database         11.83 MiB  and 2.956 MiB of archive

      Recent Activity (2 in progress, 1 stalled)
        stalled      copy_漢字_files  ██████▋░░░░░░░░░░░░░░░  30.0 %  for 2 min 10 s
          copy-1 · alive, but at 12 of about 40 files for 2 min 10 s · 12 of about 40…
        in progress  sync_leads       █████████▍░░░░░░░░░░░░  42.9 %  2 min 05 s left
          sync-4711 · 3 of 7 batches · Processing batch 3 of 7 · importer
        failed       export_report                                    after 2 min 10 s
          export-9 · disk full · importer
        120 runs, 2 failed in the last hour  ▁▂▃▆█▆▃▂▃▂▂▁

      Recent Errors: 4 in last hour  ▁▁█▃
        API Errors       3  redxtxt.exe link
        Database Errors  0
        Other Errors     1  E: too late

      Refreshing every 5s (Press Ctrl+C to stop)"
    `);
  });

  test('S2-42 says that something came where only log records did', () => {
    const data = { ...FACTS.data, runs: 0, features: 0, spans: 0 };
    const lines = drawStatus({ ...FACTS, data }, WELL, FOOTER, { columns: 80, rows: 40 }, VIEW);
    expect(lines).toContain(
      '  Received         0 spans, 52,310 log records  the last came 3 s before',
    );
  });

  test('S2-43 names an operation by its id however long the reason is, unless a line is too short for both', () => {
    const id = 'op-20261122-091000-0123abcd';
    const failed = {
      ...OVER,
      id,
      reason: 'connect ECONNREFUSED 10.0.3.7:443: the API of the CRM does not answer to anybody',
    };
    const activity = { live: LIVE, operations: [failed], problem: null };
    const draw = (columns: number): string =>
      drawStatus({ ...FACTS, activity }, WELL, FOOTER, { columns, rows: 40 }, VIEW).join('\n');
    expect(draw(80)).toContain(`${id} · connect ECONNREFUSED`);
    expect(draw(50)).toContain('    connect ECONNREFUSED 10.0.3.7:443');
  });

  test('counts what is lost where nothing goes on', () => {
    const lost = { ...STALLED, state: 'lost', health: 'lost' } as const;
    const live = { running: 0, paused: 0, slow: 0, stalled: 0, lost: 7 };
    const activity = { live, operations: [lost, OVER], problem: null };
    const lines = drawStatus({ ...FACTS, activity }, WELL, FOOTER, { columns: 80, rows: 40 }, VIEW);
    expect(lines).toContain('Recent Activity (7 lost)');
    expect(lines).toContain('  6 more');
  });

  test.each([
    [24, 'Data Summary'],
    [18, 'API connected, database available'],
    [10, 'Recent Activity'],
  ])('has what matters most in a window of %i lines, and its footer', (rows, kept) => {
    const lines = drawStatus(FACTS, WELL, FOOTER, { columns: 40, rows }, VIEW);
    expect(lines.length).toBeLessThan(rows);
    expect(lines.at(-1)).toBe(FOOTER);
    expect(lines.join('\n')).toContain(kept);
    expect(lines.join('\n')).toContain('stalled');
  });

  test('says for how long there has been no answer, and shows how it was', () => {
    const gone = { goneMs: performance.now() - 125_000, reason: 'connection refused.' };
    const text = drawStatus(FACTS, gone, FOOTER, { columns: 80, rows: 40 }, VIEW).join('\n');
    expect(text).toContain('No answer for 2 min 05 s: connection refused. This is how it was.');
    expect(text).toMatch(/API +gone/u);
    expect(text).toMatch(/Database +not known/u);
  });
});

type Replies = Readonly<Record<string, Reply | ((url: URL) => Reply)>>;

const open = (answers: Replies = {}) =>
  openTestServer(({ url }) => {
    const system = { version: '0.1.0', startedAt: FACTS.at, uptimeSeconds: 1, store: STORE };
    const all: Replies = {
      '/healthz': { body: { status: 'ok' } },
      '/api/v1/system': { body: { data: { ...system, receiver: NOTHING_RECEIVED } } },
      '/api/v1/operations': {
        body: {
          data: [{ ...OPERATION, message: HOSTILE }],
          meta: { ...RANGE, nextCursor: null, live: LIVE },
        },
      },
      '/api/v1/usage': { body: { data: [], meta: { ...RANGE, interval: '5m', by: null } } },
      '/api/v1/errors/summary': {
        body: {
          data: { categories: CATEGORIES, actions: [] },
          meta: { ...RANGE, classifiedThrough: null },
        },
      },
      '/api/v1/errors': { body: { data: [], meta: { ...RANGE, classifiedThrough: null } } },
      ...answers,
    };
    const reply = all[url.pathname];
    return typeof reply === 'function' ? reply(url) : reply;
  });

const NOTHING_RECEIVED = {
  received: 0,
  recovered: 0,
  stored: 0,
  rejected: 0,
  refused: 0,
  duplicate: 0,
  deadLettered: 0,
  waiting: 0,
  signals: [],
  requests: { accepted: 0, duplicate: 0, refused: {} },
  connections: { open: 0, refused: {} },
  waitingBatches: 0,
  inFlightBytes: 0,
  landings: 0,
  failedLandings: 0,
  damagedJournalBytes: 0,
  deadLetters: { files: 0, bytes: 0, limitBytes: 0, deleted: 0 },
};

const DOWN: Reply = {
  status: 503,
  body: { code: 'DATABASE_BUSY', detail: 'The database does not answer.', remedy: 'Wait.' },
};

describe('monitor status', () => {
  test('S2-28 --json tells all of it once, and nothing in it can act on a terminal', async () => {
    const { url } = await open();
    const { code, data, notes } = await run(['monitor', 'status', '--json', '--url', url]);
    expect(notes).toBe('');
    expect(code).toBe(EXIT.OK);
    expect(JSON.parse(data)).toMatchObject({
      data: {
        connection: { api: { connected: true, url }, database: { available: true } },
        data: { runs: 1204, sizeBytes: 12_400_000 },
        activity: { live: LIVE, operations: [{ id: 'sync-4711', current: 3, total: 7 }] },
        errors: { occurrences: 4 },
      },
      warnings: [],
    });
  });

  test('S2-27 looks again every so many seconds, and writes a page below the other where no window is', async () => {
    const { url, asked } = await open();
    const { code, data, notes } = await run(
      ['monitor', 'status', '--refresh', '1', '--count', '2', '--url', url],
      { columns: 100 },
    );
    expect(code).toBe(EXIT.OK);
    expect(notes).toMatch(
      /^2 looks in [\d.]+ s; 2 running, 1 stalled, 4 errors in the last hour\.$/mu,
    );
    expect(data.split('Heartwood status')).toHaveLength(3);
    expect(data).toContain('Refreshing every 1s (Press Ctrl+C to stop)');
    expect(data).toContain(HOSTILE_SHOWN);
    expect(data).not.toContain('\u001B');
    expect(asked.filter((one) => one.url.pathname === '/healthz')).toHaveLength(2);
  });

  test('S2-43 S2-100 shows what goes on beside more that is lost than there is room for, and how many more there are', async () => {
    const make = (kind: 'lost' | 'running', at: number): OperationRow => ({
      ...OPERATION,
      id: `${kind}-${String(at)}`,
      state: kind,
      health: kind === 'lost' ? 'lost' : 'healthy',
      startedAt: `2026-11-22T09:0${String(at)}:00.000Z`,
    });
    const places = [6, 5, 4, 3, 2, 1, 0];
    const live = { running: 7, paused: 0, slow: 0, stalled: 0, lost: 7 };
    const { url } = await open({
      '/api/v1/operations': ({ searchParams }) => ({
        body: {
          data: [
            ...places.filter(() => !searchParams.has('state')).map((at) => make('lost', at)),
            ...places.toReversed().map((at) => make('running', at)),
          ].slice(0, Number(searchParams.get('limit'))),
          meta: { ...RANGE, nextCursor: null, live },
        },
      }),
    });
    const { data } = await run(['monitor', 'status', '--once', '--url', url], { columns: 80 });
    expect(data).toContain('Recent Activity (7 in progress, 7 lost)');
    expect(data.match(/(?:lost|running)-\d/gu)).toEqual([
      'lost-6',
      'lost-5',
      'lost-4',
      'running-6',
    ]);
    expect(data).toMatch(/^ {2}in progress {2}sync_leads/mu);
    expect(data).toContain('\n  10 more\n');
  });

  test('Ctrl-C ends it with what it saw, and with how long there was no answer', async () => {
    let looks = 0;
    const { url } = await open({
      '/healthz': () => (looks++ === 0 ? { body: { status: 'ok' } } : { status: 503, body: {} }),
    });
    const call = ['monitor', 'status', '--refresh', '1', '--url', url];
    const first = await run(call, { until: /Press Ctrl/u });
    expect(first.code).toBe(EXIT.INTERRUPTED);
    expect(first.notes).toMatch(
      /^1 look in .*; 2 running, 1 stalled, 4 errors in the last hour\.$/mu,
    );
    looks = 0;
    const gone = await run(call, { until: /The server has gone/u });
    expect(gone.notes).toMatch(/^[12] looks? in .*; no answer for 0 s\.$/mu);
  });

  test('says which part cannot be told, and why, and shows the others', async () => {
    const { url } = await open({ '/api/v1/system': DOWN, '/api/v1/errors': DOWN });
    const { code, data } = await run(['monitor', 'status', '--once', '--url', url]);
    expect(code).toBe(EXIT.OK);
    expect(data).toMatch(/Database +not available {2}The database does not answer\./u);
    expect(data).toMatch(/Recent Errors\n {2}not known: The database does not answer\./u);
    expect(data).toContain('sync_leads');
    expect(data).not.toContain('Refreshing');
  });

  test.each([
    ['nobody listens', 'http://127.0.0.1:1', EXIT.UNREACHABLE, ['--once']],
    ['it asks for too much at once', 'http://127.0.0.1:1', EXIT.USAGE, ['--once', '--count', '2']],
    ['a format has no pages', 'http://127.0.0.1:1', EXIT.USAGE, ['--format', 'csv']],
  ])('ends where %s', async (_case, url, code, flags) => {
    expect((await run(['monitor', 'status', '--url', url, ...flags])).code).toBe(code);
  });

  test('ends where the token is not right', async () => {
    const body = { code: 'TOKEN_INVALID', detail: 'No.', remedy: 'Ask.' };
    const { url } = await open({ '/api/v1/usage': { status: 401, body } });
    expect((await run(['monitor', 'status', '--once', '--url', url])).code).toBe(EXIT.ERROR);
  });
});

describe('the page of operations', () => {
  const page = () => {
    const made = new OperationsPage(VIEW, '');
    const meta = { at: FACTS.at, unit: 'operations', truncated: false, live: LIVE };
    made.take({ event: 'snapshot', id: '1', data: { data: [OPERATION, STALLED], meta } });
    return made;
  };

  test('has the worst first, with the reason', () => {
    const [, ...lines] = page().draw({ columns: 90, rows: 24 });
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "1 stalled, 1 healthy

      stalled  copy_漢字_files  █████▏░░░░░░░░░░░  30.0 %  12 of about 40 files  for 2 min 10 s
        copy-1 · alive, but at 12 of about 40 files for 2 min 10 s · file-12.txt · importer
      healthy  sync_leads       ███████▎░░░░░░░░░  42.9 %  3 of 7 batches        2 min 05 s left
        sync-4711 · Processing batch 3 of 7 · importer

      Press Ctrl+C to stop"
    `);
  });

  test('leaves out in a narrow and low window what is less, and says how many it does not show', () => {
    const made = page();
    made.take({
      event: 'operation',
      id: '2',
      data: Array.from({ length: 20 }, (_, at) => ({ ...OPERATION, id: `op-${String(at)}` })),
    });
    const [, ...lines] = made.draw({ columns: 40, rows: 10 });
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "1 stalled, 21 healthy

      stalled  copy_漢字_fi…  ██▍░░░░░  30.0 %
      healthy  sync_leads     ███▍░░░░  42.9 %
      healthy  sync_leads     ███▍░░░░  42.9 %
      19 more

      Press Ctrl+C to stop"
    `);
    expect(made.seen).toBe(22);
  });

  test('keeps a line of what is over, and shows how it was while the server is gone', () => {
    const made = page();
    const gone = [{ id: 'copy-1', outcome: 'failed' }];
    expect(made.take({ event: 'gone', id: '3', data: gone })).toEqual({
      ended: ['failed  copy_漢字_files (copy-1)'],
      isUrgent: true,
    });
    made.lose();
    const text = made.draw({ columns: 90, rows: 24 }).join('\n');
    expect(text).toContain('The server has been gone for 0 s; this is how it was.');
    expect(text).toContain('sync_leads');
    made.take({ event: 'reset', id: undefined, data: {} });
    expect(made.draw({ columns: 90, rows: 24 }).join('\n')).toContain('Nothing is under way.');
  });
});

test('the longest --refresh is waited for, and not looked at without a pause', () => {
  expect(toTimerMs(5)).toBe(5000);
  expect(toTimerMs(999_999_999)).toBe(2_147_483_647);
});
