/** Odd and hostile OTLP/JSON bodies, each with what becomes of it; the decoder must be as good as new after every one. */
import { CodedError } from '@heartwood/semconv';
import { expect, test } from 'vitest';
import { requestOf, START_NS, toJson, toProtobuf } from '../../testing/model.ts';
import { type Decoded, decodeOnce, type ReadSpan, TestDecoder } from '../../testing/rows.ts';

const IDS = '"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"a1a2a3a4a5a6a7a8"';
const request = (...spans: readonly string[]): string =>
  `{"resourceSpans":[{"scopeSpans":[{"spans":[${spans.join(',')}]}]}]}`;
const span = (members: string): string => request(`{${IDS}${members && `,${members}`}}`);
const value = (json: string): string => span(`"attributes":[{"key":"k","value":${json}}]`);
const only = ({ spans }: Decoded): ReadSpan => {
  expect(spans).toHaveLength(1);
  return spans.at(0) as ReadSpan;
};

const MALFORMED: readonly [name: string, body: string | Uint8Array][] = [
  ['an empty body', ''],
  ['white space alone', ' \n'],
  ['a bare word', 'nonsense'],
  ['a bare NaN', value('{"doubleValue":NaN}')],
  ['text behind the document', '{} x'],
  ['two documents', '{}{}'],
  ['UTF-16', Buffer.from('{}', 'utf16le')],
  ['an array at the top', '[]'],
  ['an object that is not closed', '{"resourceSpans":['],
  ['a string that is not closed', '{"resourceSpans'],
  ['a comma too many', '{"resourceSpans":[],}'],
  ['a missing comma', '{"a":1 "b":2}'],
  ['a key without quotes', '{a:1}'],
  ['a control character in a string', span('"name":"a\nb"')],
  ['an unknown escape', span('"name":"\\x"')],
  ['an escape cut short', '{"resourceSpans":"\\u12'],
  ['a number as name', span('"name":5')],
  ['an object as spans', '{"resourceSpans":[{"scopeSpans":[{"spans":{}}]}]}'],
  ['a string as attributes', span('"attributes":"a"')],
  ['an integer with a fraction', value('{"intValue":"17.5"}')],
  ['an integer with an exponent', span('"startTimeUnixNano":"1.7e18"')],
  ['a negative time', span('"startTimeUnixNano":"-1"')],
  ['a time beyond 64 bits', span('"startTimeUnixNano":"18446744073709551616"')],
  ['an integer beyond 63 bits', value('{"intValue":9223372036854775808}')],
  ['an integer far beyond 64 bits', value(`{"intValue":"${'9'.repeat(400)}"}`)],
  ['an integer with a leading zero', value('{"intValue":"007"}')],
  ['a double with a stray dot', value('{"doubleValue":"3.f14"}')],
  ['a bool as integer', value('{"intValue":true}')],
  ['an unknown enum name', span('"kind":"SPAN_KIND_SIDEWAYS"')],
  ['bytes that are not base64', value('{"bytesValue":"%%%"}')],
  [
    'a base64 trace id',
    request('{"traceId":"AQIDBAUGBwgJCgsMDQ4PEA==","spanId":"a1a2a3a4a5a6a7a8"}'),
  ],
  [
    'a base64 span id',
    request('{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"oaKjpKWmp6g="}'),
  ],
  ['a count beyond 32 bits', span('"droppedAttributesCount":4294967296')],
  ['200,000 arrays in one another', '['.repeat(200_000)],
  ['protobuf', toProtobuf(requestOf({}))],
  ['a truncated request', toJson(requestOf({})).subarray(0, -4)],
];

test.each(MALFORMED)('%s is refused as malformed', (_, body) => {
  const decoder = new TestDecoder();
  const failure = catching(() => decoder.decode('json', Buffer.from(body)));
  expect(failure).toMatchObject({ code: 'OTLP_MALFORMED', retryable: false });
  expect(decoder.decode('json', toJson(requestOf({ name: 'next' }))).spans).toMatchObject([
    { name: 'next' },
  ]);
});

test('a base64 id is named in the message', () => {
  const [, body] = MALFORMED.find(([name]) => name === 'a base64 trace id')!;
  expect(catching(() => decodeOnce('json', body as string))).toMatchObject({
    message: expect.stringContaining('traceId is base64') as string,
  });
});

const EMPTY: readonly [name: string, body: string][] = [
  ['an empty object', '{}'],
  ['null for everything', '{"resourceSpans":null}'],
  ['null as the document', 'null'],
  ['a byte order mark', '\ufeff{"resourceSpans":[]}'],
  [
    'envelopes of null',
    '{"resourceSpans":[{"resource":null,"scopeSpans":[{"scope":null,"spans":null}]},null]}',
  ],
  [
    'unknown members of every kind',
    '{"a":[1,{"b":[[]],"c":"\\u0041"},true,null,-1.5e3],"resourceSpans":[],"z":{"y":{}}}',
  ],
  [
    'an unknown member a million levels deep'.replace('a million', '50,000'),
    `{"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
  ],
  [
    'a member named __proto__',
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  ],
];

test.each(EMPTY)('%s is a request without spans', (_, body) => {
  expect(decodeOnce('json', body)).toMatchObject({ records: 0, rejected: 0, spans: [] });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

const REJECTED: readonly [name: string, ids: string, problem: RegExp][] = [
  ['without ids', '', /trace id is missing/],
  ['with empty ids', '"traceId":"","spanId":""', /trace id is missing/],
  [
    'with a trace id of odd length',
    '"traceId":"abc","spanId":"a1a2a3a4a5a6a7a8"',
    /32 hexadecimal digits/,
  ],
  [
    'with letters beyond f',
    '"traceId":"a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6","spanId":"a1a2a3a4a5a6a7a8"',
    /trace id is not 32/,
  ],
  [
    'with a zero span id',
    '"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0000000000000000"',
    /span id is missing or zero/,
  ],
  ['with a parent id of 4 digits', `${IDS},"parentSpanId":"abcd"`, /parent span id is not 16/],
];

test.each(REJECTED)('a span %s is rejected and its neighbours are kept', (_, ids, problem) => {
  const good = `{${IDS},"name":"good"}`;
  const decoded = decodeOnce('json', request(good, `{${ids}}`, good));
  expect(decoded).toMatchObject({
    records: 3,
    rejected: 1,
    spans: [{ name: 'good' }, { name: 'good' }],
  });
  expect(decoded.problem).toMatch(problem);
});

const VALUES: readonly [name: string, value: string, json: string][] = [
  ['nothing', '{}', 'null'],
  ['null', 'null', 'null'],
  ['a null member', '{"stringValue":null}', 'null'],
  ['an integer as string', '{"intValue":"9007199254740993"}', '9007199254740993'],
  ['an integer as number', '{"intValue":9007199254740993}', '9007199254740993'],
  ['the smallest integer', '{"intValue":-9223372036854775808}', '-9223372036854775808'],
  ['the largest integer', '{"intValue":"9223372036854775807"}', '9223372036854775807'],
  ['minus one', '{"intValue":-1}', '-1'],
  ['minus 2^32', '{"intValue":"-4294967296"}', '-4294967296'],
  ['a double as string', '{"doubleValue":"1.5"}', '1.5'],
  ['an integral double', '{"doubleValue":2}', '2.0'],
  ['not a number', '{"doubleValue":"NaN"}', '{"$double":"NaN"}'],
  ['minus infinity', '{"doubleValue":"-Infinity"}', '{"$double":"-Infinity"}'],
  ['a bool', '{"boolValue":true}', 'true'],
  ['a null bool', '{"boolValue":null}', 'null'],
  ['bytes', '{"bytesValue":"AP8B"}', '{"$bytes":"AP8B"}'],
  ['URL-safe bytes without padding', '{"bytesValue":"-_8"}', '{"$bytes":"+/8="}'],
  ['an array', '{"arrayValue":{"values":[{"intValue":1},{},{"stringValue":"a"}]}}', '[1,null,"a"]'],
  ['an array without values', '{"arrayValue":{}}', '[]'],
  [
    'a map',
    '{"kvlistValue":{"values":[{"value":{"boolValue":false},"key":"b"},{"key":"a"}]}}',
    '{"b":false,"a":null}',
  ],
  ['two members: the last wins', '{"stringValue":"a","intValue":2}', '2'],
  ['an unknown member', '{"newValue":{"a":[1]},"stringValue":"a"}', '"a"'],
  ['snake case', '{"string_value":"a"}', '"a"'],
  [
    'escapes',
    '{"stringValue":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\ud83d\\ude00"}',
    '"\\"\\\\/\\b\\f\\n\\r\\tAé😀"',
  ],
  ['a lone surrogate', '{"stringValue":"a\\ud800b"}', '"a\ufffdb"'],
  ['white space between everything', ' { "stringValue" : "a" } ', '"a"'],
];

test.each(VALUES)('a value of %s', (_, json, expected) => {
  expect(only(decodeOnce('json', value(json)))).toMatchObject({ attributes: `{"k":${expected}}` });
});

test('a member that comes twice counts as it came last', () => {
  const body = span(
    '"name":"a","attributes":[{"key":"a","value":{"boolValue":true}}],"attributes":[],"name":"b"',
  );
  expect(only(decodeOnce('json', body))).toMatchObject({ name: 'b', attributes: '{}' });
});

test('members may come in any order: a value before its key, the resource behind its spans', () => {
  const body = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"value":{"stringValue":"checkout"},"key":"feature.name"}],${IDS}}],
    "schemaUrl":"https://s","scope":{"version":"2","name":"lib"}}],"schemaUrl":"https:\\/\\/r",
    "resource":{"attributes":[{"value":{"stringValue":"shop"},"key":"service.name"}]}}]}`;
  expect(only(decodeOnce('json', body))).toMatchObject({
    feature: 'checkout',
    component: 'shop',
    resource: '{"attributes":{"service.name":"shop"},"schemaUrl":"https://r"}',
    scope: '{"name":"lib","version":"2","schemaUrl":"https://s"}',
  });
});

test('snake case, enum names, upper-case ids and times as numbers are understood', () => {
  const body = `{"resource_spans":[{"scope_spans":[{"spans":[{"trace_id":"0102030405060708090A0B0C0D0E0F10",
    "span_id":"A1A2A3A4A5A6A7A8","parent_span_id":"b1b2b3b4b5b6b7b8","kind":"SPAN_KIND_SERVER","status":{"code":"STATUS_CODE_ERROR"},
    "start_time_unix_nano":${START_NS + 789n},"end_time_unix_nano":${START_NS + 790n}}]}]}]}`;
  expect(only(decodeOnce('json', body))).toMatchObject({
    traceId: '0102030405060708090a0b0c0d0e0f10',
    spanId: 'a1a2a3a4a5a6a7a8',
    parentSpanId: 'b1b2b3b4b5b6b7b8',
    kind: 2,
    statusCode: 2,
    startTime: START_NS + 789n,
    durationNs: 1n,
  });
});

test('invalid UTF-8 is replaced and the neighbours are untouched', () => {
  const body = Buffer.concat([
    Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[{${IDS},"name":"a`),
    Buffer.from([0xff]),
    Buffer.from(`"},{${IDS},"name":"clean"}]}]}]}`),
  ]);
  expect(decodeOnce('json', body).spans).toMatchObject([
    {
      name: 'a\ufffd',
      markNames: ['NEGATIVE_DURATION', 'HAS_EXTRAS', 'SANITIZED', 'TIME_CLAMPED'].toSorted(byBit),
    },
    { name: 'clean' },
  ]);
});

test('an exact request in its compact and its spaced form gives the same rows', () => {
  const compact = toJson(
    requestOf({
      attributes: [
        ['feature.name', { string: 'checkout' }],
        ['a', { int: 5n }],
        ['b', { double: 0.5 }],
        ['c', { bool: true }],
      ],
    }),
  );
  const decoder = new TestDecoder();
  const first = decoder.decode('json', compact).spans;
  const spaced = Buffer.from(JSON.stringify(JSON.parse(compact.toString()), null, 2));
  expect(decoder.decode('json', compact).spans).toEqual(first);
  expect(decoder.decode('json', spaced).spans).toEqual(first);
});

test('values are kept to 64 levels and cut below', () => {
  const nested = (levels: number): string =>
    value(
      `${'{"arrayValue":{"values":['.repeat(levels)}{"stringValue":"deep"}${']}}'.repeat(levels)}`,
    );
  expect(only(decodeOnce('json', nested(64)))['attributes']).toContain('"deep"');
  for (const levels of [65, 1000, 20_000])
    expect(only(decodeOnce('json', nested(levels)))['attributes']).toContain('"…"');
});

test('16 MiB of empty spans are refused before they cost memory', () => {
  const body = request('{},'.repeat(5_000_000) + '{}');
  expect(catching(() => decodeOnce('json', body))).toMatchObject({ code: 'OTLP_TOO_LARGE' });
});

const MARK_ORDER = ['NEGATIVE_DURATION', 'TIME_CLAMPED', 'TRUNCATED', 'SANITIZED', 'HAS_EXTRAS'];
const byBit = (a: string, b: string): number => MARK_ORDER.indexOf(a) - MARK_ORDER.indexOf(b);

function catching(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  return undefined;
}
