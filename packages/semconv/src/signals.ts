/** Names of the events and metrics that Heartwood writes or reads. */

/** A long run has begun. */
export const EVENT_FEATURE_OPERATION_START = 'feature.operation.start';
/** A long run has come further. */
export const EVENT_FEATURE_OPERATION_PROGRESS = 'feature.operation.progress';
/** A long run is still alive. */
export const EVENT_FEATURE_OPERATION_HEARTBEAT = 'feature.operation.heartbeat';
/** A long run has ended. */
export const EVENT_FEATURE_OPERATION_END = 'feature.operation.end';
/** A run or session was paused. */
export const EVENT_FEATURE_PAUSED = 'feature.paused';
/** A run or session went on. */
export const EVENT_FEATURE_RESUMED = 'feature.resumed';
/** A session began. */
export const EVENT_SESSION_START = 'session.start';
/** A session ended. */
export const EVENT_SESSION_END = 'session.end';
/** A feature was shown to somebody; which one stands in `feature.name`. Whoever was shown it could have used it. */
export const EVENT_FEATURE_VIEWED = 'feature.viewed';
/** A person told how a feature was for them. */
export const EVENT_FEATURE_FEEDBACK = 'feature.feedback';

/** Events that SDKs send of themselves: none tells that somebody did something. Views and feedback are sent by the app. */
export const SDK_EVENTS = [
  EVENT_FEATURE_OPERATION_START,
  EVENT_FEATURE_OPERATION_PROGRESS,
  EVENT_FEATURE_OPERATION_HEARTBEAT,
  EVENT_FEATURE_OPERATION_END,
  EVENT_FEATURE_PAUSED,
  EVENT_FEATURE_RESUMED,
  EVENT_SESSION_START,
  EVENT_SESSION_END,
] as const;

/** True for all events above and others of their families: no tracking plan needs to name them. */
export const isOwnEvent = (name: string): boolean =>
  OWN_EVENT_FAMILIES.some((family) => name.startsWith(family));

const OWN_EVENT_FAMILIES = ['feature.', 'session.'] as const;

/** Histogram of run durations, seconds. */
export const METRIC_FEATURE_DURATION = 'feature.duration';
/** Runs under way, `{run}`. */
export const METRIC_FEATURE_ACTIVE = 'feature.active';

/** What our own delivery counts, by the names that OpenTelemetry gives SDKs (semantic conventions 1.44, otel/sdk-metrics). */
export const DELIVERY_METRICS = {
  traces: {
    queueSize: 'otel.sdk.processor.span.queue.size',
    queueCapacity: 'otel.sdk.processor.span.queue.capacity',
    processed: 'otel.sdk.processor.span.processed',
    inflight: 'otel.sdk.exporter.span.inflight',
    exported: 'otel.sdk.exporter.span.exported',
    unit: '{span}',
  },
  logs: {
    queueSize: 'otel.sdk.processor.log.queue.size',
    queueCapacity: 'otel.sdk.processor.log.queue.capacity',
    processed: 'otel.sdk.processor.log.processed',
    inflight: 'otel.sdk.exporter.log.inflight',
    exported: 'otel.sdk.exporter.log.exported',
    unit: '{log_record}',
  },
} as const;
