import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { BEGUN_BYTES } from './in-flight.ts';
import { openReceiver, type Receiver, type ReceiverOptions } from './receiver.ts';
import { MemoryStore } from './testing/memory-store.ts';
import { otlpSchema } from './testing/otlp-schema.ts';
import { RawConnection, type RawResponse } from './testing/raw-connection.ts';

/** Machines that test may be busy. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, 10_000);

const schema = otlpSchema();
const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';
const MIB = 1024 * 1024;

interface Opened {
  readonly store: MemoryStore;
  readonly receiver: Receiver;
  readonly port: number;
  readonly troubles: string[];
  end(): Promise<void>;
}

async function open(options: Partial<ReceiverOptions> = {}): Promise<Opened> {
  const journalDir = await mkdtemp(path.join(tmpdir(), 'http-'));
  const store = new MemoryStore();
  const troubles: string[] = [];
  const receiver = await openReceiver({
    store,
    journalDir,
    landAfterMs: 5,
    onTrouble: (message) => troubles.push(message),
    ...options,
  });
  const port = await receiver.listenHttp('127.0.0.1', 0);
  return {
    store,
    receiver,
    port,
    troubles,
    async end() {
      await receiver.close();
      await rm(journalDir, { recursive: true, force: true });
    },
  };
}

/** A span that no other request has. */
const span = (): Record<string, unknown> => ({
  traceId: randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
  name: 'work',
  startTimeUnixNano: '1700000000000000000',
  endTimeUnixNano: '1700000000100000000',
});

const jsonOf = (...spans: readonly object[]): string =>
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

const goodJson = (): string => jsonOf(span());

const protobufOf = (...spans: readonly object[]): Buffer =>
  Buffer.from(schema.request.encode({ resourceSpans: [{ scopeSpans: [{ spans }] }] }).finish());

const goodProtobuf = (): Buffer =>
  protobufOf({ traceId: randomBytes(16), spanId: randomBytes(8), name: 'work' });

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

async function send(port: number, { method, path: target, headers, body }: Sent): Promise<Answer> {
  const answer = await fetch(`http://127.0.0.1:${port}${target ?? '/v1/traces'}`, {
    method: method ?? 'POST',
    headers: { ...headers },
    body: (body ?? null) as string | null,
  });
  const { status } = answer;
  return { status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

/** The Status of an error, from whichever encoding its Content-Type names. */
function statusOf({
  headers,
  body,
}: Pick<Answer, 'body'> & { headers: { get(name: string): string | null | undefined } }): {
  code: number;
  message: string;
} {
  if (headers.get('content-type') === JSON_TYPE) return JSON.parse(body.toString());
  return schema.status.toObject(schema.status.decode(body)) as { code: number; message: string };
}

/** After whatever came before: a good request is taken at once. */
async function expectAlive({ port, receiver }: Opened): Promise<void> {
  await eventually(() => expect(receiver.gauges()['in_flight_bytes']).toBe(0));
  const before = receiver.gauges()['received'] ?? 0;
  const answer = await send(port, { headers: { 'content-type': JSON_TYPE }, body: goodJson() });
  expect({ status: answer.status, body: answer.body.toString() }).toEqual({
    status: 200,
    body: '{}',
  });
  expect(receiver.gauges()['received']).toBe(before + 1);
  expect(receiver.gauges()['in_flight_bytes']).toBe(0);
  // So that the next test counts only its own rows in the store.
  await receiver.flush();
}

/** While others are under way. */
async function expectAliveBeside({ port }: Opened): Promise<void> {
  const answer = await send(port, { headers: { 'content-type': JSON_TYPE }, body: goodJson() });
  expect(answer.status).toBe(200);
}

const head = (
  headers: Readonly<Record<string, string | number>>,
  line = 'POST /v1/traces HTTP/1.1',
): string =>
  [
    line,
    'Host: test',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');

const chunk = (bytes: string | Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from(`${Buffer.byteLength(bytes).toString(16)}\r\n`),
    Buffer.from(bytes),
    Buffer.from('\r\n'),
  ]);

const connections: RawConnection[] = [];

async function raw(
  port: number,
  ...writes: readonly (string | Uint8Array)[]
): Promise<RawConnection> {
  const connection = await RawConnection.open(port);
  connections.push(connection);
  for (const bytes of writes) connection.write(bytes);
  return connection;
}

afterEach(() => {
  for (const connection of connections.splice(0)) connection.destroy();
});

describe('with the default limits', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.end());
  afterEach(() => expectAlive(opened));

  describe('a good request is stored and answered in its own encoding', () => {
    const typed = (type: string): Record<string, string> => ({ 'content-type': type });
    const zipped = { 'content-encoding': 'gzip' };
    const cases: [string, () => Sent, string][] = [
      ['JSON', () => ({ headers: typed(JSON_TYPE), body: goodJson() }), JSON_TYPE],
      [
        'JSON with charset',
        () => ({ headers: typed(`${JSON_TYPE};charset=utf-8`), body: goodJson() }),
        JSON_TYPE,
      ],
      [
        'JSON with quoted charset',
        () => ({ headers: typed(`${JSON_TYPE}; Charset="UTF-8"`), body: goodJson() }),
        JSON_TYPE,
      ],
      [
        'JSON in capitals',
        () => ({ headers: typed('APPLICATION/JSON'), body: goodJson() }),
        JSON_TYPE,
      ],
      [
        'JSON in gzip',
        () => ({ headers: { ...typed(JSON_TYPE), ...zipped }, body: gzipSync(goodJson()) }),
        JSON_TYPE,
      ],
      ['protobuf', () => ({ headers: typed(PROTOBUF_TYPE), body: goodProtobuf() }), PROTOBUF_TYPE],
      [
        'protobuf in capitals',
        () => ({ headers: typed('Application/X-Protobuf'), body: goodProtobuf() }),
        PROTOBUF_TYPE,
      ],
      [
        'protobuf in gzip',
        () => ({ headers: { ...typed(PROTOBUF_TYPE), ...zipped }, body: gzipSync(goodProtobuf()) }),
        PROTOBUF_TYPE,
      ],
      [
        'gzip in capitals',
        () => ({
          headers: { ...typed(JSON_TYPE), 'content-encoding': 'GZIP' },
          body: gzipSync(goodJson()),
        }),
        JSON_TYPE,
      ],
      [
        'gzip in a list with identity',
        () => ({
          headers: { ...typed(JSON_TYPE), 'content-encoding': 'identity, gzip' },
          body: gzipSync(goodJson()),
        }),
        JSON_TYPE,
      ],
      [
        'identity',
        () => ({
          headers: { ...typed(JSON_TYPE), 'content-encoding': 'identity' },
          body: goodJson(),
        }),
        JSON_TYPE,
      ],
      [
        'Accept-Encoding: gzip',
        () => ({ headers: { ...typed(JSON_TYPE), 'accept-encoding': 'gzip' }, body: goodJson() }),
        JSON_TYPE,
      ],
      [
        'a query string',
        () => ({ path: '/v1/traces?a=/b', headers: typed(JSON_TYPE), body: goodJson() }),
        JSON_TYPE,
      ],
      [
        'a slash at the end',
        () => ({ path: '/v1/traces/', headers: typed(JSON_TYPE), body: goodJson() }),
        JSON_TYPE,
      ],
    ];
    test.each(cases)('%s', async (_name, sent, type) => {
      const stored = opened.store.spanIds.length;
      const answer = await send(opened.port, sent());
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe(type);
      expect(answer.body.toString()).toBe(type === JSON_TYPE ? '{}' : '');
      await opened.receiver.flush();
      expect(opened.store.spanIds.length).toBe(stored + 1);
    });
  });

  test.each([
    ['no bytes as protobuf', PROTOBUF_TYPE, Buffer.alloc(0), {}],
    [
      'no bytes as protobuf in gzip',
      PROTOBUF_TYPE,
      Buffer.alloc(0),
      { 'content-encoding': 'gzip' },
    ],
    ['gzip of no bytes', PROTOBUF_TYPE, gzipSync(''), { 'content-encoding': 'gzip' }],
    ['an empty JSON object', JSON_TYPE, '{}', {}],
    ['an empty list', JSON_TYPE, '{"resourceSpans":[]}', {}],
  ])('an empty request (%s) succeeds', async (_name, type, body, headers) => {
    const answer = await send(opened.port, { headers: { 'content-type': type, ...headers }, body });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(type);
  });

  test('a bad record among good ones is told by partialSuccess, in JSON', async () => {
    const body = jsonOf(span(), { ...span(), spanId: '0000000000000000' }, span());
    const answer = await send(opened.port, { headers: { 'content-type': JSON_TYPE }, body });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toEqual({
      partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('span id') },
    });
  });

  test('a bad record among good ones is told by partialSuccess, in protobuf', async () => {
    const good = { traceId: randomBytes(16), spanId: randomBytes(8) };
    const body = protobufOf(
      good,
      { ...good, traceId: Buffer.alloc(16) },
      { ...good, spanId: Buffer.alloc(3) },
    );
    const answer = await send(opened.port, { headers: { 'content-type': PROTOBUF_TYPE }, body });
    expect(answer.status).toBe(200);
    const decoded = schema.response.toObject(schema.response.decode(answer.body), {
      longs: Number,
    });
    expect(decoded).toEqual({
      partialSuccess: { rejectedSpans: 2, errorMessage: expect.stringContaining('trace id') },
    });
  });

  test('the same request again is answered alike and stored once', async () => {
    const stored = opened.store.spanIds.length;
    const sent: Sent = { headers: { 'content-type': JSON_TYPE }, body: jsonOf(span(), span()) };
    const answers = await Promise.all([send(opened.port, sent), send(opened.port, sent)]);
    answers.push(await send(opened.port, sent));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await opened.receiver.flush();
    expect(opened.store.spanIds.length).toBe(stored + 2);
  });

  describe('a bad request is refused with a Status in its own encoding', () => {
    const json = (body: Sent['body'], headers: Record<string, string> = {}): Sent => ({
      headers: { 'content-type': JSON_TYPE, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const protobuf = (body: Sent['body'], headers: Record<string, string> = {}): Sent =>
      json(body, { 'content-type': PROTOBUF_TYPE, ...headers });
    const gzip = { 'content-encoding': 'gzip' };
    const cases: [string, Sent, number, number][] = [
      ['1234 as JSON', json('1234'), 400, 3],
      ['1234 as protobuf', protobuf('1234'), 400, 3],
      ['an empty JSON body', json(''), 400, 3],
      ['JSON sent as protobuf', protobuf(goodJson()), 400, 3],
      ['protobuf sent as JSON', json(goodProtobuf()), 400, 3],
      ['gzip that is not announced', json(gzipSync(goodJson())), 400, 3],
      ['announced gzip that is none', json(goodJson(), gzip), 400, 3],
      ['announced gzip that is none, as protobuf', protobuf(goodProtobuf(), gzip), 400, 3],
      ['gzip cut off', json(gzipSync(goodJson()).subarray(0, 40), gzip), 400, 3],
      ['no type', { body: Buffer.from('1234') }, 415, 3],
      ['an unknown type', json('1234', { 'content-type': 'invalid' }), 415, 3],
      ['the type of gRPC', json('1234', { 'content-type': 'application/grpc' }), 415, 3],
      [
        'another charset',
        json(goodJson(), { 'content-type': `${JSON_TYPE}; charset=utf-16` }),
        415,
        3,
      ],
      [
        'an unknown compression of protobuf',
        protobuf(goodProtobuf(), { 'content-encoding': 'br' }),
        415,
        12,
      ],
      [
        'gzip applied twice',
        json(gzipSync(gzipSync(goodJson())), { 'content-encoding': 'gzip, gzip' }),
        415,
        12,
      ],
      ['PATCH', { ...json(goodJson()), method: 'PATCH' }, 405, 12],
      ['PUT of protobuf', { ...protobuf(goodProtobuf()), method: 'PUT' }, 405, 12],
      ['GET', { method: 'GET' }, 405, 12],
      ['OPTIONS', { method: 'OPTIONS' }, 405, 12],
      ['DELETE', { method: 'DELETE' }, 405, 12],
      ['profiles', { ...json('{}'), path: '/v1development/profiles' }, 404, 12],
      [
        'profiles as protobuf',
        { ...protobuf(Buffer.alloc(0)), path: '/v1development/profiles' },
        404,
        12,
      ],
      ['an unknown path', { ...json(goodJson()), path: '/traces' }, 404, 12],
      ['the root', { method: 'GET', path: '/' }, 404, 12],
      ['a longer path', { ...json(goodJson()), path: '/v1/traces/x' }, 404, 12],
    ];
    test.each(cases)('%s', async (_name, sent, status, code) => {
      const received = opened.receiver.gauges()['received'];
      const answer = await send(opened.port, sent);
      expect(answer.status).toBe(status);
      const type = sent.headers?.['content-type'];
      expect(answer.headers.get('content-type')).toBe(
        type === PROTOBUF_TYPE ? PROTOBUF_TYPE : JSON_TYPE,
      );
      expect(statusOf(answer)).toMatchObject({
        code,
        message: expect.stringMatching(/^OTLP_\w+: .+/),
      });
      expect(answer.headers.has('accept-encoding')).toBe(status === 415);
      expect(answer.headers.get('retry-after')).toBeNull();
      expect(answer.headers.get('allow')).toBe(status === 405 ? 'POST' : null);
      expect(opened.receiver.gauges()['received']).toBe(received);
    });
  });

  test('HEAD is refused without a body', async () => {
    const connection = await raw(
      opened.port,
      head({}, 'HEAD /v1/traces HTTP/1.1'),
      head({}, 'HEAD / HTTP/1.1'),
    );
    expect((await connection.read(true)).status).toBe(405);
    expect((await connection.read(true)).status).toBe(404);
  });

  describe('bombs', () => {
    const field = (number: number, bytes: Buffer): Buffer => {
      const length: number[] = [];
      for (let rest = bytes.length; ; rest >>>= 7) {
        length.push(rest > 127 ? (rest & 127) | 128 : rest);
        if (rest <= 127) break;
      }
      return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), bytes]);
    };
    const emptySpans = Buffer.alloc(16 * MIB, Buffer.from([0x12, 0x00]));
    const spanBomb = field(1, field(2, emptySpans));
    const scopeBomb = field(1, emptySpans);
    const resourceBomb = Buffer.alloc(16 * MIB, Buffer.from([0x0a, 0x00]));
    const jsonBomb = Buffer.from(
      `{"resourceSpans":[{"scopeSpans":[{"spans":[${'{},'.repeat(4_000_000)}{}]}]}]}`,
    );
    // One member of 16 MiB of zeros in 16 KiB, 64 times.
    const member = gzipSync(Buffer.alloc(16 * MIB));
    const gzipBomb = Buffer.concat(Array.from({ length: 64 }, () => member));
    const gzip = { 'content-encoding': 'gzip' };
    test.each([
      ['8 million empty spans', spanBomb, PROTOBUF_TYPE, {}],
      ['8 million empty spans in 16 KB of gzip', gzipSync(spanBomb), PROTOBUF_TYPE, gzip],
      ['8 million empty scopes in gzip', gzipSync(scopeBomb), PROTOBUF_TYPE, gzip],
      ['8 million empty resources in gzip', gzipSync(resourceBomb), PROTOBUF_TYPE, gzip],
      ['4 million empty spans of JSON in gzip', gzipSync(jsonBomb), JSON_TYPE, gzip],
      ['1 GiB of zeros in gzip', gzipBomb, PROTOBUF_TYPE, gzip],
      ['64 MiB and a byte', Buffer.alloc(64 * MIB + 1), PROTOBUF_TYPE, {}],
    ])('%s are too large', async (_name, body, type, headers) => {
      const { receiver, store } = opened;
      const stored = store.spanIds.length;
      const answer = await send(opened.port, {
        headers: { 'content-type': type, ...headers },
        body,
      });
      expect(answer.status).toBe(413);
      expect(answer.headers.get('content-type')).toBe(type);
      expect(statusOf(answer)).toEqual({
        code: 8,
        message: expect.stringMatching(/^OTLP_TOO_LARGE: /),
      });
      await receiver.flush();
      expect(store.spanIds.length).toBe(stored);
    });
  });

  describe('transfer', () => {
    const type = { 'Content-Type': JSON_TYPE };

    test('a chunked body comes whole, however it is cut', async () => {
      const body = Buffer.from(goodJson());
      const cuts = Array.from(body, (_, index) => chunk(body.subarray(index, index + 1)));
      const connection = await raw(opened.port, head({ ...type, 'Transfer-Encoding': 'chunked' }));
      for (const cut of cuts) connection.write(cut);
      connection.write('0\r\n\r\n');
      expect((await connection.read()).status).toBe(200);
    });

    test('gzip in chunks without a length is taken, as the exporter of Node sends it', async () => {
      const body = gzipSync(goodProtobuf());
      const headers = {
        'Content-Type': PROTOBUF_TYPE,
        'Content-Encoding': 'gzip',
        'Transfer-Encoding': 'chunked',
      };
      const connection = await raw(opened.port, head(headers), chunk(body), '0\r\n\r\n');
      const answer = await connection.read();
      expect([answer.status, answer.body.length]).toEqual([200, 0]);
    });

    test('twenty requests at once on one connection are answered in their order', async () => {
      const bodies = Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0 ? goodJson() : jsonOf({ ...span(), spanId: '0000000000000000' }),
      );
      const requests = bodies.map(
        (body) => head({ ...type, 'Content-Length': body.length }) + body,
      );
      const connection = await raw(opened.port, requests.join(''));
      for (const [index] of bodies.entries()) {
        const { status, body } = await connection.read();
        expect([status, body.toString().includes('rejectedSpans')]).toEqual([200, index % 2 === 1]);
      }
      expect(connection.isEnded).toBe(false);
    });

    test('a request that was refused after its body leaves the connection open for the next', async () => {
      const body = goodJson();
      const connection = await raw(opened.port, head({ ...type, 'Content-Length': 4 }), '1234');
      const { status, headers } = await connection.read();
      expect([status, headers.get('connection')]).toEqual([400, 'keep-alive']);
      connection.write(head({ ...type, 'Content-Length': body.length }) + body);
      expect((await connection.read()).status).toBe(200);
    });

    test('HTTP/1.0 is answered and the connection ended', async () => {
      const body = goodJson();
      const connection = await raw(
        opened.port,
        head({ ...type, 'Content-Length': body.length }, 'POST /v1/traces HTTP/1.0') + body,
      );
      expect((await connection.read()).status).toBe(200);
      await connection.ended();
    });

    test('a target in absolute form is its path', async () => {
      const body = goodJson();
      const line = 'POST http://collector.example:4318/v1/traces HTTP/1.1';
      const connection = await raw(
        opened.port,
        head({ ...type, 'Content-Length': body.length }, line) + body,
      );
      expect((await connection.read()).status).toBe(200);
    });

    test('repeated headers count once or as a list', async () => {
      const body = gzipSync(goodJson());
      const twice = `Content-Type: ${JSON_TYPE}\r\nContent-Encoding: identity\r\nContent-Encoding: gzip\r\n`;
      const connection = await raw(
        opened.port,
        `POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Type: ${JSON_TYPE}\r\n${twice}Content-Length: ${body.length}\r\n\r\n`,
        body,
      );
      expect((await connection.read()).status).toBe(200);
    });

    test('a body that is asked for first is asked for only when the head is good', async () => {
      const body = goodJson();
      const expects = { ...type, 'Content-Length': body.length, Expect: '100-continue' };
      const good = await raw(opened.port, head(expects));
      expect((await good.read()).status).toBe(100);
      good.write(body);
      expect((await good.read()).status).toBe(200);
      for (const [headers, status] of [
        [{ ...expects, 'Content-Type': 'text/plain' }, 415],
        [{ ...expects, 'Content-Length': 65 * MIB }, 413],
        [{ ...expects, 'Content-Encoding': 'br' }, 415],
      ] as const) {
        const bad = await raw(opened.port, head(headers));
        expect((await bad.read()).status).toBe(status);
        await bad.ended();
      }
    });

    test('an expectation that nobody knows is refused', async () => {
      const connection = await raw(
        opened.port,
        head({ ...type, 'Content-Length': 2, Expect: 'coffee' }),
        '{}',
      );
      expect((await connection.read()).status).toBe(417);
    });

    test('an answer before the end of the body is read whole by a sender that first sends everything', async () => {
      const connection = await raw(
        opened.port,
        head({ 'Content-Type': 'text/plain', 'Content-Length': 32 * MIB }),
      );
      for (let sent = 0; sent < 32; sent++) {
        connection.write(Buffer.alloc(MIB));
        await new Promise((resolve) => setImmediate(resolve));
      }
      const { status, headers, body } = await connection.read();
      expect([status, headers.get('connection')]).toEqual([415, 'close']);
      expect(JSON.parse(body.toString())).toMatchObject({ code: 3 });
      await connection.ended();
      expect(connection.error).toBeUndefined();
    });

    test('a sender that goes away in the middle leaves nothing behind', async () => {
      const before = opened.receiver.gauges()['refused_requests_otlp_body_incomplete'] ?? 0;
      const announced = await raw(
        opened.port,
        head({ ...type, 'Content-Length': 1000 }),
        'x'.repeat(500),
      );
      const chunked = await raw(
        opened.port,
        head({ ...type, 'Transfer-Encoding': 'chunked' }),
        chunk('{'),
      );
      await eventually(() =>
        expect(opened.receiver.gauges()['in_flight_bytes']).toBe(501 + 2 * BEGUN_BYTES),
      );
      announced.destroy();
      chunked.destroy();
      await eventually(() =>
        expect(opened.receiver.gauges()['refused_requests_otlp_body_incomplete']).toBe(before + 2),
      );
    });

    test('a sender that ends its side behind its requests reads the answers', async () => {
      const body = goodJson();
      const request = head({ ...type, 'Content-Length': body.length }) + body;
      for (const requests of [1, 3]) {
        const connection = await raw(opened.port, request.repeat(requests));
        connection.end();
        for (let answer = 0; answer < requests; answer++)
          expect((await connection.read()).status).toBe(200);
        await connection.ended();
        expect(connection.error).toBeUndefined();
      }
    });

    test('a sender that goes away before its answer is stored all the same', async () => {
      const { receiver } = opened;
      const received = receiver.gauges()['received'] ?? 0;
      const body = goodJson();
      const connection = await raw(
        opened.port,
        head({ ...type, 'Content-Length': body.length }) + body,
      );
      connection.destroy();
      await eventually(() => expect(receiver.gauges()['received']).toBe(received + 1));
    });

    const smuggled = goodJson();
    test.each([
      [
        'two lengths',
        head({ ...type, 'Content-Length': 2 }).replace(
          '\r\n\r\n',
          '\r\nContent-Length: 3\r\n\r\n{}',
        ),
        400,
      ],
      [
        'a length and chunks',
        `${head({ ...type, 'Content-Length': 2, 'Transfer-Encoding': 'chunked' })}0\r\n\r\n`,
        400,
      ],
      ['a negative length', head({ ...type, 'Content-Length': -1 }), 400],
      ['a length beyond all numbers', head({ ...type, 'Content-Length': '9'.repeat(30) }), 400],
      ['a chunk of no number', `${head({ ...type, 'Transfer-Encoding': 'chunked' })}zz\r\n`, 400],
      [
        'a chunk longer than it says',
        `${head({ ...type, 'Transfer-Encoding': 'chunked' })}1\r\n{{\r\n`,
        400,
      ],
      ['no host', `POST /v1/traces HTTP/1.1\r\nContent-Length: 0\r\n\r\n`, 400],
      ['a bare line feed in a header', `POST /v1/traces HTTP/1.1\r\nHost: a\nX: y\r\n\r\n`, 400],
      ['100 KB of header', head({ ...type, 'X-Big': 'x'.repeat(100_000) }), 431],
      [
        '10,000 headers',
        head(Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`X-${n}`, 'y']))),
        431,
      ],
      ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
      ['TLS', Buffer.from('16030100c8010000c40303', 'hex'), 400],
      ['noise', Buffer.from(smuggled), 400],
    ])('%s is refused, and the connection ended', async (_name, bytes, status) => {
      const connection = await raw(opened.port, bytes);
      expect((await connection.read()).status).toBe(status);
      await connection.ended();
    });

    test('CONNECT and upgrades do nothing', async () => {
      const tunnel = await raw(opened.port, head({}, 'CONNECT a:1 HTTP/1.1'));
      await tunnel.ended();
      const upgrade = await raw(
        opened.port,
        head({ Connection: 'Upgrade', Upgrade: 'h2c' }, 'GET /v1/traces HTTP/1.1'),
      );
      expect((await upgrade.read()).status).toBe(405);
    });
  });
});

describe('with small limits', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open({ limits: { bodyBytes: MIB, inFlightBytes: 3 * MIB } });
  });
  afterAll(() => opened.end());
  afterEach(async () => {
    for (const connection of connections.splice(0)) connection.destroy();
    await expectAlive(opened);
  });

  const type = { 'Content-Type': PROTOBUF_TYPE };

  test('an announced body over the limit is refused before it comes', async () => {
    const connection = await raw(opened.port, head({ ...type, 'Content-Length': MIB + 1 }));
    const { status, headers } = await connection.read();
    expect([status, headers.get('connection')]).toEqual([413, 'close']);
  });

  test('endless chunks are refused at the limit, and the answer arrives although they go on', async () => {
    const connection = await raw(opened.port, head({ ...type, 'Transfer-Encoding': 'chunked' }));
    const piece = chunk(Buffer.alloc(64 * 1024));
    for (let sent = 0; sent < 64; sent++) {
      connection.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { status, headers, body } = await connection.read();
    expect([status, headers.get('content-type')]).toEqual([413, PROTOBUF_TYPE]);
    expect(schema.status.toObject(schema.status.decode(body))).toMatchObject({ code: 8 });
    connection.write('0\r\n\r\n');
    await connection.ended();
    expect(connection.error).toBeUndefined();
  });

  test('exactly the limit is read', async () => {
    const filler = Buffer.concat([Buffer.from([0x7a, 0xfc, 0xff, 0x3f]), Buffer.alloc(MIB - 4)]);
    const answer = await send(opened.port, {
      headers: { 'content-type': PROTOBUF_TYPE },
      body: filler,
    });
    expect(answer.status).toBe(200);
  });

  test('an announcement alone takes next to no room; bytes do, and when there is none left senders are told to come again', async () => {
    const headers = { ...type, 'Content-Length': MIB };
    const idle = await Promise.all(
      Array.from({ length: 50 }, () => raw(opened.port, head(headers))),
    );
    await eventually(() =>
      expect(opened.receiver.gauges()['in_flight_bytes']).toBe(50 * BEGUN_BYTES),
    );
    await expectAliveBeside(opened);
    for (const connection of idle.slice(0, 2)) connection.write(Buffer.alloc(MIB - 1));
    await eventually(() =>
      expect(opened.receiver.gauges()['in_flight_bytes']).toBe(2 * MIB - 2 + 50 * BEGUN_BYTES),
    );
    const answer = await send(opened.port, {
      headers: { 'content-type': JSON_TYPE },
      body: goodJson(),
    });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(statusOf(answer)).toMatchObject({ code: 8 });
    idle[2]?.write(Buffer.alloc(MIB - 1));
    expect((await idle[2]?.read())?.status).toBe(429);
  });
});

describe('slow senders', () => {
  let opened: Opened;
  beforeEach(async () => {
    const timeouts = { headersMs: 400, requestMs: 800, checkMs: 100, closeMs: 300 };
    opened = await open({ timeouts });
  });
  afterEach(() => opened.end());

  test('are ended in time, and hurt nobody meanwhile', async () => {
    const { port } = opened;
    const slow = await Promise.all([
      ...Array.from({ length: 50 }, () => raw(port, 'POST /v1/traces HTTP/1.1\r\nHost: a\r\nX-')),
      ...Array.from({ length: 50 }, () =>
        raw(port, head({ 'Content-Type': JSON_TYPE, 'Content-Length': 10 * MIB }), '{'),
      ),
      ...Array.from({ length: 50 }, () =>
        raw(
          port,
          head({ 'Content-Type': JSON_TYPE, 'Transfer-Encoding': 'chunked' }),
          '1\r\n{\r\n',
        ),
      ),
    ]);
    const drip = setInterval(() => {
      for (const connection of slow) if (!connection.isEnded) connection.write('1');
    }, 50);
    try {
      while (slow.some(({ isEnded }) => !isEnded)) await expectAliveBeside(opened);
    } finally {
      clearInterval(drip);
    }
    expect((await slow[0]?.read())?.status).toBe(408);
    await eventually(() => expect(opened.receiver.gauges()['in_flight_bytes']).toBe(0));
    await expectAlive(opened);
  });

  test('do not keep the receiver from closing', async () => {
    const connection = await raw(
      opened.port,
      head({ 'Content-Type': JSON_TYPE, 'Content-Length': 10 }),
      '{',
    );
    await eventually(() =>
      expect(opened.receiver.gauges()['in_flight_bytes']).toBe(1 + BEGUN_BYTES),
    );
    await opened.receiver.close();
    await connection.ended();
  });
});

describe('a token', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open({ token: '0123456789abcdef' });
  });
  afterAll(() => opened.end());

  test('opens the way', async () => {
    const headers = { 'content-type': JSON_TYPE, authorization: 'Bearer 0123456789abcdef' };
    expect((await send(opened.port, { headers, body: goodJson() })).status).toBe(200);
  });

  test.each([
    ['no token', {}, '/v1/traces'],
    ['a wrong token', { Authorization: 'Bearer 0123456789abcdeF' }, '/v1/traces'],
    ['no token, to a path that does not exist', {}, '/secret'],
    ['no token, asking first', { Expect: '100-continue' }, '/v1/traces'],
  ])('%s is refused before the body comes', async (_name, headers, target) => {
    const connection = await raw(
      opened.port,
      head(
        { 'Content-Type': PROTOBUF_TYPE, 'Content-Length': MIB, ...headers },
        `POST ${target} HTTP/1.1`,
      ),
    );
    const answer: RawResponse = await connection.read();
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(statusOf({ body: answer.body, headers: answer.headers })).toMatchObject({
      code: 16,
    });
  });
});

describe('trouble inside', () => {
  let opened: Opened;
  afterEach(() => opened.end());

  const sendGood = (): Promise<Answer> =>
    send(opened.port, { headers: { 'content-type': PROTOBUF_TYPE }, body: goodProtobuf() });

  const answered = (answer: Answer): unknown => ({
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    type: answer.headers.get('content-type'),
    code: statusOf(answer).code,
  });
  const UNAVAILABLE = { status: 503, retryAfter: '1', type: PROTOBUF_TYPE, code: 14 };

  test('a disk that is nearly full is a 503', async () => {
    opened = await open({ limits: { freeDiskBytes: Number.MAX_SAFE_INTEGER } });
    expect(answered(await sendGood())).toEqual(UNAVAILABLE);
  });

  test('a store that fails is a 503 until it works again, and what was acknowledged lands', async () => {
    opened = await open();
    opened.store.failures = 2;
    expect((await sendGood()).status).toBe(200);
    await eventually(() => expect(opened.receiver.failure).toBeDefined());
    expect(answered(await sendGood())).toEqual(UNAVAILABLE);
    await eventually(async () => expect((await sendGood()).status).toBe(200));
    await opened.receiver.flush();
    expect(opened.store.spanIds).toHaveLength(2);
    expect(opened.receiver.failure).toBeUndefined();
  });

  test('a fault of ours is a 500 that tells the operator alone', async () => {
    opened = await open({
      clockNs: () => {
        throw new TypeError('secret');
      },
    });
    const answer = await sendGood();
    expect(answer.status).toBe(500);
    expect(statusOf(answer)).toEqual({ code: 13, message: expect.not.stringContaining('secret') });
    expect(opened.troubles).toEqual(['a request failed by a fault of ours']);
  });
});

describe('listening and closing', () => {
  test('a port that is in use is the error of the system, and the receiver still closes', async () => {
    const first = await open();
    const second = await open();
    await second.receiver.close();
    await expect(second.receiver.listenHttp('127.0.0.1', first.port)).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await second.end();
    await expectAlive(first);
    await first.end();
  });

  test('close answers what is under way, then nothing is delivered any more', async () => {
    const opened = await open();
    const acknowledged: number[] = [];
    const failures: unknown[] = [];
    const clients = Array.from({ length: 8 }, async (_, client) => {
      for (let sent = 0; ; sent++) {
        try {
          const answer = await send(opened.port, {
            headers: { 'content-type': JSON_TYPE },
            body: goodJson(),
          });
          if (answer.status !== 200) failures.push(answer.status);
        } catch {
          return;
        }
        acknowledged.push(client * 1e6 + sent);
      }
    });
    await eventually(() => expect(acknowledged.length).toBeGreaterThan(50));
    await opened.receiver.close();
    const landed = opened.store.spanIds.length;
    await Promise.all(clients);
    expect(failures).toEqual([]);
    expect(landed).toBeGreaterThanOrEqual(acknowledged.length);
    expect(opened.store.spanIds.length).toBe(landed);
    await expect(send(opened.port, { body: goodJson() })).rejects.toThrow('fetch failed');
    await opened.end();
  });

  test('idle connections do not keep the receiver from closing', async () => {
    const opened = await open();
    const connection = await raw(opened.port);
    const body = goodJson();
    connection.write(head({ 'Content-Type': JSON_TYPE, 'Content-Length': body.length }) + body);
    expect((await connection.read()).status).toBe(200);
    await opened.end();
    await connection.ended();
  });
});
