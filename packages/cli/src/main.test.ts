/** The commands against a real HTTP server, run in this process. */
import { describe, expect, test } from 'vitest';
import { EXIT } from './exit.ts';
import {
  DETAIL,
  FEATURES,
  HOSTILE_FEATURES,
  HOSTILE_SHOWN,
  NO_FEATURES,
  RECORDS,
  UNKNOWN_FEATURE,
  recordsPage,
} from './testing/canned.ts';
import { run } from './testing/run.ts';
import { openTestServer, type Asked, type Reply } from './testing/server.ts';

const reply = ({ url }: Asked): Reply => {
  if (url.pathname === '/api/v1/features') return { body: FEATURES };
  if (url.pathname === '/api/v1/records') {
    const status = url.searchParams.get('status');
    const data = RECORDS.data.filter((record) => status === null || record.status === status);
    return { body: { ...RECORDS, data } };
  }
  if (url.pathname === '/api/v1/features/checkout') return { body: DETAIL };
  return { status: 404, body: UNKNOWN_FEATURE };
};

const searchOf = (asked: Asked | undefined): Record<string, string> =>
  Object.fromEntries(asked?.url.searchParams ?? []);

const SEEN = { seen: true, env: { NO_COLOR: '1' } };
// oxlint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/u;

describe('features list', () => {
  test('shows a table, what it is about and what to do next', async () => {
    const { url } = await openTestServer(reply);
    const { code, data, notes } = await run(['features', 'list', '--url', url], {
      ...SEEN,
      columns: 140,
    });
    expect(code).toBe(EXIT.OK);
    expect(`\n${data}`).toMatchInlineSnapshot(`
      "
      feature         category      component    runs  users  sessions  success  p50 ms  p95 ms  efficiency  tier       trend     last seen
      checkout        web_interfa…  shop       12,040    312       402   97.4 %     123   1,431        0.71  excellent  ▁▂▂▃▅█▆▂  2026-11-21 09:29
      検索 🔎 search  –             –               1      0         0  100.0 %       –       –           –  –          ▁▁▁▁▁▁▁█  2026-11-21 09:29
      "
    `);
    expect(notes).toMatchInlineSnapshot(`
      "2 features from 2026-11-20 09:30 to 2026-11-21 09:30 UTC.
      next: heartwood features show checkout
      "
    `);
  });

  test('keeps what matters most in a narrow terminal and says what is missing', async () => {
    const { url } = await openTestServer(reply);
    const { data, notes } = await run(['list-features', '--url', url], { ...SEEN, columns: 60 });
    expect(`\n${data}`).toMatchInlineSnapshot(`
      "
      feature           runs  users  success  p50 ms  p95 ms
      checkout        12,040    312   97.4 %     123   1,431
      検索 🔎 search       1      0  100.0 %       –       –
      "
    `);
    expect(notes).toContain('No room for efficiency, trend, last seen, sessions');
  });

  test('sends filters, order and limit', async () => {
    const { url, asked } = await openTestServer(reply);
    const args =
      '--since 7d --category other --component shop --service web --status failed --sort p95Ms -n 3 --time-zone Europe/Berlin';
    await run(['features', 'list', '--url', url, ...args.split(' ')]);
    expect(searchOf(asked[0])).toEqual({
      since: '7d',
      category: 'other',
      component: 'shop',
      service: 'web',
      status: 'failed',
      sort: 'p95Ms',
      limit: '3',
      trend: 'true',
      explain: 'false',
      timeZone: 'Europe/Berlin',
    });
  });

  test('says how many there are when not all are shown', async () => {
    const body = { ...FEATURES, meta: { ...FEATURES.meta, total: 1204, complete: false } };
    const { url } = await openTestServer(() => ({ body }));
    const { notes } = await run(['features', 'list', '--url', url]);
    expect(notes).toBe(
      '2 of 1,204 features from 2026-11-20 09:30 to 2026-11-21 09:30 UTC, the newest runs may still arrive; --limit 1204 shows more.\n',
    );
  });

  test('says that there is nothing, and prints nothing', async () => {
    const { url } = await openTestServer(() => ({ body: NO_FEATURES }));
    const { code, data, notes } = await run(['features', 'list', '--url', url], SEEN);
    expect({ code, data }).toEqual({ code: EXIT.OK, data: '' });
    expect(notes).toContain('No feature had such runs');
  });

  test('prints the envelope as JSON and nothing else', async () => {
    const { url } = await openTestServer(() => ({ body: HOSTILE_FEATURES }));
    const { data, notes } = await run(['features', 'list', '--json', '--url', url], SEEN);
    const warnings = HOSTILE_FEATURES.meta.warnings;
    expect(JSON.parse(data)).toEqual({ ...HOSTILE_FEATURES, warnings });
    expect(data).not.toMatch(OBEYED);
    expect(notes).toBe('');
  });

  test('prints a row a line as NDJSON', async () => {
    const { url } = await openTestServer(reply);
    const { data } = await run(['features', 'list', '--format', 'ndjson', '--url', url]);
    expect(
      data
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(FEATURES.data);
  });

  test('S4-81: prints raw numbers and every field as CSV', async () => {
    const { url } = await openTestServer(reply);
    const { data } = await run(['features', 'list', '--format', 'csv', '--url', url]);
    expect(data).toMatchInlineSnapshot(`
      "feature,category,component,runs,users,sessions,success,failed,partial,timeout,cancelled,successRate,p50Ms,p95Ms,p99Ms,meanMs,efficiency,tier,firstSeen,lastSeen
      checkout,web_interface,shop,12040,312,402,11726,210,0,4,100,0.9739202657807309,123.456,1431.2,5022.9,301.5,0.714,excellent,2026-11-20T09:31:02.123456789Z,2026-11-21T09:29:59.000000001Z
      検索 🔎 search,,,1,0,0,1,0,0,0,0,1,,,,,,,2026-11-20T09:31:02.123456789Z,2026-11-21T09:29:59.000000001Z
      "
    `);
  });

  test('prints Markdown', async () => {
    const { url } = await openTestServer(reply);
    const { data } = await run(['features', 'list', '--format', 'md', '--url', url]);
    expect(data).toMatchInlineSnapshot(`
      "| feature | category | component | runs | users | sessions | success | p50 ms | p95 ms | efficiency | tier | trend | last seen |
      | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- | --- |
      | checkout | web\\_interface | shop | 12,040 | 312 | 402 | 97.4 % | 123 | 1,431 | 0.71 | excellent | ▁▂▂▃▅█▆▂ | 2026-11-21 09:29 |
      | 検索 🔎 search | – | – | 1 | 0 | 0 | 100.0 % | – | – | – | – | ▁▁▁▁▁▁▁█ | 2026-11-21 09:29 |
      "
    `);
  });

  test.each(['table', 'csv', 'md', 'ndjson', 'json'])(
    'lets no hostile name act on the terminal: %s',
    async (format) => {
      const { url } = await openTestServer(() => ({ body: HOSTILE_FEATURES }));
      const { data, notes } = await run(
        ['features', 'list', '--format', format, '--url', url],
        SEEN,
      );
      expect(data + notes.replaceAll('\n', '')).not.toMatch(OBEYED);
      expect(data).not.toContain('\u001B');
      expect(notes).not.toContain('next:');
    },
  );

  test('shows what is left of a hostile name, and warnings without their sequences', async () => {
    const { url } = await openTestServer(() => ({ body: HOSTILE_FEATURES }));
    const { data, notes } = await run(['features', 'list', '--url', url], SEEN);
    expect(data).toContain(HOSTILE_SHOWN);
    expect(notes).toContain('warning: half of it is missing');
  });

  test('lets no spreadsheet run a name', async () => {
    const { url } = await openTestServer(() => ({ body: HOSTILE_FEATURES }));
    const { data } = await run(['features', 'list', '--format', 'csv', '--url', url]);
    expect(data).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(data).toContain("'@SUM(1)|`*");
  });

  test('colours what is good and bad only where wanted', async () => {
    const { url } = await openTestServer(reply);
    const args = ['features', 'list', '--url', url];
    expect((await run(args, { seen: true })).data).toContain('\u001B[32m');
    expect((await run(args)).data).not.toContain('\u001B');
    expect((await run(args, { env: { FORCE_COLOR: '1' } })).data).toContain('\u001B[32m');
    expect((await run([...args, '--no-color'], { seen: true })).data).not.toContain('\u001B');
  });

  test.each([
    ['whose server is down', ['features', 'list', '--url', 'http://127.0.0.1:1']],
    ['whose flags cannot be read', ['features', 'list', '--nonsense']],
    ['that names no command', ['nonsense']],
  ])('--no-color holds for the complaint of a call %s', async (_name, args) => {
    expect((await run(args, { seen: true })).notes).toContain('\u001B[31mheartwood:');
    expect((await run([...args, '--no-color'], { seen: true })).notes).toMatch(/^heartwood: /u);
    const behind = await run([...args, '--', '--no-color'], { seen: true });
    expect(behind.notes).toContain('\u001B[31mheartwood:');
  });

  test('--quiet leaves the data alone', async () => {
    const { url } = await openTestServer(reply);
    const { data, notes } = await run(['features', 'list', '--quiet', '--url', url], SEEN);
    expect(data).toContain('checkout');
    expect(notes).toBe('');
  });
});

describe('features show', () => {
  test('shows the whole report', async () => {
    const { url } = await openTestServer(reply);
    const { code, data, notes } = await run(['features', 'show', 'checkout', '--url', url], {
      ...SEEN,
      columns: 100,
    });
    expect(code).toBe(EXIT.OK);
    expect(`\n${data}`).toMatchInlineSnapshot(`
      "
      checkout

      Numbers
        runs        12,040
        users       312
        sessions    402
        success     97.4 %
        efficiency  0.71
        tier        excellent
        category    web_interface
        component   shop
        first seen  2026-11-20 09:31
        last seen   2026-11-21 09:29
        all time    40,000 runs since 2026-10-01 00:00

      Status
        status       runs   share
        success    11,726  97.4 %  ███████████████████████▍
        failed        210   1.7 %  ▍
        partial         0   0.0 %
        timeout         4  <0.1 %  ▏
        cancelled     100   0.8 %  ▎

      Duration
        p50   123 ms
        p95   1,431 ms
        p99   5,023 ms
        mean  302 ms

      Tiers
        tier         runs   share
        excellent   9,000  74.8 %  ██████████████████
        good        2,000  16.6 %  ████
        acceptable  1,000   8.3 %  ██
        slow           40   0.3 %  ▏
        very_slow       0   0.0 %

      Errors
        error         runs   share  last seen         message           trace
        CardDeclined   210   1.7 %  2026-11-21 09:29  the bank said no  0af7651916cd43dd8448eb211c80319c
        –                4  <0.1 %  2026-11-20 11:00  –                 1af7651916cd43dd8448eb211c80319c

      Usage
        ▄█▁
        runs in 3 buckets of 1h from 2026-11-20 09:00; at most 8,040 in one, the last one still filling

      Recent failures
        start                status       ms  error         message                     user
        2026-11-21 09:29:59  failed    1,500  CardDeclined  the bank said no, "really"  5f2b0c9a
        2026-11-21 08:00:00  timeout  30,000  timeout       –                           5f2b0c9a
      "
    `);
    expect(notes).toMatchInlineSnapshot(`
      "No room for trace, service; --format csv or md shows all.
      2026-11-20 09:30 to 2026-11-21 09:30 UTC.
      next: heartwood records list --feature=checkout --status failed
      "
    `);
  });

  test('fits a narrow terminal', async () => {
    const { url } = await openTestServer(reply);
    const { data } = await run(['feature-stats', 'checkout', '--url', url], {
      ...SEEN,
      columns: 48,
    });
    expect(Math.max(...data.split('\n').map((line) => line.length))).toBeLessThanOrEqual(48);
    expect(data).toContain('█');
  });

  test('asks for the failures of the same range and filters', async () => {
    const { url, asked } = await openTestServer(reply);
    await run(['features', 'show', 'checkout', '--service', 'web', '--url', url]);
    expect(asked.slice(1).map(searchOf)).toEqual(
      ['failed', 'timeout'].map((status) => ({
        status,
        service: 'web',
        feature: 'checkout',
        from: DETAIL.meta.from,
        to: DETAIL.meta.to,
        limit: '5',
      })),
    );
  });

  test('sends any name as one part of the path', async () => {
    const { url, asked } = await openTestServer(reply);
    await run(['features', 'show', 'GET /a/../:id?x#y', '--url', url]);
    expect(asked[0]?.url.pathname).toBe('/api/v1/features/GET%20%2Fa%2F..%2F%3Aid%3Fx%23y');
  });

  test('gives the answer of the server as JSON, and one row as CSV', async () => {
    const { url } = await openTestServer(reply);
    const json = await run(['feature-stats', 'checkout', '--json', '--url', url]);
    expect(JSON.parse(json.data)).toEqual({ ...DETAIL, warnings: [] });
    const csv = await run(['feature-stats', 'checkout', '--format', 'csv', '--url', url]);
    expect(csv.data.split('\n')).toHaveLength(3);
    const md = await run(['feature-stats', 'checkout', '--format', 'md', '--url', url]);
    expect(md.data).toContain('## Recent failures\n\n| start | status | ms |');
  });

  test('an unknown name ends with 1 and the names that are close', async () => {
    const { url } = await openTestServer(reply);
    const { code, data, notes } = await run(['feature-stats', 'chekout', '--url', url]);
    expect({ code, data }).toEqual({ code: EXIT.ERROR, data: '' });
    expect(notes).toBe(
      'heartwood: No feature is named "chekout".\n  Did you mean "checkout" or "check-in"?\n  Check the name with heartwood features list.\n',
    );
  });
});

describe('records list', () => {
  test('shows a table', async () => {
    const { url } = await openTestServer(reply);
    const { data, notes } = await run(['records', 'list', '--url', url], { ...SEEN, columns: 110 });
    expect(`\n${data}`).toMatchInlineSnapshot(`
      "
      start                feature   status       ms  error         message                     user
      2026-11-21 09:29:59  checkout  failed    1,500  CardDeclined  the bank said no, "really"  5f2b0c9a
      2026-11-21 09:29:59  checkout  success   0.420  –             –                           –
      2026-11-21 08:00:00  checkout  timeout  30,000  timeout       –                           5f2b0c9a
      "
    `);
    expect(notes).toContain('3 runs from 2026-11-20 09:30 to 2026-11-21 09:30 UTC.');
  });

  test('sends every filter', async () => {
    const { url, asked } = await openTestServer(reply);
    const args =
      '--from yesterday --to now --feature f --category c --component k --service s --status timeout --user u --session v --error-type e --min-duration 1.5s --cursor 77 --time-zone UTC';
    await run(['list-records', '--url', url, ...args.split(' ')]);
    expect(searchOf(asked[0])).toEqual({
      from: 'yesterday',
      to: 'now',
      feature: 'f',
      category: 'c',
      component: 'k',
      service: 's',
      status: 'timeout',
      user: 'u',
      session: 'v',
      errorType: 'e',
      minDurationMs: '1500',
      cursor: '77',
      limit: '50',
      timeZone: 'UTC',
    });
  });

  /** 2,500 runs in pages of at most what is asked for. */
  const paged = ({ url }: Asked): Reply => {
    const done = Number(url.searchParams.get('cursor') ?? 0);
    const count = Math.min(Number(url.searchParams.get('limit')), 2500 - done);
    const next = done + count;
    return { body: recordsPage(count, next < 2500 ? String(next) : null, done) };
  };

  test.each(['csv', 'ndjson', 'json', 'table', 'md'])(
    '--all reads every page once: %s',
    async (format) => {
      const { url, asked } = await openTestServer(paged);
      const { data } = await run([
        'records',
        'list',
        '--all',
        '--since',
        '1h',
        '--format',
        format,
        '--url',
        url,
      ]);
      const rows =
        format === 'json'
          ? (JSON.parse(data) as typeof RECORDS).data.length
          : data.trimEnd().split('\n').length - { csv: 1, ndjson: 0, table: 1, md: 2 }[format]!;
      expect(rows).toBe(2500);
      expect(asked.map(({ url }) => url.searchParams.get('cursor'))).toEqual([
        null,
        '1000',
        '2000',
      ]);
      expect(asked.map(({ url }) => url.searchParams.get('since'))).toEqual(['1h', null, null]);
      expect(asked[1]?.url.searchParams.get('from')).toBe(RECORDS.meta.from);
    },
  );

  test('--limit bounds --all, and the next page is named', async () => {
    const { url, asked } = await openTestServer(paged);
    const { data, notes } = await run([
      'records',
      'list',
      '--all',
      '--limit',
      '1200',
      '--format',
      'ndjson',
      '--url',
      url,
    ]);
    expect(data.trimEnd().split('\n')).toHaveLength(1200);
    expect(asked.map(({ url }) => url.searchParams.get('limit'))).toEqual(['1000', '200']);
    expect(notes).toContain(
      '--cursor 1200 --from 2026-11-20T09:30:00.000Z --to 2026-11-21T09:30:00.000Z',
    );
  });

  test('a server that goes in circles is left', async () => {
    const { url, asked } = await openTestServer(() => ({ body: recordsPage(1, '7') }));
    const { code, notes } = await run(['records', 'list', '--all', '--url', url]);
    expect(code).toBe(EXIT.ERROR);
    expect(notes).toContain('cursor 7 twice');
    expect(asked).toHaveLength(2);
  });

  test('says that nothing matches', async () => {
    const { url } = await openTestServer(() => ({ body: recordsPage(0, null) }));
    const { code, notes } = await run(['records', 'list', '--url', url]);
    expect(code).toBe(EXIT.OK);
    expect(notes).toContain('No such run from');
  });
});

describe('the call', () => {
  test.each([
    ['nothing', [], 'Commands'],
    ['--help', ['--help'], 'Commands'],
    ['help', ['help'], 'Commands'],
    ['a noun alone', ['features'], 'features show'],
    ['help of a command', ['features', 'list', '--help'], 'Examples\n  heartwood features list\n'],
    ['help before a command', ['help', 'list-features'], 'heartwood features list: Features with'],
    ['-h among other flags', ['records', 'list', '-q', '-h'], '--error-type TYPE'],
    ['the version', ['--version'], 'heartwood 0.1.0\n'],
    ['the version with a command', ['features', 'list', '-V'], 'heartwood 0.1.0\n'],
  ])('answers without a server: %s', async (_name, args, words) => {
    const { code, data, notes } = await run(args);
    expect(data).toContain(words);
    expect({ code, notes }).toEqual({ code: EXIT.OK, notes: '' });
  });

  test.each([
    [['--since', '7d'], { since: '7d' }],
    [['--last', '1h30m'], { since: '1h30m' }],
    [['--since', 'today'], { from: 'today' }],
    [['--last', '2026-11-01T09:30'], { from: '2026-11-01T09:30' }],
    [['--since', '20261101'], { from: '20261101' }],
    [['--since', '1790000000000'], { from: '1790000000000' }],
    [['--since', '90'], { since: '90' }],
    [['--since', '2026-11-01', '--until', 'yesterday'], { from: '2026-11-01', to: 'yesterday' }],
  ])('E.2.2 %j is asked as %j', async (flags, query) => {
    const { url, asked } = await openTestServer(reply);
    await run(['features', 'list', ...flags, '--url', url]);
    const { searchParams } = asked[0]?.url ?? new URL('http://none');
    for (const name of ['since', 'from', 'to'])
      expect(searchParams.get(name)).toBe(
        Object.entries(query).find(([key]) => key === name)?.[1] ?? null,
      );
  });

  test.each([
    [['logs', '--component', 'errors'], '/api/v1/logs'],
    [['logs', '--component=errors', '-q'], '/api/v1/logs'],
    [['logs', '-q', '--timeout', '9s', '--json', 'errors'], '/api/v1/errors'],
    [['--json', 'logs', '--timeout=9s', 'errors', '--component', 'export'], '/api/v1/errors'],
  ])('%j asks %s: a word behind a flag is no command', async (args, path) => {
    const { url, asked } = await openTestServer(() => ({ status: 404, body: {} }));
    await run([...args, '--url', url]);
    expect(asked[0]?.url.pathname).toBe(path);
  });

  test.each([
    [['features', '--since', '7d', 'list'], 'heartwood features has no flag --since.'],
    [['feature', 'list'], 'Did you mean features list?'],
    [['features', 'lst'], 'Did you mean features list?'],
    [['list-feature'], 'Did you mean list-features?'],
    [['banana'], 'There is no command "banana". Run heartwood --help'],
    [['--bogus'], 'heartwood has no flag --bogus'],
    [['features', 'list', '--lmit', '3'], 'Did you mean --limit?'],
    [['features', 'list', 'checkout'], 'takes no further argument, yet got checkout'],
    [['logs', 'erors'], 'Did you mean heartwood logs errors?'],
    [['logs', 'shwo', '--follow'], 'Did you mean heartwood logs show?'],
    [['features', 'show'], 'needs the name of a feature: heartwood features show <name>'],
    [['features', 'show', ''], 'needs the name of a feature'],
    [['features', 'show', 'GET', '/x'], 'Quote names that contain spaces.'],
    [
      ['features', 'list', '--since', '1h', '--from', 'today'],
      '--since and --from exclude each other',
    ],
    [
      ['features', 'list', '--json', '--format', 'csv'],
      '--json and --format csv exclude each other',
    ],
    [['features', 'list', '--format', 'xml'], 'must be one of table, json, ndjson, csv, md'],
    [['features', 'list', '--url', 'localhost:4319'], 'must be an address with http://'],
    [['features', 'list', '--url', 'http://me:secret@host'], 'give a token with --token'],
    [['features', 'list', '--url', 'http://host/?x=1'], 'must end before ? and #'],
    [['features', 'list', '--token', 'a\nb'], 'must be printable ASCII'],
    [['\u001B[31mfeatures'], 'There is no command'],
  ])('%j is refused with 2', async (args, words) => {
    const { code, data, notes } = await run(args);
    expect({ code, data }).toEqual({ code: EXIT.USAGE, data: '' });
    expect(notes).toContain(words);
    expect(notes).not.toMatch(OBEYED);
  });

  test('a token is never repeated', async () => {
    const { notes } = await run(['features', 'list', '--token', 'geheim nis']);
    expect(notes).not.toContain('geheim');
  });

  test.each([
    ['before the command', (url: string) => ['--url', url, '--json', 'features', 'list']],
    ['between its words', (url: string) => ['features', '--url', url, 'list', '--json']],
    ['with =', (url: string) => [`--url=${url}`, 'list-features', '--json']],
  ])('global flags may stand %s', async (_name, args) => {
    const { url } = await openTestServer(reply);
    const { code, data } = await run(args(url));
    expect(code).toBe(EXIT.OK);
    expect(JSON.parse(data)).toHaveProperty('data');
  });

  test('address and token come from the environment, flags win', async () => {
    const { url, asked } = await openTestServer(reply);
    const env = { HEARTWOOD_URL: url, HEARTWOOD_READ_TOKEN: 'from-env' };
    await run(['features', 'list'], { env });
    await run(['features', 'list', '--token', 'from-flag'], { env });
    await run(['features', 'list', '--url', `${url}/`], {
      env: { HEARTWOOD_URL: 'http://127.0.0.1:1' },
    });
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer from-env',
      'Bearer from-flag',
      undefined,
    ]);
    expect(asked[2]?.url.pathname).toBe('/api/v1/features');
  });

  test('a server below a path is reached', async () => {
    const { url, asked } = await openTestServer(() => ({ body: FEATURES }));
    expect((await run(['features', 'list', '--url', `${url}/heartwood/`])).code).toBe(EXIT.OK);
    expect(asked[0]?.url.pathname).toBe('/heartwood/api/v1/features');
  });
});

describe('what goes wrong', () => {
  const problem = (status: number, code: string, detail: string) => ({
    status,
    body: { type: 'x', title: 'x', status, code, detail, remedy: 'Do this.' },
  });

  test.each([
    [
      'a value that the server refuses',
      problem(400, 'TIME_UNREADABLE', 'since=3parsecs'),
      EXIT.USAGE,
      'since=3parsecs',
    ],
    [
      'a missing token',
      problem(401, 'TOKEN_MISSING', 'No token.'),
      EXIT.ERROR,
      'HEARTWOOD_READ_TOKEN or --token',
    ],
    [
      'a token that may not',
      problem(403, 'SCOPE_TOO_LOW', 'No.'),
      EXIT.ERROR,
      'heartwood: No.\n  Give the admin token with HEARTWOOD_READ_TOKEN or --token.\n',
    ],
    [
      'a fault of the server',
      problem(500, 'INTERNAL', 'Oh.'),
      EXIT.ERROR,
      'heartwood: Oh.\n  Do this.\n',
    ],
    [
      'a server that is not ready',
      problem(503, 'NOT_READY', 'Starting.'),
      EXIT.UNREACHABLE,
      'Starting.',
    ],
    [
      'a proxy without a server',
      { status: 502, body: '<html>Bad Gateway' },
      EXIT.UNREACHABLE,
      'HTTP 502',
    ],
    ['a page instead of JSON', { body: '<html>hello</html>' }, EXIT.ERROR, 'port 4319 by default'],
    ['nothing', { body: '' }, EXIT.ERROR, 'is no JSON'],
    ['half an answer', { body: '{"data":[' }, EXIT.ERROR, 'is no JSON'],
    ['null', { body: 'null' }, EXIT.ERROR, 'has not the shape'],
    ['another JSON', { body: { hello: 1 } }, EXIT.ERROR, 'has not the shape'],
    [
      'a number that is a text',
      { body: { ...FEATURES, data: [{ ...FEATURES.data[0], runs: '1' }] } },
      EXIT.ERROR,
      'data: 0: runs: ',
    ],
    [
      'an error of any shape',
      { status: 418, body: { suggestions: 5, remedy: {}, code: 'X' } },
      EXIT.ERROR,
      'HTTP 418',
    ],
    ['an error that is no object', { status: 500, body: 'null' }, EXIT.ERROR, 'HTTP 500'],
    ['a hostile error', problem(404, 'X', 'a\u001B[2Jb'), EXIT.ERROR, 'heartwood: ab\n'],
  ])('%s', async (_name, answer, code, words) => {
    const { url } = await openTestServer(() => answer);
    const ran = await run(['features', 'list', '--url', url]);
    expect(ran.notes).toContain(words);
    expect({ code: ran.code, data: ran.data }).toEqual({ code, data: '' });
  });

  test('a server of another version is named when its answer does not fit', async () => {
    const { url } = await openTestServer(({ url }) => ({
      body: url.pathname === '/api/v1/system' ? { data: { version: '9.9.9' } } : { data: 1 },
    }));
    const { code, notes } = await run(['features', 'list', '--url', url]);
    expect(code).toBe(EXIT.ERROR);
    expect(notes).toContain('The server is version 9.9.9');
  });

  test('fields that this version does not know are kept', async () => {
    const body = { ...FEATURES, data: [{ ...FEATURES.data[0], novelty: 1 }] };
    const { url } = await openTestServer(() => ({ body }));
    const { data } = await run(['features', 'list', '--json', '--url', url]);
    expect(JSON.parse(data)).toMatchObject({ data: [{ novelty: 1 }] });
  });

  test('a server that does not answer is given up with 4', async () => {
    const { url } = await openTestServer(() => undefined);
    const { code, notes } = await run(['features', 'list', '--timeout', '50ms', '--url', url]);
    expect(code).toBe(EXIT.UNREACHABLE);
    expect(notes).toContain('No answer within 50 ms.');
    expect(notes).toContain('--timeout');
  });
});
