import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';
import { Client, credentials, status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openReceiver, type Receiver } from './receiver.ts';
import { TRACES } from './signal.ts';
import { createCertificate, type TestCertificate } from './testing/certificate.ts';
import { MemoryStore } from './testing/memory-store.ts';
import { RawConnection } from './testing/raw-connection.ts';
import type { Tls } from './tls.ts';

/** Machines that test may be busy. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, 10_000);

const authority = createCertificate({ name: 'authority', isAuthority: true });
const stranger = createCertificate({ name: 'stranger', isAuthority: true });
const server = createCertificate({ name: 'server', issuer: authority });
const renewed = createCertificate({ name: 'renewed', issuer: authority });
const client = createCertificate({ name: 'client', issuer: authority });
const foreignClient = createCertificate({ name: 'client', issuer: stranger });
const expiredClient = createCertificate({
  name: 'client',
  issuer: authority,
  fromDays: -9,
  untilDays: -1,
});

/** TLS of a receiver whose certificate may be exchanged. */
class TestTls implements Tls {
  context: Tls['context'];
  readonly asksForCertificate: boolean;
  readonly #listeners: (() => void)[] = [];

  constructor({ cert, key }: TestCertificate, ca?: string) {
    this.context = { cert, key, ...(ca !== undefined && { ca }) };
    this.asksForCertificate = ca !== undefined;
  }

  onChange(renew: () => void): void {
    this.#listeners.push(renew);
  }

  use({ cert, key }: TestCertificate): void {
    this.context = { ...this.context, cert, key };
    for (const renew of this.#listeners) renew();
  }
}

interface Opened {
  readonly receiver: Receiver;
  readonly httpPort: number;
  readonly grpcPort: number;
  end(): Promise<void>;
}

async function open(tls: Tls | undefined): Promise<Opened> {
  const journalDir = await mkdtemp(path.join(tmpdir(), 'tls-'));
  const receiver = await openReceiver({
    store: new MemoryStore(),
    journalDir,
    tls,
    timeouts: { headersMs: 500, closeMs: 200 },
  });
  return {
    receiver,
    httpPort: await receiver.listenHttp('127.0.0.1', 0),
    grpcPort: await receiver.listenGrpc('127.0.0.1', 0),
    async end() {
      await receiver.close();
      await rm(journalDir, { recursive: true, force: true });
    },
  };
}

/** The status of an empty request, or the code of what broke the connection. */
function post(port: number, options: ConnectionOptions): Promise<number | string> {
  return new Promise((resolve) => {
    const sent = request(
      {
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/v1/traces',
        headers: { 'content-type': 'application/x-protobuf' },
        agent: false,
        ...options,
      },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    sent.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'error'));
    sent.end();
  });
}

/** The status of an empty call over gRPC. */
function call(
  port: number,
  by?: TestCertificate,
  ca: TestCertificate = authority,
): Promise<status> {
  const asIs = (bytes: Buffer): Buffer => bytes;
  const grpc = new Client(
    `127.0.0.1:${port}`,
    credentials.createSsl(
      Buffer.from(ca.cert),
      by && Buffer.from(by.key),
      by && Buffer.from(by.cert),
    ),
    { 'grpc.enable_retries': 0 },
  );
  return new Promise((resolve) => {
    grpc.makeUnaryRequest(TRACES.grpcPath, asIs, asIs, Buffer.alloc(0), (error) => {
      grpc.close();
      resolve(error?.code ?? status.OK);
    });
  });
}

async function expectAlive({ httpPort, grpcPort }: Opened): Promise<void> {
  expect(await post(httpPort, trusting)).toBe(200);
  expect(await call(grpcPort)).toBe(status.OK);
}

const trusting = { ca: authority.cert };
const connections: RawConnection[] = [];
afterEach(() => {
  for (const connection of connections.splice(0)) connection.destroy();
});

describe('TLS', () => {
  let opened: Opened;
  let tls: TestTls;
  beforeAll(async () => {
    tls = new TestTls(server);
    opened = await open(tls);
  });
  afterAll(() => opened.end());
  afterEach(() => expectAlive(opened));

  test('a sender that trusts another authority goes away', async () => {
    const trust = { ca: stranger.cert };
    expect(await post(opened.httpPort, trust)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await call(opened.grpcPort, undefined, stranger)).toBe(status.UNAVAILABLE);
  });

  test.each(['TLSv1', 'TLSv1.1'] as const)('%s is not spoken', async (version) => {
    const old = {
      ...trusting,
      minVersion: version,
      maxVersion: version,
      ciphers: 'ALL@SECLEVEL=0',
    } as const;
    expect(await post(opened.httpPort, old)).not.toBe(200);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (version) => {
    expect(
      await post(opened.httpPort, { ...trusting, minVersion: version, maxVersion: version }),
    ).toBe(200);
  });

  test.each([
    ['plain HTTP', 'POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'],
    ['HTTP/2 in plain text', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['noise', Buffer.alloc(1000, 0xff)],
    ['the beginning of a handshake that never goes on', Buffer.from('16030100c801', 'hex')],
    ['nothing', ''],
  ])('%s ends the connection, is counted, and hurts nobody', async (_name, bytes) => {
    for (const port of [opened.httpPort, opened.grpcPort]) {
      const before = opened.receiver.gauges()['refused_connections_tls_handshake'] ?? 0;
      const connection = await RawConnection.open(port);
      connections.push(connection);
      if (bytes.length > 0) connection.write(bytes);
      await connection.ended();
      await eventually(() =>
        // The gRPC client of the test before may still be trying.
        expect(opened.receiver.gauges()['refused_connections_tls_handshake']).toBeGreaterThan(
          before,
        ),
      );
      expect(opened.receiver.gauges()['refused_requests_otlp_bad_http']).toBeUndefined();
    }
  });

  test('a renewed certificate is shown to new connections, while old ones go on', async () => {
    const old = connectHttp2(`https://127.0.0.1:${opened.grpcPort}`, trusting);
    await new Promise((resolve) => old.once('connect', resolve));
    const shown = (): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect({ port: opened.httpPort, host: '127.0.0.1', ...trusting }, () => {
          resolve(socket.getPeerCertificate().subject.CN);
          socket.destroy();
        });
      });
    expect(await shown()).toBe('server');
    tls.use(renewed);
    expect(await shown()).toBe('renewed');
    const alive = await new Promise((resolve) => old.ping((error) => resolve(error === null)));
    expect(alive).toBe(true);
    old.destroy();
  });
});

describe('TLS of both sides', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open(new TestTls(server, authority.cert));
  });
  afterAll(() => opened.end());

  test('a sender with a certificate of the authority is let in', async () => {
    const { cert, key } = client;
    expect(await post(opened.httpPort, { ...trusting, cert, key })).toBe(200);
    expect(await call(opened.grpcPort, client)).toBe(status.OK);
  });

  test.each([
    ['without a certificate', undefined],
    ['with one of another authority', foreignClient],
    ['with an expired one', expiredClient],
  ])('a sender %s is not', async (_name, shown) => {
    const own = shown && { cert: shown.cert, key: shown.key };
    expect(await post(opened.httpPort, { ...trusting, ...own })).toMatch(/^E/);
    expect(await call(opened.grpcPort, shown)).toBe(status.UNAVAILABLE);
  });
});

test('a handshake on a port without TLS ends the connection, and the next request is taken', async () => {
  const opened = await open(undefined);
  const outcome = await new Promise<string>((resolve) => {
    connect({ port: opened.grpcPort, host: '127.0.0.1', ...trusting })
      .on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'error'))
      .on('secureConnect', () => resolve('connected'));
  });
  expect(outcome).not.toBe('connected');
  const answer = await fetch(`http://127.0.0.1:${opened.httpPort}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
  });
  expect(answer.status).toBe(200);
  await opened.end();
});
