/** What analytics may throw: only where it is asked to, or where numbers are read back. */
import { CodedError } from '@heartwood/semconv';
import { analyticsMessage, type AnalyticsErrorCode } from '../errors.ts';
import type { Metadata } from '../facts/metadata.ts';

/** All of them. */
export class AnalyticsError extends CodedError {
  declare readonly code: AnalyticsErrorCode;
}

/** An event was not as the tracking plan has it; thrown in strict mode only. */
export class EventTrackingError extends AnalyticsError {
  readonly eventType: string;
  readonly context: Metadata;

  constructor(findings: string, eventType: string, context: Metadata) {
    const message = analyticsMessage('ANALYTICS_EVENT_INVALID', { event: eventType, findings });
    super('ANALYTICS_EVENT_INVALID', message, false);
    this.eventType = eventType;
    this.context = context;
  }
}

/** Numbers could not be read back; `cause` is the `TrackerUnavailableError`. */
export class MetricsRetrievalError extends AnalyticsError {
  readonly metric: string;
  readonly filters: Metadata;

  constructor(metric: string, filters: Metadata, cause: Error & { readonly retryable?: boolean }) {
    const message = analyticsMessage('ANALYTICS_METRICS_UNAVAILABLE', {
      metric,
      reason: cause.message,
    });
    super('ANALYTICS_METRICS_UNAVAILABLE', message, cause.retryable === true, cause);
    this.metric = metric;
    this.filters = filters;
  }
}

/** The tracking plan given is none. */
export class AnalyticsSchemaError extends AnalyticsError {
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      'ANALYTICS_SCHEMA_INVALID',
      analyticsMessage('ANALYTICS_SCHEMA_INVALID', { reason }),
      false,
      cause,
    );
  }
}

/** An option makes no sense. */
export class AnalyticsConfigurationError extends AnalyticsError {
  constructor(option: string, expected: string, given: unknown) {
    const values = { option, expected, given: String(given).slice(0, 60) };
    super(
      'ANALYTICS_CONFIGURATION_INVALID',
      analyticsMessage('ANALYTICS_CONFIGURATION_INVALID', values),
      false,
    );
  }
}
