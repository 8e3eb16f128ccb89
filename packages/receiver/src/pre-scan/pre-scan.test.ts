import { gzipSync } from 'node:zlib';
import { CodedError } from '@heartwood/semconv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BODY_SLACK_BYTES } from '../decode/text/text-source.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { COMPRESSION, ENCODING } from '../signal.ts';
import { field, tag, varint } from '../testing/wire.ts';
import { PreScan } from './pre-scan.ts';

const SIGNALS = [
  { number: 1, name: 'traces' },
  { number: 2, name: 'logs' },
  { number: 3, name: 'metrics' },
];
const NUMBERS: Readonly<Record<string, number>> = { traces: 1, logs: 2, metrics: 3 };
const small = { ...DEFAULT_LIMITS, envelopes: 6, records: 8, requestAttributes: 20 };

const withSlack = (body: Uint8Array): Uint8Array => {
  const bytes = Buffer.alloc(body.length + BODY_SLACK_BYTES, 0xff);
  bytes.set(body);
  return bytes.subarray(0, body.length);
};

const times = (count: number, ...parts: readonly Uint8Array[]): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => Buffer.concat(parts)));

/** A request whose only record is made of these fields; for metrics, whose only metric is. */
const record = (...fields: readonly Uint8Array[]): Buffer =>
  field(1, field(2, field(2, ...fields)));
const scopeOf = (...records: readonly Uint8Array[]): Buffer => field(1, field(2, ...records));
const empty = (number: number): Buffer => field(number);
const key = field(1, 'k');

const look = (signal: string, body: Uint8Array | string, limits = small): void => {
  const encoding = typeof body === 'string' ? ENCODING.JSON : ENCODING.PROTOBUF;
  const request = { signal: NUMBERS[signal] ?? 0, encoding, compression: COMPRESSION.NONE };
  new PreScan(limits, SIGNALS).look(
    request,
    withSlack(typeof body === 'string' ? Buffer.from(body) : body),
  );
};

/** What each body has `count` of. */
type Make = (count: number) => Uint8Array | string;
const list = (count: number, element: string): string => Array(count).fill(element).join();
const jsonSpan =
  (field: string, element = '{}'): Make =>
  (count) =>
    // The lists around it have four elements themselves.
    `{"resourceSpans":[{"scopeSpans":[{"spans":[{"${field}":[${list(count, element)}]}]}]}]}`;
const jsonPoint =
  (kind: string, field: string, element: string): Make =>
  (count) =>
    `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"${kind}":{"dataPoints":[{"${field}":[${list(count, element)}]}]}}]}]}]}`;

const PARTS = 'attributes, events, links, exemplars, buckets and list elements';
const CASES: readonly (readonly [string, string, Make, number, string])[] = [
  ['resources', 'traces', (n) => times(n, empty(1)), 6, 'resources and scopes'],
  ['scopes', 'traces', (n) => field(1, times(n - 1, empty(2))), 6, 'resources and scopes'],
  ['spans', 'traces', (n) => scopeOf(times(n, empty(2))), 8, 'spans'],
  [
    'spans with tags that are longer than they need be',
    'traces',
    (n) => scopeOf(times(n, Buffer.from([0x92, 0x80, 0x00, 0x80, 0x00]))),
    8,
    'spans',
  ],
  [
    'spans of several scopes',
    'traces',
    (n) => field(1, times(n / 2, field(2, times(2, empty(2))))),
    8,
    'spans',
  ],
  ['log records', 'logs', (n) => scopeOf(times(n, empty(2))), 8, 'log records'],
  ['metrics without points', 'metrics', (n) => scopeOf(times(n, empty(2))), 8, 'metrics'],
  ...[5, 7, 9, 10, 11].map(
    (kind) =>
      [
        `data points of metric field ${kind}`,
        'metrics',
        (n: number) => record(field(kind, times(n, empty(1)))),
        8,
        'data points',
      ] as const,
  ),
  ['attributes of a span', 'traces', (n) => record(times(n, empty(9))), 20, PARTS],
  [
    'attributes with a text each',
    'traces',
    (n) => record(times(n, field(9, key, field(2, field(1, 'v'))))),
    20,
    PARTS,
  ],
  [
    'attributes with a number each',
    'traces',
    (n) => record(times(n, field(9, key, field(2, tag(3, 0), varint(-1))))),
    20,
    PARTS,
  ],
  ['attributes of a resource', 'logs', (n) => field(1, field(1, times(n, empty(1)))), 20, PARTS],
  [
    'attributes of a scope',
    'metrics',
    (n) => field(1, field(2, field(1, times(n, empty(3))))),
    20,
    PARTS,
  ],
  ['events', 'traces', (n) => record(times(n, empty(11))), 20, PARTS],
  ['links', 'traces', (n) => record(times(n, empty(13))), 20, PARTS],
  ['attributes of an event', 'traces', (n) => record(field(11, times(n - 1, empty(3)))), 20, PARTS],
  [
    'elements of a list',
    'traces',
    (n) => record(field(9, key, field(2, field(5, times(n - 1, empty(1)))))),
    20,
    PARTS,
  ],
  [
    'members of a map behind a short text',
    'traces',
    (n) => record(field(9, key, field(2, field(1, 'v'), field(6, times(n - 1, empty(1)))))),
    20,
    PARTS,
  ],
  [
    'elements of the body of a log record',
    'logs',
    (n) => record(field(5, field(5, times(n, empty(1))))),
    20,
    PARTS,
  ],
  ['exemplars', 'metrics', (n) => record(field(5, field(1, times(n, empty(5))))), 20, PARTS],
  [
    'buckets of a histogram',
    'metrics',
    (n) => record(field(9, field(1, field(6, Buffer.alloc(n * 8))))),
    20,
    PARTS,
  ],
  [
    'buckets of a histogram, one by one',
    'metrics',
    (n) => record(field(9, field(1, times(n, tag(6, 1), Buffer.alloc(8))))),
    20,
    PARTS,
  ],
  [
    'buckets of an exponential histogram',
    'metrics',
    (n) => record(field(10, field(1, field(8, field(2, times(n, varint(300))))))),
    20,
    PARTS,
  ],
  [
    'quantiles of a summary',
    'metrics',
    (n) => record(field(11, field(1, times(n, empty(6))))),
    20,
    PARTS,
  ],
  [
    'resources in JSON',
    'traces',
    (n) => `{"resourceSpans":[${list(n, '{}')}]}`,
    6,
    'resources and scopes',
  ],
  [
    'scopes in JSON',
    'logs',
    (n) => `{"resourceLogs":[{"scopeLogs":[${list(n - 1, ' { } ')}]}]}`,
    6,
    'resources and scopes',
  ],
  [
    'spans in JSON',
    'traces',
    (n) => `{"resourceSpans":[{"scopeSpans":[{"spans":[${list(n, '{}')}]}]}]}`,
    8,
    'spans',
  ],
  [
    'metrics in JSON',
    'metrics',
    (n) => `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[${list(n, '{"name":"a,[{"}')}]}]}]}`,
    8,
    'metrics',
  ],
  [
    'data points in JSON',
    'metrics',
    (n) =>
      `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"\\"[","gauge":{"dataPoints":[${list(n, '{}')}]}}]}]}]}`,
    8,
    'data points',
  ],
  [
    'attributes in JSON',
    'traces',
    jsonSpan('attributes', '{"key":"a,b","value":{"intValue":"1"}}'),
    20,
    PARTS,
  ],
  ['events in JSON', 'traces', jsonSpan('events'), 20, PARTS],
  ['buckets in JSON', 'metrics', jsonPoint('histogram', 'bucketCounts', '"0"'), 20, PARTS],
  [
    'buckets in JSON as bare digits',
    'metrics',
    jsonPoint('histogram', 'bucketCounts', '7'),
    20,
    PARTS,
  ],
  ['texts of JSON that are a comma', 'traces', jsonSpan('x', '","'), 20, PARTS],
  ['texts of JSON that are a quotation mark', 'traces', jsonSpan('x', '"\\""'), 20, PARTS],
  ['exemplars in JSON', 'metrics', jsonPoint('sum', 'exemplars', '{}'), 20, PARTS],
];

test.each(CASES)(
  '%s are counted, and one too many is refused',
  (_name, signal, make, limit, what) => {
    expect(() => look(signal, make(limit))).not.toThrow();
    expect(() =>
      look(signal, make(what === 'spans' && limit % 2 === 0 ? limit + 2 : limit + 1)),
    ).toThrow(
      expect.objectContaining({
        code: 'OTLP_TOO_LARGE',
        message: expect.stringContaining(`more than ${limit} ${what}`) as string,
      }) as Error,
    );
  },
);

describe('what comes before the excess does not hide it', () => {
  const spans = times(9, empty(2));
  const nested = (depth: number): Buffer => {
    let value = field(1, 'end');
    for (let level = 0; level < depth; level++) value = field(6, field(1, field(2, value)));
    return value;
  };
  test.each([
    ['an unknown field', field(100, 'x')],
    ['an unknown group', Buffer.concat([tag(7, 3), field(1, 'x'), tag(7, 4)])],
    ['an unknown number', Buffer.concat([tag(50, 5), Buffer.alloc(4)])],
    ['a value of 1,000 levels', field(2, field(9, key, field(2, nested(1000))))],
  ])('%s', (_name, before) => {
    const limits = { ...small, requestAttributes: 5000 };
    expect(() => look('traces', field(1, field(2, before, spans)), limits)).toThrow('spans');
  });
});

describe('what breaks the encoding is left to the decoder', () => {
  test.each([
    ['a length past the end', Buffer.concat([varint(10), varint(1000), times(40, empty(1))])],
    ['an open group', Buffer.concat([tag(9, 3), times(40, empty(1))])],
    ['wire type 7', Buffer.concat([Buffer.from([0x0f]), times(40, empty(1))])],
    ['an end within a length', Buffer.concat([times(3, empty(1)), Buffer.from([0x0a, 0x80])])],
    ['a million brackets', '{"x":'.repeat(1_000_000)],
    ['brackets that close nothing', `]]]${'},'.repeat(100)}`],
    ['a text without end', `{"resourceSpans":["${'{},'.repeat(100)}`],
  ])('%s', (_name, body) => {
    expect(() => look('traces', body)).not.toThrow();
  });
});

function errorOf(run: () => void): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof CodedError ? error.code : error;
  }
}

describe('whatever the bytes are, nothing but an excess is found', () => {
  const piece = fc.oneof(
    fc.constantFrom(field(1), field(2), field(5), field(9), empty(11), tag(3, 3), tag(3, 4)),
    fc.uint8Array({ maxLength: 12 }),
    fc.bigInt({ min: 0n, max: 1n << 64n }).map((value) => varint(value)),
    fc
      .constantFrom('[', ']', '{', '}', ',', '"', '\\', ':', '{},', '1,')
      .map((sign) => Buffer.from(sign)),
  );
  const bytes = fc.array(piece, { maxLength: 60 }).chain((pieces) =>
    fc.nat({ max: 6 }).map((depth) => {
      let body: Buffer = Buffer.concat(pieces);
      for (let level = 0; level < depth; level++) body = field(level < 2 ? 2 : 1, body);
      return body;
    }),
  );
  test.each([ENCODING.PROTOBUF, ENCODING.JSON])('in encoding %s', (encoding) => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(1, 2, 3), (body, signal) => {
        const request = { signal, encoding, compression: COMPRESSION.NONE };
        const found = errorOf(() => new PreScan(small, SIGNALS).look(request, withSlack(body)));
        expect([undefined, 'OTLP_TOO_LARGE']).toContain(found);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('with the default limits', () => {
  const MIB = 1024 * 1024;
  test('the beginning of a gzip body is enough to refuse a bomb', () => {
    const bomb = gzipSync(scopeOf(Buffer.alloc(32 * MIB, empty(2))));
    const request = { signal: 1, encoding: ENCODING.PROTOBUF, compression: COMPRESSION.GZIP };
    expect(() => new PreScan(DEFAULT_LIMITS, SIGNALS).lookAhead(request, bomb)).toThrow('spans');
  });

  test.each([
    ['cut within a head', Buffer.alloc(32 * MIB, field(3, Buffer.alloc(3)))],
    ['that is one group', Buffer.concat([tag(7, 3), Buffer.alloc(32 * MIB, tag(7, 3))])],
    ['that is none', Buffer.alloc(32 * MIB)],
  ])('a beginning %s is no error', (_name, content) => {
    const request = { signal: 1, encoding: ENCODING.PROTOBUF, compression: COMPRESSION.GZIP };
    const body = gzipSync(field(1, field(2, field(3, content))));
    expect(() => new PreScan(DEFAULT_LIMITS, SIGNALS).lookAhead(request, body)).not.toThrow();
  });

  test('nothing is counted in an ordinary body of JSON, whose decoder counts itself', () => {
    const one = `{"name":"checkout of a cart","spanId":"0123456789abcdef","attributes":[]},`;
    const body = `{"resourceSpans":[{"scopeSpans":[{"spans":[${one.repeat(210_000)}{}]}]}]}`;
    expect(() => look('traces', body, DEFAULT_LIMITS)).not.toThrow();
  });
});
