/** The one table of settings: name, type, default and sentence; types, parsing and the reference page come from it. */

import { OTLP_SETTINGS } from './otlp.ts';

/** How the text of a setting becomes a value. */
export type SettingType =
  | 'boolean'
  | 'count'
  | 'number'
  | 'bytes'
  | 'seconds'
  /** At least 1. */
  | 'milliseconds'
  /** Milliseconds; 0 is none. */
  | 'delay'
  /** Milliseconds; 0 is no limit. */
  | 'timeout'
  | 'list'
  | 'text';

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
    doc: 'Names of features that are never recorded, comma separated; a name ending in * excludes all that begin so, /a pattern/ all that it is found in.',
  },
  redactKeys: {
    env: ['HEARTWOOD_REDACT_KEYS'],
    type: 'list',
    default: '',
    doc: 'Keys of metadata, attributes and events that never leave the app, beside passwords, tokens and the like: words (customer finds customerName), beginnings (billing.*, * for all) and patterns (/^x-/i).',
  },
  redactValues: {
    env: ['HEARTWOOD_REDACT_VALUES'],
    type: 'list',
    default: '',
    doc: 'Texts that are masked wherever they stand in values, error messages and stacks: texts, beginnings of the whole value (internal:*) and patterns (/\\d{16}/).',
  },
  allowKeys: {
    env: ['HEARTWOOD_ALLOW_KEYS'],
    type: 'list',
    default: '',
    doc: 'Keys that leave the app although another rule covers them: whole keys with dots, beginnings and patterns. With HEARTWOOD_REDACT_KEYS=* only these leave.',
  },
  allowValues: {
    env: ['HEARTWOOD_ALLOW_VALUES'],
    type: 'list',
    default: '',
    doc: 'Values that are not masked although another rule covers them, in the same three forms.',
  },
  errors: {
    env: ['HEARTWOOD_ERRORS'],
    type: 'text',
    default: 'message',
    doc: 'message: error messages and stacks leave the app, masked by the rules above. Anything else, such as type: only error.type does.',
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
    doc: 'Runs in one request. With the defaults, 100 waiting runs leave as two requests of 50. Unset, a request takes up to OTEL_BSP_MAX_EXPORT_BATCH_SIZE of them while more than 1000 wait.',
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
    doc: 'Spans that may wait; beyond it the oldest plain successes are dropped and counted, failures last. They wait encoded, so 32768 take about 8 MiB.',
  },
  delayMs: {
    env: ['OTEL_BSP_SCHEDULE_DELAY'],
    type: 'delay',
    default: '1000',
    doc: 'Longest time in milliseconds a span waits before it is sent; 0 sends without delay.',
  },
  flushTimeoutMs: {
    env: ['OTEL_BSP_EXPORT_TIMEOUT'],
    type: 'timeout',
    default: '30000',
    doc: 'Longest time in milliseconds that forceFlush() and shutdown() take; 0 for no limit.',
  },
  ...OTLP_SETTINGS,
  logsExporter: {
    env: ['OTEL_LOGS_EXPORTER'],
    type: 'list',
    default: 'otlp',
    doc: 'Without otlp in it, operations, sessions, events and feedback are not sent.',
  },
  metricsExporter: {
    env: ['OTEL_METRICS_EXPORTER'],
    type: 'list',
    default: 'otlp',
    doc: 'Without otlp in it, our metrics are not sent.',
  },
  metricIntervalMs: {
    env: ['OTEL_METRIC_EXPORT_INTERVAL'],
    type: 'milliseconds',
    default: '60000',
    doc: 'Milliseconds between two sendings of our metrics.',
  },
  spoolDir: {
    env: ['HEARTWOOD_SPOOL_DIR'],
    type: 'text',
    default: '',
    doc: 'Folder that keeps what the receiver does not take, also past the end of the process; the next start sends it. Unset: nothing is kept on disk.',
  },
  spoolMb: {
    env: ['HEARTWOOD_SPOOL_MB'],
    type: 'number',
    default: '64',
    doc: 'Most MiB that one process keeps in the spool; beyond it the oldest go.',
  },
  exitUpload: {
    env: ['HEARTWOOD_EXIT_UPLOAD'],
    type: 'text',
    default: 'auto',
    doc: 'How the last telemetry leaves: detach hands it to a process of its own (milliseconds), wait sends it first (2 s at most). auto waits in containers and services, where such a process would be killed.',
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
  signals: {
    env: ['HEARTWOOD_SIGNALS'],
    type: 'boolean',
    default: 'true',
    doc: 'Off: the preload does not listen to SIGTERM and SIGINT. They then end the process without a delay, also in a long calculation, and what waits at that moment is lost unless the app answers them.',
  },
  engine: {
    env: ['HEARTWOOD_ENGINE'],
    type: 'text',
    default: 'auto',
    doc: 'auto: runs under the preload are written as OTLP without going through the SDK, where that makes the same spans; sdk: always through the SDK.',
  },
  progressEnabled: {
    env: ['HEARTWOOD_PROGRESS_ENABLED', 'FASTINTERCOM_PROGRESS_ENABLED'],
    type: 'boolean',
    default: 'true',
    doc: 'Off: operations do nothing at all; nothing is sent, drawn, written or told to subscribers.',
  },
  quiet: {
    env: ['HEARTWOOD_QUIET', 'FASTINTERCOM_QUIET'],
    type: 'boolean',
    default: 'false',
    doc: 'No progress of operations on stderr. All else goes on.',
  },
  logDir: {
    env: ['HEARTWOOD_LOG_DIR', 'FASTINTERCOM_LOG_DIR'],
    type: 'text',
    default: '',
    doc: 'Folder for progress.jsonl and the status files of operations. Unset: nothing is written.',
  },
  sessionId: {
    env: ['HEARTWOOD_SESSION_ID', 'FASTINTERCOM_SESSION_ID'],
    type: 'text',
    default: '',
    doc: 'Session of everything in this process that has no session of its own. Unset: a random one for each process.',
  },
  heartbeatS: {
    env: ['HEARTWOOD_OPERATION_HEARTBEAT'],
    type: 'seconds',
    default: '10',
    doc: 'Seconds without news after which a running operation says that it is alive; 0 sends no heartbeats.',
  },
  watchdog: {
    env: ['HEARTWOOD_OPERATION_WATCHDOG'],
    type: 'boolean',
    default: 'true',
    doc: 'On: while an operation runs that has lasted two heartbeats, a thread of its own says so when the event loop is blocked. Off: such an operation looks lost. Never in worker threads, nor with --permission.',
  },
  trackingPlan: {
    env: ['HEARTWOOD_TRACKING_PLAN'],
    type: 'text',
    default: '',
    doc: 'File (JSON) of the tracking plan that trackEvent() is checked against, unless NODE_ENV is production.',
  },
  serverUrl: {
    env: ['HEARTWOOD_URL'],
    type: 'text',
    default: 'http://127.0.0.1:4319',
    doc: 'Address of the Heartwood API: where the trackers of `@heartwood/instrumentation/faces` read records and numbers back from. Nothing is sent there.',
  },
  readToken: {
    env: ['HEARTWOOD_READ_TOKEN'],
    type: 'text',
    default: '',
    doc: 'Token for reading back, when the server wants one.',
  },
  metricsEnabled: {
    env: ['HEARTWOOD_METRICS'],
    type: 'boolean',
    default: 'true',
    doc: 'Off: the metrics feature.duration and feature.active are not made.',
  },
} as const satisfies Record<string, Setting>;
