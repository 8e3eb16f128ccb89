/** Data points of every type in every pair of shapes, and what the store must give back for them. */
import {
  hex,
  inEnvelope,
  type Levels,
  readEnvelope,
  RESOURCES,
  SCOPES,
  storedEnvelope,
} from './envelopes.ts';
import {
  ATTRIBUTE_LISTS,
  type KeyValue,
  type Message,
  parseStored,
  storedAttributes,
} from './otlp-json.ts';
import { pairwise } from './pairwise.ts';

const TIME_NS = 1_793_491_200_000_000_000n;

const INTEGERS = ['0', '-9223372036854775808', '9223372036854775807', '9007199254740993'];
const DOUBLES = [0.1, '-0', 'NaN', '-Infinity', 5e-324, 1.7976931348623157e308, 3];

const METRICS = pairwise({
  type: [
    'gauge int',
    'gauge double',
    'sum int',
    'sum double',
    'histogram',
    'exponential',
    'summary',
    'no value',
  ],
  points: [1, 2, 8],
  attributes: ATTRIBUTE_LISTS,
  metadata: [ATTRIBUTE_LISTS[0] ?? [], ATTRIBUTE_LISTS[3] ?? []],
  exemplars: [0, 1, 2],
  temporality: [0, 1, 2],
  monotonic: [false, true],
  start: ['own', 'none'],
  flags: [0, 1],
  optional: ['all', 'none'],
  resource: RESOURCES,
  scope: SCOPES,
});
type Shape = (typeof METRICS)[number];

const LEVELS: Levels = ['resourceMetrics', 'scopeMetrics', 'metrics'];

/** One request with every combination; `label` tells it apart from the same one sent otherwise. */
export const metricExport = (label: string): Message => ({
  resourceMetrics: METRICS.map((shape, n) =>
    inEnvelope(LEVELS, shape, n, label, [metricOf(shape, n)]),
  ),
});

const timeOf = (n: number, point: number): string =>
  String(TIME_NS + BigInt(n) * 1_000_003n + BigInt(point));
const START = String(TIME_NS - 1n);

function metricOf(shape: Shape, n: number): Message {
  const dataPoints = Array.from({ length: shape.points }, (_, point) => pointOf(shape, n, point));
  const aggregationTemporality = shape.temporality;
  return {
    name: `metric.${n}`,
    description: n % 2 === 0 ? '' : 'Durée – 時間',
    unit: n % 3 === 0 ? '' : 'By',
    metadata: shape.metadata,
    ...dataOf(shape, dataPoints, aggregationTemporality),
  };
}

function dataOf(
  shape: Shape,
  dataPoints: readonly Message[],
  aggregationTemporality: number,
): Message {
  switch (shape.type) {
    case 'sum int':
    case 'sum double':
      return { sum: { dataPoints, aggregationTemporality, isMonotonic: shape.monotonic } };
    case 'histogram':
      return { histogram: { dataPoints, aggregationTemporality } };
    case 'exponential':
      return { exponentialHistogram: { dataPoints, aggregationTemporality } };
    case 'summary':
      return { summary: { dataPoints } };
    default:
      return { gauge: { dataPoints } };
  }
}

function pointOf(shape: Shape, n: number, point: number): Message {
  const double = DOUBLES[(n + point) % DOUBLES.length];
  const integer = INTEGERS[(n + point) % INTEGERS.length];
  const common = {
    attributes: [...shape.attributes, { key: 'point', value: { intValue: String(point) } }],
    ...(shape.start === 'own' ? { startTimeUnixNano: START } : {}),
    timeUnixNano: timeOf(n, point),
    flags: shape.flags,
  };
  const optional = shape.optional === 'all' ? { sum: double, min: -1.5, max: double } : {};
  const exemplars = Array.from({ length: shape.exemplars }, (_, i) => exemplarOf(n, i));
  switch (shape.type) {
    case 'gauge int':
    case 'sum int':
      return { ...common, asInt: integer, exemplars };
    case 'gauge double':
    case 'sum double':
      return { ...common, asDouble: double, exemplars };
    case 'histogram':
      return {
        ...common,
        ...optional,
        count: '18446744073709551615',
        bucketCounts: shape.optional === 'all' ? ['0', '9007199254740993', '7'] : [],
        explicitBounds: shape.optional === 'all' ? [0.1, 1e300] : [],
        exemplars,
      };
    case 'exponential':
      return {
        ...common,
        ...optional,
        count: '3',
        scale: n % 2 === 0 ? 20 : -10,
        zeroCount: '1',
        zeroThreshold: 1e-12,
        positive: { offset: -5, bucketCounts: ['1', '0', '18446744073709551615'] },
        negative: { offset: 2_147_483_647, bucketCounts: [] },
        exemplars,
      };
    case 'summary':
      return {
        ...common,
        count: '9',
        sum: double,
        quantileValues: [
          { quantile: 0, value: -1.5 },
          { quantile: 0.99, value: double },
        ],
      };
    default:
      return { ...common, exemplars };
  }
}

const exemplarOf = (n: number, i: number): Message => ({
  timeUnixNano: timeOf(n, i),
  ...(i % 2 === 0 ? { asInt: INTEGERS[n % INTEGERS.length] } : { asDouble: -2.5 }),
  ...(n % 2 === 0 ? { traceId: hex(n + 1, 16), spanId: hex(n + 1, 8) } : {}),
  filteredAttributes: ATTRIBUTE_LISTS[(n + i) % ATTRIBUTE_LISTS.length],
});

/** What must be stored of the request with this label, in its order. */
export const storedMetrics = (label: string): Message[] =>
  METRICS.flatMap((shape, n) =>
    Array.from({ length: shape.points }, (_, point) => ({
      name: `metric.${n}`,
      description: n % 2 === 0 ? '' : 'Durée – 時間',
      unit: n % 3 === 0 ? '' : 'By',
      metadata: storedAttributes(shape.metadata),
      type: TYPE_NAMES[shape.type],
      temporality: HAS_TEMPORALITY.has(shape.type) ? shape.temporality : 0,
      monotonic: shape.type.startsWith('sum ') && shape.monotonic,
      ...storedPoint(pointOf(shape, n, point)),
      ...storedEnvelope(shape, n, label),
    })),
  );

const TYPE_NAMES: Readonly<Record<string, string>> = {
  'gauge int': 'gauge',
  'gauge double': 'gauge',
  'sum int': 'sum',
  'sum double': 'sum',
  histogram: 'histogram',
  exponential: 'exponential_histogram',
  summary: 'summary',
  'no value': 'gauge',
};
const HAS_TEMPORALITY = new Set(['sum int', 'sum double', 'histogram', 'exponential']);

/** A number of a message as `storedAttributes` would store it. */
const double = (value: unknown): unknown =>
  storedAttributes([{ key: 'it', value: { doubleValue: value } }])['it'];
const integer = (value: unknown): string => `int ${String(value)}`;

function storedPoint(point: Message): Message {
  return {
    time: point['timeUnixNano'],
    start: point['startTimeUnixNano'] ?? null,
    flags: point['flags'],
    int: point['asInt'] ?? null,
    double: 'asDouble' in point ? double(point['asDouble']) : null,
    attributes: storedAttributes(point['attributes'] as KeyValue[]),
    distribution: storedDistribution(point),
    exemplars: ((point['exemplars'] ?? []) as Message[]).map((exemplar) => ({
      time: exemplar['timeUnixNano'],
      value: 'asInt' in exemplar ? integer(exemplar['asInt']) : double(exemplar['asDouble']),
      traceId: exemplar['traceId'] ?? null,
      spanId: exemplar['spanId'] ?? null,
      attributes: storedAttributes(exemplar['filteredAttributes'] as KeyValue[]),
    })),
  };
}

function storedDistribution(point: Message): unknown {
  if (!('count' in point)) return null;
  const given = (name: string, store: (value: unknown) => unknown): Message =>
    name in point ? { [name]: store(point[name]) } : {};
  const buckets = (name: string): Message => {
    const side = point[name] as { offset: number; bucketCounts: string[] } | undefined;
    if (side === undefined) return {};
    return {
      [name]: { offset: integer(side.offset), bucketCounts: side.bucketCounts.map(integer) },
    };
  };
  const quantiles = point['quantileValues'] as { quantile: number; value: unknown }[] | undefined;
  return {
    count: integer(point['count']),
    ...given('sum', double),
    ...given('min', double),
    ...given('max', double),
    ...('explicitBounds' in point
      ? { bounds: (point['explicitBounds'] as unknown[]).map(double) }
      : {}),
    ...given('bucketCounts', (counts) => (counts as unknown[]).map(integer)),
    ...given('scale', integer),
    ...given('zeroCount', integer),
    ...given('zeroThreshold', double),
    ...buckets('positive'),
    ...buckets('negative'),
    ...(quantiles === undefined
      ? {}
      : {
          quantiles: quantiles.map(({ quantile }) => double(quantile)),
          quantileValues: quantiles.map(({ value }) => double(value)),
        }),
  };
}

/** Asks for the data points that came with a label; a double comes as the text of the attribute encoding. */
export const READ_METRICS = `
  SELECT *, epoch_ns(time)::VARCHAR AS time_ns, epoch_ns(start_time)::VARCHAR AS start_ns,
    int_value::VARCHAR AS int_text, fa_json_double(double_value) AS double_text
  FROM all_metric_points
  WHERE json_extract_string(resource, '/attributes/sent.over') = $label
  ORDER BY seq`;

/** A row of {@link READ_METRICS} in the form of {@link storedMetrics}. */
export function readMetric(row: Message): Message {
  const json = (name: string): unknown =>
    row[name] === null ? null : parseStored(row[name] as string);
  return {
    name: row['name'],
    description: row['description'] ?? '',
    unit: row['unit'] ?? '',
    metadata: json('metadata') ?? storedAttributes(),
    type: row['type'],
    temporality: row['temporality'],
    monotonic: row['monotonic'],
    time: row['time_ns'],
    start: row['start_ns'],
    flags: row['flags'],
    int: row['int_text'],
    double: json('double_text'),
    attributes: json('attributes'),
    distribution: json('distribution'),
    exemplars: (json('exemplars') as Message[]).map((exemplar) => ({
      time: exemplar['time'],
      value: exemplar['value'],
      traceId: exemplar['traceId'] ?? null,
      spanId: exemplar['spanId'] ?? null,
      attributes: exemplar['attributes'] ?? storedAttributes(),
    })),
    ...readEnvelope(row),
  };
}
