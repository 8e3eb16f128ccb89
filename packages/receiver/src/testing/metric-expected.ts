/** What the rows of a plain metrics request must be, worked out from the contract without any code of the decoders. */
import { DAY_NS, EARLIEST_NS, envelopeJson, objectJson } from './expected.ts';
import type {
  PlainExemplar,
  PlainMetric,
  PlainMetricRequest,
  PlainMetricResource,
  PlainMetricScope,
  PlainValue,
} from './metric-model.ts';
import type { ReadPoint } from './metric-rows.ts';
import { type KeyValue, RECEIVED_NS } from './model.ts';

/** Rows of all points, in order. */
export function expectedPoints(request: PlainMetricRequest): ReadPoint[] {
  return request.flatMap((resource) =>
    resource.scopes.flatMap((scope) =>
      scope.metrics.flatMap((metric) =>
        metric.kind === 'none'
          ? []
          : metric.points.map((point) => expectedPoint(resource, scope, metric, point)),
      ),
    ),
  );
}

type Measured = Exclude<PlainMetric, { readonly kind: 'none' }>;
type Point = Measured['points'][number];

const TYPES: Readonly<Record<PlainMetric['kind'], number>> = {
  none: 0,
  gauge: 5,
  sum: 7,
  histogram: 9,
  exponentialHistogram: 10,
  summary: 11,
};

function expectedPoint(
  resource: PlainMetricResource,
  scope: PlainMetricScope,
  metric: Measured,
  point: Point,
): ReadPoint {
  const marks: string[] = [];
  const exemplars = metric.kind === 'summary' ? [] : point.exemplars;
  const isTime = isUsable(point.timeNs);
  const isStart = isUsable(point.startNs);
  const originals = [
    isTime || point.timeNs === 0n ? '' : `"timeUnixNano":"${point.timeNs}"`,
    isStart || point.startNs === 0n ? '' : `"startTimeUnixNano":"${point.startNs}"`,
    exemplarTimes(exemplars),
  ].filter((text) => text !== '');
  if (originals.length > 0) marks.push('TIME_CLAMPED');
  if ([point.attributes, ...exemplars.map(({ attributes }) => attributes)].some(hasRepeats))
    marks.push('DUPLICATE_KEYS');
  if (point.timeNs === 0n) marks.push('NO_TIME');
  if (exemplars.some(({ traceId, spanId }) => isOdd(traceId, 32) || isOdd(spanId, 16)))
    marks.push('INVALID_ID');
  const service = resource.attributes.find(([key]) => key === 'service.name')?.[1];
  return {
    time: isTime ? point.timeNs : RECEIVED_NS,
    startTime: isStart ? point.startNs : 0n,
    receivedTime: RECEIVED_NS,
    metric: descriptorJson(metric),
    name: metric.name,
    type: TYPES[metric.kind],
    temporality: 'temporality' in metric ? metric.temporality : 0,
    monotonic: metric.kind === 'sum' && metric.monotonic ? 1 : 0,
    resource: envelopeJson('', { attributes: resource.attributes, dropped: 0, schemaUrl: '' }),
    service: service && 'string' in service ? service.string : '',
    scope: scope.name === '' ? '{}' : `{"name":${JSON.stringify(scope.name)}}`,
    attributes: objectJson(inOrder(point.attributes)),
    flags: point.flags,
    ...valueColumns('value' in point ? point.value : null),
    distribution: distributionColumns(metric.kind, point),
    exemplars: exemplars.map((exemplar) => {
      const { valueKind, intValue, value } = valueColumns(exemplar.value);
      return {
        time: isUsable(exemplar.timeNs) ? exemplar.timeNs : isTime ? point.timeNs : RECEIVED_NS,
        trace_id: isOdd(exemplar.traceId, 32) ? '0'.repeat(32) : exemplar.traceId.padStart(32, '0'),
        span_id: isOdd(exemplar.spanId, 16) ? '0'.repeat(16) : exemplar.spanId.padStart(16, '0'),
        value_kind: valueKind,
        int_value: intValue,
        value,
        attributes: objectJson(exemplar.attributes),
      };
    }),
    original: originals.length === 0 ? '' : `{${originals.join(',')}}`,
    markNames: marks,
  };
}

const isUsable = (time: bigint): boolean => time >= EARLIEST_NS && time <= RECEIVED_NS + DAY_NS;

const isOdd = (hex: string, digits: number): boolean => hex !== '' && hex.length !== digits;

const hasRepeats = (list: readonly KeyValue[]): boolean =>
  new Set(list.map(([key]) => key)).size < list.length;

function exemplarTimes(exemplars: readonly PlainExemplar[]): string {
  const absurd = exemplars.flatMap(({ timeNs }, index) =>
    isUsable(timeNs) ? [] : [`"${index}":"${timeNs}"`],
  );
  return absurd.length === 0 ? '' : `"exemplars":{${absurd.join(',')}}`;
}

const descriptorJson = ({ name, description, unit, metadata }: PlainMetric): string =>
  `{"name":${JSON.stringify(name)}${description && `,"description":${JSON.stringify(description)}`}${
    unit && `,"unit":${JSON.stringify(unit)}`
  }${metadata.length === 0 ? '' : `,"metadata":${objectJson(metadata)}`}}`;

/** By the bytes of the keys as JSON has them; equal keys keep their order. */
const inOrder = (list: readonly KeyValue[]): KeyValue[] =>
  list
    .map((member) => ({ member, key: Buffer.from(JSON.stringify(member[0]).slice(1, -1)) }))
    .toSorted((a, b) => Buffer.compare(a.key, b.key))
    .map(({ member }) => member);

interface ValueColumns {
  readonly valueKind: number;
  readonly intValue: bigint;
  readonly value: number;
}

function valueColumns(value: PlainValue): ValueColumns {
  if (value === null) return { valueKind: 0, intValue: 0n, value: 0 };
  if ('int' in value) return { valueKind: 1, intValue: value.int, value: Number(value.int) };
  return { valueKind: 2, intValue: 0n, value: value.double };
}

function distributionColumns(kind: Measured['kind'], point: Point): object | undefined {
  const given = (name: 'sum' | 'min' | 'max'): number | null =>
    name in point ? (point as Record<typeof name, number | null>)[name] : null;
  if (kind === 'gauge' || kind === 'sum') return undefined;
  return {
    count: 'count' in point ? point.count : 0n,
    given:
      (given('sum') === null ? 0 : 1) +
      (given('min') === null ? 0 : 2) +
      (given('max') === null ? 0 : 4),
    sum: given('sum') ?? 0,
    min: given('min') ?? 0,
    max: given('max') ?? 0,
    bounds: doubles('bounds' in point ? point.bounds : []),
    bucket_counts: integers('bucketCounts' in point ? point.bucketCounts : []),
    scale: 'scale' in point ? point.scale : 0,
    zero_count: 'zeroCount' in point ? point.zeroCount : 0n,
    zero_threshold: 'zeroThreshold' in point ? point.zeroThreshold : 0,
    positive_offset: 'positive' in point ? point.positive.offset : 0,
    positive_counts: integers('positive' in point ? point.positive.counts : []),
    negative_offset: 'negative' in point ? point.negative.offset : 0,
    negative_counts: integers('negative' in point ? point.negative.counts : []),
    quantiles: doubles('quantiles' in point ? point.quantiles.map(([quantile]) => quantile) : []),
    quantile_values: doubles('quantiles' in point ? point.quantiles.map(([, value]) => value) : []),
  };
}

const integers = (list: readonly bigint[]): string => `[${list.join(',')}]`;

const doubles = (list: readonly number[]): string =>
  `[${list
    .map((value) => {
      if (Number.isNaN(value)) return 'nan';
      if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
      return Object.is(value, -0) ? '-0.0' : String(value);
    })
    .join(',')}]`;
