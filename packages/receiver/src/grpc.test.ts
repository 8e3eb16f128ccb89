import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  compressionAlgorithms,
  Client,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { SpanKind } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { traceRequest } from '../../../test/bench/workload.ts';
import { bytesField } from './message-field.ts';
import { openReceiver, type Receiver, type ReceiverOptions } from './receiver.ts';
import { TRACES } from './signal.ts';
import { MemoryStore } from './testing/memory-store.ts';

let journalDir: string;
let receiver: Receiver;
let store: MemoryStore;
let address: string;

beforeEach(async () => {
  journalDir = await mkdtemp(path.join(tmpdir(), 'grpc-'));
  await open({});
});

afterEach(async () => {
  await receiver.close();
  await rm(journalDir, { recursive: true, force: true });
});

async function open(options: Partial<ReceiverOptions>): Promise<void> {
  store = new MemoryStore();
  receiver = await openReceiver({
    store,
    journalDir,
    landAfterMs: 5,
    timeouts: { closeMs: 200 },
    ...options,
  });
  address = `127.0.0.1:${await receiver.listenGrpc('127.0.0.1', 0)}`;
}

async function reopen(options: Partial<ReceiverOptions>): Promise<void> {
  await receiver.close();
  await open(options);
}

interface Answer {
  readonly code: status;
  readonly body?: Buffer;
  readonly error?: ServiceError;
}

function call(
  body: Buffer,
  { method = TRACES.grpcPath, metadata = new Metadata(), gzip = false } = {},
): Promise<Answer> {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
    ...(gzip && { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip }),
  });
  const asIs = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(method, asIs, asIs, body, metadata, (error, answer) => {
      client.close();
      resolve(
        error === null
          ? { code: status.OK, body: answer ?? Buffer.alloc(0) }
          : { code: error.code, error },
      );
    });
  });
}

const detailsOf = ({ error }: Answer): string =>
  Buffer.from(error?.metadata.get('grpc-status-details-bin')[0] ?? '').toString('latin1');

const expectAlive = async (): Promise<void> => {
  expect(await call(traceRequest({ spans: 1, seed: 77 }).protobuf)).toMatchObject({
    code: status.OK,
  });
};

test('an exporter of the OpenTelemetry SDK is served', async () => {
  const exporter = new OTLPTraceExporter({ url: `http://${address}` });
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('test');
  for (let i = 0; i < 20; i++) tracer.startSpan(`work ${i}`, { kind: SpanKind.SERVER }).end();
  await provider.shutdown();
  await receiver.flush();
  expect(store.spanIds).toHaveLength(20);
});

test.each([false, true])('a large message is taken whole, with gzip: %s', async (gzip) => {
  const { protobuf } = traceRequest({ spans: 12_000, seed: 1 });
  expect(protobuf.length).toBeGreaterThan(4 * 1024 * 1024);
  expect(await call(protobuf, { gzip })).toEqual({ code: status.OK, body: Buffer.alloc(0) });
  await receiver.flush();
  expect(store.spanIds).toHaveLength(12_000);
});

test('the same message again is stored once', async () => {
  const { protobuf } = traceRequest({ spans: 10, seed: 2 });
  await call(protobuf);
  expect(await call(protobuf)).toMatchObject({ code: status.OK });
  await receiver.flush();
  expect(store.spanIds).toHaveLength(10);
});

test('an empty message is an empty request', async () => {
  expect(await call(Buffer.alloc(0))).toEqual({ code: status.OK, body: Buffer.alloc(0) });
});

test('spans that cannot be taken are counted in a partial success', async () => {
  const span = bytesField(2, bytesField(1, Buffer.alloc(16)));
  const answer = await call(bytesField(1, bytesField(2, span)));
  expect(answer.code).toBe(status.OK);
  expect(answer.body?.toString('latin1')).toContain('trace id');
});

describe('refusals', () => {
  test('what is no OTLP is INVALID_ARGUMENT with the google.rpc.Status in the details', async () => {
    const answer = await call(Buffer.from([0x0a, 0x7f, 1, 2]));
    expect(answer.code).toBe(status.INVALID_ARGUMENT);
    expect(detailsOf(answer)).toContain('OTLP_MALFORMED');
    expect(detailsOf(answer)).not.toContain('RetryInfo');
    await expectAlive();
  });

  test('a message over the limit is RESOURCE_EXHAUSTED without a RetryInfo', async () => {
    await reopen({ limits: { bodyBytes: 1000 } });
    for (const gzip of [false, true]) {
      const answer = await call(traceRequest({ spans: 100, seed: 3 }).protobuf, { gzip });
      expect(answer.code).toBe(status.RESOURCE_EXHAUSTED);
      expect(detailsOf(answer)).not.toContain('RetryInfo');
    }
    await expectAlive();
  });

  test('a full disk is UNAVAILABLE with a RetryInfo', async () => {
    await reopen({ limits: { freeDiskBytes: Number.MAX_SAFE_INTEGER } });
    const answer = await call(traceRequest({ spans: 1, seed: 4 }).protobuf);
    expect(answer.code).toBe(status.UNAVAILABLE);
    expect(detailsOf(answer)).toContain('google.rpc.RetryInfo');
  });

  test('without the token it is UNAUTHENTICATED, with it all is well', async () => {
    await reopen({ token: 'a-token-of-good-length' });
    expect(await call(Buffer.alloc(0))).toMatchObject({ code: status.UNAUTHENTICATED });
    const metadata = new Metadata();
    metadata.set('authorization', 'Bearer a-token-of-good-length');
    expect(await call(Buffer.alloc(0), { metadata })).toMatchObject({ code: status.OK });
  });

  test.each([
    '/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export',
    '/opentelemetry.proto.collector.trace.v1.TraceService/Import',
    '/none',
  ])('%s is UNIMPLEMENTED', async (method) => {
    expect(await call(Buffer.alloc(0), { method })).toMatchObject({ code: status.UNIMPLEMENTED });
    await expectAlive();
  });
});

test('a port that is taken rejects with the code of the system', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  await receiver.close();
  receiver = await openReceiver({ store, journalDir });
  await expect(receiver.listenGrpc('127.0.0.1', port)).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  other.close();
});

test('after close nothing is taken', async () => {
  await receiver.close();
  expect(await call(Buffer.alloc(0))).toMatchObject({ code: status.UNAVAILABLE });
});
