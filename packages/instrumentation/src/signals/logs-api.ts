/** Events over the Logs API of an SDK that the app started itself: later than ours, but there. */
import type { Context } from '@opentelemetry/api';
import { warnOnce } from '../host/report.ts';
import type { LogRecordLike } from '../otlp/log-record.ts';
import { SCOPE_NAME, SCOPE_VERSION } from '../version.ts';

/** True when the app has registered a provider of loggers. */
export function hasLogsApi(): boolean {
  return provider() !== undefined;
}

/** Hands a record to the app's provider. */
export function emitToLogsApi(record: LogRecordLike, isUrgent: boolean, context: Context): void {
  const found = provider();
  if (found === undefined) return;
  if (isUrgent) {
    warnOnce(
      'logs-api',
      "progress leaves with the log records of the app's own SDK, which may hold them for seconds; " +
        'with FeatureSpanProcessor among its span processors it leaves at once',
    );
  }
  if (logger?.of !== found) {
    logger = { of: found, emit: found.getLogger(SCOPE_NAME, SCOPE_VERSION) };
  }
  logger.emit.emit({
    eventName: record.eventName,
    timestamp: record.time,
    severityNumber: record.severity,
    body: record.body,
    attributes: record.attributes,
    context,
  });
}

interface Logger {
  emit(record: object): void;
}
interface LoggerProvider {
  getLogger(name: string, version: string): Logger;
}

// The key and the version of the interface in @opentelemetry/api-logs, which is no dependency of ours.
const KEY = Symbol.for('io.opentelemetry.js.api.logs');
const VERSION = 1;
const registered = globalThis as unknown as Record<
  typeof KEY,
  ((version: number) => LoggerProvider | undefined) | undefined
>;

let logger: { readonly of: LoggerProvider; readonly emit: Logger } | undefined;

function provider(): LoggerProvider | undefined {
  return registered[KEY]?.(VERSION);
}
