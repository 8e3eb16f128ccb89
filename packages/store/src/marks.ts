/** Bits of the column `marks` of spans, logs and data points: what the intake noticed about a record, and which columns hold what the sender gave. */
export const MARK = {
  /** End before start: the duration is stored as 0 and left out of every latency. */
  NEGATIVE_DURATION: 1 << 0,
  /** A time was missing or absurd and was replaced; the original stands in `span_extras.original` or in `replaced_times`. */
  TIME_CLAMPED: 1 << 1,
  /** A value was longer than the limit and was cut, or attributes beyond the limit were dropped. */
  TRUNCATED: 1 << 2,
  /** Invalid UTF-8 was replaced by U+FFFD. */
  SANITIZED: 1 << 3,
  /** A row in `span_extras` belongs to this span. */
  HAS_EXTRAS: 1 << 4,
  /** The feature was named by a mapping rule, not by the sender. */
  MAPPED: 1 << 5,
  /** An attribute key came more than once; the first one counts. */
  DUPLICATE_KEYS: 1 << 6,
  /** The user column holds `user.id`, not `user.hash`. */
  RAW_USER: 1 << 7,
  /** The sender gave `feature.category`; else a rule or the default did. */
  GAVE_CATEGORY: 1 << 8,
  /** The sender gave `feature.component`; else it is the service. */
  GAVE_COMPONENT: 1 << 9,
  /** The sender gave `feature.status`; else it was derived from the span status. */
  GAVE_STATUS: 1 << 10,
  /** The sender gave `feature.performance.tier`; else it was computed. */
  GAVE_TIER: 1 << 11,
  /** The sender gave `feature.efficiency`; else it was computed. */
  GAVE_EFFICIENCY: 1 << 12,
  /** The sender gave `feature.iterations`; else it is 1. */
  GAVE_ITERATIONS: 1 << 13,
  /** The sender gave `feature.input.size`; else it is 0. */
  GAVE_INPUT_SIZE: 1 << 14,
  /** The sender gave `feature.output.size`; else it is 0. */
  GAVE_OUTPUT_SIZE: 1 << 15,
  /** The sender gave `feature.name`; else a rule did, or the span is no run. */
  GAVE_NAME: 1 << 16,
  /** The sender left out other runs of this feature: rates over it mean nothing. */
  FILTERED: 1 << 17,
  /** The body of a log record was no string: the column holds it as JSON, or nothing where there was no body. */
  JSON_BODY: 1 << 18,
  /** A log record or data point without a time of its own: that of observation or receipt stands in for it. */
  NO_TIME: 1 << 19,
  /** A log record without a time of observation: that of receipt stands in for it. */
  NO_OBSERVED_TIME: 1 << 20,
  /** A trace or span id of an exemplar had the wrong length or no hexadecimal digits, and was left out. */
  INVALID_ID: 1 << 21,
  /** The event name of a log record was taken from its attribute `event.name`, which stays where it is; its field was empty. */
  EVENT_NAME_ATTRIBUTE: 1 << 22,
  /** The trace state of the span gives a sampling threshold: its sender left out others like it. */
  SAMPLED: 1 << 23,
  /** The event broke the tracking plan in a way that tags it; what it did stands in `plan_violation_hour`. */
  PLAN_INVALID: 1 << 24,
} as const;
