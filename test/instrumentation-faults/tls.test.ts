/** Requests over TLS: the certificates that OTEL_EXPORTER_OTLP_* names are trusted and shown, at the end too. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toEndpoint } from '../../packages/instrumentation/src/delivery/endpoint.ts';
import { type Signal } from '../../packages/instrumentation/src/delivery/signal.ts';
import { detach } from '../../packages/instrumentation/src/delivery/hand-over.ts';
import { FeatureSpanProcessor } from '../../packages/instrumentation/src/delivery/processor.ts';
import { createSender } from '../../packages/instrumentation/src/delivery/sender.ts';
import { readConfig } from '../../packages/instrumentation/src/settings/config.ts';
import { startOperation } from '../../packages/instrumentation/src/work/operation.ts';
import { openCollector, type Collector } from '../../packages/instrumentation/testing/collector.ts';
import {
  createCertificate,
  type TestCertificate,
} from '../../packages/receiver/src/testing/certificate.ts';

let collector: Collector;
let folder: string;
const paths: Record<string, string> = {};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heartwood-tls-'));
  const authority = createCertificate({ name: 'authority', isAuthority: true });
  const server = createCertificate({ name: 'localhost', issuer: authority });
  const client = createCertificate({ name: 'app', issuer: authority });
  const put = (name: string, text: string): void => {
    paths[name] = join(folder, `${name}.pem`);
    writeFileSync(paths[name], text);
  };
  put('authority', authority.cert);
  put('other', createCertificate({ name: 'other', isAuthority: true }).cert);
  put('cert', client.cert);
  put('key', client.key);
  collector = await openCollector(serverOptions(server, authority));
});

afterEach(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function serverOptions(server: TestCertificate, authority: TestCertificate): object {
  return {
    cert: server.cert,
    key: server.key,
    ca: authority.cert,
    requestCert: true,
    rejectUnauthorized: true,
  };
}

/** `NAME=certificate` of `paths`, without the prefix OTEL_EXPORTER_OTLP_. */
function envOf(variables: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', collector.url],
    ...variables.map(([name, path]) => [`OTEL_EXPORTER_OTLP_${name}`, paths[path] ?? path]),
  ]);
}

const ALL = [
  ['CERTIFICATE', 'authority'],
  ['CLIENT_CERTIFICATE', 'cert'],
  ['CLIENT_KEY', 'key'],
] as const;

describe('a receiver that asks for a certificate', () => {
  it.each<[string, string, Signal, readonly (readonly [string, string])[]]>([
    ['takes', 'delivered', 'traces', ALL],
    ['takes logs of', 'delivered', 'logs', ALL],
    [
      'takes',
      'delivered',
      'traces',
      [
        ['CERTIFICATE', 'other'],
        ['TRACES_CERTIFICATE', 'authority'],
        ['TRACES_CLIENT_CERTIFICATE', 'cert'],
        ['TRACES_CLIENT_KEY', 'key'],
      ],
    ],
    ['does not take', 'retry', 'traces', []],
    ['does not take', 'retry', 'traces', [['CERTIFICATE', 'other'], ...ALL.slice(1)]],
    ['does not take', 'retry', 'traces', [ALL[0]]],
    ['does not take', 'retry', 'traces', [ALL[0], ALL[1]]],
  ])('%s an app: %s %s with %j', async (_, kind, signal, variables) => {
    const sender = createSender(toEndpoint(readConfig(envOf(variables)), signal));
    expect((await sender.send(new Uint8Array())).kind).toBe(kind);
    sender.close();
  });

  it('is told of a file that cannot be read, by its name', () => {
    const problems: string[] = [];
    const env = envOf([['CERTIFICATE', '/nowhere/ca.pem']]);
    const { tls } = toEndpoint(readConfig(env), 'traces', (message) => problems.push(message));
    expect(tls).toEqual({});
    expect(problems).toEqual([expect.stringContaining('/nowhere/ca.pem')]);
  });

  it('takes what another process sends at the end', async () => {
    const endpoint = toEndpoint(readConfig(envOf(ALL)), 'logs');
    detach([{ endpoint, recordCount: 1, noun: 'log records', body: new Uint8Array() }]);
    await vi.waitFor(() => expect(collector.otherRequests).toHaveLength(1), 15_000);
  });

  it('takes what the thread says that speaks for operations while the event loop is blocked', async () => {
    const { certificate, clientCertificate, clientKey, endpoint } = readConfig(envOf(ALL));
    const settings = { certificate, clientCertificate, clientKey, endpoint };
    const processor = new FeatureSpanProcessor({ settings });
    using _operation = startOperation('import', { heartbeatMs: 250 });
    await vi.waitFor(() => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 750);
      const keys = collector.logs.flatMap(({ attributes }) => Object.keys(attributes));
      expect(keys).toContain('feature.operation.event_loop.blocked');
    }, 15_000);
    await processor.shutdown();
  });
});
