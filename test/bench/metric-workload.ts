/** Seeded metric requests: an export of many series, most points plain numbers, a fifth of them histograms. */
import type { Attribute, OtlpWriter } from './otlp-writer.ts';
import { createSeeded, type Seeded } from './seeded.ts';
import { jsonAttributes, jsonTemplate, protobufTemplate, type Template } from './template.ts';
import { RESOURCE, SCOPE, START_NS, type WorkloadOptions } from './workload.ts';

type Kind = 'gauge' | 'sum' | 'histogram';

interface Point {
  readonly attributes: readonly Attribute[];
  readonly timeNs: bigint;
  /** A bigint is an integer. */
  readonly value: number | bigint;
  readonly bucketCounts: readonly bigint[];
}

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly kind: Kind;
  readonly points: readonly Point[];
}

/** One of each ten metrics: how they are mixed. */
const KINDS: readonly Kind[] = [
  'sum',
  'sum',
  'gauge',
  'sum',
  'histogram',
  'sum',
  'gauge',
  'sum',
  'histogram',
  'gauge',
];
const METRICS = 40;
/** Bucket bounds of `http.server.request.duration`, s. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const CUMULATIVE = 2;

/** One request of so many points over 40 metrics, each point with 4 attributes. */
export function metricTemplates(options: WorkloadOptions): { protobuf: Template; json: Template } {
  const metrics = makeMetrics(options);
  const startNs = options.startNs ?? START_NS;
  return {
    get protobuf() {
      return protobufTemplate((writer) => writeMetrics(writer, metrics, startNs));
    },
    get json() {
      return jsonTemplate(toJson(metrics, startNs));
    },
  };
}

function makeMetrics({ records, seed, startNs = START_NS }: WorkloadOptions): Metric[] {
  const seeded = createSeeded(seed);
  const each = Math.ceil(records / METRICS);
  return Array.from({ length: METRICS }, (_, index) => {
    const kind = KINDS[index % KINDS.length] ?? 'gauge';
    const count = Math.max(0, Math.min(each, records - index * each));
    return {
      name: `shop.${kind}.${index}`,
      unit: kind === 'histogram' ? 's' : '{request}',
      kind,
      points: Array.from({ length: count }, (__, place) =>
        makePoint(kind, place, startNs + 60_000_000_000n, seeded),
      ),
    };
  });
}

function makePoint(kind: Kind, place: number, timeNs: bigint, { below, random }: Seeded): Point {
  const bucketCounts =
    kind === 'histogram' ? Array.from({ length: BOUNDS.length + 1 }, () => BigInt(below(50))) : [];
  return {
    attributes: [
      { key: 'http.route', value: `/products/${place % 50}` },
      { key: 'http.request.method', value: place % 3 === 0 ? 'POST' : 'GET' },
      { key: 'http.response.status_code', value: place % 7 === 0 ? 502n : 200n },
      { key: 'shop.branch', value: `branch-${Math.floor(place / 50)}` },
    ],
    timeNs,
    value: kind === 'sum' ? BigInt(below(1_000_000)) : random() * 1000,
    bucketCounts,
  };
}

function writeMetrics(writer: OtlpWriter, metrics: readonly Metric[], startNs: bigint): void {
  writer.message(1, () => {
    writer.message(2, () => {
      for (const metric of metrics.toReversed())
        writer.message(2, () => writeMetric(writer, metric, startNs));
      writer.message(1, () => {
        writer.string(2, SCOPE.version);
        writer.string(1, SCOPE.name);
      });
    });
    writer.message(1, () => writer.attributes(1, RESOURCE));
  });
}

const DATA_FIELD: Readonly<Record<Kind, number>> = { gauge: 5, sum: 7, histogram: 9 };

function writeMetric(
  writer: OtlpWriter,
  { name, unit, kind, points }: Metric,
  startNs: bigint,
): void {
  writer.message(DATA_FIELD[kind], () => {
    if (kind === 'sum') writer.varint(3, 1);
    if (kind !== 'gauge') writer.varint(2, CUMULATIVE);
    for (const point of points.toReversed())
      writer.message(1, () => {
        if (kind === 'histogram') writeHistogramPoint(writer, point, startNs);
        else writeNumberPoint(writer, point, startNs);
      });
  });
  writer.string(3, unit);
  writer.string(1, name);
}

function writeNumberPoint(
  writer: OtlpWriter,
  { attributes, timeNs, value }: Point,
  startNs: bigint,
): void {
  writer.attributes(7, attributes);
  if (typeof value === 'bigint') writer.fixed64(6, value);
  else writer.double(4, value);
  writer.time(3, timeNs);
  writer.fixed64(2, startNs);
}

function writeHistogramPoint(
  writer: OtlpWriter,
  { attributes, timeNs, value, bucketCounts }: Point,
  startNs: bigint,
): void {
  writer.attributes(9, attributes);
  writer.packed(7, BOUNDS);
  writer.packed(6, bucketCounts);
  writer.double(5, Number(value));
  writer.fixed64(4, total(bucketCounts));
  writer.time(3, timeNs);
  writer.fixed64(2, startNs);
}

const total = (counts: readonly bigint[]): bigint => counts.reduce((sum, count) => sum + count, 0n);

function toJson(metrics: readonly Metric[], startNs: bigint): object {
  return {
    resourceMetrics: [
      {
        resource: { attributes: jsonAttributes(RESOURCE) },
        scopeMetrics: [
          { scope: SCOPE, metrics: metrics.map((metric) => metricJson(metric, startNs)) },
        ],
      },
    ],
  };
}

function metricJson({ name, unit, kind, points }: Metric, startNs: bigint): object {
  const dataPoints = points.map(({ attributes, timeNs, value, bucketCounts }) => ({
    attributes: jsonAttributes(attributes),
    startTimeUnixNano: String(startNs),
    timeUnixNano: String(timeNs),
    ...(kind === 'histogram'
      ? {
          count: String(total(bucketCounts)),
          sum: value,
          bucketCounts: bucketCounts.map(String),
          explicitBounds: BOUNDS,
        }
      : typeof value === 'bigint'
        ? { asInt: String(value) }
        : { asDouble: value }),
  }));
  const data = {
    dataPoints,
    ...(kind !== 'gauge' && { aggregationTemporality: CUMULATIVE }),
    ...(kind === 'sum' && { isMonotonic: true }),
  };
  return { name, unit, [kind]: data };
}
