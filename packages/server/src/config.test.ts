import { homedir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isLoopback, parseConfig } from './config.ts';

const problemsOf = (environment: Record<string, string>): string => {
  try {
    parseConfig(environment);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

test('an empty environment gives the documented defaults', () => {
  expect(parseConfig({})).toMatchObject({
    host: '127.0.0.1',
    otlpHttpPort: 4318,
    apiPort: 4319,
    ingestToken: undefined,
    dataDir: path.join(homedir(), '.heartwood'),
    databasePath: undefined,
  });
});

test.each([
  [{ HEARTWOOD_API_PORT: '65536' }, 'HEARTWOOD_API_PORT'],
  [{ HEARTWOOD_API_PORT: '-1' }, 'HEARTWOOD_API_PORT'],
  [{ HEARTWOOD_OTLP_HTTP_PORT: 'http' }, 'HEARTWOOD_OTLP_HTTP_PORT'],
  [{ HEARTWOOD_READ_TOKEN: 'short' }, 'at least 16'],
  [{ HEARTWOOD_INGEST_TOKEN: 'with spaces in the token' }, 'printable ASCII'],
  [{ HEARTWOOD_MEMORY_MB: '1' }, 'at least 512'],
  [{ HEARTWOOD_MAX_BODY_MB: '4096' }, 'at most 1024'],
  [{ HEARTWOOD_DATADIR: '/srv' }, 'is not a setting'],
  [{ HEARTWOOD_GRPC_KEEPALIVE_TIME: '60' }, 'a time such as'],
  [{ HEARTWOOD_GRPC_MAX_CONNECTION_AGE: '9999h' }, 'at most 24h'],
  [{ HEARTWOOD_GRPC_KEEPALIVE_PERMIT_WITHOUT_STREAM: 'yes' }, 'true or false'],
  [{ HEARTWOOD_TLS_CERT: '/cert.pem' }, 'must be set together'],
  [{ HEARTWOOD_TLS_KEY: '/key.pem' }, 'must be set together'],
  [{ HEARTWOOD_TLS_CLIENT_CA: '/ca.pem' }, 'has no effect without'],
  [{ HEARTWOOD_WEEK_START: 'friday' }, 'monday or sunday'],
  [{ HEARTWOOD_TIME_ZONE: 'Europe/Berln' }, 'IANA name'],
  [{ HEARTWOOD_TIME_ZONE: '+02:00' }, 'IANA name'],
  [{ HEARTWOOD_HOST: '0.0.0.0' }, 'HEARTWOOD_INGEST_TOKEN must be set'],
])('%j is refused with a reason', (environment, reason) => {
  expect(problemsOf(environment)).toContain(reason);
});

test('the zone is that of the process unless one is named', () => {
  expect(parseConfig({ HEARTWOOD_TIME_ZONE: 'Asia/Kathmandu' }).timeZone).toBe('Asia/Kathmandu');
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  expect(parseConfig({}).timeZone).toBe(timeZone);
});

test('all problems are named at once', () => {
  const message = problemsOf({ HEARTWOOD_API_PORT: 'x', HEARTWOOD_MEMORY_MB: 'y' });
  expect(message).toContain('HEARTWOOD_API_PORT');
  expect(message).toContain('HEARTWOOD_MEMORY_MB');
  expect(message).toContain('2 setting(s)');
});

test.each([
  ['0', 0],
  ['500ms', 500],
  ['20s', 20_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
])('the time %s is %i ms', (text, ms) => {
  expect(parseConfig({ HEARTWOOD_GRPC_KEEPALIVE_TIME: text }).grpcKeepAliveMs).toBe(ms);
});

test('an open address is accepted with both tokens', () => {
  const config = parseConfig({
    HEARTWOOD_HOST: '0.0.0.0',
    HEARTWOOD_INGEST_TOKEN: 'i'.repeat(16),
    HEARTWOOD_READ_TOKEN: 'r'.repeat(16),
  });
  expect(config.host).toBe('0.0.0.0');
});

test.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['127.0.0.1.example.com', false],
  ['192.168.0.1', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
