/** Where spans go for which settings, and what an answer means. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../settings/config.ts';
import { toEndpoint } from './endpoint.ts';
import { type Signal } from './signal.ts';
import { decodePartialSuccess, parseRetryAfter } from './response.ts';
import { encodePartialSuccess } from '../../testing/collector.ts';

afterEach(() => vi.unstubAllEnvs());

function endpoint(
  env: Record<string, string>,
  signal: Signal = 'traces',
): {
  url: string;
  headers: Record<string, string>;
  problems: string[];
} {
  const problems: string[] = [];
  const say = (message: string): number => problems.push(message);
  const { url, headers } = toEndpoint(readConfig(env, say), signal, say);
  return { url: url.href, headers: { ...headers }, problems };
}

describe('the address', () => {
  it.each<[string, Record<string, string>, string]>([
    ['nothing', {}, 'http://localhost:4318/v1/traces'],
    ['a base', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'http://c:4318/v1/traces'],
    [
      'a base with a path',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c/otlp/' },
      'https://c/otlp/v1/traces',
    ],
    [
      'an address for traces, used as it is',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' },
      'http://t/x',
    ],
    [
      'our own name before the general one',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', HEARTWOOD_OTLP_ENDPOINT: 'http://h:1' },
      'http://h:1/v1/traces',
    ],
  ])('from %s', (_, env, url) => {
    expect(endpoint(env)).toMatchObject({ url, problems: [] });
  });

  it.each(['localhost:4318', 'ftp://c', 'not an address'])(
    'falls back from "%s" and says so',
    (text) => {
      const { url, problems } = endpoint({ OTEL_EXPORTER_OTLP_ENDPOINT: text });
      expect(url).toBe('http://localhost:4318/v1/traces');
      expect(problems).toHaveLength(1);
    },
  );
});

describe('the time for a request', () => {
  it.each<[string, Record<string, string>, number]>([
    ['nothing', {}, 10_000],
    ['the general one', { OTEL_EXPORTER_OTLP_TIMEOUT: '500' }, 500],
    [
      'that of spans',
      { OTEL_EXPORTER_OTLP_TIMEOUT: '500', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '700' },
      700,
    ],
    ['zero, which is no limit', { OTEL_EXPORTER_OTLP_TIMEOUT: '0' }, 2_147_483_647],
    [
      'zero for spans',
      { OTEL_EXPORTER_OTLP_TIMEOUT: '500', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '0' },
      2_147_483_647,
    ],
  ])('from %s', (_, env, timeoutMs) => {
    expect(toEndpoint(readConfig(env), 'traces').timeoutMs).toBe(timeoutMs);
  });

  it.each([0, 9_999_999_999])('from code that says %d is no limit either', (requestTimeoutMs) => {
    const config = { ...readConfig({}), requestTimeoutMs };
    expect(toEndpoint(config, 'logs').timeoutMs).toBe(2_147_483_647);
  });
});

describe('headers', () => {
  it('are decoded, those for traces go first, wrong ones are named without their value', () => {
    const { headers, problems } = endpoint({
      OTEL_EXPORTER_OTLP_HEADERS: 'A=1, b = two%20words ,broken,bad key=s3cret,c=%ZZ',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=9',
    });
    expect(headers).toMatchObject({ a: '9', b: 'two words' });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain('s3cret');
  });

  it('cannot be broken out of', () => {
    expect(
      endpoint({ OTEL_EXPORTER_OTLP_HEADERS: 'a=x%0d%0aevil:%201' }).headers,
    ).not.toHaveProperty('a');
  });

  it('hold the token for our receiver and for nobody else', () => {
    const HEARTWOOD_INGEST_TOKEN = 'secret';
    vi.stubEnv('HEARTWOOD_INGEST_TOKEN', HEARTWOOD_INGEST_TOKEN);
    expect(endpoint({ HEARTWOOD_INGEST_TOKEN }).headers['authorization']).toBe('Bearer secret');
    const elsewhere = {
      HEARTWOOD_INGEST_TOKEN,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://vendor.example',
    };
    expect(endpoint(elsewhere).headers).not.toHaveProperty('authorization');
    vi.stubEnv('HEARTWOOD_OTLP_ENDPOINT', 'https://vendor.example');
    expect(endpoint(elsewhere).headers['authorization']).toBe('Bearer secret');
  });
});

describe('the answer', () => {
  it('says how many spans were rejected', () => {
    expect(decodePartialSuccess(encodePartialSuccess(300, 'why'))).toEqual({
      rejected: 300,
      message: 'why',
    });
  });

  it.each([[[]], [[0xff]], [[0x0a, 0x7f, 1]], [[0x0a, 0x02, 0x08]], [[0x03]]])(
    'counts as success when it is no message: %j',
    (bytes) => {
      expect(decodePartialSuccess(Uint8Array.from(bytes)).rejected).toBe(0);
    },
  );

  it.each([
    ['3', 3000],
    ['0', 0],
    ['Thu, 01 Jan 1970 00:00:10 GMT', 9000],
    ['Wed, 31 Dec 1969 00:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('asks with Retry-After %s to wait %s ms', (header, ms) => {
    expect(parseRetryAfter(header, 1000)).toBe(ms);
  });
});
