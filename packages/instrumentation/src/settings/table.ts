/** The one table of settings: name, type, default and sentence; types, parsing and the reference page come from it. */

/** How the text of a setting becomes a value. */
export type SettingType = 'boolean' | 'count' | 'number' | 'bytes' | 'seconds' | 'list' | 'text';

/** One setting: environment variables in order of precedence, and what it means. */
export interface Setting {
  readonly env: readonly string[];
  readonly type: SettingType;
  /** Text of the default, as one would write it into the environment; empty for none. */
  readonly default: string;
  readonly doc: string;
}

/** Every setting that this package reads itself; `OTEL_*` names keep the meaning OpenTelemetry gives them. */
export const SETTINGS = {
  enabled: {
    env: ['FEATURE_TRACKING_ENABLED'],
    type: 'boolean',
    default: 'true',
    doc: 'Off: wrapped functions run as if they were not wrapped, and the preload starts nothing.',
  },
  failuresOnly: {
    env: ['FEATURE_TRACKING_FAILURES_ONLY'],
    type: 'boolean',
    default: 'false',
    doc: 'Record only runs that failed or timed out. Kept runs carry feature.filter, because rates over them mean nothing.',
  },
  minDurationS: {
    env: ['FEATURE_TRACKING_MIN_DURATION'],
    type: 'seconds',
    default: '0.0',
    doc: 'Leave out successful runs shorter than this many seconds. Failures, timeouts and partial runs are always kept.',
  },
  maxMetadataBytes: {
    env: ['FEATURE_TRACKING_MAX_METADATA_SIZE'],
    type: 'bytes',
    default: '10240',
    doc: 'UTF-8 bytes of metadata keys and values a run may carry; what does not fit is cut and the run marked feature.truncated.',
  },
  anonymize: {
    env: ['FEATURE_TRACKING_ANONYMIZE'],
    type: 'boolean',
    default: 'true',
    doc: 'Send user.hash (HMAC-SHA-256, 32 hex digits) instead of user.id.',
  },
  hashKey: {
    env: ['FEATURE_TRACKING_HASH_KEY'],
    type: 'text',
    default: '',
    doc: 'Key of the user hash. Give all services that share users the same one. Unset: a key file of this installation, <data folder>/hash-key.',
  },
  exclude: {
    env: ['FEATURE_TRACKING_EXCLUDE'],
    type: 'list',
    default: '',
    doc: 'Names of features that are never recorded, comma separated; a name ending in * excludes all that begin so.',
  },
  flushInterval: {
    env: ['FEATURE_TRACKING_FLUSH_INTERVAL'],
    type: 'count',
    default: '100',
    doc: 'Send as soon as this many runs wait, without waiting for the delay. A number of runs, not a time.',
  },
  maxBatchRuns: {
    env: ['FEATURE_TRACKING_MAX_BATCH_SIZE'],
    type: 'count',
    default: '50',
    doc: 'Runs in one request. With the defaults, 100 waiting runs leave as two requests of 50.',
  },
  maxBatchSpans: {
    env: ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'],
    type: 'count',
    default: '512',
    doc: 'Spans of any kind in one request.',
  },
  maxQueueSpans: {
    env: ['OTEL_BSP_MAX_QUEUE_SIZE'],
    type: 'count',
    default: '32768',
    doc: 'Spans that may wait; beyond it the oldest are dropped and counted. They wait encoded, so 32768 take about 8 MiB.',
  },
  delayMs: {
    env: ['OTEL_BSP_SCHEDULE_DELAY'],
    type: 'number',
    default: '1000',
    doc: 'Longest time in milliseconds a span waits before it is sent.',
  },
  flushTimeoutMs: {
    env: ['OTEL_BSP_EXPORT_TIMEOUT'],
    type: 'number',
    default: '30000',
    doc: 'Longest time in milliseconds that forceFlush() and shutdown() take.',
  },
  endpoint: {
    env: ['HEARTWOOD_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    type: 'text',
    default: 'http://localhost:4318',
    doc: 'Base address of the receiver; /v1/traces is added.',
  },
  tracesEndpoint: {
    env: ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
    type: 'text',
    default: '',
    doc: 'Whole address for spans, used as it is; goes before the base address.',
  },
  headers: {
    env: ['OTEL_EXPORTER_OTLP_HEADERS'],
    type: 'text',
    default: '',
    doc: 'Headers of each request, key=value, comma separated, values percent-encoded.',
  },
  tracesHeaders: {
    env: ['OTEL_EXPORTER_OTLP_TRACES_HEADERS'],
    type: 'text',
    default: '',
    doc: 'Headers for spans; they go before the general ones.',
  },
  token: {
    env: ['HEARTWOOD_INGEST_TOKEN'],
    type: 'text',
    default: '',
    doc: 'Bearer token of the receiver. Sent to HEARTWOOD_OTLP_ENDPOINT or a loopback address, nowhere else.',
  },
  requestTimeoutMs: {
    env: ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT'],
    type: 'number',
    default: '10000',
    doc: 'Longest time in milliseconds for one request.',
  },
  compression: {
    env: ['OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'OTEL_EXPORTER_OTLP_COMPRESSION'],
    type: 'text',
    default: 'none',
    doc: 'gzip or none.',
  },
  dataDir: {
    env: ['HEARTWOOD_DATA_DIR'],
    type: 'text',
    default: '~/.heartwood',
    doc: 'Folder of the key file that user hashes are made with.',
  },
  esmHook: {
    env: ['HEARTWOOD_ESM_HOOK'],
    type: 'boolean',
    default: 'true',
    doc: 'Off: the preload installs no loader hook, so libraries imported by ES modules are not traced.',
  },
} as const satisfies Record<string, Setting>;
