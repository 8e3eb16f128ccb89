/** A log record of ours, as the code that emits it hands it on. */
import type { Attributes, HrTime, SpanContext } from '@opentelemetry/api';
import type { ScopeLike } from './readable-span.ts';

/** Severity numbers that we use: DEBUG, INFO, WARN, ERROR and FATAL of the OpenTelemetry log data model. */
export type Severity = 5 | 9 | 13 | 17 | 21;

/** An event: a log record with a name. Attributes are final, redacted and cut. */
export interface LogRecordLike {
  readonly eventName: string;
  readonly time: HrTime;
  /** When it was noted, for what happened earlier; the same as `time` when left out. */
  readonly observedTime?: HrTime | undefined;
  readonly severity: Severity;
  readonly body?: string | undefined;
  readonly attributes: Attributes;
  /** The span under way where it happened. */
  readonly spanContext: SpanContext | undefined;
  readonly scope: ScopeLike;
}
