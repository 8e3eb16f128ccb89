/** The tables of metrics: descriptors, sets of attributes, points, distributions and exemplars. */
import type { TableDefinition } from './table-definition.ts';

/** Metrics, one row each distinct descriptor; `content` is JSON `{name, description?, unit?, metadata?}`, `type` a number of {@link METRIC_TYPE}. */
export const METRICS = {
  name: 'metrics',
  columns: {
    id: 'u32',
    hash: 'id',
    name_id: 'id',
    type: 'u8',
    temporality: 'i32',
    monotonic: 'u8',
    content: 'text',
  },
} as const satisfies TableDefinition;

/** The number of the member of `Metric.data` that a metric has; 0 when it has none. */
export const METRIC_TYPE = {
  NONE: 0,
  GAUGE: 5,
  SUM: 7,
  HISTOGRAM: 9,
  EXPONENTIAL_HISTOGRAM: 10,
  SUMMARY: 11,
} as const;

/** Attribute sets of data points, one row each distinct one; `content` is a JSON object with its keys in order. Id 0 is the empty set, which has no row. */
export const ATTRIBUTE_SETS = {
  name: 'attribute_sets',
  columns: {
    id: 'id',
    hash: 'id',
    content: 'text',
  },
} as const satisfies TableDefinition;

/**
 * One row a data point. `value_kind` is 0 for none, 1 for an integer (exact in `int_value`, also in `value`), 2 for a double;
 * what histograms and summaries say stands in `metric_distributions`. A `start_time` of 0 is none.
 */
export const METRIC_POINTS = {
  name: 'metric_points',
  columns: {
    time: 'time',
    start_time: 'time',
    received_time: 'time',
    seq: 'id',
    metric_id: 'u32',
    resource_id: 'u32',
    scope_id: 'u32',
    attribute_set_id: 'id',
    flags: 'u32',
    marks: 'u32',
    value_kind: 'u8',
    int_value: 'i64',
    value: 'f64',
  },
} as const satisfies TableDefinition;

/**
 * What histograms, exponential histograms and summaries have; joined on `seq`. Bits of `given` tell which optional
 * numbers were sent: 1 sum, 2 min, 4 max. Buckets stay as sent: exponential ones are never expanded.
 */
export const METRIC_DISTRIBUTIONS = {
  name: 'metric_distributions',
  columns: {
    seq: 'id',
    time: 'time',
    count: 'id',
    given: 'u8',
    sum: 'f64',
    min: 'f64',
    max: 'f64',
    bounds: 'f64s',
    bucket_counts: 'u64s',
    scale: 'i32',
    zero_count: 'id',
    zero_threshold: 'f64',
    positive_offset: 'i32',
    positive_counts: 'u64s',
    negative_offset: 'i32',
    negative_counts: 'u64s',
    quantiles: 'f64s',
    quantile_values: 'f64s',
  },
} as const satisfies TableDefinition;

/**
 * Exemplars of data points, joined on the `seq` of the point; `value_kind` as in {@link METRIC_POINTS}, `attributes` the
 * filtered ones. An id of 0 is none; where no time was sent, `time` is that of the point, as `replaced_times` tells.
 */
export const EXEMPLARS = {
  name: 'exemplars',
  columns: {
    seq: 'id',
    time: 'time',
    trace_id: 'uuid',
    span_id: 'id',
    value_kind: 'u8',
    int_value: 'i64',
    value: 'f64',
    attributes: 'text',
  },
} as const satisfies TableDefinition;
