import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnswerOf } from '@heartwood/api/client';
import { ROUTES } from '@heartwood/api/contract';
import { afterAll, describe, expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { HOSTILE, HOSTILE_SHOWN } from '../testing/canned.ts';
import { run, type Surroundings } from '../testing/run.ts';
import { openTestServer, type Asked, type Reply } from '../testing/server.ts';
import { readVersion } from '../version.ts';

type Answer = AnswerOf<'/api/v1/health'>;
type Row = Answer['data'][number];

const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-debug-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WELL: Row = {
  id: 'wal.size',
  group: 'data',
  title: 'The write-ahead log is small',
  result: 'pass',
  message: '1 MiB',
  evidence: { walBytes: 1_048_576, tripsMs: [11.354_660_999] },
  remedy: null,
  tookMs: 0.4,
};
const FULL: Row = {
  ...WELL,
  id: 'disk.free',
  group: 'machine',
  title: 'The disk has room',
  result: 'fail',
  message: `1 MiB free ${HOSTILE}`,
  evidence: { freeBytes: 1, folder: HOSTILE },
  remedy: 'Make room.',
};
const OLD: Row = { ...WELL, id: 'backup.age', result: 'warn', remedy: 'Run heartwood backup.' };

const answer = (data: Row[], version = readVersion()): Answer => ({
  data,
  meta: { at: '2026-11-22T10:00:00.000Z', version, worst: 'pass' },
});

/** A server that lives, and says what a test lets it say of its health. */
const serverOf = (health: (asked: Asked) => Reply) =>
  openTestServer((asked) => {
    if (asked.url.pathname === '/healthz') return { body: { status: 'ok' } };
    if (asked.url.pathname === '/api/v1/health') return health(asked);
    return { status: 404, body: { code: 'ROUTE_UNKNOWN', detail: 'There is nothing here.' } };
  });

async function debug(args: string, url: string, surroundings: Surroundings = {}) {
  const ran = await run(['debug', ...args.split(' '), '--url', url], surroundings);
  const printed = ran.data.startsWith('{') ? (JSON.parse(ran.data) as { data: Row[] }) : undefined;
  const find = (id: string) => printed?.data.find((row) => row.id === id);
  return { ...ran, find };
}

test('the answers that the tests give fit the contract', () => {
  const { answer: schema } = ROUTES.checkHealth;
  expect(schema.safeParse(answer([WELL, FULL, OLD])).error).toBeUndefined();
});

describe('debug health', () => {
  test('S2-32: shows every check, what to do about those that fail, and ends with 3', async () => {
    const { url } = await serverOf(() => ({ body: answer([WELL, FULL]) }));
    const { code, data, notes } = await debug('health', url);
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(data).toMatch(/here +api\.reachable +pass/u);
    expect(data).toMatch(/data +wal\.size +pass +1 MiB/u);
    expect(data).toContain(HOSTILE_SHOWN);
    expect(notes).toContain('disk.free: 1 MiB free');
    expect(notes).toContain('Make room.');
    expect(notes).toContain('11 checks: 10 pass, 1 fail.');
  });

  test('S2-30: in detail shows the numbers behind each check, harmless for a terminal', async () => {
    const { url } = await serverOf(() => ({ body: answer([WELL, FULL]) }));
    const { code, data } = await debug('health --verbose', url, { columns: 60 });
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(data).toContain('walBytes 1048576, tripsMs [11.35]');
    expect(data).toContain('Make room.');
    // oxlint-disable-next-line no-control-regex
    expect(data).not.toMatch(/[\x00-\x09\x0B-\x1F\x7F-\x9F\u202E]/u);
  });

  test('S2-31, S1-131: gives machines everything, with 0 where all is well', async () => {
    const { url } = await serverOf(() => ({ body: answer([WELL]) }));
    const { code, find, data } = await debug('health --json', url);
    expect(code).toBe(EXIT.OK);
    expect(find('wal.size')).toEqual(WELL);
    expect(find('api.latency')?.evidence).toHaveProperty('medianMs');
    expect(JSON.parse(data)).toMatchObject({ meta: { url, worst: 'pass', total: 10 } });
  });

  test('ends with 3 on warnings only where it is to be strict', async () => {
    const { url } = await serverOf(() => ({ body: answer([OLD]) }));
    expect((await debug('health', url)).code).toBe(EXIT.OK);
    expect((await debug('health --strict', url)).code).toBe(EXIT.CHECK_FAILED);
  });

  test('asks for the checks that were named alone', async () => {
    const { url, asked } = await serverOf(() => ({ body: answer([WELL]) }));
    const { data } = await debug('health --check wal.size --check api.version --json', url);
    const ids = (JSON.parse(data) as { data: Row[] }).data.map(({ id }) => id);
    expect(ids).toEqual(['api.version', 'wal.size']);
    expect(asked.at(-1)?.url.search).toBe('?check=wal.size');
  });

  test('refuses a check that is none as a wrong call, with those that are near on either side', async () => {
    const problem = {
      code: 'CHECK_UNKNOWN',
      detail: 'There is no check of health "api.latenc".',
      suggestions: ['wal.size'],
    };
    const { url } = await serverOf(() => ({ status: 404, body: problem }));
    const { code, notes } = await debug('health --check api.latenc', url);
    expect(code).toBe(EXIT.USAGE);
    expect(notes).toContain('Did you mean api.latency or wal.size?');
  });

  test('asks no server for what is here', async () => {
    const { code, data } = await debug('health --check logs.size --json', 'http://127.0.0.1:1');
    expect(code).toBe(EXIT.OK);
    expect(JSON.parse(data)).toMatchObject({ data: [{ id: 'logs.size', result: 'pass' }] });
  });
});

describe('a server that', () => {
  test('S2-41: is down fails api.reachable with the remedy, and all that depends on it is unknown', async () => {
    const { code, find } = await debug(
      'health --check api.reachable --check disk.free --json',
      'http://127.0.0.1:1',
    );
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(find('api.reachable')).toMatchObject({
      result: 'fail',
      message: expect.stringContaining('cannot be reached'),
      remedy: expect.stringContaining('npm start'),
      evidence: { code: 'SERVER_UNREACHABLE' },
    });
    expect(find('disk.free')).toMatchObject({ result: 'unknown' });
  });

  test.each(['disk.free', 'disk.fre', 'api.version'])(
    'is down fails %s with why, and tells a name that nobody knows as such',
    async (id) => {
      const args = `health --check ${id} --json`;
      const { code, data, find } = await debug(args, 'http://127.0.0.1:1');
      expect(code).toBe(EXIT.CHECK_FAILED);
      const { data: rows } = JSON.parse(data) as { data: Row[] };
      expect(rows.map((row) => row.id)).toEqual(['api.reachable', id]);
      expect(find(id)).toMatchObject({
        result: 'unknown',
        message: expect.stringMatching(
          id.startsWith('api') ? /cannot be asked$/u : /nor whether it has such a check/u,
        ),
      });
    },
  );

  test('is late fails within --timeout', async () => {
    const { url } = await openTestServer(() => undefined);
    const { code, find } = await debug('health --timeout 200ms --json', url);
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(find('api.reachable')).toMatchObject({
      result: 'fail',
      evidence: { code: 'ANSWER_TIMEOUT' },
    });
  });

  test('lives, and is late with its health, fails', async () => {
    const { url } = await serverOf(() => undefined);
    const { code, find } = await debug('health --timeout 200ms --json', url);
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(find('api.reachable')).toMatchObject({ result: 'pass' });
    expect(find('api.version')).toMatchObject({
      result: 'fail',
      message: expect.stringContaining('200 ms'),
    });
  });

  test('is of another version warns, and its checks are shown', async () => {
    const { url } = await serverOf(() => ({ body: answer([WELL], '9.9.9') }));
    const { code, find } = await debug('health --json', url);
    expect(code).toBe(EXIT.OK);
    expect(find('api.version')).toMatchObject({
      result: 'warn',
      message: `the server is 9.9.9, the command line ${readVersion()}`,
      remedy: expect.stringContaining('version of the server'),
    });
    expect(find('wal.size')).toEqual(WELL);
  });

  test.each([
    ['answers in another shape', { body: { data: [{ id: 1 }], meta: {} } }],
    ['knows no health', { status: 404, body: { code: 'ROUTE_UNKNOWN', detail: 'Nothing.' } }],
  ])('%s fails api.version', async (_name, reply) => {
    const { url } = await serverOf(() => reply);
    const { code, find } = await debug('health --json', url);
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(find('api.version')).toMatchObject({ result: 'fail' });
  });

  test('wants a token fails token.scope, and never shows the one that was given', async () => {
    const detail = 'The token is not one that this server knows.';
    const { url } = await serverOf(() => ({ status: 401, body: { code: 'TOKEN_WRONG', detail } }));
    const env = { HEARTWOOD_READ_TOKEN: 'a-secret-nobody-may-see' };
    const { code, data, notes, find } = await debug('health --json', url, { env });
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(find('token.scope')).toMatchObject({
      result: 'fail',
      message: detail,
      remedy: expect.stringContaining('HEARTWOOD_READ_TOKEN'),
    });
    expect(data + notes).not.toContain(env.HEARTWOOD_READ_TOKEN);
  });

  test('is asked with a token on the command line warns', async () => {
    const { url } = await serverOf(() => ({ body: answer([]) }));
    const { find } = await debug('health --token 0123456789abcdef --json', url);
    expect(find('token.scope')).toMatchObject({
      result: 'warn',
      message: expect.stringContaining('other users'),
    });
  });
});

describe('the log folder', () => {
  const check = (id: string, logs: string) =>
    debug(`health --check ${id} --json`, 'http://127.0.0.1:1', {
      env: { HEARTWOOD_LOG_DIR: logs },
    });

  const makeFolder = (name: string): string => {
    const made = path.join(folder, name);
    mkdirSync(made, { mode: 0o700 });
    return made;
  };

  test('S0-53: tells how large the log files are and which is the newest', async () => {
    const logs = makeFolder('sizes');
    writeFileSync(path.join(logs, 'app.log'), 'x'.repeat(1000));
    writeFileSync(path.join(logs, 'app.log.1'), 'x'.repeat(500));
    const { find } = await check('logs.size', logs);
    expect(find('logs.size')).toMatchObject({
      result: 'pass',
      evidence: { files: 2, bytes: 1500, folder: logs },
    });
  });

  test('S0-53: warns of files that take too much together', async () => {
    const logs = makeFolder('large');
    writeFileSync(path.join(logs, 'app.log'), '');
    // Sparse: takes no room.
    truncateSync(path.join(logs, 'app.log'), 2 * 2 ** 30);
    const { code, find } = await check('logs.size', logs);
    expect(code).toBe(EXIT.OK);
    expect(find('logs.size')).toMatchObject({
      result: 'warn',
      message: expect.stringContaining('2048.0 MiB'),
    });
  });

  test('S0-56: warns of a large file that nothing puts aside, and is content with one that is', async () => {
    const logs = makeFolder('rotation');
    for (const name of ['app.log', 'other.log', 'other.log.1']) {
      writeFileSync(path.join(logs, name), '');
      truncateSync(path.join(logs, name), 20 * 2 ** 20);
    }
    const { find } = await check('logs.rotation', logs);
    expect(find('logs.rotation')).toMatchObject({
      result: 'warn',
      message: 'app.log has 20.0 MiB, and none of it was put aside',
      evidence: { aside: 1, full: [{ name: 'app.log' }] },
    });
  });

  test('S0-56: warns of errors that apps wrote in the last hour, with the last line, harmless and cut', async () => {
    const logs = makeFolder('errors');
    const told = async () => (await check('logs.errors', logs)).find('logs.errors');
    expect(await told()).toMatchObject({ result: 'pass' });
    const file = path.join(logs, 'errors.log');
    writeFileSync(
      file,
      `first\n${'x'.repeat(20_000)}\n${HOSTILE.replaceAll(/\r?\n/gu, ' ')} broke ${'y'.repeat(500)}\n`,
    );
    const found = await told();
    expect(found).toMatchObject({
      result: 'warn',
      message: expect.stringContaining(`the last in errors.log came 0 s ago: ${HOSTILE_SHOWN}`),
      remedy: expect.stringContaining(file),
    });
    expect(found?.message).toMatch(/ broke y+…$/u);
    expect(found?.message.length).toBeLessThan(250);

    const before = new Date(Date.now() - 3 * 3_600_000);
    utimesSync(file, before, before);
    expect(await told()).toMatchObject({ result: 'pass', evidence: { file: 'errors.log' } });
    writeFileSync(`${file}.1`, 'put aside a moment ago\n');
    expect(await told()).toMatchObject({
      result: 'warn',
      message: expect.stringMatching(/errors\.log\.1 .*: put aside a moment ago$/u),
    });
  });

  test('S0-56: warns of a folder that others can read, with the command that mends it', async () => {
    const logs = makeFolder('open');
    chmodSync(logs, 0o755);
    const { find } = await check('logs.permissions', logs);
    expect(find('logs.permissions')).toMatchObject({
      result: 'warn',
      remedy: `Run chmod 700 ${logs}`,
    });
  });

  test('fails where it cannot be read, and its files are unknown with the reason', async () => {
    const logs = path.join(folder, 'none');
    const permissions = await check('logs.permissions', logs);
    expect(permissions.code).toBe(EXIT.CHECK_FAILED);
    expect(permissions.find('logs.permissions')).toMatchObject({
      result: 'fail',
      remedy: expect.stringContaining('mkdir'),
    });
    expect((await check('logs.size', logs)).find('logs.size')).toMatchObject({
      result: 'unknown',
      message: expect.stringContaining('ENOENT'),
    });
  });
});

describe('the environment', () => {
  const check = async (env: Readonly<Record<string, string>>) => {
    const args = 'health --check config.environment --json';
    const { code, find, data } = await debug(args, 'http://127.0.0.1:1', { env });
    return { code, data, row: find('config.environment') };
  };

  test('S0-56: a misspelt variable fails with the name that was meant, and its value stays unsaid', async () => {
    const { code, row, data } = await check({ HEARTWOOD_RAED_TOKEN: 'a-secret-nobody-may-see' });
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(row?.message).toBe(
      'without effect: HEARTWOOD_RAED_TOKEN (did you mean HEARTWOOD_READ_TOKEN?)',
    );
    expect(data).not.toContain('a-secret');
  });

  test.each([
    [
      'settings of apps, server and command line',
      {
        HEARTWOOD_LOG_DIR: '/l',
        FEATURE_TRACKING_ENABLED: '1',
        HEARTWOOD_HOST: '::1',
        HEARTWOOD_URL: 'http://127.0.0.1:1',
      },
    ],
    ['variables of other programs', { PATH: '/bin', FASTINTERCOM_WORKSPACE: 'x', HEARTWOODS: '1' }],
  ])('passes with %s', async (_name, env) => {
    const { code, row } = await check(env);
    expect(code).toBe(EXIT.OK);
    expect(row?.result).toBe('pass');
  });

  test('warns of two names for one setting with different values', async () => {
    const { row } = await check({ HEARTWOOD_QUIET: 'true', FASTINTERCOM_QUIET: 'false' });
    expect(row).toMatchObject({
      result: 'warn',
      message: expect.stringContaining('HEARTWOOD_QUIET counts'),
    });
  });
});

describe('debug diagnose', () => {
  type Diagnosis = AnswerOf<'/api/v1/diagnosis'>;
  const diagnosis = (data: Row[], otlpHttpUrl?: string): Diagnosis => ({
    data,
    meta: {
      at: '2026-11-22T10:00:00.000Z',
      version: readVersion(),
      worst: 'pass',
      tests: ['api', 'database'],
      ...(otlpHttpUrl === undefined ? {} : { otlpHttpUrl }),
    },
  });

  /** A server that lives and diagnoses, with a receiver beside it. */
  async function open(data: Row[] = [WELL], otlpStatus = 405) {
    const receiver = await openTestServer(() => ({ status: otlpStatus, body: {} }));
    const server = await openTestServer(({ url }) =>
      url.pathname === '/healthz'
        ? { body: { status: 'ok' } }
        : { body: diagnosis(data, receiver.url) },
    );
    return { ...server, receiver };
  }

  const idsOf = (data: string): string[] =>
    (JSON.parse(data) as { data: Row[] }).data.map(({ id }) => id);

  test('S2-33: tries out the way, the server and its database, and sends nothing to the receiver', async () => {
    const { url, asked, receiver } = await open();
    const { code, data } = await debug('diagnose --test-api --test-database --json', url);
    expect(code).toBe(EXIT.OK);
    expect(idsOf(data)).toEqual([
      'dns.lookup',
      'tcp.connect',
      'api.round_trips',
      'otlp.answers',
      'wal.size',
    ]);
    expect(asked.at(-1)?.url.search).toBe('?tests=api%2Cdatabase');
    expect(receiver.asked.map(({ method, body }) => [method, body])).toEqual([['GET', undefined]]);
  });

  test.each([
    ['', 'api,database', 5],
    [' --test-api', 'api', 5],
    [' --test-database', 'database', 1],
  ])('diagnose%s asks for %s', async (flags, tests, rows) => {
    const { url, asked } = await open();
    const { data } = await debug(`diagnose${flags} --json`, url);
    expect(asked.at(-1)?.url.searchParams.get('tests')).toBe(tests);
    expect(idsOf(data)).toHaveLength(rows);
  });

  test('shows people each with its numbers and what to do, and ends with 3', async () => {
    const { url } = await open([FULL]);
    const { code, data, notes } = await debug('diagnose', url, { columns: 80 });
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(data).toContain('Make room.');
    expect(data).toContain(HOSTILE_SHOWN);
    expect(notes).toContain('1 fail');
  });

  test('a name that nobody knows fails there, and nothing beyond it is tried', async () => {
    const { code, data } = await debug('diagnose --json', 'http://nobody.invalid:4319');
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(idsOf(data)).toEqual(['dns.lookup']);
  });

  test('a port where nobody listens fails at the connection', async () => {
    const { code, find, data } = await debug('diagnose --json', 'http://127.0.0.1:1');
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(idsOf(data)).toEqual(['dns.lookup', 'tcp.connect']);
    expect(find('tcp.connect')?.message).toContain('ECONNREFUSED');
  });

  test('a server that is late fails within --timeout', async () => {
    const { url } = await openTestServer(() => undefined);
    const { code, find } = await debug('diagnose --timeout 200ms --json', url);
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(find('api.round_trips')).toMatchObject({ evidence: { code: 'ANSWER_TIMEOUT' } });
    expect(find('api.diagnosis')).toMatchObject({ evidence: { code: 'ANSWER_TIMEOUT' } });
  });

  test('a server that knows no diagnosis fails with what it says', async () => {
    const { url } = await serverOf(() => undefined);
    const { code, find } = await debug('diagnose --test-database --json', url);
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(find('api.diagnosis')).toMatchObject({ evidence: { code: 'ROUTE_UNKNOWN' } });
  });

  test('a server that wants a token fails with what is typed, not with a header', async () => {
    const remedy = 'Send the header Authorization: Bearer with a token of the server.';
    const body = { code: 'TOKEN_MISSING', detail: 'A token is needed.', remedy };
    const { url } = await openTestServer(({ url }) =>
      url.pathname === '/healthz' ? { body: { status: 'ok' } } : { status: 401, body },
    );
    const { find } = await debug('diagnose --test-database --json', url);
    expect(find('api.diagnosis')).toMatchObject({
      message: 'A token is needed.',
      remedy: 'Give a token with HEARTWOOD_READ_TOKEN or --token.',
    });
  });

  test('another program on the port for OTLP fails', async () => {
    const { url } = await open([WELL], 200);
    const { code, find } = await debug('diagnose --json', url);
    expect(code).toBe(EXIT.CHECK_FAILED);
    expect(find('otlp.answers')?.message).toContain('answers 200');
  });
});

describe('config show', () => {
  const ROWS: AnswerOf<'/api/v1/config'>['data'] = [
    { name: 'HEARTWOOD_HOST', value: '127.0.0.1', origin: 'default', meaning: 'Address.' },
    { name: 'HEARTWOOD_READ_TOKEN', value: '(hidden)', origin: 'env', meaning: HOSTILE },
    { name: 'HEARTWOOD_TLS_CERT', value: null, origin: 'default', meaning: 'Certificate.' },
  ];

  test('S1-131: shows each setting of the server with its value and where it comes from', async () => {
    const { url } = await openTestServer(() => ({
      body: { data: ROWS, meta: { version: readVersion() } },
    }));
    const { code, data, notes } = await run(['config', 'show', '--url', url]);
    expect(code).toBe(EXIT.OK);
    expect(data).toMatch(/HEARTWOOD_HOST +127\.0\.0\.1 +default/u);
    expect(data).toMatch(/HEARTWOOD_READ_TOKEN +\(hidden\) +env/u);
    expect(data).toContain(HOSTILE_SHOWN);
    expect(notes).toContain(`3 settings of ${url}, 1 from its environment.`);
  });
});
