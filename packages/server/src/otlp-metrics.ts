/** Metric families as an export request in OTLP/JSON (opentelemetry/proto/metrics/v1/metrics.proto). */
import type { MetricFamily, MetricPoint } from '@heartwood/api';

/** Who tells, and since when. */
export interface MetricSource {
  readonly resource: Readonly<Record<string, string>>;
  readonly scopeVersion: string;
  /** Start of all sums and histograms, nanoseconds since 1970. */
  readonly startNs: bigint;
}

/** AGGREGATION_TEMPORALITY_CUMULATIVE: what is lost of one telling is in the next. */
const CUMULATIVE = 2;

/** Makes the request; families without a series are left out. */
export function toOtlpMetrics(
  families: readonly MetricFamily[],
  { resource, scopeVersion, startNs }: MetricSource,
  nowNs: bigint,
): object {
  const times = { startTimeUnixNano: String(startNs), timeUnixNano: String(nowNs) };
  const metrics = families
    .filter(({ points }) => points.length > 0)
    .map(({ definition, points }) => {
      const { name, unit, description, kind } = definition;
      const dataPoints = points.map((point) => toDataPoint(point, unit, times));
      return { name, unit, description, ...toData(kind, dataPoints) };
    });
  return {
    resourceMetrics: [
      {
        resource: { attributes: toAttributes(resource) },
        scopeMetrics: [{ scope: { name: '@heartwood/server', version: scopeVersion }, metrics }],
      },
    ],
  };
}

function toData(kind: MetricFamily['definition']['kind'], dataPoints: readonly object[]): object {
  switch (kind) {
    case 'counter':
    case 'upDownCounter': {
      const isMonotonic = kind === 'counter';
      return { sum: { aggregationTemporality: CUMULATIVE, isMonotonic, dataPoints } };
    }
    case 'histogram':
      return { histogram: { aggregationTemporality: CUMULATIVE, dataPoints } };
    case 'gauge':
      return { gauge: { dataPoints } };
    default:
      return kind satisfies never;
  }
}

function toDataPoint(
  { attributes, reading }: MetricPoint,
  unit: string,
  times: Readonly<Record<string, string>>,
): object {
  const common = { attributes: toAttributes(attributes), ...times };
  if (reading.kind === 'number')
    // One metric has one type of number: whatever counts is whole, times and shares are not.
    return unit === 's' || unit === '1'
      ? { ...common, asDouble: reading.value }
      : { ...common, asInt: String(reading.value) };
  const { bounds, counts, sum } = reading;
  return {
    ...common,
    count: String(counts.reduce((total, count) => total + count, 0)),
    sum,
    bucketCounts: counts.map(String),
    explicitBounds: bounds,
  };
}

const toAttributes = (attributes: Readonly<Record<string, string>>): object[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } }));
