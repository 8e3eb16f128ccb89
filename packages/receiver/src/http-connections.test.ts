import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { BEGUN_BYTES } from './in-flight.ts';
import { type OpenedReceiver, oneSpanJson, openTestReceiver } from './testing/open-receiver.ts';
import { otlpSchema } from './testing/otlp-schema.ts';
import { RawConnection, type RawResponse } from './testing/raw-connection.ts';

/** Machines that test may be busy. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, 10_000);

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';
const MIB = 1024 * 1024;

const connections: RawConnection[] = [];
afterEach(() => {
  for (const connection of connections.splice(0)) connection.destroy();
});

async function raw(
  port: number,
  ...writes: readonly (string | Uint8Array)[]
): Promise<RawConnection> {
  const connection = await RawConnection.open(port);
  connections.push(connection);
  for (const bytes of writes) connection.write(bytes);
  return connection;
}

const head = (headers: Readonly<Record<string, string | number>>): string =>
  [
    'POST /v1/traces HTTP/1.1',
    'Host: test',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');

const whole = (body: string, headers: Readonly<Record<string, string>> = {}): string =>
  head({ 'Content-Type': JSON_TYPE, 'Content-Length': body.length, ...headers }) + body;

async function expectAlive({ httpPort }: OpenedReceiver): Promise<void> {
  const connection = await raw(httpPort, whole(oneSpanJson()));
  expect((await connection.read()).status).toBe(200);
}

const codeOf = ({ body, headers }: RawResponse): string => {
  const { message } = (
    headers.get('content-type') === JSON_TYPE
      ? JSON.parse(body.toString())
      : otlpSchema().status.toObject(otlpSchema().status.decode(body))
  ) as { message: string };
  return message.split(':')[0] ?? '';
};

describe('what the parser refuses', () => {
  let opened: OpenedReceiver;
  beforeAll(async () => {
    opened = await openTestReceiver({ timeouts: { headersMs: 300, requestMs: 600, checkMs: 50 } });
  });
  afterAll(() => opened.end());
  afterEach(() => expectAlive(opened));

  const chunked = { 'Transfer-Encoding': 'chunked' };
  test.each([
    ['noise', 'hello\r\n\r\n', 400, 'OTLP_BAD_HTTP', JSON_TYPE],
    ['a handshake of TLS', Buffer.from('16030100c801', 'hex'), 400, 'OTLP_BAD_HTTP', JSON_TYPE],
    [
      'a length and chunks',
      head({ 'Content-Length': 2, ...chunked }),
      400,
      'OTLP_BAD_HTTP',
      JSON_TYPE,
    ],
    [
      'a broken chunk of protobuf',
      `${head({ 'Content-Type': PROTOBUF_TYPE, ...chunked })}zz\r\n`,
      400,
      'OTLP_BAD_HTTP',
      PROTOBUF_TYPE,
    ],
    [
      '100 KB of header',
      head({ 'X-Big': 'x'.repeat(100_000) }),
      431,
      'OTLP_HEADERS_TOO_LARGE',
      JSON_TYPE,
    ],
    ['a head that never ends', 'POST / HTTP/1.1\r\nHost: a\r\nX-', 408, 'OTLP_TIMEOUT', JSON_TYPE],
    [
      'a body that never comes',
      head({ 'Content-Type': PROTOBUF_TYPE, 'Content-Length': 10 }),
      408,
      'OTLP_TIMEOUT',
      PROTOBUF_TYPE,
    ],
    [
      'an unknown expectation',
      head({ 'Content-Length': 0, Expect: 'tea' }),
      417,
      'OTLP_EXPECTATION',
      JSON_TYPE,
    ],
  ])('%s is answered with a Status and counted once', async (_name, bytes, status, code, type) => {
    const before = opened.refused(code);
    const connection = await raw(opened.httpPort, bytes);
    const answer = await connection.read();
    expect([answer.status, answer.headers.get('content-type'), codeOf(answer)]).toEqual([
      status,
      type,
      code,
    ]);
    if (status !== 417) await connection.ended();
    expect(opened.refused(code)).toBe(before + 1);
  });

  test('is answered behind the requests that came before it', async () => {
    const connection = await raw(
      opened.httpPort,
      whole(oneSpanJson()) + whole(oneSpanJson()) + 'noise\r\n\r\n',
    );
    const answers = [await connection.read(), await connection.read(), await connection.read()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400]);
    await connection.ended();
  });

  test('in the body of the last of several requests is answered behind the others', async () => {
    const bad = `${head({ 'Content-Type': JSON_TYPE, ...chunked })}zz\r\n`;
    const connection = await raw(opened.httpPort, whole(oneSpanJson()) + bad);
    expect((await connection.read()).status).toBe(200);
    expect((await connection.read()).status).toBe(400);
    await connection.ended();
  });

  test('is heard by a sender that goes on sending', async () => {
    const connection = await raw(opened.httpPort, 'noise\r\n\r\n');
    for (let sent = 0; sent < 8; sent++) {
      connection.write(Buffer.alloc(64 * 1024, 0x61));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await connection.read()).status).toBe(400);
    expect(connection.error).toBeUndefined();
  });

  test('a sender that ends in the middle of a body is told, as it may still listen', async () => {
    const before = opened.refused('OTLP_BODY_INCOMPLETE');
    const connection = await raw(
      opened.httpPort,
      head({ 'Content-Type': JSON_TYPE, 'Content-Length': 10 }) + '{',
    );
    connection.end();
    expect(codeOf(await connection.read())).toBe('OTLP_BODY_INCOMPLETE');
    expect(opened.refused('OTLP_BODY_INCOMPLETE')).toBe(before + 1);
  });
});

describe('what the head refuses', () => {
  const TOKEN = 'ingest-token-of-16-signs';
  const good = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': JSON_TYPE };
  let opened: OpenedReceiver;
  beforeAll(async () => {
    opened = await openTestReceiver({
      token: TOKEN,
      limits: { bodyBytes: 32 * 1024 },
      timeouts: { lingerMs: 300 },
    });
  });
  afterAll(() => opened.end());

  const ask = (headers: Readonly<Record<string, string | number>>, path = '/v1/traces'): string =>
    head({ ...good, ...headers }).replace('/v1/traces', path);
  const taken = (): string => whole(oneSpanJson(), good);

  test.each([
    ['no token', 401, ask({ 'Content-Length': 64 * 1024, Authorization: 'none' }), 64 * 1024],
    ['an unknown path', 404, ask({ 'Content-Length': 500 }, '/v1/tracks'), 500],
    [
      'a signal that is not supported',
      404,
      ask({ 'Content-Length': 9 }, '/v1development/profiles'),
      9,
    ],
    ['another method', 405, ask({ 'Content-Length': 9 }).replace('POST', 'PUT'), 9],
    ['too large a body', 413, ask({ 'Content-Length': 40_000 }), 40_000],
    ['another type', 415, ask({ 'Content-Length': 9, 'Content-Type': 'text/plain' }), 9],
    ['an unknown compression', 415, ask({ 'Content-Length': 9, 'Content-Encoding': 'br' }), 9],
    ['an expectation', 417, ask({ 'Content-Length': 9, Expect: 'coffee' }), 9],
  ])(
    '%s: %d, and the next request on the same connection is taken',
    async (_name, status, bad, size) => {
      // At once, and with the body so late that it is answered before.
      const atOnce = await raw(opened.httpPort, bad + 'x'.repeat(size) + taken());
      const late = await raw(opened.httpPort, bad);
      for (const connection of [atOnce, late]) {
        const answer = await connection.read();
        expect([answer.status, answer.headers.get('connection')]).toEqual([status, 'keep-alive']);
      }
      late.write('x'.repeat(size) + taken());
      for (const connection of [atOnce, late]) {
        expect((await connection.read()).status).toBe(200);
        expect(connection.isEnded).toBe(false);
      }
    },
  );

  test.each([
    ['is large', ask({ 'Content-Length': 64 * 1024 + 1 })],
    ['has no length', ask({ 'Transfer-Encoding': 'chunked', 'Content-Type': 'text/plain' })],
    [
      'waits to be asked for',
      ask({ 'Content-Length': 9, 'Content-Type': 'a/b', Expect: '100-continue' }),
    ],
    [
      'is the last of its sender',
      ask({ 'Content-Length': 9, 'Content-Type': 'a/b', Connection: 'close' }),
    ],
  ])('a body that %s ends the connection', async (_name, bad) => {
    const connection = await raw(opened.httpPort, bad);
    expect((await connection.read()).headers.get('connection')).toBe('close');
    await connection.ended();
  });

  test('a sender that never sends the body is cut off, counted once', async () => {
    const before = opened.receiver.measures().refusedRequests;
    const bad = ask({ 'Content-Length': 9, 'Content-Type': 'text/plain' });
    const stalled = await raw(opened.httpPort, `${bad}x`);
    const gone = await raw(opened.httpPort, `${bad}x`);
    gone.end();
    for (const connection of [stalled, gone]) {
      expect((await connection.read()).status).toBe(415);
      await connection.ended();
    }
    const after = opened.receiver.measures().refusedRequests;
    const risen = [...after].filter(([code, count]) => count !== before.get(code));
    expect(risen).toEqual([['OTLP_CONTENT_TYPE', (before.get('OTLP_CONTENT_TYPE') ?? 0) + 2]]);
    await eventually(() => expect(opened.receiver.measures().connections).toBeLessThan(20));
  });
});

describe('long answers', () => {
  let opened: OpenedReceiver;
  beforeAll(async () => {
    opened = await openTestReceiver();
  });
  afterAll(() => opened.end());

  const bad = JSON.stringify({
    resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'no ids' }] }] }],
    padding: randomBytes(4).toString('hex'),
  });
  test.each([
    ['gzip', true],
    ['br, GZIP', true],
    ['gzip;q=0.5, *;q=0', true],
    ['gzip;q=0', false],
    ['identity', false],
  ])('to a sender that takes "%s" are in gzip: %s', async (accepts, isZipped) => {
    const long = whole(`${bad}${'x'.repeat(300)}`, { 'Accept-Encoding': accepts });
    const answer = await (await raw(opened.httpPort, long)).read();
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-encoding') === 'gzip').toBe(isZipped);
    const body = isZipped ? gunzipSync(answer.body) : answer.body;
    expect(JSON.parse(body.toString())).toMatchObject({ code: 3 });
  });

  test('short ones never are', async () => {
    const connection = await raw(
      opened.httpPort,
      whole(oneSpanJson(), { 'Accept-Encoding': 'gzip' }),
    );
    expect((await connection.read()).body.toString()).toBe('{}');
  });
});

test('a sender that does not take its answers is cut off', async () => {
  const opened = await openTestReceiver({ timeouts: { lingerMs: 200 } });
  const path = `/${'x'.repeat(300)}`;
  const requests = `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(1000);
  const socket = connect(opened.httpPort, '127.0.0.1').pause();
  const error = new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve));
  const write = (): void => {
    while (!socket.destroyed && socket.write(requests));
  };
  socket.on('drain', write);
  write();
  expect(['ECONNRESET', 'EPIPE']).toContain((await error).code);
  await eventually(() => expect(opened.receiver.measures().connections).toBe(0));
  await expectAlive(opened);
  await opened.end();
});

describe('senders beside each other', () => {
  test('a request of 1 KB is answered while another one of 64 MiB is under way', async () => {
    const opened = await openTestReceiver();
    const size = 64 * MIB;
    const large = await raw(
      opened.httpPort,
      head({ 'Content-Type': PROTOBUF_TYPE, 'Content-Length': size }),
    );
    // An unknown field of nearly the whole size.
    const frame = Buffer.from([0x7a, 0xfb, 0xff, 0xff, 0x1f]);
    large.write(frame);
    const piece = Buffer.alloc(MIB);
    for (let left = size - frame.length; left > 0; left -= piece.length) {
      large.write(piece.subarray(0, Math.min(left, piece.length)));
      // Before the rest is written: it cannot have been answered.
      if (left % (16 * MIB) === size % (16 * MIB) || left <= 2 * MIB) await expectAlive(opened);
    }
    expect((await large.read()).status).toBe(200);
    await opened.end();
  });

  test('bodies that stall give way to others, and are told to come again', async () => {
    const opened = await openTestReceiver({
      limits: { bodyBytes: MIB, inFlightBytes: 2 * MIB + 64 * 1024 },
    });
    const stalled = await Promise.all(
      [1, 2].map(() =>
        raw(
          opened.httpPort,
          head({ 'Content-Type': JSON_TYPE, 'Content-Length': MIB }),
          Buffer.alloc(MIB - 1, 0x20),
        ),
      ),
    );
    await eventually(() =>
      expect(opened.receiver.gauges()['in_flight_bytes']).toBe(2 * (MIB - 1 + BEGUN_BYTES)),
    );
    const statuses: number[] = [];
    while (statuses.at(-1) !== 200) {
      const connection = await raw(opened.httpPort, whole(oneSpanJson()));
      statuses.push((await connection.read()).status);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // At first nobody could know that they stall.
    expect(statuses[0]).toBe(429);
    for (const connection of stalled) {
      const answer = await connection.read();
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    }
    expect(opened.receiver.gauges()['in_flight_bytes']).toBe(0);
    await opened.end();
  });

  test('connections beyond the limit are closed and counted, until one of the others ends', async () => {
    const opened = await openTestReceiver({ limits: { connections: 3 } });
    for (const port of [opened.httpPort, opened.grpcPort]) {
      const idle = await Promise.all([1, 2, 3].map(() => raw(port)));
      const refused = (): number =>
        opened.receiver.measures().refusedConnections.get('TOO_MANY_CONNECTIONS') ?? 0;
      const before = refused();
      const further = await raw(port);
      await further.ended();
      expect(refused()).toBe(before + 1);
      expect(opened.receiver.measures().refusedRequests.size).toBe(0);
      expect(idle.map(({ isEnded }) => isEnded)).toEqual([false, false, false]);
      for (const connection of idle) connection.destroy();
    }
    await eventually(() => expectAlive(opened));
    await opened.end();
  });

  test('a disk that is nearly full is explained to the operator, not to senders', async () => {
    const opened = await openTestReceiver({ limits: { freeDiskBytes: Number.MAX_SAFE_INTEGER } });
    const answer = await (await raw(opened.httpPort, whole(oneSpanJson()))).read();
    expect(answer.status).toBe(503);
    expect(answer.body.toString()).not.toContain(opened.journalDir);
    expect(opened.troubles.join('\n')).toContain(opened.journalDir);
    await opened.end();
  });
});
