/** Each MUST and SHOULD of OTLP 1.11 that a receiver can meet, in the order of the specification. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { DEFAULT_LIMITS } from '../../packages/receiver/src/limits.ts';
import { SIGNALS, type Signal, TRACES } from '../../packages/receiver/src/signal.ts';
import { RawConnection } from '../../packages/receiver/src/testing/raw-connection.ts';
import { SETTINGS } from '../../packages/server/src/config.ts';
import type { Row } from './row.ts';
import {
  manySpans,
  type Sample,
  SAMPLES,
  spanJson,
  spanProtobuf,
  tracesJson,
  tracesProtobuf,
  unknownField,
} from './samples.ts';
import {
  call,
  fieldsOf,
  type HttpAnswer,
  type HttpGiven,
  JSON_TYPE,
  post,
  PROTOBUF,
  statusOf,
  type Target,
  withTarget,
} from './target.ts';

const MIB = 1024 * 1024;
const KIB = 1024;

const signals: readonly (readonly [Signal, Sample])[] = [...SIGNALS.values()].map((signal) => {
  const sample = SAMPLES[signal.name];
  if (sample === undefined) throw new Error(`no sample of ${signal.name}`);
  return [signal, sample];
});

const json = (body: string | Uint8Array, more: HttpGiven = {}): HttpGiven => ({
  ...more,
  headers: { 'content-type': JSON_TYPE, ...more.headers },
  body,
});
const protobuf = (body: Uint8Array, more: HttpGiven = {}): HttpGiven => ({
  ...more,
  headers: { 'content-type': PROTOBUF, ...more.headers },
  body,
});
const GZIP = { headers: { 'content-encoding': 'gzip' } };

const statuses = (answers: readonly HttpAnswer[]): number[] => answers.map(({ status }) => status);

/** Both encodings of a request that a receiver refuses with `status`. */
async function expectStatusBodies(
  target: Target,
  status: number,
  code: number,
  given: Partial<HttpGiven> & { readonly type?: string },
): Promise<void> {
  const types = given.type === undefined ? [JSON_TYPE, PROTOBUF] : [given.type];
  for (const type of types) {
    const answer = await post(target, {
      body: type === PROTOBUF ? Buffer.alloc(0) : '{}',
      ...given,
      headers: { 'content-type': type, ...given.headers },
    });
    const answered = type === PROTOBUF ? PROTOBUF : JSON_TYPE;
    expect([answer.status, answer.headers['content-type']]).toEqual([status, answered]);
    expect(statusOf(answer)).toMatchObject({
      code,
      message: expect.stringMatching(/^(OTLP|RECEIVER)_\w+: ./),
    });
  }
}

/** A receiver with no room left for another body. */
const withBusyTarget = (use: (target: Target) => Promise<void>): Promise<void> =>
  withTarget({ limits: { inFlightBytes: 0 } }, async (target) => {
    const holding = await RawConnection.open(target.httpPort);
    holding.write(
      `POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: 9\r\n\r\n{`,
    );
    while (target.receiver.gauges()['in_flight_bytes'] === 0)
      await new Promise((resolve) => setImmediate(resolve));
    await use(target).finally(() => holding.destroy());
  });

const FULL_DISK = { limits: { freeDiskBytes: Number.MAX_SAFE_INTEGER } };
const TOKEN = { token: '0123456789abcdef' };

export const SPECIFICATION: readonly Row[] = [
  {
    section: 'OTLP/gRPC, OTLP/HTTP',
    level: 'MUST',
    asks: 'no compression and gzip are both supported',
    over: 'both',
    sent: 'a record of each signal, plain and in gzip, in each encoding',
    answer: '200 / OK, nothing rejected',
    async check(target) {
      for (const [{ path, grpcPath }, sample] of signals) {
        const answers = await Promise.all([
          post(target, json(sample.json(), { path })),
          post(target, json(gzipSync(sample.json()), { path, ...GZIP })),
          post(target, protobuf(sample.protobuf(), { path })),
          post(target, protobuf(gzipSync(sample.protobuf()), { path, ...GZIP })),
        ]);
        expect(statuses(answers)).toEqual([200, 200, 200, 200]);
        expect(await call(target, { path: grpcPath, message: sample.protobuf() })).toMatchObject({
          code: 0,
        });
        const zipped = await call(target, {
          path: grpcPath,
          message: gzipSync(sample.protobuf()),
          isCompressed: true,
          headers: { 'grpc-encoding': 'gzip' },
        });
        expect([zipped.code, zipped.message.length]).toEqual([0, 0]);
      }
    },
  },
  {
    section: 'OTLP/gRPC Concurrent Requests',
    level: 'SHOULD',
    asks: 'unary calls may be made beside each other',
    over: 'both',
    sent: '50 requests at once',
    answer: 'each is answered',
    async check(target) {
      const message = SAMPLES['traces']!;
      const [http, grpc] = await Promise.all([
        Promise.all(Array.from({ length: 50 }, () => post(target, json(message.json())))),
        Promise.all(
          Array.from({ length: 50 }, () =>
            call(target, { path: TRACES.grpcPath, message: message.protobuf() }),
          ),
        ),
      ]);
      expect(new Set(statuses(http))).toEqual(new Set([200]));
      expect(new Set(grpc.map(({ code }) => code))).toEqual(new Set([0]));
    },
  },
  {
    section: 'OTLP/gRPC Response',
    level: 'MUST',
    asks: 'partial_success is left unset when everything was accepted',
    over: 'both',
    sent: 'a good record of each signal',
    answer: '`{}` in JSON, zero bytes in protobuf',
    async check(target) {
      for (const [{ path, grpcPath }, sample] of signals) {
        const inJson = await post(target, json(sample.json(), { path }));
        const inProtobuf = await post(target, protobuf(sample.protobuf(), { path }));
        const overGrpc = await call(target, { path: grpcPath, message: sample.protobuf() });
        expect([inJson.body.toString(), inProtobuf.body.length]).toEqual(['{}', 0]);
        expect([overGrpc.code, overGrpc.message.length]).toEqual([0, 0]);
      }
    },
  },
  {
    section: 'OTLP/gRPC Response',
    level: 'SHOULD',
    asks: 'an empty request succeeds',
    over: 'both',
    sent: 'nothing, an empty list, empty envelopes',
    answer: '200 / OK',
    async check(target) {
      for (const [{ path, grpcPath }, { list }] of signals) {
        const bodies = ['{}', `{"${list}":[]}`, `{"${list}":[{}]}`, `{"${list}":null}`];
        const answers = await Promise.all(bodies.map((body) => post(target, json(body, { path }))));
        expect(statuses(answers)).toEqual([200, 200, 200, 200]);
        const empty = await post(target, protobuf(Buffer.alloc(0), { path }));
        const envelope = await post(target, protobuf(Buffer.from([0x0a, 0x00]), { path }));
        expect(statuses([empty, envelope])).toEqual([200, 200]);
        expect(await call(target, { path: grpcPath, message: Buffer.alloc(0) })).toMatchObject({
          code: 0,
        });
      }
    },
  },
  {
    section: 'Partial Success',
    level: 'MUST',
    asks: 'the number of rejected records is told, as a string in JSON',
    over: 'both',
    sent: 'a good span and log record, each beside one whose id is zero or too short',
    answer: '200 / OK with a count of 1',
    collector: 'takes ids of zero; refuses the whole request for ids of another length',
    async check(target) {
      for (const [{ path, grpcPath, rejectedField }, { half }] of signals) {
        if (half === undefined) continue;
        const inJson = await post(target, json(half.json(), { path }));
        expect(inJson.status).toBe(200);
        expect(JSON.parse(inJson.body.toString())).toMatchObject({
          partialSuccess: { [rejectedField]: '1' },
        });
        const { status, body } = await post(target, protobuf(half.protobuf(), { path }));
        const { message } = await call(target, { path: grpcPath, message: half.protobuf() });
        expect(status).toBe(200);
        for (const answer of [body, message]) {
          const [partial] = fieldsOf(answer);
          expect(fieldsOf(partial?.value as Buffer)[0]).toEqual({ number: 1, value: 1 });
        }
      }
    },
  },
  {
    section: 'Partial Success',
    level: 'SHOULD',
    asks: 'a message in English says why and what to do',
    over: 'both',
    sent: 'a span whose id is zero',
    answer: 'a message that names the span id',
    async check(target) {
      const { half } = SAMPLES['traces']!;
      const inJson = await post(target, json(half!.json()));
      const { message } = await call(target, { path: TRACES.grpcPath, message: half!.protobuf() });
      expect(inJson.body.toString()).toContain('span id');
      expect(message.toString('latin1')).toContain('span id');
    },
  },
  {
    section: 'Partial Success',
    level: 'MUST',
    asks: 'no partial success for what may be sent again, as senders do not repeat it',
    over: 'both',
    sent: 'a good record while the disk is nearly full',
    answer: '503 / UNAVAILABLE',
    async check() {
      await withTarget(FULL_DISK, async (target) => {
        const sample = SAMPLES['traces']!;
        const message = sample.protobuf();
        expect((await post(target, json(sample.json()))).status).toBe(503);
        expect(await call(target, { path: TRACES.grpcPath, message })).toMatchObject({
          code: 14,
        });
      });
    },
  },
  {
    section: 'Partial Success',
    level: 'MUST',
    asks: 'a warning that rejects nothing has a message and a count of zero',
    over: 'both',
    sent: 'a span whose name is no UTF-8',
    answer: 'stored with U+FFFD, counted for the operator; no warning is sent',
    async check(target) {
      const body = tracesProtobuf(
        Buffer.concat([spanProtobuf({ name: '' }), Buffer.from([0x2a, 1, 0xff])]),
      );
      expect((await post(target, protobuf(body))).body.length).toBe(0);
    },
  },
  {
    section: 'Failures (gRPC)',
    level: 'SHOULD',
    asks: 'a request that may be sent again is UNAVAILABLE, with a RetryInfo',
    over: 'gRPC',
    sent: 'a good record while there is no room, and while the disk is nearly full',
    answer: 'UNAVAILABLE with RetryInfo',
    async check() {
      const expectRetry = async (target: Target): Promise<void> => {
        const answer = await call(target, { path: TRACES.grpcPath, message: manySpans(1) });
        expect([answer.code, answer.details.details]).toEqual([14, ['RetryInfo']]);
      };
      await withTarget(FULL_DISK, expectRetry);
      await withBusyTarget(expectRetry);
    },
  },
  {
    section: 'Failures (gRPC)',
    level: 'SHOULD',
    asks: 'bad data is INVALID_ARGUMENT, with BadRequest in the details',
    over: 'gRPC',
    sent: 'bytes that are no protobuf; damaged gzip',
    answer: 'INVALID_ARGUMENT with BadRequest',
    collector: 'INTERNAL, from the library, and no details',
    async check(target) {
      for (const { grpcPath: path } of SIGNALS.values()) {
        const message = Buffer.from([0x0a, 0x7f, 1, 2]);
        const plain = await call(target, { path, message });
        expect([plain.code, plain.details.details]).toEqual([3, ['BadRequest']]);
        const headers = { 'grpc-encoding': 'gzip' };
        const zipped = await call(target, { path, message, isCompressed: true, headers });
        expect([zipped.code, zipped.details.details]).toEqual([3, ['BadRequest']]);
      }
    },
  },
  {
    section: 'Failures (gRPC)',
    level: 'MUST',
    asks: 'codes that must not be repeated are used for what must not be',
    over: 'gRPC',
    sent: 'no token; an unknown method; profiles',
    answer: 'UNAUTHENTICATED; UNIMPLEMENTED; UNIMPLEMENTED, all without RetryInfo',
    async check(target) {
      const message = Buffer.alloc(0);
      await withTarget(TOKEN, async (guarded) => {
        const answer = await call(guarded, { path: TRACES.grpcPath, message });
        expect([answer.code, answer.details.details]).toEqual([16, []]);
      });
      for (const path of [
        '/opentelemetry.proto.collector.trace.v1.TraceService/Import',
        '/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export',
      ]) {
        const answer = await call(target, { path, message });
        expect([answer.code, answer.details.details]).toEqual([12, []]);
      }
    },
  },
  {
    section: 'OTLP/gRPC Default Port, OTLP/HTTP Default Port',
    level: 'MUST',
    asks: 'the ports are 4317 and 4318',
    over: 'both',
    sent: '–',
    answer: 'they are the defaults of the settings',
    async check() {
      expect([SETTINGS.otlpGrpcPort.fallback, SETTINGS.otlpHttpPort.fallback]).toEqual([
        '4317',
        '4318',
      ]);
    },
  },
  {
    section: 'OTLP/HTTP',
    level: 'MUST',
    asks: 'HTTP/1.1 is spoken',
    over: 'HTTP',
    sent: 'any request',
    answer: 'HTTP/1.1; HTTP/2 is spoken on the port of gRPC only',
    collector: 'also HTTP/2 where TLS is on',
    async check(target) {
      expect((await post(target, json('{}'))).status).toBe(200);
    },
  },
  {
    section: 'OTLP/HTTP Request',
    level: 'MUST',
    asks: 'POST to /v1/traces, /v1/metrics, /v1/logs',
    over: 'HTTP',
    sent: 'a record of each signal; profiles',
    answer: '200; profiles 404 with a message that names them',
    collector: 'takes profiles behind a feature gate',
    async check(target) {
      for (const [{ path }, sample] of signals)
        expect((await post(target, json(sample.json(), { path }))).status).toBe(200);
      const answer = await post(target, json('{}', { path: '/v1development/profiles' }));
      expect([answer.status, statusOf(answer).message]).toEqual([
        404,
        expect.stringContaining('profiles'),
      ]);
    },
  },
  {
    section: 'OTLP/HTTP Request',
    level: 'MAY',
    asks: 'the sender may leave out the length of the body',
    over: 'HTTP',
    sent: 'gzip in chunks, as the exporter of Node sends it',
    answer: '200',
    async check(target) {
      const body = gzipSync(SAMPLES['traces']!.protobuf());
      expect((await post(target, protobuf(body, { ...GZIP, chunked: true }))).status).toBe(200);
    },
  },
  {
    section: 'OTLP/HTTP Request',
    level: 'MUST',
    asks: 'the size of a request is limited, also after decompression: 413',
    over: 'HTTP',
    sent: '101 KiB; 10 MiB in 10 KB of gzip; more than announced in chunks; limit 100 KiB',
    answer: '413, not to be sent again',
    collector: '400',
    async check() {
      await withTarget({ limits: { bodyBytes: 100 * KIB } }, async (target) => {
        const large = unknownField(101 * KIB);
        const bomb = gzipSync(unknownField(10 * MIB));
        expect(bomb.length).toBeLessThan(100 * KIB);
        const answers = [
          await post(target, protobuf(large)),
          await post(target, protobuf(bomb, GZIP)),
          await post(target, protobuf(large, { chunked: true })),
        ];
        expect(statuses(answers)).toEqual([413, 413, 413]);
        for (const answer of answers) {
          expect(statusOf(answer)).toMatchObject({ code: 8, details: [] });
          expect(answer.headers['retry-after']).toBeUndefined();
        }
        expect((await post(target, protobuf(unknownField(99 * KIB)))).status).toBe(200);
      });
    },
  },
  {
    section: 'OTLP/gRPC Request',
    level: 'MUST',
    asks: 'the size of a message is limited, also after decompression: RESOURCE_EXHAUSTED without RetryInfo',
    over: 'gRPC',
    sent: '101 KiB; 10 MiB in 10 KB of gzip; limit 100 KiB',
    answer: 'RESOURCE_EXHAUSTED without RetryInfo',
    async check() {
      await withTarget({ limits: { bodyBytes: 100 * KIB } }, async (target) => {
        const path = TRACES.grpcPath;
        const large = await call(target, { path, message: unknownField(101 * KIB) });
        const bomb = await call(target, {
          path,
          message: gzipSync(unknownField(10 * MIB)),
          isCompressed: true,
          headers: { 'grpc-encoding': 'gzip' },
        });
        for (const { code, details } of [large, bomb])
          expect([code, details.details]).toEqual([8, []]);
      });
    },
  },
  {
    section: 'OTLP/gRPC Request, OTLP/HTTP Request',
    level: 'SHOULD',
    asks: 'the limit is 64 MiB and can be changed',
    over: 'both',
    sent: 'messages of 5 MiB',
    answer: 'taken; the limit is a setting, 64 MiB unless set',
    collector: '20 MiB over HTTP, 4 MiB over gRPC unless set',
    async check(target) {
      expect(DEFAULT_LIMITS.bodyBytes).toBe(64 * MIB);
      expect(SETTINGS.maxBodyMb.fallback).toBe('64');
      const message = unknownField(5 * MIB);
      expect((await post(target, protobuf(message))).status).toBe(200);
      expect(await call(target, { path: TRACES.grpcPath, message })).toMatchObject({ code: 0 });
    },
  },
  {
    section: 'OTLP/HTTP Response, OTLP/gRPC Response',
    level: 'MUST',
    asks: 'the size of an answer is limited; 4 MiB are recommended',
    over: 'both',
    sent: 'paths and types of 10,000 characters',
    answer: 'messages are cut: no answer is longer than 4 KiB',
    async check(target) {
      const long = 'é'.repeat(1500);
      const answers = [
        await post(target, json('{}', { path: `/${encodeURI(long)}` })),
        await post(target, { headers: { 'content-type': 'x'.repeat(10_000) }, body: '' }),
        await post(target, json(`{"resourceSpans":"${long}"}`)),
      ];
      for (const { status, body } of answers) {
        expect(status).toBeGreaterThanOrEqual(400);
        expect(body.length).toBeLessThan(4 * KIB);
      }
      const answer = await call(target, {
        path: `/${encodeURI(long)}`,
        message: Buffer.alloc(0),
      });
      expect(answer.details.message.length).toBeLessThan(1000);
    },
  },
  {
    section: 'OTLP/HTTP Response',
    level: 'MUST',
    asks: 'the type of an answer is that of its request, for success and failure',
    over: 'HTTP',
    sent: 'good, partly good and bad requests in both encodings',
    answer:
      'application/json to application/json, application/x-protobuf to application/x-protobuf',
    collector: 'text/plain for 405 and 415',
    async check(target) {
      for (const [type, bodies] of [
        [JSON_TYPE, [SAMPLES['traces']!.json(), SAMPLES['traces']!.half!.json(), 'x']],
        [PROTOBUF, [SAMPLES['traces']!.protobuf(), SAMPLES['traces']!.half!.protobuf(), 'x']],
      ] as const)
        for (const body of bodies) {
          const answer = await post(target, { headers: { 'content-type': type }, body });
          expect(answer.headers['content-type']).toBe(type);
        }
    },
  },
  {
    section: 'OTLP/HTTP Response',
    level: 'MAY',
    asks: 'the answer is in gzip when the sender takes it',
    over: 'HTTP',
    sent: 'bad and good requests with `Accept-Encoding: gzip`',
    answer: 'gzip from 200 bytes on',
    async check(target) {
      const headers = { 'accept-encoding': 'gzip' };
      const bad = await post(target, json('x'.repeat(100), { headers }));
      expect(bad.headers['content-encoding']).toBe('gzip');
      expect(JSON.parse(gunzipSync(bad.body).toString())).toMatchObject({ code: 3 });
      const good = await post(target, json('{}', { headers }));
      expect(good.headers['content-encoding']).toBeUndefined();
    },
  },
  {
    section: 'OTLP/HTTP Response',
    level: 'MUST',
    asks: 'every failure has a Status in its body, in the encoding of the request',
    over: 'HTTP',
    sent: 'what leads to 400, 401, 404, 405, 413, 415, 429 and 503',
    answer: 'Status with code and message',
    collector: 'text/plain for 405 and 415',
    async check(target) {
      await expectStatusBodies(target, 400, 3, { body: 'no request' });
      await expectStatusBodies(target, 404, 12, { path: '/v2/traces' });
      await expectStatusBodies(target, 405, 12, { method: 'PUT' });
      await expectStatusBodies(target, 415, 12, { headers: { 'content-encoding': 'br' } });
      await expectStatusBodies(target, 415, 3, { type: 'text/plain' });
      await withTarget({ ...TOKEN, limits: { bodyBytes: 10 } }, async (small) => {
        await expectStatusBodies(small, 401, 16, {});
        const headers = { authorization: `Bearer ${TOKEN.token}` };
        await expectStatusBodies(small, 413, 8, { body: 'x'.repeat(11), headers });
      });
      await withTarget(FULL_DISK, (full) => expectStatusBodies(full, 503, 14, {}));
      await withBusyTarget((busy) => expectStatusBodies(busy, 429, 8, {}));
    },
  },
  {
    section: 'OTLP/HTTP Bad Data',
    level: 'MUST',
    asks: 'what cannot be decoded is 400',
    over: 'HTTP',
    sent: 'broken protobuf, broken JSON, one encoding as the other, damaged gzip, for each signal',
    answer: '400, SHOULD: with BadRequest in the details',
    collector: 'no details',
    async check(target) {
      for (const [{ path }, sample] of signals)
        for (const given of [
          protobuf(sample.protobuf().subarray(0, -1)),
          protobuf(Buffer.from(sample.json())),
          json(sample.json().slice(0, -1)),
          json(sample.protobuf()),
          json(gzipSync(sample.json()).subarray(0, 30), GZIP),
          protobuf(sample.protobuf(), GZIP),
        ]) {
          const answer = await post(target, { ...given, path });
          expect(answer.status).toBe(400);
          expect(statusOf(answer)).toMatchObject({ code: 3, details: ['BadRequest'] });
        }
    },
  },
  {
    section: 'OTLP/HTTP Throttling, All Other Responses',
    level: 'SHOULD',
    asks: 'overload is 429 or 503, and says when to come again',
    over: 'HTTP',
    sent: 'a good record while there is no room, and while the disk is nearly full',
    answer:
      '429 and 503 with `Retry-After: 1`: below the 10 s after which exporters drop what they hold',
    async check() {
      const answer = async (target: Target): Promise<unknown[]> => {
        const { status, headers } = await post(target, json('{}'));
        return [status, headers['retry-after']];
      };
      await withBusyTarget(async (busy) => expect(await answer(busy)).toEqual([429, '1']));
      await withTarget(FULL_DISK, async (full) => expect(await answer(full)).toEqual([503, '1']));
    },
  },
  {
    section: 'OTLP/HTTP Connection',
    level: 'SHOULD',
    asks: 'connections may be kept',
    over: 'HTTP',
    sent: 'a good and a bad request on one connection',
    answer: '`Connection: keep-alive` to both',
    async check(target) {
      const body = 'x';
      const headers = { connection: 'keep-alive' };
      for (const given of [json('{}', { headers }), json(body, { headers })])
        expect((await post(target, given)).headers.connection).toBe('keep-alive');
    },
  },
  {
    section: 'OTLP/HTTP Connection',
    level: 'SHOULD',
    asks: 'both encodings are taken on one port, by their type, whatever its case and parameters',
    over: 'HTTP',
    sent: 'JSON with charset, in capitals; protobuf in capitals; text; UTF-16',
    answer: '200; 415 for text and UTF-16',
    async check(target) {
      const answers = await Promise.all(
        [
          'application/json; charset=utf-8',
          'APPLICATION/JSON',
          'Application/X-Protobuf',
          'text/plain',
          'application/json; charset=utf-16',
        ].map((type) =>
          post(target, {
            headers: { 'content-type': type },
            body: type.toLowerCase().includes('protobuf') ? '' : '{}',
          }),
        ),
      );
      expect(statuses(answers)).toEqual([200, 200, 200, 415, 415]);
    },
  },
  {
    section: 'Known Limitations: Duplicate Data',
    level: 'MAY',
    asks: 'a request repeated after a lost answer may be stored twice',
    over: 'both',
    sent: 'the same bytes three times',
    answer: '200 / OK each time, stored once',
    collector: 'handed on three times',
    async check(target) {
      const traceId = 'd0'.repeat(16);
      const message = tracesProtobuf(spanProtobuf({ traceId }));
      expect((await post(target, protobuf(message))).status).toBe(200);
      expect((await post(target, protobuf(message))).status).toBe(200);
      expect(await call(target, { path: TRACES.grpcPath, message })).toMatchObject({ code: 0 });
      expect(await target.spansOf(traceId)).toHaveLength(1);
    },
  },
  {
    section: 'JSON Protobuf Encoding',
    level: 'MUST',
    asks: 'ids of traces and spans are hexadecimal, in either case',
    over: 'HTTP',
    sent: 'ids in capitals; in base64; of half the length',
    answer: 'stored alike; 400 for base64; rejected for another length',
    async check(target) {
      const traceId = 'abcdef01'.repeat(4);
      const upper = spanJson({ traceId: traceId.toUpperCase(), spanId: 'ABCDEF0123456789' });
      expect((await post(target, json(tracesJson(upper)))).body.toString()).toBe('{}');
      expect(await target.spansOf(traceId)).toMatchObject([{ spanId: 'abcdef0123456789' }]);
      const base64 = spanJson({ traceId: Buffer.alloc(16, 0xfb).toString('base64') });
      const short = spanJson({ spanId: 'abcdef01' });
      const answers = [
        await post(target, json(tracesJson(base64))),
        await post(target, json(tracesJson(short))),
      ];
      for (const { status, body } of answers)
        expect(status === 400 || body.toString().includes('"rejectedSpans":"1"')).toBe(true);
    },
  },
  {
    section: 'JSON Protobuf Encoding',
    level: 'MUST',
    asks: 'enumerations are numbers; senders must not send names',
    over: 'HTTP',
    sent: 'a kind as number, by its name, by a name that nobody knows',
    answer: '200; 200, understood; 400',
    async check(target) {
      const traceId = 'e0'.repeat(16);
      const spans = [2, 'SPAN_KIND_SERVER', 'SPAN_KIND_WHATEVER'].map((kind) => ({
        ...spanJson({ traceId }),
        kind,
      }));
      const answers = [];
      for (const span of spans) answers.push(await post(target, json(tracesJson(span))));
      expect(statuses(answers)).toEqual([200, 200, 400]);
      expect((await target.spansOf(traceId)).map(({ kind }) => kind)).toEqual(['server', 'server']);
    },
  },
  {
    section: 'JSON Protobuf Encoding',
    level: 'MUST',
    asks: 'unknown fields are ignored',
    over: 'both',
    sent: 'unknown fields of every type, at every level',
    answer: '200 / OK, the rest is stored',
    async check(target) {
      const traceId = 'f1'.repeat(16);
      const unknown = { whatever: [{ a: null, b: [1, 'x', true, { c: {} }] }], another: 1.5e300 };
      const request = {
        ...unknown,
        resourceSpans: [
          {
            ...unknown,
            resource: unknown,
            scopeSpans: [
              { ...unknown, scope: unknown, spans: [{ ...spanJson({ traceId }), ...unknown }] },
            ],
          },
        ],
      };
      expect((await post(target, json(JSON.stringify(request)))).body.toString()).toBe('{}');
      const message = Buffer.concat([
        unknownField(10),
        tracesProtobuf(Buffer.concat([unknownField(3), spanProtobuf({ traceId })])),
      ]);
      expect((await call(target, { path: TRACES.grpcPath, message })).code).toBe(0);
      expect(await target.spansOf(traceId)).toHaveLength(2);
    },
  },
  {
    section: 'JSON Protobuf Encoding',
    level: 'MUST',
    asks: 'names of fields are in lowerCamelCase; others are not valid',
    over: 'HTTP',
    sent: 'names with underscores',
    answer: 'understood as well: to drop what was sent with a 200 would be worse',
    async check(target) {
      const traceId = 'f2'.repeat(16);
      const { startTimeUnixNano, endTimeUnixNano, name } = spanJson();
      const span = {
        trace_id: traceId,
        span_id: 'ab'.repeat(8),
        name,
        start_time_unix_nano: startTimeUnixNano,
        end_time_unix_nano: endTimeUnixNano,
      };
      const body = JSON.stringify({ resource_spans: [{ scope_spans: [{ spans: [span] }] }] });
      expect((await post(target, json(body))).status).toBe(200);
      expect(await target.spansOf(traceId)).toHaveLength(1);
    },
  },
  {
    section: 'JSON Protobuf Encoding',
    level: 'MUST',
    asks: '64-bit integers are decimal strings; numbers are taken too; both are exact',
    over: 'HTTP',
    sent: '2^53 + 1 and the least and greatest integer, as strings and as numbers; 17.5; 2^64',
    answer: 'exact to the last digit; 400 for what is no integer of 64 bits',
    async check(target) {
      const traceId = 'f3'.repeat(16);
      const values = ['9007199254740993', '-9223372036854775808', '9223372036854775807'];
      const attributes = values.flatMap((value, n) => [
        `{"key":"s${n}","value":{"intValue":"${value}"}}`,
        `{"key":"n${n}","value":{"intValue":${value}}}`,
      ]);
      const body = tracesJson({ ...spanJson({ traceId }), attributes: ['HERE'] }).replace(
        '"HERE"',
        attributes.join(','),
      );
      expect((await post(target, json(body))).body.toString()).toBe('{}');
      const [span] = await target.spansOf(traceId);
      expect(span?.attributes).toEqual(
        Object.fromEntries(
          values.flatMap((value, n) => [
            [`s${n}`, value],
            [`n${n}`, value],
          ]),
        ),
      );
      for (const wrong of ['"17.5"', '"18446744073709551616"', '"x"'])
        expect((await post(target, json(body.replace(`"${values[0]}"`, wrong)))).status).toBe(400);
    },
  },
  {
    section: 'JSON Protobuf Encoding',
    level: 'MUST',
    asks: 'fields that are left out have their defaults; doubles may be "NaN" and "Infinity"',
    over: 'HTTP',
    sent: 'a span of ids and times alone; doubles as strings',
    answer: 'kind 0, status unset, no parent; stored',
    async check(target) {
      const traceId = 'f4'.repeat(16);
      const attributes = ['NaN', 'Infinity', '-Infinity', '1.5'].map((doubleValue, n) => ({
        key: `d${n}`,
        value: { doubleValue },
      }));
      const body = tracesJson({ ...spanJson({ traceId }), attributes });
      expect((await post(target, json(body))).body.toString()).toBe('{}');
      const [span] = await target.spansOf(traceId);
      expect(span).toMatchObject({ kind: 'unspecified', parentSpanId: null });
      expect(span?.attributes).toEqual({
        d0: { $double: 'NaN' },
        d1: { $double: 'Infinity' },
        d2: { $double: '-Infinity' },
        d3: 1.5,
      });
    },
  },
  {
    section: 'Data model: trace.proto',
    level: 'MUST',
    asks: 'an id of zero or of another length is invalid',
    over: 'both',
    sent: 'ids of zero, of no and of odd length, beside a good span',
    answer: 'those are rejected and counted, the good one is stored',
    collector: 'takes zero and none; refuses the whole request for another length',
    async check(target) {
      const traceId = 'f5'.repeat(16);
      const message = tracesProtobuf(
        spanProtobuf({ traceId: '00'.repeat(16) }),
        spanProtobuf({ spanId: '' }),
        spanProtobuf({ traceId: 'abcdef' }),
        spanProtobuf({ traceId }),
      );
      const { body } = await post(target, protobuf(message));
      expect(fieldsOf(fieldsOf(body)[0]?.value as Buffer)[0]).toEqual({ number: 1, value: 3 });
      expect(await target.spansOf(traceId)).toHaveLength(1);
    },
  },
  {
    section: 'Data model: common.proto',
    level: 'MUST',
    asks: 'keys of attributes are unique; else the behaviour is not defined',
    over: 'both',
    sent: 'one key with two values',
    answer: 'stored, the first counts; marked and counted',
    collector: 'keeps both',
    async check(target) {
      const traceId = 'f6'.repeat(16);
      const attributes = ['first', 'second'].map((stringValue) => ({
        key: 'feature.name',
        value: { stringValue },
      }));
      const body = tracesJson({ ...spanJson({ traceId }), attributes });
      expect((await post(target, json(body))).body.toString()).toBe('{}');
      const [span] = await target.spansOf(traceId);
      expect(span?.feature).toBe('first');
      expect(span?.marks).toContain('duplicate_keys');
    },
  },
  {
    section: 'Data model: trace.proto',
    level: 'MUST',
    asks: 'nothing is assumed of bits 10 to 31 of the flags; counts of what was dropped and the trace state are kept',
    over: 'both',
    sent: 'flags of all ones, dropped counts, a trace state',
    answer: 'stored as they are',
    async check(target) {
      const traceId = 'f7'.repeat(16);
      const body = tracesJson({
        ...spanJson({ traceId }),
        flags: 0xffffffff,
        traceState: 'ot=th:0',
        droppedAttributesCount: 1,
        droppedEventsCount: 2,
        droppedLinksCount: 3,
      });
      expect((await post(target, json(body))).body.toString()).toBe('{}');
      expect(await target.spansOf(traceId)).toMatchObject([
        {
          flags: 0xffffffff,
          traceState: 'ot=th:0',
          droppedAttributes: 1,
          droppedEvents: 2,
          droppedLinks: 3,
        },
      ]);
    },
  },
];
