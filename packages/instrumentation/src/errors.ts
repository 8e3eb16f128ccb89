/** What the calls of sessions refuse, and what reading back may meet, each with its remedy. All else never throws. */
import { CodedError, defineErrors } from '@heartwood/semconv';

export type TrackingErrorCode =
  | 'TRACKING_NOT_STARTED'
  | 'TRACKING_ALREADY_ACTIVE'
  | 'TRACKING_ALREADY_PAUSED'
  | 'TRACKING_NOT_PAUSED'
  | 'TRACKING_ENDED'
  | 'TRACKING_NAME_INVALID';

/** A call that the state of a session does not allow; `code` says which. */
export class TrackingError extends CodedError {
  declare readonly code: TrackingErrorCode;
}

/** Makes the error of a code. */
export function trackingError(
  code: TrackingErrorCode,
  values: Readonly<Record<string, string | number>> = {},
): TrackingError {
  return new TrackingError(code, make(code, values).message, false);
}

/** The message of a code of analytics. */
export function analyticsMessage(
  code: AnalyticsErrorCode,
  values: Readonly<Record<string, string | number>>,
): string {
  return make(code, values).message;
}

export type TrackerUnavailableCode =
  | 'TRACKER_UNREACHABLE'
  | 'TRACKER_TIMEOUT'
  | 'TRACKER_REFUSED'
  | 'TRACKER_UNREADABLE'
  | 'TRACKER_ADDRESS_INVALID';

/** Records and numbers could not be read back from the server; `code` says why. */
export class TrackerUnavailableError extends CodedError {
  declare readonly code: TrackerUnavailableCode;
  /** The server's own code, where it answered with one: `FEATURE_UNKNOWN` and the like. */
  readonly problem: string | undefined;

  constructor(
    code: TrackerUnavailableCode,
    values: Readonly<Record<string, string | number>>,
    cause?: unknown,
    problem?: string,
  ) {
    const { message, retryable } = make(code, values);
    super(code, message, retryable, cause);
    this.problem = problem;
  }
}

export type AnalyticsErrorCode =
  | 'ANALYTICS_EVENT_INVALID'
  | 'ANALYTICS_METRICS_UNAVAILABLE'
  | 'ANALYTICS_SCHEMA_INVALID'
  | 'ANALYTICS_CONFIGURATION_INVALID';

const make = defineErrors<TrackingErrorCode | TrackerUnavailableCode | AnalyticsErrorCode>({
  TRACKING_NOT_STARTED: {
    message: 'no session of "{component}" was started; call startSession("{component}") first',
    retryable: false,
  },
  TRACKING_ALREADY_ACTIVE: {
    message:
      'a session of "{component}" is under way; stop it first, or start one more with { concurrent: true }',
    retryable: false,
  },
  TRACKING_ALREADY_PAUSED: {
    message: 'the session of "{component}" is paused already; call resume() to go on',
    retryable: false,
  },
  TRACKING_NOT_PAUSED: {
    message: 'the session of "{component}" is not paused; there is nothing to resume',
    retryable: false,
  },
  TRACKING_ENDED: {
    message: 'the session of "{component}" has ended; start a new one with startSession()',
    retryable: false,
  },
  TRACKING_NAME_INVALID: {
    message: 'a session needs the name of a component, such as "parser_core"; got {given}',
    retryable: false,
  },
  TRACKER_UNREACHABLE: {
    message:
      'no answer from {url} ({reason}); start the server with npm start, or give its address with HEARTWOOD_URL',
    retryable: true,
  },
  TRACKER_TIMEOUT: {
    message:
      '{url} gave no answer within {timeoutMs} ms; ask for a shorter range, or raise timeoutMs',
    retryable: true,
  },
  TRACKER_REFUSED: {
    message: '{url} answered {status}: {detail}',
    retryable: false,
  },
  TRACKER_UNREADABLE: {
    message:
      'the answer of {url} is none of the Heartwood API; HEARTWOOD_URL is its address, port 4319 by default',
    retryable: false,
  },
  TRACKER_ADDRESS_INVALID: {
    message:
      'HEARTWOOD_URL must be an http or https address such as http://127.0.0.1:4319; got {url}',
    retryable: false,
  },
  ANALYTICS_EVENT_INVALID: {
    message: 'event "{event}" is not as it should be: {findings}; correct it, or the tracking plan',
    retryable: false,
  },
  ANALYTICS_METRICS_UNAVAILABLE: {
    message: 'the metric {metric} cannot be read: {reason}',
    retryable: true,
  },
  ANALYTICS_SCHEMA_INVALID: {
    message: 'the tracking plan cannot be used: {reason}',
    retryable: false,
  },
  ANALYTICS_CONFIGURATION_INVALID: {
    message: '{option} must be {expected}; got {given}',
    retryable: false,
  },
});
