/** The states of a work session: which call leads where, and which is refused with what code. */
import { trackingError, type TrackingErrorCode } from '../errors.ts';

export type SessionState = 'idle' | 'active' | 'paused' | 'ended';
export type SessionMove = 'start' | 'pause' | 'resume' | 'stop';

/**
 * For each state and call the state that follows, or the code of the error. Stopping is never refused: it stands in
 * `finally` blocks, where an error of its own would hide the first one. Starting after the end begins a new session.
 */
export const SESSION_MOVES: Readonly<
  Record<SessionState, Readonly<Record<SessionMove, SessionState | TrackingErrorCode>>>
> = {
  idle: {
    start: 'active',
    pause: 'TRACKING_NOT_STARTED',
    resume: 'TRACKING_NOT_STARTED',
    stop: 'idle',
  },
  active: {
    start: 'TRACKING_ALREADY_ACTIVE',
    pause: 'paused',
    resume: 'TRACKING_NOT_PAUSED',
    stop: 'ended',
  },
  paused: {
    start: 'TRACKING_ALREADY_ACTIVE',
    pause: 'TRACKING_ALREADY_PAUSED',
    resume: 'active',
    stop: 'ended',
  },
  ended: {
    start: 'active',
    pause: 'TRACKING_ENDED',
    resume: 'TRACKING_ENDED',
    stop: 'ended',
  },
};

/** The state after a call. Throws the error that the table names. */
export function moved(state: SessionState, move: SessionMove, component: string): SessionState {
  const next = SESSION_MOVES[state][move];
  if (isState(next)) return next;
  throw trackingError(next, { component });
}

function isState(cell: SessionState | TrackingErrorCode): cell is SessionState {
  return Object.hasOwn(SESSION_MOVES, cell);
}
