/** Odd and hostile protobuf bodies, each with what becomes of it; the decoder must be as good as new after every one. */
import { CodedError } from '@heartwood/semconv';
import { expect, test } from 'vitest';
import { requestOf, RECEIVED_NS, toProtobuf } from '../../testing/model.ts';
import { type Decoded, decodeOnce, type ReadSpan, TestDecoder } from '../../testing/rows.ts';
import {
  attribute,
  field,
  requestWith,
  SPAN_ID,
  tag,
  TRACE_ID,
  varint,
} from '../../testing/wire.ts';

const ids = Buffer.concat([TRACE_ID, SPAN_ID]);
const withFields = (...fields: readonly Uint8Array[]): Buffer => requestWith(ids, ...fields);
const nest = (levels: number, inner: Buffer, wrap: (value: Buffer) => Buffer): Buffer =>
  Array.from({ length: levels }).reduce<Buffer>((value) => wrap(value), inner);
const inArray = (value: Buffer): Buffer => field(5, field(1, value));
const inMap = (value: Buffer): Buffer => field(6, field(1, field(1, 'k'), field(2, value)));
const only = ({ spans }: Decoded): ReadSpan => {
  expect(spans).toHaveLength(1);
  return spans.at(0) as ReadSpan;
};

const MALFORMED: readonly [name: string, body: Buffer][] = [
  ['a length past the end of the body', Buffer.from([0x0a, 0x7f, 0x01])],
  ['a length past its message', field(1, Buffer.from([0x12, 0x05, 0x00]))],
  ['a length of 2^31', Buffer.concat([tag(1, 2), varint(2 ** 31)])],
  ['a negative length', Buffer.concat([tag(1, 2), varint(-1)])],
  ['a body that ends in a tag', Buffer.from([0x0a])],
  [
    'a varint of eleven bytes',
    Buffer.concat([tag(9, 0), Buffer.alloc(10, 0x80), Buffer.from([1])]),
  ],
  ['field number 0', Buffer.from([0x02, 0x00])],
  ['wire type 6', Buffer.from([0x26])],
  ['wire type 7', Buffer.from([0x27])],
  ['a wrong wire type for a known field', withFields(Buffer.concat([tag(5, 0), varint(1)]))],
  [
    'a wrong wire type within a value',
    withFields(attribute('k', Buffer.concat([tag(1, 0), varint(1)]))),
  ],
  ['a group that is not closed', Buffer.concat([tag(20, 3), tag(21, 0), varint(1)])],
  ['a group closed by another number', Buffer.concat([tag(20, 3), tag(21, 4)])],
  ['an end of a group without a beginning', tag(20, 4)],
  ['10,000 groups in one another', Buffer.concat(Array.from({ length: 10_000 }, () => tag(20, 3)))],
  ['1,000,000 groups in one another', Buffer.alloc(2_000_000, tag(20, 3))],
  ['a fixed64 cut short', withFields(Buffer.concat([tag(7, 1), Buffer.alloc(5)]))],
  ['a double cut short', withFields(attribute('k', Buffer.concat([tag(4, 1), Buffer.alloc(3)])))],
  ['JSON', Buffer.from('{"resourceSpans":[]}')],
  ['a gzip header', Buffer.from('1f8b0800000000000003', 'hex')],
  ['a truncated request', toProtobuf(requestOf({})).subarray(0, -3)],
];

test.each(MALFORMED)('%s is refused as malformed', (_, body) => {
  const decoder = new TestDecoder();
  const failure = catching(() => decoder.decode('protobuf', body));
  expect(failure).toMatchObject({ code: 'OTLP_MALFORMED', retryable: false });
  expect(decoder.decode('protobuf', toProtobuf(requestOf({ name: 'next' }))).spans).toMatchObject([
    { name: 'next' },
  ]);
});

const LEGAL: readonly [name: string, body: Buffer, records: number][] = [
  ['an empty body', Buffer.alloc(0), 0],
  [
    'empty envelopes',
    Buffer.concat([field(1), field(1, field(2)), field(1, field(1), field(2))]),
    0,
  ],
  [
    'an unknown field of every wire type',
    Buffer.concat([
      tag(99, 0),
      varint(5),
      tag(99, 1),
      Buffer.alloc(8),
      field(99, 'x'),
      tag(99, 5),
      Buffer.alloc(4),
      tag(99, 3),
      tag(7, 0),
      varint(1),
      tag(99, 4),
    ]),
    0,
  ],
];

test.each(LEGAL)('%s is accepted', (_, body, records) => {
  expect(decodeOnce('protobuf', body)).toMatchObject({ records, rejected: 0, spans: [] });
});

const REJECTED: readonly [name: string, span: readonly Buffer[], problem: RegExp][] = [
  ['without ids', [], /trace id is missing or zero/],
  ['without a span id', [TRACE_ID], /span id is missing or zero/],
  ['with a zero trace id', [field(1, Buffer.alloc(16)), SPAN_ID], /trace id is missing or zero/],
  ['with a zero span id', [TRACE_ID, field(2, Buffer.alloc(8))], /span id is missing or zero/],
  [
    'with a trace id of 8 bytes',
    [field(1, Buffer.alloc(8, 1)), SPAN_ID],
    /trace id is not 16 bytes long/,
  ],
  [
    'with a span id of 16 bytes',
    [TRACE_ID, field(2, Buffer.alloc(16, 1))],
    /span id is not 8 bytes long/,
  ],
  [
    'with a parent id of 3 bytes',
    [ids, field(4, Buffer.alloc(3, 1))],
    /parent span id is not 8 bytes long/,
  ],
];

test.each(REJECTED)('a span %s is rejected and its neighbours are kept', (_, span, problem) => {
  const good = field(2, ids, field(5, 'good'));
  const body = field(1, field(2, good, field(2, ...span, field(5, 'bad')), good));
  const decoded = decodeOnce('protobuf', body);
  expect(decoded).toMatchObject({
    records: 3,
    rejected: 1,
    spans: [{ name: 'good' }, { name: 'good' }],
  });
  expect(decoded.problem).toMatch(problem);
  expect(decoded.problem).toContain('span 1');
});

const VALUES: readonly [name: string, value: readonly Buffer[], json: string][] = [
  ['no member', [], 'null'],
  ['an empty string', [field(1)], '""'],
  ['a member twice: the last wins', [field(1, 'first'), field(1, 'last')], '"last"'],
  ['two members: the last wins', [field(1, 'text'), tag(2, 0), varint(1)], 'true'],
  ['the largest integer', [tag(3, 0), varint(2n ** 63n - 1n)], '9223372036854775807'],
  ['the smallest integer', [tag(3, 0), varint(-(2n ** 63n))], '-9223372036854775808'],
  ['2^53 + 1', [tag(3, 0), varint(2n ** 53n + 1n)], '9007199254740993'],
  ['-1', [tag(3, 0), varint(-1)], '-1'],
  ['NaN', [tag(4, 1), double(Number.NaN)], '{"$double":"NaN"}'],
  ['infinity', [tag(4, 1), double(-Infinity)], '{"$double":"-Infinity"}'],
  ['negative zero', [tag(4, 1), double(-0)], '-0.0'],
  ['an integral double', [tag(4, 1), double(3)], '3.0'],
  ['a large double', [tag(4, 1), double(1e300)], '1e+300'],
  ['bytes', [field(7, Buffer.from([0, 255, 1]))], '{"$bytes":"AP8B"}'],
  ['an empty array', [field(5)], '[]'],
  ['an empty map', [field(6)], '{}'],
  [
    'a map whose first key begins with $',
    [field(6, field(1, field(1, '$bytes')))],
    '{"$map":{"$bytes":null}}',
  ],
  ['a string index of the profiles signal', [tag(8, 0), varint(3)], 'null'],
  [
    'control characters and quotes',
    [field(1, '\u0000\n"\\\u001b[31m')],
    '"\\u0000\\n\\"\\\\\\u001b[31m"',
  ],
  ['a script', [field(1, '<script>alert(1)</script>')], '"<script>alert(1)</script>"'],
];

test.each(VALUES)('a value with %s', (_, value, json) => {
  expect(only(decodeOnce('protobuf', withFields(attribute('k', ...value))))).toMatchObject({
    attributes: `{"k":${json}}`,
  });
});

test('keys that are members of every object are attributes like others', () => {
  const keys = ['__proto__', 'constructor', 'toString', ''];
  const span = only(
    decodeOnce('protobuf', withFields(...keys.map((key) => attribute(key, field(1, 'v'))))),
  );
  expect(span['attributes']).toBe('{"__proto__":"v","constructor":"v","toString":"v","":"v"}');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('a key that comes twice stays twice in the attributes and is marked; the first counts for a column', () => {
  const span = only(
    decodeOnce(
      'protobuf',
      withFields(
        attribute('feature.name', field(1, 'one')),
        attribute('a', field(1, 'x')),
        attribute('feature.name', field(1, 'two')),
        attribute('a', field(1, 'y')),
      ),
    ),
  );
  expect(span).toMatchObject({
    feature: 'one',
    attributes: '{"a":"x","feature.name":"two","a":"y"}',
  });
  expect(span.markNames).toContain('DUPLICATE_KEYS');
});

test('invalid UTF-8 is replaced wherever a text may stand, and the neighbours are untouched', () => {
  const bad = Buffer.from([0x61, 0xff, 0x62]);
  const surrogate = Buffer.from('eda080', 'hex');
  const body = field(
    1,
    field(1, field(1, field(1, bad), field(2, field(1, bad)))),
    field(
      2,
      field(1, field(1, bad)),
      field(
        2,
        ids,
        field(5, bad),
        attribute(bad, field(1, bad)),
        field(3, bad),
        field(15, field(2, bad)),
      ),
      field(2, ids, field(5, 'clean')),
      field(2, ids, attribute('feature.name', field(1, bad)), attribute('k', field(1, surrogate))),
    ),
  );
  const { spans } = decodeOnce('protobuf', body);
  expect(spans).toMatchObject([
    {
      name: 'a\ufffdb',
      attributes: '{"a\ufffdb":"a\ufffdb"}',
      traceState: 'a\ufffdb',
      statusMessage: 'a\ufffdb',
      resource: '{"attributes":{"a\ufffdb":"a\ufffdb"}}',
      scope: '{"name":"a\ufffdb"}',
    },
    { name: 'clean' },
    { feature: 'a\ufffdb', attributes: '{"k":"\ufffd\ufffd\ufffd"}' },
  ]);
  expect(spans.map(({ markNames }) => markNames.includes('SANITIZED'))).toEqual([
    true,
    false,
    true,
  ]);
});

test('a split message is merged', () => {
  const status = [field(15, field(2, 'it broke')), field(15, tag(3, 0), varint(2))];
  const body = field(
    1,
    field(1, field(1, field(1, 'service.name'), field(2, field(1, 'shop')))),
    field(2, field(2, ids, ...status), field(1, field(1, 'lib')), field(1, field(2, '2.0'))),
    field(1, field(1, field(1, 'b'), field(2, field(1, 'c')))),
  );
  expect(only(decodeOnce('protobuf', body))).toMatchObject({
    statusCode: 2,
    statusMessage: 'it broke',
    service: 'shop',
    resource: '{"attributes":{"service.name":"shop","b":"c"}}',
    scope: '{"name":"lib","version":"2.0"}',
  });
});

test('a metrics request gives no spans', () => {
  const metric = field(2, field(1, 'requests'), field(3, 'By'));
  const body = field(1, field(2, field(1, field(1, 'meter')), metric));
  expect(decodeOnce('protobuf', body)).toMatchObject({ records: 1, rejected: 1, spans: [] });
});

test('unknown enum values are kept as numbers', () => {
  const span = only(
    decodeOnce('protobuf', withFields(tag(6, 0), varint(99), field(15, tag(3, 0), varint(-1)))),
  );
  expect(span).toMatchObject({ kind: 99, statusCode: -1 });
});

test.each([
  ['arrays', inArray],
  ['maps', inMap],
])('%s are kept to 64 levels and cut below', (_, wrap) => {
  const at = (levels: number) =>
    only(decodeOnce('protobuf', withFields(attribute('k', nest(levels, field(1, 'deep'), wrap)))));
  expect(at(64)['attributes']).toContain('"deep"');
  expect(at(64).markNames).not.toContain('TRUNCATED');
  for (const levels of [65, 1000, 5000]) {
    expect(at(levels)['attributes']).toContain('"…"');
    expect(at(levels).markNames).toContain('TRUNCATED');
  }
});

test('1,024 attributes are kept, further ones are dropped and counted', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => attribute(`k${i}`, field(1, 'v')));
  const span = only(decodeOnce('protobuf', withFields(...many)));
  expect(Object.keys(JSON.parse(String(span['attributes'])) as object)).toHaveLength(1024);
  expect(span).toMatchObject({ droppedAttributes: 10_000 - 1024 });
  expect(span.markNames).toContain('TRUNCATED');
});

test('long texts are cut at a character: values at 64 KiB, names at 4 KiB', () => {
  const long = 'é'.repeat(500_000);
  const span = only(
    decodeOnce(
      'protobuf',
      withFields(
        field(5, `x${long}`),
        attribute('k', field(1, `x${long}`)),
        attribute('feature.name', field(1, long)),
      ),
    ),
  );
  expect(Buffer.byteLength(String(span['name']))).toBe(4095);
  expect(Buffer.byteLength(String(span['feature']))).toBe(4096);
  expect(Buffer.byteLength((JSON.parse(String(span['attributes'])) as { k: string }).k)).toBe(
    65_535,
  );
  expect(`${String(span['name'])}${String(span['feature'])}`).not.toContain('\ufffd');
  expect(span.markNames).toContain('TRUNCATED');
});

test('a huge array is cut, and so are events and links beyond 1,024', () => {
  const array = field(5, Buffer.alloc(1_000_000, field(1, field(1, 'x'))));
  const events = Buffer.alloc(4000, field(11));
  const link = field(13, TRACE_ID, SPAN_ID);
  const links = Buffer.concat(Array.from({ length: 1500 }, () => link));
  const span = only(decodeOnce('protobuf', withFields(attribute('k', array), events, links)));
  expect(String(span['attributes']).length).toBeLessThan(66_000);
  expect(span).toMatchObject({ droppedEvents: 2000 - 1024, droppedLinks: 1500 - 1024 });
  expect(JSON.parse(String(span['events']))).toHaveLength(1024);
  expect(JSON.parse(String(span['links']))).toHaveLength(1024);
});

const TIMES: readonly [name: string, start: bigint, end: bigint, marks: readonly string[]][] = [
  ['start and end missing', 0n, 0n, ['NEGATIVE_DURATION', 'TIME_CLAMPED']],
  ['one nanosecond after 1970', 1n, 2n, ['NEGATIVE_DURATION', 'TIME_CLAMPED']],
  [
    'milliseconds instead of nanoseconds',
    1_793_491_200_000n,
    1_793_491_200_005n,
    ['NEGATIVE_DURATION', 'TIME_CLAMPED'],
  ],
  [
    'the year 2100',
    4_102_444_800_000_000_000n,
    4_102_444_800_000_000_001n,
    ['NEGATIVE_DURATION', 'TIME_CLAMPED'],
  ],
  [
    'the largest signed integer',
    2n ** 63n - 1n,
    2n ** 63n - 1n,
    ['NEGATIVE_DURATION', 'TIME_CLAMPED'],
  ],
  [
    'the largest unsigned integer',
    2n ** 64n - 1n,
    2n ** 64n - 1n,
    ['NEGATIVE_DURATION', 'TIME_CLAMPED'],
  ],
];

test.each(TIMES)(
  'a time of %s becomes the time of receipt, and the original is kept',
  (_, start, end, marks) => {
    const span = only(
      decodeOnce('protobuf', toProtobuf(requestOf({ startNs: start, endNs: end }))),
    );
    expect(span).toMatchObject({
      startTime: RECEIVED_NS,
      durationNs: 0n,
      original: `{"startTime":"${start}","endTime":"${end}"}`,
    });
    expect(span.markNames.filter((mark) => mark !== 'HAS_EXTRAS').toSorted()).toEqual(marks);
  },
);

test('an end before the start is a duration of 0 that no latency counts', () => {
  const span = only(
    decodeOnce(
      'protobuf',
      toProtobuf(requestOf({ startNs: RECEIVED_NS, endNs: RECEIVED_NS - 1n })),
    ),
  );
  expect(span).toMatchObject({ startTime: RECEIVED_NS, durationNs: 0n, original: '' });
  expect(span.markNames).toEqual(['NEGATIVE_DURATION']);
});

test('client and server with one span id are both kept', () => {
  const { spans } = decodeOnce('protobuf', toProtobuf(requestOf({ kind: 3 }, { kind: 2 })));
  expect(spans).toMatchObject([{ kind: 3 }, { kind: 2 }]);
});

const BOMBS: readonly [name: string, body: Buffer][] = [
  ['8 million empty spans', field(1, field(2, Buffer.alloc(16 << 20, field(2))))],
  ['8 million empty resources', Buffer.alloc(16 << 20, field(1))],
  ['8 million empty scopes', field(1, Buffer.alloc(16 << 20, field(2)))],
];

test.each(BOMBS)('%s are refused before they cost memory', (_, body) => {
  const decoder = new TestDecoder({}, [], 122_880);
  const before = process.memoryUsage().heapUsed;
  expect(catching(() => decoder.decode('protobuf', body))).toMatchObject({
    code: 'OTLP_TOO_LARGE',
  });
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 << 20);
});

test('8 million empty attributes, events or links of one span leave at most 1,024 of each', () => {
  for (const number of [9, 11, 13]) {
    const body = withFields(Buffer.alloc(6 << 20, field(number)));
    expect(only(decodeOnce('protobuf', body)).markNames.length).toBeGreaterThan(0);
  }
});

test('too many attributes in one request are refused', () => {
  const limits = { requestAttributes: 10 };
  const eleven = Array.from({ length: 11 }, () => attribute('k', field(1, 'v')));
  expect(catching(() => decodeOnce('protobuf', withFields(...eleven), limits))).toMatchObject({
    code: 'OTLP_TOO_LARGE',
  });
  expect(decodeOnce('protobuf', withFields(...eleven.slice(1)), limits).spans).toHaveLength(1);
});

test('20,000 different names are all kept', () => {
  const spans = Array.from({ length: 20_000 }, (_, i) => field(2, ids, field(5, `name ${i}`)));
  const decoder = new TestDecoder({}, [], 32_768);
  const decoded = decoder.decode('protobuf', field(1, field(2, Buffer.concat(spans))));
  expect(new Set(decoded.spans.map((span) => span['name'])).size).toBe(20_000);
});

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function catching(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  return undefined;
}
