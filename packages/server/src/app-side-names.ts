/** Names with our prefix that other programs of the project read, and that may stand in the server's environment too. */

/** Of the instrumentation, whose table a test holds to be in here, and of the command line (`HEARTWOOD_URL`). */
export const APP_SIDE_NAMES: ReadonlySet<string> = new Set([
  'HEARTWOOD_ALLOW_KEYS',
  'HEARTWOOD_ALLOW_VALUES',
  'HEARTWOOD_ENGINE',
  'HEARTWOOD_ERRORS',
  'HEARTWOOD_ESM_HOOK',
  'HEARTWOOD_EXIT_UPLOAD',
  'HEARTWOOD_LOG_DIR',
  'HEARTWOOD_METRICS',
  'HEARTWOOD_OPERATION_HEARTBEAT',
  'HEARTWOOD_OTLP_ENDPOINT',
  'HEARTWOOD_PROGRESS_ENABLED',
  'HEARTWOOD_QUIET',
  'HEARTWOOD_REDACT_KEYS',
  'HEARTWOOD_REDACT_VALUES',
  'HEARTWOOD_SESSION_ID',
  'HEARTWOOD_SIGNALS',
  'HEARTWOOD_SPOOL_DIR',
  'HEARTWOOD_SPOOL_MB',
  'HEARTWOOD_TRACKING_PLAN',
  'HEARTWOOD_URL',
]);
