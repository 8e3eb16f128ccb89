/** Which fields the data points of a metric have in OTLP/JSON. */
import { METRIC_TYPE } from '@heartwood/store/batch';

/** Fields of points of all types; {@link POINT_FIELDS} says which of them a type has. */
export type PointFieldName =
  | 'attributes'
  | 'startTimeUnixNano'
  | 'timeUnixNano'
  | 'flags'
  | 'exemplars'
  | 'asDouble'
  | 'asInt'
  | 'count'
  | 'sum'
  | 'min'
  | 'max'
  | 'bucketCounts'
  | 'explicitBounds'
  | 'scale'
  | 'zeroCount'
  | 'zeroThreshold'
  | 'positive'
  | 'negative'
  | 'quantileValues';

const COMMON: readonly PointFieldName[] = [
  'attributes',
  'startTimeUnixNano',
  'timeUnixNano',
  'flags',
];
const NUMBER: readonly PointFieldName[] = [...COMMON, 'asDouble', 'asInt', 'exemplars'];
const SPREAD: readonly PointFieldName[] = [...COMMON, 'count', 'sum', 'min', 'max', 'exemplars'];
/** By type of the metric. */
export const POINT_FIELDS: ReadonlyMap<number, readonly PointFieldName[]> = new Map([
  [METRIC_TYPE.GAUGE as number, NUMBER],
  [METRIC_TYPE.SUM, NUMBER],
  [METRIC_TYPE.HISTOGRAM, [...SPREAD, 'bucketCounts', 'explicitBounds']],
  [
    METRIC_TYPE.EXPONENTIAL_HISTOGRAM,
    [...SPREAD, 'scale', 'zeroCount', 'zeroThreshold', 'positive', 'negative'],
  ],
  [METRIC_TYPE.SUMMARY, [...COMMON, 'count', 'sum', 'quantileValues']],
]);
