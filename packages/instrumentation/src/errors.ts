/** What the calls of sessions refuse, each with its remedy. All else in this package never throws. */
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

const make = defineErrors<TrackingErrorCode>({
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
});
