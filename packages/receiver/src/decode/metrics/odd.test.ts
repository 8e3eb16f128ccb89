/** Metrics that are odd, wrong or too much: what is kept, what is rejected and what fails the request. */
import { describe, expect, test } from 'vitest';
import { toMetricJson, toMetricProtobuf } from '../../testing/metric-encoding.ts';
import {
  EXEMPLAR,
  exponentialOf,
  gaugeOf,
  histogramOf,
  metricRequestOf,
  type PlainMetric,
  summaryOf,
} from '../../testing/metric-model.ts';
import { expectedPoints } from '../../testing/metric-expected.ts';
import { decodeMetrics, MetricTestDecoder } from '../../testing/metric-rows.ts';
import {
  DATA,
  double,
  doubleBytes,
  fixed64,
  labelled,
  metricWith,
  pointWith,
} from '../../testing/metric-wire.ts';
import { RECEIVED_NS, START_NS } from '../../testing/model.ts';
import { field, tag, varint } from '../../testing/wire.ts';

/** A JSON request of one metric with these members. */
const jsonMetric = (members: string): string =>
  `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{${members}}]}]}]}`;
const jsonPoint = (type: string, members: string): string =>
  jsonMetric(`"name":"m","${type}":{"dataPoints":[{${members}}]}`);

const TIME = fixed64(3, START_NS);
const ONE = fixed64(6, 1n);

const ACCEPTED: readonly (readonly [string, PlainMetric])[] = [
  ['counts that do not fit the bounds', histogramOf({ bucketCounts: [1n], bounds: [1, 2, 3] })],
  ['bounds out of order and no numbers', histogramOf({ bounds: [5, 1, Number.NaN, -Infinity] })],
  ['a count that is not the sum of the buckets', histogramOf({ count: 99n })],
  ['a negative sum', histogramOf({ sum: -3 })],
  ['no buckets at all', histogramOf({ bounds: [], bucketCounts: [] })],
  ['no sum, no least and no greatest value', histogramOf({ sum: null, min: null, max: null })],
  ['a sum of minus nothing', histogramOf({ sum: -0, min: -0, max: 0 })],
  [
    'the greatest counts there are',
    histogramOf({ count: 2n ** 64n - 1n, bucketCounts: [2n ** 64n - 1n, 2n ** 53n + 1n] }),
  ],
  ['the greatest scale', exponentialOf({ scale: 2 ** 31 - 1 })],
  ['the least offset', exponentialOf({ positive: { offset: -(2 ** 31), counts: [1n] } })],
  [
    'the greatest offset',
    exponentialOf({ negative: { offset: 2 ** 31 - 1, counts: [2n ** 64n - 1n] } }),
  ],
  [
    '16,384 buckets',
    exponentialOf({
      positive: { offset: 0, counts: Array.from({ length: 16_384 }, (_, n) => BigInt(n)) },
    }),
  ],
  [
    'quantiles that are none',
    summaryOf({
      quantiles: [
        [7, Number.NaN],
        [-1, Infinity],
      ],
    }),
  ],
  ['no value, which a flag says', gaugeOf({ value: null, flags: 1 })],
  ['no value, which nothing says', gaugeOf({ value: null })],
  ['NaN', gaugeOf({ value: { double: Number.NaN } })],
  ['infinity', gaugeOf({ value: { double: -Infinity } })],
  ['minus nothing', gaugeOf({ value: { double: -0 } })],
  ['the least integer', gaugeOf({ value: { int: -(2n ** 63n) } })],
  ['an integer that no double holds', gaugeOf({ value: { int: 2n ** 53n + 1n } })],
  ['no time', gaugeOf({ timeNs: 0n })],
  ['no start', gaugeOf({ startNs: 0n })],
  ['times that cannot be', gaugeOf({ timeNs: 2n ** 64n - 1n, startNs: 1n })],
  ['a start behind its time', gaugeOf({ startNs: START_NS + 10n, timeNs: START_NS })],
  ['all bits of the flags', gaugeOf({ flags: 0xffffffff })],
  [
    'an empty key and an empty value',
    gaugeOf({
      attributes: [
        ['', { string: '' }],
        ['x', null],
      ],
    }),
  ],
  [
    'a key of the prototype',
    gaugeOf({
      attributes: [
        ['__proto__', { string: 'x' }],
        ['constructor', { int: 1n }],
      ],
    }),
  ],
  [
    'a key twice',
    gaugeOf({
      attributes: [
        ['a', { int: 1n }],
        ['b', null],
        ['a', { int: 2n }],
      ],
    }),
  ],
  ['an exemplar without ids', gaugeOf({ exemplars: [{ ...EXEMPLAR, traceId: '', spanId: '' }] })],
  [
    'an exemplar with ids of the wrong length',
    gaugeOf({ exemplars: [{ ...EXEMPLAR, traceId: 'abcd', spanId: 'ab' }] }),
  ],
  [
    'an exemplar without time or value',
    gaugeOf({ exemplars: [{ ...EXEMPLAR, timeNs: 0n, value: null }] }),
  ],
  [
    'exemplars from another age',
    gaugeOf({
      exemplars: [EXEMPLAR, { ...EXEMPLAR, timeNs: 1n }, { ...EXEMPLAR, timeNs: 2n ** 64n - 1n }],
    }),
  ],
  ['an unknown temporality', { ...histogramOf({}), temporality: -5 } as PlainMetric],
  ['a name of nothing', { ...gaugeOf({}), name: '' }],
];

describe('a point is stored as sent when it has', () => {
  test.each(ACCEPTED)('%s', (_, metric) => {
    const request = metricRequestOf(metric, gaugeOf({ value: { int: 42n } }));
    const protobuf = decodeMetrics('protobuf', toMetricProtobuf(request));
    expect(protobuf.points).toEqual(expectedPoints(request));
    expect(protobuf.points.at(-1)).toMatchObject({ intValue: 42n });
    expect(protobuf.rejected).toBe(0);
    expect(decodeMetrics('json', toMetricJson(request))).toEqual(protobuf);
  });
});

describe('protobuf that encoders do not write', () => {
  test('data before the name belong to the metric all the same', () => {
    const body = metricWith(
      field(DATA.sum, field(1, TIME, ONE), tag(2, 0), varint(2), tag(3, 0), varint(1)),
      field(3, 's'),
      field(1, 'late'),
    );
    expect(decodeMetrics('protobuf', body).points).toMatchObject([
      { metric: '{"name":"late","unit":"s"}', name: 'late', type: 7, temporality: 2, monotonic: 1 },
    ]);
  });

  test('data in two parts are one, of two kinds of data the last counts', () => {
    const part = (value: bigint): Buffer => field(1, TIME, fixed64(6, value));
    const body = metricWith(
      field(DATA.gauge, part(1n)),
      field(DATA.sum, part(2n)),
      field(DATA.sum, part(3n), tag(2, 0), varint(1)),
    );
    const { points, records } = decodeMetrics('protobuf', body);
    expect(points.map(({ intValue, type, temporality }) => [intValue, type, temporality])).toEqual([
      [2n, 7, 1],
      [3n, 7, 1],
    ]);
    expect(records).toBe(2);
  });

  test('attributes with other fields between them are one set', () => {
    const apart = pointWith(
      DATA.gauge,
      labelled(7, 'a', '1'),
      TIME,
      labelled(7, 'b', '2'),
      ONE,
      labelled(7, 'c', '3'),
    );
    const together = pointWith(
      DATA.gauge,
      TIME,
      ONE,
      labelled(7, 'a', '1'),
      labelled(7, 'b', '2'),
      labelled(7, 'c', '3'),
    );
    const decoder = new MetricTestDecoder();
    for (const body of [apart, together, apart]) {
      const { points, sets } = decoder.decode('protobuf', body);
      expect(points).toMatchObject([{ attributes: '{"a":"1","b":"2","c":"3"}' }]);
      expect(sets).toHaveLength(1);
    }
  });

  test('attributes in another order, encoding and type of point are one set', () => {
    const decoder = new MetricTestDecoder();
    const a = { string: '1' };
    const b = { int: 2n };
    for (const metric of [gaugeOf, histogramOf, exponentialOf, summaryOf])
      for (const attributes of [
        [['a', a] as const, ['b', b] as const],
        [['b', b] as const, ['a', a] as const],
      ]) {
        const request = metricRequestOf(metric({ attributes }));
        for (const found of [
          decoder.decode('protobuf', toMetricProtobuf(request)),
          decoder.decode('json', toMetricJson(request)),
        ]) {
          expect(found.points).toMatchObject([{ attributes: '{"a":"1","b":2}' }]);
          expect(found.sets).toEqual(['{"a":"1","b":2}']);
        }
      }
  });

  test('lists come packed, one by one and mixed', () => {
    const counts = (...list: bigint[]): Buffer =>
      Buffer.concat(list.map((value) => fixed64(6, value).subarray(1)));
    const body = pointWith(
      DATA.histogram,
      TIME,
      field(6, counts(1n, 2n)),
      fixed64(6, 3n),
      double(7, 0.5),
      field(7, doubleBytes(1.5), doubleBytes(2.5)),
      field(6, counts(4n)),
    );
    expect(decodeMetrics('protobuf', body).points).toMatchObject([
      { distribution: { bucket_counts: '[1,2,3,4]', bounds: '[0.5,1.5,2.5]' } },
    ]);
  });

  test('buckets of an exponential histogram come in parts', () => {
    const body = pointWith(
      DATA.exponential,
      TIME,
      field(8, tag(1, 0), varint(3), field(2, varint(1), varint(300))),
      field(8, tag(2, 0), varint(5)),
    );
    expect(decodeMetrics('protobuf', body).points).toMatchObject([
      { distribution: { positive_counts: '[1,300,5]', positive_offset: -2 } },
    ]);
  });

  test('the last of two values counts', () => {
    const body = pointWith(DATA.gauge, TIME, ONE, double(4, 2.5));
    expect(decodeMetrics('protobuf', body).points).toMatchObject([{ valueKind: 2, value: 2.5 }]);
  });

  test('a metric without data, or with data that nobody knows, keeps its descriptor', () => {
    const body = Buffer.concat([
      metricWith(field(1, 'bare')),
      metricWith(field(1, 'new'), field(13, field(1, TIME))),
      metricWith(field(1, 'old'), field(4, field(1, TIME)), tag(6, 0), varint(1), field(8, 'x')),
    ]);
    const { points, records, metrics } = decodeMetrics('protobuf', body);
    expect([points, records]).toEqual([[], 0]);
    expect(metrics).toEqual(['{"name":"bare"}', '{"name":"new"}', '{"name":"old"}']);
  });

  test('withdrawn and unknown fields of points are left alone', () => {
    const body = pointWith(
      DATA.gauge,
      field(1, 'label'),
      TIME,
      ONE,
      field(99, 'x'),
      field(5, field(1, 'l'), field(98, 'y')),
    );
    expect(decodeMetrics('protobuf', body).points).toMatchObject([
      { intValue: 1n, exemplars: [{ value_kind: 0 }] },
    ]);
  });

  const MALFORMED: readonly (readonly [string, Buffer])[] = [
    [
      'a list of 64-bit numbers with a byte too much',
      pointWith(DATA.histogram, field(6, Buffer.alloc(9))),
    ],
    ['a value of another wire type', pointWith(DATA.gauge, field(4, 'x'))],
    ['a time of another wire type', pointWith(DATA.gauge, tag(3, 0), varint(1))],
    ['a temporality of another wire type', metricWith(field(DATA.sum, field(2, 'x')))],
    ['a value that reaches past its point', pointWith(DATA.gauge, tag(6, 1), Buffer.alloc(4))],
    [
      'an attribute that is cut off',
      pointWith(DATA.gauge, TIME, field(7, field(1, 'k'), tag(2, 2), varint(9))),
    ],
    ['metadata that are cut off', metricWith(field(12, tag(1, 2), varint(9)))],
    ['a quantile that is cut off', pointWith(DATA.summary, field(6, tag(1, 1), Buffer.alloc(3)))],
    [
      'buckets that are cut off',
      pointWith(DATA.exponential, field(8, tag(2, 2), varint(3), Buffer.from([1]))),
    ],
  ];

  test.each(MALFORMED)('%s fails the request, and the next one is decoded', (_, body) => {
    const decoder = new MetricTestDecoder();
    expect(() => decoder.decode('protobuf', body)).toThrow(/protobuf/);
    expect(decoder.decode('protobuf', pointWith(DATA.gauge, TIME, ONE)).points).toHaveLength(1);
  });
});

describe('JSON that encoders do not write', () => {
  const SAME: readonly (readonly [string, string, object])[] = [
    [
      'numbers as strings and strings as numbers',
      jsonPoint('gauge', '"timeUnixNano":1793491200000000001,"asInt":"-5","flags":"1"'),
      { time: START_NS + 1n, intValue: -5n, flags: 1 },
    ],
    [
      'an integer as a number',
      jsonPoint('gauge', '"asInt":9007199254740993'),
      { intValue: 9007199254740993n },
    ],
    ['a double as a string', jsonPoint('gauge', '"asDouble":"1.5e3"'), { value: 1500 }],
    [
      'null for what is not set',
      jsonPoint(
        'gauge',
        '"asDouble":null,"asInt":"3","attributes":null,"exemplars":null,"flags":null',
      ),
      { valueKind: 1, intValue: 3n, attributes: '{}', exemplars: [] },
    ],
    [
      'snake_case',
      jsonPoint(
        'exponential_histogram',
        '"time_unix_nano":"1793491200000000000","zero_count":"2","zero_threshold":0.5',
      ),
      { type: 10, time: START_NS, distribution: { zero_count: 2n, zero_threshold: 0.5 } },
    ],
    [
      'the name of an enum',
      jsonMetric(
        '"sum":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_DELTA","isMonotonic":true,"dataPoints":[{}]},"name":"m"',
      ),
      { temporality: 1, monotonic: 1, name: 'm' },
    ],
    [
      'the name behind the data, escaped',
      jsonMetric(
        '"gauge":{"dataPoints":[{"attributes":[{"key":"\\u006b","value":{"stringValue":"\\u00e9\\n"}}]}]},"name":"\\u006d\\n"',
      ),
      { name: 'm\n', attributes: '{"k":"é\\n"}' },
    ],
    [
      'unknown members at every level',
      jsonMetric(
        '"x":{"y":[1]},"gauge":{"x":1,"dataPoints":[{"count":"9","asInt":"1","x":[[]]}],"isMonotonic":true},"name":"m"',
      ),
      { intValue: 1n, monotonic: 0, distribution: undefined },
    ],
    [
      'upper-case ids',
      jsonPoint(
        'gauge',
        '"exemplars":[{"traceId":"0102030405060708090A0B0C0D0E0F10","spanId":"A1A2A3A4A5A6A7A8"}]',
      ),
      {
        exemplars: [{ trace_id: '0102030405060708090a0b0c0d0e0f10', span_id: 'a1a2a3a4a5a6a7a8' }],
        markNames: ['TIME_CLAMPED', 'NO_TIME'],
      },
    ],
    [
      'ids that are not hexadecimal',
      jsonPoint(
        'gauge',
        '"timeUnixNano":"1793491200000000000","exemplars":[{"traceId":"zz","spanId":"a1"}]',
      ),
      {
        exemplars: [{ trace_id: '0'.repeat(32), span_id: '0'.repeat(16) }],
        markNames: ['TIME_CLAMPED', 'INVALID_ID'],
      },
    ],
    [
      'a list twice, of which the last counts',
      jsonPoint(
        'histogram',
        '"bucketCounts":[1,2],"bucketCounts":["3"],"explicitBounds":["NaN",1]',
      ),
      { distribution: { bucket_counts: '[3]', bounds: '[nan,1]' } },
    ],
    [
      'an empty list of metadata',
      jsonMetric('"name":"m","metadata":[],"gauge":{"dataPoints":[{}]}'),
      { metric: '{"name":"m"}' },
    ],
    [
      'white space everywhere',
      JSON.stringify(
        JSON.parse(
          toMetricJson(metricRequestOf(gaugeOf({ attributes: [['a', { int: 1n }]] }))).toString(),
        ),
        null,
        2,
      ),
      { attributes: '{"a":1}' },
    ],
    [
      'null for the point',
      jsonMetric('"name":"m","gauge":{"dataPoints":[null]}'),
      { valueKind: 0, time: RECEIVED_NS },
    ],
  ];

  test.each(SAME)('%s', (_, body, expected) => {
    expect(decodeMetrics('json', body).points).toMatchObject([expected]);
  });

  test.each([
    ['two kinds of data', jsonMetric('"gauge":{},"sum":{}')],
    ['an integer with a fraction', jsonPoint('gauge', '"asInt":1.5')],
    ['an integer of more than 64 bits', jsonPoint('gauge', '"asInt":"9223372036854775808"')],
    ['a negative count', jsonPoint('histogram', '"count":"-1"')],
    ['a scale of more than 32 bits', jsonPoint('exponentialHistogram', '"scale":2147483648')],
    ['a word for a double', jsonPoint('gauge', '"asDouble":"many"')],
    ['a temporality that has no such name', jsonMetric('"sum":{"aggregationTemporality":"DELTA"}')],
    ['ids in base64', jsonPoint('gauge', '"exemplars":[{"traceId":"AQIDBAUGBwgJCgsMDQ4PEA=="}]')],
    ['a point that is a number', jsonMetric('"gauge":{"dataPoints":[5]}')],
    [
      'an attribute of an unknown form',
      jsonPoint('gauge', '"attributes":[{"key":"k","value":{"intValue":"x"}}]'),
    ],
  ])('%s fails the request, and the next one is decoded', (_, body) => {
    const decoder = new MetricTestDecoder();
    expect(() => decoder.decode('json', Buffer.from(body))).toThrow(/JSON/);
    const next = decoder.decode('json', Buffer.from(jsonPoint('gauge', '"asInt":"1"')));
    expect(next.points).toMatchObject([{ intValue: 1n }]);
  });
});

describe('limits', () => {
  test('a point with too many buckets is rejected, its neighbours are stored', () => {
    const counts = [1n, 2n, 3n, 4n];
    const long = { positive: { offset: 0, counts } };
    const request = metricRequestOf(
      exponentialOf({ count: 1n }, { ...long, exemplars: [EXEMPLAR] }, { count: 3n }),
      histogramOf({ bounds: [1, 2, 3, 4], exemplars: [EXEMPLAR] }, { count: 4n }),
      summaryOf({ quantiles: [0, 1, 2, 3].map((n) => [n / 4, n] as const) }, { count: 5n }),
    );
    for (const [encoding, body] of [
      ['protobuf', toMetricProtobuf(request)],
      ['json', toMetricJson(request)],
    ] as const) {
      const { points, records, rejected, problem } = decodeMetrics(encoding, body, { buckets: 3 });
      const kept = points.map(({ distribution }) => (distribution as { count: bigint }).count);
      expect(kept).toEqual([1n, 3n, 4n, 5n]);
      expect(points.every(({ exemplars }) => (exemplars as []).length === 0)).toBe(true);
      expect([records, rejected]).toEqual([7, 3]);
      expect(problem).toBe('data point 1: a list has more than 3 numbers');
    }
  });

  test('exemplars and attributes beyond the limit are dropped and the point is marked', () => {
    const request = metricRequestOf(
      gaugeOf(
        { exemplars: Array.from({ length: 5 }, () => EXEMPLAR) },
        { attributes: ['a', 'b', 'c', 'd'].map((key) => [key, { int: 1n }]) },
        { attributes: [['a', { string: 'x'.repeat(20) }]] },
        {},
      ),
    );
    for (const [encoding, body] of [
      ['protobuf', toMetricProtobuf(request)],
      ['json', toMetricJson(request)],
    ] as const) {
      const decoder = new MetricTestDecoder({ recordItems: 3, valueBytes: 16 });
      // Known bytes must be marked like new ones.
      decoder.decode(encoding, body);
      const { points } = decoder.decode(encoding, body);
      expect(points.map(({ markNames }) => markNames)).toEqual([
        ['TRUNCATED'],
        ['TRUNCATED'],
        ['TRUNCATED'],
        [],
      ]);
      expect(points.map(({ exemplars }) => (exemplars as []).length)).toEqual([3, 0, 0, 0]);
      expect(points.map(({ attributes }) => attributes)).toEqual([
        '{}',
        '{"a":1,"b":1,"c":1}',
        `{"a":"${'x'.repeat(16)}"}`,
        '{}',
      ]);
    }
  });

  test('more points, metrics or attributes than a request may have fail it, also when they are known', () => {
    const request = metricRequestOf(
      ...Array.from({ length: 4 }, () =>
        gaugeOf({
          attributes: [
            ['a', { int: 1n }],
            ['b', { int: 1n }],
          ],
        }),
      ),
    );
    for (const [encoding, body] of [
      ['protobuf', toMetricProtobuf(request)],
      ['json', toMetricJson(request)],
    ] as const) {
      expect(() => decodeMetrics(encoding, body, { records: 3 })).toThrow('more than 3');
      const decoder = new MetricTestDecoder({ requestAttributes: 9 });
      expect(decoder.decode(encoding, body).points).toHaveLength(4);
      const small = new MetricTestDecoder({ requestAttributes: 7 });
      for (const _ of [1, 2])
        expect(() => small.decode(encoding, body)).toThrow('more than 7 attributes');
    }
  });

  test('invalid UTF-8 in names, units and attributes is replaced', () => {
    const bad = Buffer.from([0x61, 0xff, 0x62]);
    const body = metricWith(
      field(1, bad),
      field(3, bad),
      field(DATA.gauge, field(1, TIME, field(7, field(1, bad), field(2, field(1, bad))))),
    );
    expect(decodeMetrics('protobuf', body).points).toMatchObject([
      {
        name: 'a\ufffdb',
        metric: '{"name":"a\ufffdb","unit":"a\ufffdb"}',
        attributes: '{"a\ufffdb":"a\ufffdb"}',
        markNames: ['SANITIZED'],
      },
    ]);
  });

  test('more different sets than are kept in memory are all numbered rightly', () => {
    const points = Array.from({ length: 3000 }, (_, n) => ({
      attributes: [['key', { string: `${'x'.repeat(6000)}${n}` }] as const],
    }));
    const body = toMetricProtobuf(metricRequestOf(gaugeOf(...points)));
    const decoder = new MetricTestDecoder({}, 4096);
    for (const _ of [1, 2]) {
      const { points: found, sets } = decoder.decode('protobuf', body);
      expect(sets).toHaveLength(3000);
      for (const [n, { attributes }] of found.entries())
        expect(String(attributes).endsWith(`x${n}"}`)).toBe(true);
    }
  });
});
