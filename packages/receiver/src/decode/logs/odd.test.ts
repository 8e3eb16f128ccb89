/** Odd and hostile logs in both encodings, each with what becomes of it. */
import { CodedError } from '@heartwood/semconv';
import { describe, expect, test } from 'vitest';
import type { ReceiverLimits } from '../../limits.ts';
import { logRequestOf, type PlainLog, toLogJson, toLogProtobuf } from '../../testing/log-model.ts';
import {
  type DecodedLogs,
  decodeLogs,
  LogTestDecoder,
  type ReadLog,
} from '../../testing/log-rows.ts';
import { type Any, type KeyValue, RECEIVED_NS, START_NS } from '../../testing/model.ts';
import { field, tag, varint } from '../../testing/wire.ts';

const protobufOf = (...records: readonly Uint8Array[]): Buffer =>
  field(1, field(2, ...records.map((record) => field(2, record))));
const jsonOf = (...records: readonly string[]): string =>
  `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${records.join(',')}]}]}]}`;
const only = ({ logs }: DecodedLogs): ReadLog => {
  expect(logs).toHaveLength(1);
  return logs.at(0) as ReadLog;
};
/** The record as both encodings give it. */
const readOf = (log: Partial<PlainLog>, limits: Partial<ReceiverLimits> = {}): ReadLog => {
  const protobuf = only(decodeLogs('protobuf', toLogProtobuf(logRequestOf(log)), limits));
  expect(only(decodeLogs('json', toLogJson(logRequestOf(log)), limits))).toEqual(protobuf);
  return protobuf;
};
const catching = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  return undefined;
};

describe('a body', () => {
  test.each<[string, Any | undefined, string, boolean]>([
    [
      'a text as it is, quotes and all',
      { string: 'a "b" \\ \n\u0000 é 😀' },
      'a "b" \\ \n\u0000 é 😀',
      false,
    ],
    ['a text that looks like JSON', { string: '{"a":1}' }, '{"a":1}', false],
    ['an empty text', { string: '' }, '', false],
    ['a text of 12 bytes', { string: '123456789012' }, '123456789012', false],
    ['a text of 13 bytes', { string: '1234567890123' }, '1234567890123', false],
    ['nothing when there is none', undefined, '', true],
    ['null when it has no member', null, 'null', true],
    ['the largest integer', { int: 2n ** 63n - 1n }, '9223372036854775807', true],
    ['a double', { double: 2 }, '2.0', true],
    ['no number', { double: Number.NaN }, '{"$double":"NaN"}', true],
    ['a truth value', { bool: false }, 'false', true],
    ['bytes', { bytes: Uint8Array.of(0, 255) }, '{"$bytes":"AP8="}', true],
    ['an array', { array: [{ int: 1n }, null, { string: 'a"' }] }, '[1,null,"a\\""]', true],
    [
      'a map, keys that come twice included',
      {
        map: [
          ['a', { int: 1n }],
          ['a', { string: 'x' }],
          ['__proto__', null],
        ],
      },
      '{"a":1,"a":"x","__proto__":null}',
      true,
    ],
    ['a map whose first key begins with $', { map: [['$x', null]] }, '{"$map":{"$x":null}}', true],
  ])('is %s', (_, body, text, isJson) => {
    const log = readOf({ body, attributes: [['k', { string: 'v' }]] });
    expect(log).toMatchObject({ body: text, attributes: '{"k":"v"}' });
    expect(log.markNames).toEqual(isJson ? ['JSON_BODY'] : []);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('is kept to 64 levels and cut below', () => {
    for (const levels of [64, 65, 5000]) {
      const bytes = Array.from({ length: levels }).reduce<Buffer>(
        (inner) => field(5, field(1, inner)),
        field(1, 'deep'),
      );
      const json = `${'{"arrayValue":{"values":['.repeat(levels)}{"stringValue":"deep"}${']}}'.repeat(levels)}`;
      const read = only(decodeLogs('protobuf', protobufOf(field(5, bytes))));
      expect(only(decodeLogs('json', jsonOf(`{"body":${json}}`)))).toEqual(read);
      expect(read['body']).toContain(levels === 64 ? '"deep"' : '"…"');
      expect(read.markNames.includes('TRUNCATED')).toBe(levels > 64);
    }
  });

  test('is cut at 1 MiB, at a character; one of 100 KiB is whole', () => {
    const whole = readOf({ body: { string: 'é'.repeat(50_000) } });
    expect(whole.markNames).toEqual([]);
    expect(String(whole['body'])).toHaveLength(50_000);
    const cut = readOf({ body: { string: `x${'é'.repeat(600_000)}` } });
    expect(cut.markNames).toEqual(['TRUNCATED']);
    expect(Buffer.byteLength(String(cut['body']))).toBe(1024 * 1024 - 1);
    expect(String(cut['body'])).not.toContain('\ufffd');
    const inMap = readOf({ body: { map: [['k', { string: 'y'.repeat(2_000_000) }]] } });
    expect((JSON.parse(String(inMap['body'])) as { k: string }).k).toHaveLength(1024 * 1024);
    expect(inMap.markNames).toEqual(['TRUNCATED', 'JSON_BODY']);
    const many = readOf({
      body: { array: Array.from({ length: 300_000 }, () => ({ string: 'abc' })) },
    });
    expect(String(many['body']).length).toBeLessThan(1024 * 1024 + 10);
    expect(many.markNames).toEqual(['TRUNCATED', 'JSON_BODY']);
  });

  test('that is large leaves the limits of attributes as they are', () => {
    const log = readOf({
      body: { map: [['k', { string: 'y'.repeat(100_000) }]] },
      attributes: [['a', { string: 'z'.repeat(100_000) }]],
    });
    expect(String(log['body']).length).toBeGreaterThan(100_000);
    expect((JSON.parse(String(log['attributes'])) as { a: string }).a).toHaveLength(64 * 1024);
    expect(readOf({ attributes: [['a', { string: 'z'.repeat(100_000) }]] }).markNames).toEqual([
      'TRUNCATED',
    ]);
  });

  test('with invalid UTF-8 is repaired, and its neighbours are untouched', () => {
    const bad = Buffer.from([0x61, 0xff, 0x62]);
    const record = (text: Uint8Array | string): Buffer => field(5, field(1, text));
    const { logs } = decodeLogs('protobuf', protobufOf(record(bad), record('clean')));
    expect(logs).toMatchObject([{ body: 'a\ufffdb' }, { body: 'clean' }]);
    expect(logs.map(({ markNames }) => markNames)).toEqual([
      ['SANITIZED', 'NO_TIME', 'NO_OBSERVED_TIME'],
      ['NO_TIME', 'NO_OBSERVED_TIME'],
    ]);
    const json = Buffer.concat([
      Buffer.from('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"'),
      bad,
      Buffer.from('"}},{"body":{"stringValue":"a\\ud800b"}}]}]}]}'),
    ]);
    expect(decodeLogs('json', json).logs).toMatchObject([
      { body: 'a\ufffdb' },
      { body: 'a\ufffdb' },
    ]);
  });

  test.each<[string, readonly Buffer[], string, boolean]>([
    ['a member twice: the last wins', [field(5, field(1, 'a'), field(1, 'b'))], 'b', false],
    ['a number behind a text', [field(5, field(1, 'a'), tag(3, 0), varint(5))], '5', true],
    ['a text behind a number', [field(5, tag(3, 0), varint(5), field(1, 'a'))], 'a', false],
    ['an unknown field behind a text', [field(5, field(1, 'a'), field(99, 'x'))], 'a', false],
    ['two parts', [field(5, field(1, 'a')), field(5, field(1, 'b'))], 'b', false],
    ['two parts, the last one empty', [field(5, field(1, 'a')), field(5)], 'a', false],
    ['a string index of the profiles signal', [field(5, tag(8, 0), varint(3))], 'null', true],
  ])('of protobuf with %s', (_, fields, body, isJson) => {
    const log = only(decodeLogs('protobuf', protobufOf(Buffer.concat([...fields]))));
    expect(log['body']).toBe(body);
    expect(log.markNames.includes('JSON_BODY')).toBe(isJson);
  });

  test.each<[string, string, string, boolean]>([
    ['two members: the last wins', '{"intValue":5,"stringValue":"a"}', 'a', false],
    ['a null behind a text', '{"stringValue":"a","intValue":null}', 'a', false],
    ['an unknown member', '{"x":[{}],"stringValue":"\\u0041"}', 'A', false],
    ['snake case', '{"string_value":"a"}', 'a', false],
    ['no member', '{}', 'null', true],
    ['null for itself', 'null', '', true],
  ])('of JSON with %s', (_, json, body, isJson) => {
    const log = only(decodeLogs('json', jsonOf(`{"body":${json}}`)));
    expect(log['body']).toBe(body);
    expect(log.markNames.includes('JSON_BODY')).toBe(isJson);
  });
});

describe('times', () => {
  const LATER = START_NS + 5n;
  test.each<[string, bigint, bigint, bigint, bigint, string, readonly string[]]>([
    ['both known', START_NS, LATER, START_NS, LATER, '', []],
    ['none of its own', 0n, LATER, LATER, LATER, '', ['NO_TIME']],
    ['none of observation', START_NS, 0n, START_NS, RECEIVED_NS, '', ['NO_OBSERVED_TIME']],
    ['none at all', 0n, 0n, RECEIVED_NS, RECEIVED_NS, '', ['NO_TIME', 'NO_OBSERVED_TIME']],
    [
      'milliseconds',
      1_793_491_200_000n,
      LATER,
      LATER,
      LATER,
      '{"timeUnixNano":"1793491200000"}',
      ['TIME_CLAMPED'],
    ],
    [
      'one nanosecond after 1970',
      1n,
      LATER,
      LATER,
      LATER,
      '{"timeUnixNano":"1"}',
      ['TIME_CLAMPED'],
    ],
    [
      'the year 2100 and nothing',
      4_102_444_800_000_000_000n,
      0n,
      RECEIVED_NS,
      RECEIVED_NS,
      '{"timeUnixNano":"4102444800000000000"}',
      ['TIME_CLAMPED', 'NO_OBSERVED_TIME'],
    ],
    [
      'the largest integers',
      2n ** 63n - 1n,
      2n ** 64n - 1n,
      RECEIVED_NS,
      RECEIVED_NS,
      '{"timeUnixNano":"9223372036854775807","observedTimeUnixNano":"18446744073709551615"}',
      ['TIME_CLAMPED'],
    ],
  ])('%s', (_, timeNs, observedNs, time, observedTime, original, marks) => {
    const log = readOf({ timeNs, observedNs });
    expect(log).toMatchObject({ time, observedTime, original, receivedTime: RECEIVED_NS });
    expect(log.markNames).toEqual(marks);
  });
});

describe('ids', () => {
  const TRACE = '0102030405060708090a0b0c0d0e0f10';
  const SPAN = 'a1a2a3a4a5a6a7a8';
  const NO_TRACE = '0'.repeat(32);
  const NO_SPAN = '0'.repeat(16);
  test.each([
    ['both', TRACE, SPAN, TRACE, SPAN],
    ['none', '', '', NO_TRACE, NO_SPAN],
    ['a trace alone', TRACE, '', TRACE, NO_SPAN],
    ['a span alone', '', SPAN, NO_TRACE, SPAN],
    ['zeros', NO_TRACE, NO_SPAN, NO_TRACE, NO_SPAN],
  ])('of a record may be %s', (_, traceId, spanId, trace, span) => {
    expect(readOf({ traceId, spanId })).toMatchObject({ traceId: trace, spanId: span });
  });

  test.each<[string, Partial<PlainLog>, RegExp]>([
    [
      'a trace id of 8 bytes',
      { traceId: '01'.repeat(8) },
      /log record 1: the trace id is not 16 bytes long/,
    ],
    ['a trace id of 17 bytes', { traceId: '01'.repeat(17) }, /trace id is not 16 bytes long/],
    ['a span id of 16 bytes', { spanId: '01'.repeat(16) }, /span id is not 8 bytes long/],
  ])('%s rejects the record and leaves its neighbours', (_, wrong, problem) => {
    const request = logRequestOf(
      { eventName: 'a' },
      { eventName: 'b', ...wrong },
      { eventName: 'c' },
    );
    const kept = { records: 3, rejected: 1, logs: [{ eventName: 'a' }, { eventName: 'c' }] };
    const protobuf = decodeLogs('protobuf', toLogProtobuf(request));
    expect(protobuf).toMatchObject(kept);
    expect(protobuf.problem).toMatch(problem);
    const json = decodeLogs('json', toLogJson(request));
    expect(json).toMatchObject(kept);
    expect(json.problem).toMatch(/log record 1: the (trace|span) id is not \d+ hexadecimal digits/);
  });

  test('that are not hexadecimal reject the record, upper case is understood', () => {
    const decoded = decodeLogs(
      'json',
      jsonOf(`{"traceId":"${'xy'.repeat(16)}"}`, `{"traceId":"${TRACE.toUpperCase()}"}`),
    );
    expect(decoded).toMatchObject({ records: 2, rejected: 1, logs: [{ traceId: TRACE }] });
  });

  test.each(['traceId', 'spanId'])('in base64 fail the request: %s', (name) => {
    const id = Buffer.alloc(name === 'traceId' ? 16 : 8, 7).toString('base64');
    expect(catching(() => decodeLogs('json', jsonOf(`{"${name}":"${id}"}`)))).toMatchObject({
      code: 'OTLP_MALFORMED',
      message: expect.stringContaining(`${name} is base64`) as string,
    });
  });
});

describe('severities and event names', () => {
  test.each([-1, 0, 24, 25, 99, 2 ** 31 - 1, -(2 ** 31)])(
    'severity %i is kept',
    (severityNumber) => {
      expect(readOf({ severityNumber })).toMatchObject({ severityNumber });
    },
  );

  test.each([
    ['SEVERITY_NUMBER_UNSPECIFIED', 0],
    ['SEVERITY_NUMBER_TRACE', 1],
    ['SEVERITY_NUMBER_DEBUG4', 8],
    ['SEVERITY_NUMBER_WARN', 13],
    ['SEVERITY_NUMBER_FATAL4', 24],
    ['17', 17],
  ])('the name %s is %i', (name, severityNumber) => {
    expect(only(decodeLogs('json', jsonOf(`{"severityNumber":"${name}"}`)))).toMatchObject({
      severityNumber,
    });
  });

  const ATTRIBUTE: KeyValue = ['event.name', { string: 'by.attribute' }];
  test.each<[string, Partial<PlainLog>, string, string, readonly string[]]>([
    ['the field', { eventName: 'by.field' }, 'by.field', '{}', []],
    [
      'the field, whatever the attribute says',
      { eventName: 'by.field', attributes: [ATTRIBUTE] },
      'by.field',
      '{"event.name":"by.attribute"}',
      [],
    ],
    [
      'the attribute alone',
      { attributes: [ATTRIBUTE] },
      'by.attribute',
      '{"event.name":"by.attribute"}',
      ['EVENT_NAME_ATTRIBUTE'],
    ],
    [
      'no attribute that is no text',
      { attributes: [['event.name', { int: 5n }]] },
      '',
      '{"event.name":5}',
      [],
    ],
    [
      'no empty attribute',
      { attributes: [['event.name', { string: '' }]] },
      '',
      '{"event.name":""}',
      [],
    ],
  ])('an event is named by %s', (_, log, eventName, attributes, marks) => {
    const read = readOf(log);
    expect(read).toMatchObject({ eventName, attributes });
    expect(read.markNames).toEqual(marks);
  });
});

describe('attributes', () => {
  test('of a run that have no column for logs stay where they are', () => {
    const attributes: KeyValue[] = [
      ['feature.name', { string: 'checkout' }],
      ['feature.status', { string: 'failed' }],
      ['feature.category', { string: 'other' }],
      ['feature.version', { string: '2' }],
      ['feature.efficiency', { double: 0.5 }],
      ['feature.iterations', { int: 3n }],
      ['feature.input.size', { int: 3n }],
      ['feature.filter', { string: 'failures_only' }],
      ['feature.component', { string: 'cart' }],
      ['error.type', { string: 'TypeError' }],
      ['http.route', { string: '/x' }],
    ];
    const log = readOf({ attributes });
    expect(log).toMatchObject({
      feature: 'checkout',
      component: 'cart',
      errorType: 'TypeError',
      attributes:
        '{"feature.status":"failed","feature.category":"other","feature.version":"2","feature.efficiency":0.5,"feature.iterations":3,"feature.input.size":3,"feature.filter":"failures_only","http.route":"/x"}',
    });
    expect(log.markNames).toEqual([]);
  });

  test('that name the user: the hash counts, the id goes back in front of one that came twice', () => {
    const hash: KeyValue = ['user.hash', { string: 'ab' }];
    const id: KeyValue = ['user.id', { string: 'ada' }];
    expect(readOf({ attributes: [id] })).toMatchObject({
      user: 'ada',
      attributes: '{}',
      markNames: ['RAW_USER'],
    });
    expect(readOf({ attributes: [id, hash] })).toMatchObject({
      user: 'ab',
      attributes: '{"user.id":"ada"}',
      markNames: [],
    });
    expect(readOf({ attributes: [id, ['user.id', { string: 'bob' }], hash] })).toMatchObject({
      user: 'ab',
      attributes: '{"user.id":"ada","user.id":"bob"}',
      markNames: ['DUPLICATE_KEYS'],
    });
  });

  test('whose first value is no text keep it and what comes later', () => {
    const log = readOf({
      attributes: [
        ['session.id', { int: 5n }],
        ['session.id', { string: 's' }],
      ],
    });
    expect(log).toMatchObject({ session: '', attributes: '{"session.id":5,"session.id":"s"}' });
  });

  test('beyond 1,024 are dropped and counted with those that the sender dropped', () => {
    const attributes = Array.from({ length: 1030 }, (_, i): KeyValue => [`k${i}`, { int: 1n }]);
    const log = readOf({ attributes, droppedAttributes: 10 });
    expect(log).toMatchObject({ droppedAttributes: 16 });
    expect(log.markNames).toEqual(['TRUNCATED']);
  });

  test('between the other fields of a record are as good as behind them', () => {
    const attribute = (key: string): Buffer => field(6, field(1, key), field(2, field(1, 'v')));
    const record = Buffer.concat([
      attribute('a'),
      field(5, field(1, 'the body of it')),
      attribute('b'),
      field(12, 'named'),
      attribute('c'),
    ]);
    expect(only(decodeLogs('protobuf', protobufOf(record)))).toMatchObject({
      body: 'the body of it',
      eventName: 'named',
      attributes: '{"a":"v","b":"v","c":"v"}',
    });
  });
});

describe('a request', () => {
  test.each<[string, Buffer]>([
    ['a wrong wire type', protobufOf(Buffer.concat([tag(3, 0), varint(1)]))],
    ['a body of a wrong wire type', protobufOf(Buffer.concat([tag(5, 0), varint(1)]))],
    ['a member of a body of a wrong wire type', protobufOf(field(5, tag(1, 0), varint(1)))],
    ['a body cut short', protobufOf(field(5, Buffer.from([0x0a, 0x05, 0x61])))],
    ['a time cut short', protobufOf(Buffer.concat([tag(1, 1), Buffer.alloc(5)]))],
  ])('of protobuf with %s is refused, and the next one is not', (_, body) => {
    const decoder = new LogTestDecoder();
    expect(catching(() => decoder.decode('protobuf', body))).toMatchObject({
      code: 'OTLP_MALFORMED',
    });
    const next = decoder.decode('protobuf', toLogProtobuf(logRequestOf({ eventName: 'next' })));
    expect(next.logs).toMatchObject([{ eventName: 'next' }]);
  });

  test.each<[string, string]>([
    ['a text as body', jsonOf('{"body":"text"}')],
    ['a number as text of a body', jsonOf('{"body":{"stringValue":5}}')],
    ['a body that is no base64', jsonOf('{"body":{"bytesValue":"%"}}')],
    ['an unknown severity', jsonOf('{"severityNumber":"SEVERITY_NUMBER_LOUD"}')],
    ['a negative time', jsonOf('{"timeUnixNano":"-1"}')],
    ['records that are no list', '{"resourceLogs":[{"scopeLogs":[{"logRecords":{}}]}]}'],
  ])('of JSON with %s is refused, and the next one is not', (_, body) => {
    const decoder = new LogTestDecoder();
    expect(catching(() => decoder.decode('json', Buffer.from(body)))).toMatchObject({
      code: 'OTLP_MALFORMED',
    });
    const next = decoder.decode('json', toLogJson(logRequestOf({ eventName: 'next' })));
    expect(next.logs).toMatchObject([{ eventName: 'next' }]);
  });

  test('of empty records, of null and of fields that were given up is accepted', () => {
    expect(decodeLogs('json', jsonOf('{}', 'null'))).toMatchObject({ records: 2, rejected: 0 });
    const givenUp = Buffer.concat([field(4, 'name'), field(5, field(1, 'kept'))]);
    expect(only(decodeLogs('protobuf', protobufOf(givenUp)))).toMatchObject({ body: 'kept' });
  });

  test('with more records than one may have is refused', () => {
    const body = protobufOf(...Array.from({ length: 11 }, () => Buffer.alloc(0)));
    expect(catching(() => decodeLogs('protobuf', body, { records: 10 }))).toMatchObject({
      code: 'OTLP_TOO_LARGE',
    });
  });
});
