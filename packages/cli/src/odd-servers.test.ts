/** Every command against servers that are down, late, of another kind or another mind: what it is, what helps, and the code. */
import { createServer as createHttp, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { EXIT } from './exit.ts';
import { makeExampleFolder, readCalls } from './testing/calls.ts';
import { run, type Ran } from './testing/run.ts';

const files = makeExampleFolder();
afterAll(() => files[Symbol.dispose]());
const COMMANDS = await readCalls(files.folder);

/** They tell what is wrong with a server as their answer, and are tried out in `commands/debug.test.ts`. */
const LOOKING: ReadonlySet<string> = new Set(['debug health', 'debug diagnose']);
/** They wait for a server that goes, and go on when it is back: `commands/logs.test.ts` and `test/follow.test.ts`. */
const FOLLOWING: ReadonlySet<string> = new Set(['monitor logs', 'monitor operations']);
/** It prints whatever JSON a server of any version answers. */
const TAKES_ANY = 'api get';

/** What happened, and what helps, a line each. */
const TWO_LINES = /^heartwood: [^\n]+\n {2}[^\n]+\n$/u;

/** Calls each command in its plainest form. */
async function callAll(url: string, more: readonly string[]): Promise<[string, Ran][]> {
  const asked = COMMANDS.filter(({ name }) => !LOOKING.has(name));
  expect(asked.length).toBeGreaterThan(50);
  return await Promise.all(
    asked.map(async ({ name, calls: [call = []] }): Promise<[string, Ran]> => [
      name,
      await run([...call, '--url', url, ...more], { until: /has gone/u }),
    ]),
  );
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<{ destroy: () => void }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return (server.address() as AddressInfo).port;
}

type Reply = (response: ServerResponse, path: string) => void;

/** An address where this answers. */
const http = async (reply: Reply): Promise<string> => {
  const server = createHttp((request, response) => {
    request.resume();
    reply(response, request.url ?? '');
  });
  return `http://127.0.0.1:${String(await listen(server))}`;
};

const socket = async (onOpen: (end: () => void) => void): Promise<string> =>
  `http://127.0.0.1:${String(
    await listen(
      createServer((one) => {
        one.on('error', () => {});
        one.once('data', () => onOpen(() => one.destroy()));
      }),
    ),
  )}`;

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return `http://127.0.0.1:${String(port)}`;
}

const page =
  (status: number, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) =>
    response
      .writeHead(status, { 'content-type': 'text/html', ...headers })
      .end('<!doctype html><title>Proxy</title>');

const json =
  (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));

const problem = (status: number, code: string, remedy: string, headers = {}): Reply =>
  json(status, { status, code, title: code, type: 'x', detail: `It is ${code}.`, remedy }, headers);

/** Long enough for what answers at once, short enough for what never does. */
const HASTY = ['--timeout', '40ms'];

const ODD_ANSWER = { rows: [] };

const SERVERS: readonly (readonly [
  name: string,
  open: () => Promise<string>,
  expected: {
    readonly code: number;
    readonly what: RegExp;
    readonly helps: RegExp;
    readonly more?: readonly string[];
    /** What commands that follow end with, where that is not the same. */
    readonly following?: number;
    /** The JSON that is answered, of whatever shape. */
    readonly answer?: object;
  },
])[] = [
  [
    'nobody listens',
    closedPort,
    { code: EXIT.UNREACHABLE, what: /cannot be reached: connection refused/u, helps: /npm start/u },
  ],
  [
    'nothing is answered',
    () => http(() => {}),
    {
      code: EXIT.UNREACHABLE,
      what: /is not answering\. No answer within 40 ms/u,
      helps: /--timeout/u,
      more: HASTY,
    },
  ],
  [
    'the answer begins and does not end in time',
    () =>
      http((response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":');
      }),
    {
      code: EXIT.UNREACHABLE,
      what: /is not answering/u,
      helps: /--timeout/u,
      more: HASTY,
      // The head says already that no events come.
      following: EXIT.ERROR,
    },
  ],
  [
    'the connection ends without an answer',
    () => socket((end) => end()),
    { code: EXIT.UNREACHABLE, what: /cannot be reached: connection closed/u, helps: /npm start/u },
  ],
  [
    'the connection breaks off within the answer',
    () =>
      http((response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
        response.write('{"data":', () => response.destroy());
      }),
    {
      code: EXIT.UNREACHABLE,
      what: /broke off its answer: connection closed/u,
      helps: /Ask again/u,
      following: EXIT.ERROR,
    },
  ],
  [
    'a proxy shows its page',
    () => http(page(200)),
    { code: EXIT.ERROR, what: /is no (?:JSON|stream|file)/u, helps: /port 4319/u },
  ],
  [
    'a proxy has no server',
    () => http(page(502)),
    { code: EXIT.UNREACHABLE, what: /HTTP 502/u, helps: /start the server with npm start/u },
  ],
  [
    'a proxy wants a login',
    () => http(page(403)),
    { code: EXIT.ERROR, what: /HTTP 403/u, helps: /login of its own/u },
  ],
  [
    'a proxy takes no large question',
    () => http(page(413)),
    { code: EXIT.ERROR, what: /HTTP 413/u, helps: /of this size/u },
  ],
  [
    'a proxy takes no more questions',
    () => http(page(429, { 'retry-after': '7' })),
    { code: EXIT.ERROR, what: /HTTP 429/u, helps: /ask again in 7 s/u },
  ],
  [
    'it is of another version',
    () =>
      http((response, path) =>
        json(200, path === '/api/v1/system' ? { data: { version: '9.9.9' } } : ODD_ANSWER)(
          response,
          path,
        ),
      ),
    {
      code: EXIT.ERROR,
      what: /has not the shape|is no (?:stream|file)/u,
      helps: /version 9\.9\.9|port 4319/u,
      answer: ODD_ANSWER,
    },
  ],
  [
    'it wants a token',
    () => http(problem(401, 'TOKEN_MISSING', 'Send the header.')),
    { code: EXIT.ERROR, what: /TOKEN_MISSING/u, helps: /HEARTWOOD_READ_TOKEN or --token/u },
  ],
  [
    'it wants another token',
    () => http(problem(401, 'TOKEN_WRONG', 'Compare it.')),
    { code: EXIT.ERROR, what: /TOKEN_WRONG/u, helps: /HEARTWOOD_READ_TOKEN or --token/u },
  ],
  [
    'it wants the admin token',
    () => http(problem(403, 'SCOPE_TOO_LOW', 'Use the admin token.')),
    { code: EXIT.ERROR, what: /SCOPE_TOO_LOW/u, helps: /the admin token with/u },
  ],
  [
    'it takes no body of this size',
    () => http(problem(413, 'BODY_TOO_LARGE', 'Send at most that.')),
    { code: EXIT.ERROR, what: /BODY_TOO_LARGE/u, helps: /at most that/u },
  ],
  [
    'it has too many questions',
    () => http(problem(429, 'STORE_BUSY', 'Try again in a few seconds.', { 'retry-after': '2' })),
    { code: EXIT.ERROR, what: /STORE_BUSY/u, helps: /Try again in 2 s\./u },
  ],
  [
    'it is not ready',
    () => http(problem(503, 'NOT_READY', 'Try again in a few seconds.')),
    { code: EXIT.UNREACHABLE, what: /NOT_READY/u, helps: /Try again/u },
  ],
  [
    'it fails',
    () => http(problem(500, 'INTERNAL', 'The cause stands in the log.')),
    { code: EXIT.ERROR, what: /INTERNAL/u, helps: /in the log/u },
  ],
  [
    'it says nothing that helps',
    () => http(json(500, { code: 'ODD', detail: 'Odd.' })),
    { code: EXIT.ERROR, what: /Odd\./u, helps: /heartwood debug health/u },
  ],
  [
    'it speaks no TLS where TLS is asked for',
    async () => (await http(page(400))).replace('http:', 'https:'),
    { code: EXIT.ERROR, what: /does not speak TLS as it should/u, helps: /http:\/\//u },
  ],
  [
    'it speaks TLS where none is asked for',
    async () => `http://127.0.0.1:${String(await listen(createTls({})))}`,
    { code: EXIT.UNREACHABLE, what: /connection closed/u, helps: /npm start/u },
  ],
  [
    'it redirects to a login',
    () =>
      http((response, path) =>
        path.startsWith('/login')
          ? page(200)(response, path)
          : page(302, { location: '/login?next=secret' })(response, path),
      ),
    {
      code: EXIT.ERROR,
      what: /The answer of http:\/\/127\.0\.0\.1:\d+\/login \(HTTP 200, text\/html\) is no JSON|is no (?:stream|file)/u,
      helps: /port 4319/u,
    },
  ],
  [
    'it redirects for ever',
    () => http((response, path) => page(302, { location: path })(response, path)),
    { code: EXIT.ERROR, what: /redirects in circles/u, helps: /port 4319/u },
  ],
];

describe.each(SERVERS)(
  'where %s',
  (_name, open, { code, what, helps, more = [], following = code, answer }) => {
    test('every command says so, what helps, and ends with its code', async () => {
      const ends = await callAll(await open(), more);
      const wrong = ends.filter(([name, { code: ended, data, notes }]) => {
        if (name === TAKES_ANY && answer !== undefined)
          return (
            ended !== EXIT.OK || notes !== '' || data !== `${JSON.stringify(answer, null, 2)}\n`
          );
        const [said = '', remedy = ''] = notes.split('\n');
        const isWaiting = FOLLOWING.has(name) && ended === following;
        return !(
          data === '' &&
          TWO_LINES.test(notes) &&
          (isWaiting || (ended === code && what.test(said) && helps.test(remedy)))
        );
      });
      expect(wrong).toEqual([]);
    });
  },
);

test('a server that is asked what hinders it is always answered for', async () => {
  for (const [, open, { more = [] }] of SERVERS) {
    const url = await open();
    for (const { name, calls } of COMMANDS.filter(({ name }) => LOOKING.has(name))) {
      const { code, data, notes } = await run([...(calls[0] ?? []), '--url', url, ...more]);
      expect([name, url, code]).toEqual([name, url, EXIT.CHECK_FAILED]);
      expect(data + notes).not.toMatch(/\n\s+at /u);
    }
  }
});
