/** Calls of gRPC as a hostile or broken client makes them, frame by frame. */
import {
  type ClientHttp2Session,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BEGUN_BYTES } from './in-flight.ts';
import { bytesField } from './message-field.ts';
import type { ReceiverOptions } from './receiver.ts';
import { TRACES } from './signal.ts';
import { type OpenedReceiver, openTestReceiver } from './testing/open-receiver.ts';
import { RawConnection } from './testing/raw-connection.ts';

/** Machines that test may be busy. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, 10_000);

const MIB = 1024 * 1024;
const SIXTEEN_MIB = gzipSync(Buffer.alloc(16 * MIB));
const OK = '0';
const INVALID_ARGUMENT = '3';
const DEADLINE_EXCEEDED = '4';
const RESOURCE_EXHAUSTED = '8';
const UNIMPLEMENTED = '12';
const UNAVAILABLE = '14';

let opened: OpenedReceiver;
const sessions: ClientHttp2Session[] = [];
const connections: RawConnection[] = [];

async function open(options: Partial<ReceiverOptions> = {}): Promise<void> {
  opened = await openTestReceiver({
    ...options,
    timeouts: { lingerMs: 200, ...options.timeouts },
  });
}

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy();
  for (const session of sessions.splice(0)) session.destroy();
  await opened.end();
});

function session(): ClientHttp2Session {
  const made = connect(`http://127.0.0.1:${opened.grpcPort}`);
  made.on('error', () => undefined);
  sessions.push(made);
  return made;
}

async function connected(): Promise<ClientHttp2Session> {
  const made = session();
  await new Promise((resolve) => made.once('connect', resolve));
  return made;
}

async function raw(bytes: string | Uint8Array): Promise<RawConnection> {
  const connection = await RawConnection.open(opened.grpcPort);
  connections.push(connection);
  connection.write(bytes);
  return connection;
}

interface Answer {
  readonly head: IncomingHttpHeaders;
  /** The trailers, or the head where it is all there is. */
  readonly end: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly rstCode: number;
}

interface Call {
  readonly headers?: OutgoingHttpHeaders;
  readonly chunks?: readonly Uint8Array[];
  /** The call is not ended behind its chunks. */
  readonly isOpen?: boolean;
  readonly on?: ClientHttp2Session;
}

function call({
  headers = {},
  chunks = [],
  isOpen = false,
  on = session(),
}: Call): Promise<Answer> {
  const stream = on.request({
    ':method': 'POST',
    ':path': TRACES.grpcPath,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  return new Promise((resolve) => {
    let head: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders | undefined;
    const parts: Buffer[] = [];
    stream.on('response', (received) => (head = received));
    stream.on('trailers', (received) => (trailers = received));
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('error', () => undefined);
    stream.on('close', () =>
      resolve({
        head,
        end: trailers ?? head,
        body: Buffer.concat(parts),
        rstCode: stream.rstCode ?? 0,
      }),
    );
    for (const chunk of chunks) stream.write(chunk);
    if (!isOpen) stream.end();
  });
}

const frame = (message: Uint8Array, flag = 0): Buffer => {
  const header = Buffer.alloc(5);
  header.writeUInt8(flag, 0);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
};

/** An unknown field of nearly `bytes` bytes: taken, and without a record. */
const filler = (bytes: number): Buffer => bytesField(15, Buffer.alloc(bytes));

/** On a connection of its own. */
async function expectAlive(): Promise<void> {
  const answer = await call({ chunks: [frame(filler(10))] });
  expect(answer.end['grpc-status']).toBe(OK);
  await eventually(() => expect(opened.receiver.gauges()['in_flight_bytes']).toBe(0));
}

const detailsOf = ({ end }: Answer): string =>
  Buffer.from(String(end['grpc-status-details-bin'] ?? ''), 'base64').toString('latin1');

describe('messages', () => {
  beforeEach(() => open());
  afterEach(expectAlive);

  const good = frame(filler(1000));
  const zipped = { 'grpc-encoding': 'gzip' };
  const bad = bytesField(1, bytesField(2, bytesField(2, bytesField(1, Buffer.alloc(16)))));
  test.each<[string, Call, string]>([
    ['a message', { chunks: [good] }, OK],
    ['an empty message', { chunks: [frame(Buffer.alloc(0))] }, OK],
    ['a message byte by byte', { chunks: Array.from(good, (byte) => Uint8Array.of(byte)) }, OK],
    ['gzip', { headers: zipped, chunks: [frame(gzipSync(filler(1000)), 1)] }, OK],
    ['a message that is not in the gzip it may be', { headers: zipped, chunks: [good] }, OK],
    [
      'the longer content type',
      { headers: { 'content-type': 'application/grpc+proto' }, chunks: [good] },
      OK,
    ],
    ['no message', {}, INVALID_ARGUMENT],
    ['half a header', { chunks: [good.subarray(0, 3)] }, INVALID_ARGUMENT],
    ['half a message', { chunks: [good.subarray(0, 500)] }, INVALID_ARGUMENT],
    ['two messages', { chunks: [good, good] }, INVALID_ARGUMENT],
    ['a message and a byte', { chunks: [good, Buffer.alloc(1)] }, INVALID_ARGUMENT],
    ['an unknown flag', { chunks: [frame(filler(10), 2)] }, INVALID_ARGUMENT],
    ['compressed by nothing', { chunks: [frame(filler(10), 1)] }, INVALID_ARGUMENT],
    ['no gzip', { headers: zipped, chunks: [frame(filler(10), 1)] }, INVALID_ARGUMENT],
    [
      'gzip cut off',
      { headers: zipped, chunks: [frame(gzipSync(filler(1000)).subarray(0, 20), 1)] },
      INVALID_ARGUMENT,
    ],
    ['JSON', { chunks: [frame(Buffer.from('{}'))] }, INVALID_ARGUMENT],
    [
      'an unknown compression',
      { headers: { 'grpc-encoding': 'snappy' }, chunks: [good] },
      UNIMPLEMENTED,
    ],
    [
      'an announced 65 MiB',
      { chunks: [Buffer.from([0, 4, 16, 0, 0]), Buffer.alloc(1000)], isOpen: true },
      RESOURCE_EXHAUSTED,
    ],
    [
      '1 GiB in gzip',
      {
        headers: zipped,
        chunks: [frame(Buffer.concat(Array.from({ length: 64 }, () => SIXTEEN_MIB)), 1)],
      },
      RESOURCE_EXHAUSTED,
    ],
    [
      'profiles',
      {
        headers: {
          ':path': '/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export',
        },
        chunks: [good],
      },
      UNIMPLEMENTED,
    ],
    [
      'no deadline that could be met',
      { headers: { 'grpc-timeout': '1n' }, isOpen: true },
      DEADLINE_EXCEEDED,
    ],
    ['a deadline that is none', { headers: { 'grpc-timeout': 'soon' }, chunks: [good] }, OK],
  ])('%s', async (_name, sent, status) => {
    const answer = await call(sent);
    expect(answer.head[':status']).toBe(200);
    expect(answer.end['grpc-status']).toBe(status);
    expect(answer.end['grpc-message'] ?? '').toMatch(status === OK ? /^$/ : /^OTLP_\w+: ./);
    expect(detailsOf(answer).includes('BadRequest')).toBe(status === INVALID_ARGUMENT);
    expect(detailsOf(answer)).not.toContain('RetryInfo');
  });

  test.each([
    ['GET', { ':method': 'GET' }, 405],
    ['JSON over HTTP/2', { 'content-type': 'application/json' }, 415],
    ['gRPC of JSON', { 'content-type': 'application/grpc+json' }, 415],
    ['no type', { 'content-type': '' }, 415],
  ])('%s is answered by HTTP alone', async (_name, headers, status) => {
    expect((await call({ headers })).head[':status']).toBe(status);
  });

  test('a long answer is in gzip for clients that take it', async () => {
    const named = `rejected ${'é'.repeat(300)}`;
    const span = bytesField(2, bytesField(5, Buffer.from(named)));
    const chunks = [frame(bytesField(1, bytesField(2, span)))];
    for (const accepts of ['identity,deflate,gzip', 'identity']) {
      const { head, body, end } = await call({
        headers: { 'grpc-accept-encoding': accepts },
        chunks,
      });
      expect(end['grpc-status']).toBe(OK);
      const isZipped = body[0] === 1;
      expect(isZipped && accepts === 'identity').toBe(false);
      expect(head['grpc-encoding']).toBe(isZipped ? 'gzip' : undefined);
      const message = isZipped ? gunzipSync(body.subarray(5)) : body.subarray(5);
      expect(message.toString('latin1')).toContain('id');
    }
  });

  test('text in a status is percent-encoded', async () => {
    const path = '/opentelemetry/100%/Zoë';
    const { end } = await call({ headers: { ':path': encodeURI(path) } });
    expect(end['grpc-message']).toContain('100%2525/Zo%25C3%25AB');
  });

  test('a span without ids is a partial success', async () => {
    const { body, end } = await call({ chunks: [frame(bad)] });
    expect(end['grpc-status']).toBe(OK);
    expect(body.toString('latin1')).toContain('trace id');
  });

  test('a caller that goes away in the middle leaves nothing behind', async () => {
    const before = opened.refused('OTLP_BODY_INCOMPLETE');
    const going = session();
    void call({ chunks: [good.subarray(0, 500)], isOpen: true, on: going });
    await eventually(() =>
      expect(opened.receiver.gauges()['in_flight_bytes']).toBe(495 + BEGUN_BYTES),
    );
    going.destroy();
    await eventually(() => expect(opened.refused('OTLP_BODY_INCOMPLETE')).toBe(before + 1));
  });

  test('a thousand calls on one connection are answered', async () => {
    const on = session();
    const answers = await Promise.all(
      Array.from({ length: 1000 }, () => call({ chunks: [frame(Buffer.alloc(0))], on })),
    );
    expect(new Set(answers.map(({ end }) => end['grpc-status']))).toEqual(new Set([OK]));
  });
});

describe('bounds', () => {
  test('unfinished messages count as bytes in flight, and then callers are told to come again', async () => {
    await open({ limits: { bodyBytes: MIB, inFlightBytes: 2 * MIB } });
    const half = frame(filler(900_000)).subarray(0, 850_000);
    const on = session();
    const waiting = [1, 2].map(() => call({ chunks: [half], isOpen: true, on }));
    await eventually(() =>
      expect(opened.receiver.gauges()['in_flight_bytes']).toBe(2 * (850_000 - 5 + BEGUN_BYTES)),
    );
    const answer = await call({ chunks: [frame(filler(10))] });
    expect(answer.end['grpc-status']).toBe(UNAVAILABLE);
    expect(detailsOf(answer)).toContain('google.rpc.RetryInfo');
    on.destroy();
    await Promise.all(waiting);
    await expectAlive();
  });

  test('a message that comes too slowly ends in time', async () => {
    await open({ timeouts: { headersMs: 200, requestMs: 300 } });
    const answer = await call({ chunks: [Buffer.of(0, 0)], isOpen: true });
    // Without a RetryInfo, so that it does not come again.
    expect(answer.end['grpc-status']).toBe(RESOURCE_EXHAUSTED);
    expect(detailsOf(answer)).not.toContain('RetryInfo');
    expect(answer.end['grpc-message']).toContain('smaller batches');
    expect(opened.refused('OTLP_TIMEOUT')).toBe(1);
    await expectAlive();
  });

  test('an answer that the caller does not take is given up', async () => {
    await open();
    const on = connect(`http://127.0.0.1:${opened.grpcPort}`, {
      settings: { initialWindowSize: 0 },
    });
    sessions.push(on);
    const answer = await call({ chunks: [frame(filler(10))], on });
    expect([answer.head[':status'], answer.rstCode]).toEqual([200, constants.NGHTTP2_CANCEL]);
    await expectAlive();
  });

  test('a connection that never greets is ended', async () => {
    await open({ timeouts: { headersMs: 300 } });
    const silent = await raw('');
    const greeted = session();
    await silent.ended();
    await new Promise((resolve) => greeted.ping(resolve));
    expect(greeted.destroyed).toBe(false);
    await expectAlive();
  });
});

describe('keep-alive', () => {
  const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');

  test('a peer that no longer answers is given up, one that does is kept', async () => {
    await open({ keepAlive: { timeMs: 100, timeoutMs: 200 } });
    const living = session();
    const dead = await raw(PREFACE);
    await dead.ended();
    expect(await new Promise((resolve) => living.ping(resolve))).toBe(null);
  });

  test('a peer that sends is alive, even if it answers no question', async () => {
    await open({ keepAlive: { timeMs: 50, timeoutMs: 400 } });
    const sending = await raw(PREFACE);
    // Of a type that nobody knows, which is to be ignored.
    const odd = Buffer.from([0, 0, 0, 0xff, 0, 0, 0, 0, 0]);
    const began = performance.now();
    while (performance.now() - began < 1500 && !sending.isEnded) {
      sending.write(odd);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(sending.isEnded).toBe(false);
    await sending.ended();
  });

  test('who asks too often is sent away', async () => {
    await open({ keepAlive: { minTimeMs: 60_000 } });
    const asking = await connected();
    const goaway = new Promise<[number, string]>((resolve) => {
      asking.once('goaway', (code, _last, data) => resolve([code, String(data)]));
    });
    for (let asked = 0; asked < 4; asked++) asking.ping(() => undefined);
    expect(await goaway).toEqual([constants.NGHTTP2_ENHANCE_YOUR_CALM, 'too_many_pings']);
    await expectAlive();
  });

  test('without a call nobody may ask, when that is not permitted', async () => {
    await open({ keepAlive: { minTimeMs: 0, permitWithoutStream: false } });
    const asking = await connected();
    const closed = new Promise((resolve) => asking.once('close', resolve));
    for (let asked = 0; asked < 4; asked++) asking.ping(() => undefined);
    await closed;
    const calling = await connected();
    const ended = call({ isOpen: true, on: calling, chunks: [Buffer.of(0)] });
    for (let asked = 0; asked < 4; asked++)
      expect(await new Promise((resolve) => calling.ping(resolve))).toBe(null);
    calling.destroy();
    await ended;
  });

  test('an old connection takes no new calls and lets those under way end', async () => {
    await open({ keepAlive: { maxAgeMs: 300 } });
    const on = session();
    const message = frame(filler(1000));
    const stream = on.request({
      ':method': 'POST',
      ':path': TRACES.grpcPath,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.write(message.subarray(0, 100));
    await new Promise((resolve) => on.once('goaway', resolve));
    const status = new Promise((resolve) => {
      stream.once('trailers', (trailers) => resolve(trailers['grpc-status']));
    });
    stream.end(message.subarray(100));
    stream.resume();
    expect(await status).toBe(OK);
    await expectAlive();
  });

  test('an old connection is cut when its grace is over', async () => {
    await open({ keepAlive: { maxAgeMs: 100, maxAgeGraceMs: 100 } });
    const on = session();
    const unfinished = call({ on, isOpen: true, chunks: [Buffer.of(0)] });
    await new Promise((resolve) => on.once('close', resolve));
    expect((await unfinished).end).toEqual({});
    await expectAlive();
  });
});

describe('floods', () => {
  beforeEach(() => open());
  afterEach(expectAlive);

  const http2Frame = (type: number, flags: number, stream: number, payload: Uint8Array): Buffer => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head.writeUInt8(type, 3);
    head.writeUInt8(flags, 4);
    head.writeUInt32BE(stream, 5);
    return Buffer.concat([head, payload]);
  };
  const SETTINGS = http2Frame(4, 0, 0, Buffer.alloc(0));
  const PREFACE = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), SETTINGS]);
  /** `:method: POST`, `:scheme: http`, `:path: /` and an `:authority` of the static table. */
  const HEAD = Buffer.concat([Buffer.from([0x83, 0x86, 0x84, 0x41, 1]), Buffer.from('a')]);

  test.each([
    [
      'streams that are reset as they begin',
      Buffer.concat(
        Array.from({ length: 20_000 }, (_, index) =>
          Buffer.concat([
            http2Frame(1, 4, index * 2 + 1, HEAD),
            http2Frame(3, 0, index * 2 + 1, Buffer.of(0, 0, 0, 8)),
          ]),
        ),
      ),
    ],
    [
      'pings',
      Buffer.concat(Array.from({ length: 20_000 }, () => http2Frame(6, 0, 0, Buffer.alloc(8)))),
    ],
    ['settings', Buffer.concat(Array.from({ length: 20_000 }, () => SETTINGS))],
    [
      'continued headers',
      Buffer.concat([
        http2Frame(1, 0, 1, HEAD),
        ...Array.from({ length: 20_000 }, () => http2Frame(9, 0, 1, Buffer.alloc(100))),
      ]),
    ],
    [
      '1 MB of metadata',
      Buffer.concat([
        http2Frame(1, 0, 1, HEAD),
        ...Array.from({ length: 70 }, (_, index) =>
          http2Frame(
            9,
            index === 69 ? 4 : 0,
            1,
            Buffer.concat([
              Buffer.from([0x00, 1, 0x78, 0x7f, 0x81, 0x7c]),
              Buffer.alloc(15_996 + 256, 0x61),
            ]).subarray(0, 16_000),
          ),
        ),
      ]),
    ],
    ['a window that overflows', http2Frame(8, 0, 0, Buffer.of(0x7f, 0xff, 0xff, 0xff))],
    ['data on a stream that never began', http2Frame(0, 0, 1, Buffer.alloc(100))],
    ['an HTTP/1.1 request', Buffer.from('POST / HTTP/1.1\r\nHost: a\r\n\r\n')],
  ])('%s end the connection, or nothing more is taken on it', async (name, bytes) => {
    const connection = await raw(
      name === 'an HTTP/1.1 request' ? bytes : Buffer.concat([PREFACE, bytes]),
    );
    await eventually(() => expect(connection.isEnded || hasGoaway(connection.received)).toBe(true));
    expect(opened.refused('OTLP_CONTENT_TYPE')).toBeLessThan(10_000);
  });

  function hasGoaway(received: Buffer): boolean {
    for (let at = 0; at + 9 <= received.length; at += 9 + received.readUIntBE(at, 3))
      if (received.readUInt8(at + 3) === 7) return true;
    return false;
  }
});
