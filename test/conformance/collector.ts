/** What the Collector's own tests of its receiver check, asked of ours: by what is checked, not by their code. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import * as zlib from 'node:zlib';
import { openReceiver } from '@heartwood/receiver';
import { expect, vi } from 'vitest';
import { SIGNALS, TRACES } from '../../packages/receiver/src/signal.ts';
import { MemoryStore } from '../../packages/receiver/src/testing/memory-store.ts';
import { openTestReceiver } from '../../packages/receiver/src/testing/open-receiver.ts';
import type { Row } from './row.ts';
import {
  manySpans,
  SAMPLES,
  spanJson,
  spanProtobuf,
  tracesJson,
  tracesProtobuf,
} from './samples.ts';
import { call, JSON_TYPE, post, PROTOBUF, statusOf, withTarget } from './target.ts';

const JSON_HEADERS = { 'content-type': JSON_TYPE };
const PROTOBUF_HEADERS = { 'content-type': PROTOBUF };
const { zstdCompressSync } = zlib as { zstdCompressSync?: (body: Buffer) => Buffer };
const signals = [...SIGNALS.values()];
const MIB = 1024 * 1024;

export const COLLECTOR_TESTS: readonly Row[] = [
  {
    section: 'otlpreceiver/otlp_test.go: TestJSONHTTP',
    level: 'test',
    asks: 'JSON of every spelling of its type, plain, in gzip and in zstd',
    over: 'HTTP',
    sent: 'a span; a good span behind a store that fails',
    answer: '200; zstd from Node 22.15 on, 415 before; 503 with a Status while the store fails',
    async check(target) {
      for (const type of [JSON_TYPE, `${JSON_TYPE};charset=utf-8`, 'APPLICATION/JSON']) {
        const headers = { 'content-type': type };
        const body = SAMPLES['traces']!.json();
        expect((await post(target, { headers, body })).status).toBe(200);
        const zipped = await post(target, {
          headers: { ...headers, 'content-encoding': 'gzip' },
          body: gzipSync(SAMPLES['traces']!.json()),
        });
        expect(zipped.status).toBe(200);
        const plain = Buffer.from(SAMPLES['traces']!.json());
        const zstd = await post(target, {
          headers: { ...headers, 'content-encoding': 'zstd' },
          body: zstdCompressSync?.(plain) ?? plain,
        });
        expect(zstd.status).toBe(zstdCompressSync === undefined ? 415 : 200);
      }
    },
  },
  {
    section: 'otlpreceiver/otlp_test.go: TestHandleInvalidRequests',
    level: 'test',
    asks: 'a body that is no request, without a type, with an unknown type, by another method; each signal',
    over: 'HTTP',
    sent: '`1234`; PATCH; GET',
    answer: '415, 415, 400, 400, 405, 405; all with a Status',
    collector: 'text/plain for 405 and 415',
    async check(target) {
      for (const { path } of signals) {
        const body = '1234';
        const answers = [
          await post(target, { path, body }),
          await post(target, { path, body, headers: { 'content-type': 'invalid' } }),
          await post(target, { path, body, headers: JSON_HEADERS }),
          await post(target, { path, body, headers: PROTOBUF_HEADERS }),
          await post(target, { path, body, headers: JSON_HEADERS, method: 'PATCH' }),
          await post(target, { path, headers: JSON_HEADERS, method: 'GET' }),
        ];
        expect(answers.map(({ status }) => status)).toEqual([415, 415, 400, 400, 405, 405]);
        for (const answer of answers) expect(statusOf(answer).message).not.toBe('');
      }
    },
  },
  {
    section: 'otlpreceiver/otlp_test.go: TestProtoHTTP',
    level: 'test',
    asks: 'protobuf, plain, in gzip and in zstd',
    over: 'HTTP',
    sent: 'a record of each signal',
    answer: '200 and zero bytes; zstd from Node 22.15 on, 415 before',
    async check(target) {
      for (const { path, name } of signals) {
        for (const [encoding, compress] of [
          ['identity', (body: Buffer) => body],
          ['gzip', gzipSync],
          ['zstd', zstdCompressSync],
        ] as const) {
          const plain = SAMPLES[name]!.protobuf();
          const answer = await post(target, {
            path,
            headers: { ...PROTOBUF_HEADERS, 'content-encoding': encoding },
            body: compress?.(plain) ?? plain,
          });
          expect(answer.status).toBe(compress === undefined ? 415 : 200);
        }
      }
    },
  },
  {
    section: 'otlpreceiver/otlp_test.go: TestOTLPReceiverInvalidContentEncoding',
    level: 'test',
    asks: 'a body that is not compressed as it says',
    over: 'HTTP',
    sent: 'JSON and protobuf announced as gzip and as zstd',
    answer: '400 with code 3; 415 for zstd before Node 22.15',
    async check(target) {
      for (const [headers, body] of [
        [JSON_HEADERS, SAMPLES['traces']!.json()],
        [PROTOBUF_HEADERS, SAMPLES['traces']!.protobuf()],
      ] as const)
        for (const encoding of ['gzip', 'zstd']) {
          const answer = await post(target, {
            headers: { ...headers, 'content-encoding': encoding },
            body,
          });
          const isKnown = encoding === 'gzip' || zstdCompressSync !== undefined;
          expect([answer.status, statusOf(answer).code]).toEqual(isKnown ? [400, 3] : [415, 12]);
        }
    },
  },
  {
    section: 'otlpreceiver/otlp_test.go: TestOTLPReceiverNoContentType',
    level: 'test',
    asks: 'a good request without a type',
    over: 'HTTP',
    sent: 'a span in protobuf',
    answer: '415',
    async check(target) {
      const body = SAMPLES['traces']!.protobuf();
      expect((await post(target, { body })).status).toBe(415);
    },
  },
  {
    section:
      'otlpreceiver/otlp_test.go: TestOTLPReceiverGRPCTracesIngestTest, TestOTLPReceiverHTTPTracesIngestTest',
    level: 'test',
    asks: 'what comes when requests are taken, may come again, are taken, must not come again',
    over: 'both',
    sent: 'a span each time; the disk is full the second time, the last is broken',
    answer:
      'OK, UNAVAILABLE, OK, INVALID_ARGUMENT and 200, 503, 200, 400; the counters say the same',
    async check() {
      const opened = await openTestReceiver();
      const full = await openTestReceiver({ limits: { freeDiskBytes: Number.MAX_SAFE_INTEGER } });
      const method = TRACES.grpcPath;
      const codes = [
        (await call(opened, { path: method, message: manySpans(1) })).code,
        (await call(full, { path: method, message: manySpans(1) })).code,
        (await call(opened, { path: method, message: manySpans(1) })).code,
        (await call(opened, { path: method, message: Buffer.from('x') })).code,
      ];
      const headers = PROTOBUF_HEADERS;
      const statuses = [
        (await post(opened, { headers, body: manySpans(1) })).status,
        (await post(full, { headers, body: manySpans(1) })).status,
        (await post(opened, { headers, body: manySpans(1) })).status,
        (await post(opened, { headers, body: 'x' })).status,
      ];
      expect([codes, statuses]).toEqual([
        [0, 14, 0, 3],
        [200, 503, 200, 400],
      ]);
      await opened.receiver.flush();
      expect(opened.store.spanIds).toHaveLength(4);
      expect(opened.receiver.gauges()).toMatchObject({ received: 4, stored: 4 });
      expect([opened.refused('OTLP_MALFORMED'), full.refused('RECEIVER_DISK_LOW')]).toEqual([2, 2]);
      await Promise.all([opened.end(), full.end()]);
    },
  },
  {
    section: 'otlpreceiver/otlp_test.go: TestGRPCMaxRecvSize',
    level: 'test',
    asks: 'a call of 50,000 spans, with the limits of the defaults and with a lower one',
    over: 'gRPC',
    sent: '50,000 spans (2.7 MB), limits of 64 MiB and 1 MiB',
    answer: 'OK; RESOURCE_EXHAUSTED',
    collector: 'refuses them at its default of 4 MiB where they have attributes',
    async check() {
      const message = manySpans(50_000);
      await withTarget({}, async (target) => {
        expect((await call(target, { path: TRACES.grpcPath, message })).code).toBe(0);
      });
      await withTarget({ limits: { bodyBytes: MIB } }, async (target) => {
        expect((await call(target, { path: TRACES.grpcPath, message })).code).toBe(8);
      });
    },
  },
  {
    section: 'otlpreceiver/otlp_test.go: TestHTTPMaxRequestBodySize',
    level: 'test',
    asks: 'bodies at the limit, and a byte above it',
    over: 'HTTP',
    sent: 'JSON and protobuf, plain and in gzip',
    answer: '200 at the limit, 413 above it',
    collector: '400',
    async check() {
      const inJson = Buffer.from(SAMPLES['traces']!.json());
      const inProtobuf = SAMPLES['traces']!.protobuf();
      for (const [headers, body] of [
        [JSON_HEADERS, inJson],
        [PROTOBUF_HEADERS, inProtobuf],
      ] as const)
        for (const [over, status] of [
          [0, 200],
          [1, 413],
        ] as const)
          await withTarget({ limits: { bodyBytes: body.length - over } }, async (target) => {
            expect((await post(target, { headers, body })).status).toBe(status);
            const zipped = gzipSync(body);
            const answer = await post(target, {
              headers: { ...headers, 'content-encoding': 'gzip' },
              body: zipped,
            });
            // Ids at random become longer by gzip.
            expect(answer.status).toBe(zipped.length > body.length - over ? 413 : status);
          });
    },
  },
  {
    section: 'otlpreceiver/otlp_test.go: TestGRPCNewPortAlreadyUsed, TestHTTPNewPortAlreadyUsed',
    level: 'test',
    asks: 'a port that another program has',
    over: 'both',
    sent: '–',
    answer: 'listening fails with EADDRINUSE',
    async check() {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const { port } = other.address() as { port: number };
      for (const listen of ['listenHttp', 'listenGrpc'] as const) {
        const journalDir = mkdtempSync(path.join(tmpdir(), 'port-'));
        const receiver = await openReceiver({ store: new MemoryStore(), journalDir });
        await expect(receiver[listen]('127.0.0.1', port)).rejects.toMatchObject({
          code: 'EADDRINUSE',
        });
        await receiver.close();
        rmSync(journalDir, { recursive: true });
      }
      other.close();
    },
  },
  {
    section: 'otlpreceiver/otlp_test.go: TestShutdown',
    level: 'test',
    asks: 'nothing is delivered once the receiver has closed, and nothing acknowledged is missing',
    over: 'both',
    sent: 'spans without a pause over both, while it closes',
    answer: 'stored at the close = acknowledged; nothing later',
    async check() {
      const opened = await openTestReceiver({ timeouts: { closeMs: 3000 } });
      let acknowledged = 0;
      const send = async (attempt: () => Promise<boolean>): Promise<void> => {
        while (await attempt().catch(() => false)) acknowledged++;
      };
      const senders = [1, 2].flatMap(() => [
        send(async () => {
          const answer = await post(opened, { headers: PROTOBUF_HEADERS, body: manySpans(1) });
          return answer.status === 200;
        }),
        send(async () => {
          const answer = await call(opened, { path: TRACES.grpcPath, message: manySpans(1) });
          return answer.code === 0;
        }),
      ]);
      await vi.waitFor(() => expect(acknowledged).toBeGreaterThan(40), 10_000);
      await opened.receiver.close();
      const stored = opened.store.spanIds.length;
      await Promise.all(senders);
      expect(stored).toBeGreaterThanOrEqual(acknowledged);
      expect(opened.store.spanIds).toHaveLength(stored);
      await opened.end();
    },
  },
  {
    section: 'otlpreceiver/otlphttp_test.go: TestHTTPRetryAfter',
    level: 'test',
    asks: 'which errors say when to come again',
    over: 'HTTP',
    sent: 'no room; a full disk; broken bytes',
    answer: '429 and 503 with `Retry-After: 1`; 400 without',
    collector: 'passes on the time that its exporter names',
    async check(target) {
      const answer = await post(target, { headers: PROTOBUF_HEADERS, body: 'x' });
      expect([answer.status, answer.headers['retry-after']]).toEqual([400, undefined]);
      await withTarget({ limits: { freeDiskBytes: Number.MAX_SAFE_INTEGER } }, async (full) => {
        const refused = await post(full, { headers: PROTOBUF_HEADERS, body: '' });
        expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
      });
    },
  },
  {
    section:
      'otlpreceiver/internal/trace/otlp_test.go and those beside it: TestExport, TestExport_EmptyRequest',
    level: 'test',
    asks: 'a request and an empty one of each signal',
    over: 'gRPC',
    sent: 'a record; nothing',
    answer: 'OK and an empty answer',
    async check(target) {
      for (const { grpcPath: path, name } of signals)
        for (const message of [SAMPLES[name]!.protobuf(), Buffer.alloc(0)])
          expect(await call(target, { path, message })).toMatchObject({
            code: 0,
            message: Buffer.alloc(0),
          });
    },
  },
  {
    section: 'otlpreceiver/../../internal/e2e/otlphttp_test.go: TestIssue_4221',
    level: 'test',
    asks: 'ids are what they were, byte for byte, in either encoding',
    over: 'HTTP',
    sent: 'ids that are no text and begin with zeros',
    answer: 'the same ids are stored',
    async check(target) {
      const traceId = '4303853f086f4f8c86cf198b6551df84';
      const ids = ['e5513c32795c41b9', '00000000000000ff'];
      const headers = PROTOBUF_HEADERS;
      await post(target, {
        headers,
        body: tracesProtobuf(spanProtobuf({ traceId, spanId: ids[0]! })),
      });
      await post(target, {
        headers: JSON_HEADERS,
        body: tracesJson(spanJson({ traceId, spanId: ids[1]! })),
      });
      expect((await target.spansOf(traceId)).map(({ spanId }) => spanId)).toEqual(ids);
    },
  },
  {
    section: 'otlpreceiver/../../pdata/internal/json/iterator_test.go',
    level: 'test',
    asks: 'whole numbers as numbers and as strings, and what is none',
    over: 'HTTP',
    sent: '1, "1"; "3.f14", true, -1 and "-1" where none may be negative',
    answer: '200; 400',
    async check(target) {
      const statusWith = async (time: string): Promise<number> => {
        const body = tracesJson(spanJson()).replace('"1700000000000000000"', time);
        return (await post(target, { headers: JSON_HEADERS, body })).status;
      };
      for (const good of ['1', '"1"']) expect([good, await statusWith(good)]).toEqual([good, 200]);
      for (const bad of ['"3.f14"', 'true', '-1', '"-1"', '{}', '1.5'])
        expect([bad, await statusWith(bad)]).toEqual([bad, 400]);
    },
  },
  {
    section: 'otlpreceiver/../../pdata/ptrace/json_test.go and those beside it',
    level: 'test',
    asks: 'fields that nobody knows',
    over: 'HTTP',
    sent: 'an unknown field in each signal',
    answer: '200',
    async check(target) {
      for (const { path, name } of signals) {
        const body = SAMPLES[name]!.json().replace('{', '{"extra":[{"a":[1,null,"x"]}],');
        expect((await post(target, { path, headers: JSON_HEADERS, body })).status).toBe(200);
      }
    },
  },
];
