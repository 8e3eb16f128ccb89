/** The two encodings of a metrics request: what the decoders must understand. */
import type {
  PlainBuckets,
  PlainMetric,
  PlainMetricRequest,
  PlainNumber,
  PlainPoint,
  PlainSpread,
  PlainValue,
} from './metric-model.ts';
import { metricRequestType } from './metric-schema.ts';
import { type KeyValue, toJsonList, toJsonNumber, toLong, toWireList } from './model.ts';

const type = metricRequestType();

export function toMetricProtobuf(request: PlainMetricRequest): Buffer {
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
  const form: Form = {
    list: toWireList,
    integer: toLong,
    double: (value) => value,
    id: bytes,
  };
  return Buffer.from(type.encode(toMessage(request, form)).finish());
}

/** The request as OTLP/JSON text, every field written out. */
export function toMetricJson(request: PlainMetricRequest): Buffer {
  const form: Form = {
    list: toJsonList,
    integer: String,
    double: toJsonNumber,
    id: (hex) => hex,
  };
  return Buffer.from(JSON.stringify(toMessage(request, form)));
}

/** How an encoding wants the parts of a message that plain objects cannot say. */
interface Form {
  readonly list: (list: readonly KeyValue[]) => object[];
  readonly integer: (value: bigint) => unknown;
  readonly double: (value: number) => unknown;
  readonly id: (hex: string) => unknown;
}

const toMessage = (request: PlainMetricRequest, form: Form): object => ({
  resourceMetrics: request.map((resource) => ({
    resource: { attributes: form.list(resource.attributes) },
    scopeMetrics: resource.scopes.map((scope) => ({
      scope: { name: scope.name },
      metrics: scope.metrics.map((metric) => ({
        name: metric.name,
        description: metric.description,
        unit: metric.unit,
        ...toData(metric, form),
        metadata: form.list(metric.metadata),
      })),
    })),
  })),
});

function toData(metric: PlainMetric, form: Form): object {
  switch (metric.kind) {
    case 'gauge':
      return { gauge: { dataPoints: metric.points.map((point) => toNumber(point, form)) } };
    case 'sum':
      return {
        sum: {
          dataPoints: metric.points.map((point) => toNumber(point, form)),
          aggregationTemporality: metric.temporality,
          isMonotonic: metric.monotonic,
        },
      };
    case 'histogram':
      return {
        histogram: {
          dataPoints: metric.points.map((point) => ({
            ...toPoint(point, form),
            ...toSpread(point, form),
            bucketCounts: point.bucketCounts.map(form.integer),
            explicitBounds: point.bounds.map(form.double),
          })),
          aggregationTemporality: metric.temporality,
        },
      };
    case 'exponentialHistogram':
      return {
        exponentialHistogram: {
          dataPoints: metric.points.map((point) => ({
            ...toPoint(point, form),
            ...toSpread(point, form),
            scale: point.scale,
            zeroCount: form.integer(point.zeroCount),
            positive: toBuckets(point.positive, form),
            negative: toBuckets(point.negative, form),
            zeroThreshold: form.double(point.zeroThreshold),
          })),
          aggregationTemporality: metric.temporality,
        },
      };
    case 'summary':
      return {
        summary: {
          dataPoints: metric.points.map((point) => ({
            ...toPoint(point, form),
            exemplars: undefined,
            count: form.integer(point.count),
            sum: form.double(point.sum),
            quantileValues: point.quantiles.map(([quantile, value]) => ({
              quantile: form.double(quantile),
              value: form.double(value),
            })),
          })),
        },
      };
    case 'none':
    default:
      return {};
  }
}

const toPoint = (point: PlainPoint, form: Form): object => ({
  attributes: form.list(point.attributes),
  startTimeUnixNano: form.integer(point.startNs),
  timeUnixNano: form.integer(point.timeNs),
  flags: point.flags,
  exemplars: point.exemplars.map((exemplar) => ({
    filteredAttributes: form.list(exemplar.attributes),
    timeUnixNano: form.integer(exemplar.timeNs),
    ...toValue(exemplar.value, form),
    spanId: form.id(exemplar.spanId),
    traceId: form.id(exemplar.traceId),
  })),
});

const toNumber = (point: PlainNumber, form: Form): object => ({
  ...toPoint(point, form),
  ...toValue(point.value, form),
});

function toValue(value: PlainValue, form: Form): object {
  if (value === null) return {};
  return 'int' in value
    ? { asInt: form.integer(value.int) }
    : { asDouble: form.double(value.double) };
}

const toSpread = (point: PlainSpread, form: Form): object => ({
  count: form.integer(point.count),
  ...(point.sum === null ? {} : { sum: form.double(point.sum) }),
  ...(point.min === null ? {} : { min: form.double(point.min) }),
  ...(point.max === null ? {} : { max: form.double(point.max) }),
});

const toBuckets = ({ offset, counts }: PlainBuckets, form: Form): object => ({
  offset,
  bucketCounts: counts.map(form.integer),
});
