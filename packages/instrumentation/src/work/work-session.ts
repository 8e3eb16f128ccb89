/** A work session as the app sees it. */
import { type Metadata } from '../facts/metadata.ts';
import { type SessionState } from './session-states.ts';

/** A session as it stands now. Times in milliseconds; `activeMs` + `pausedMs` = `durationMs`. */
export interface SessionStatus {
  readonly id: string;
  readonly component: string;
  readonly state: SessionState;
  readonly startedAt: Date;
  readonly endedAt?: Date;
  readonly durationMs: number;
  readonly activeMs: number;
  readonly pausedMs: number;
  readonly pauseCount: number;
  /** The session of the same component before this one. */
  readonly previousId?: string;
  /** Why it was paused or ended, where that was said. */
  readonly reason?: string;
  readonly metadata: Metadata;
}

/** How a session is started. */
export interface SessionOptions {
  /** Facts about the session, sent with its start. */
  readonly metadata?: Metadata;
  /** Allows more than one session of the component at a time. */
  readonly concurrent?: boolean;
}

/** A session under way. `using` stops it. */
export interface WorkSession extends Disposable, AsyncDisposable {
  readonly id: string;
  readonly component: string;
  readonly state: SessionState;
  /** Throws a `TrackingError` when the session is paused or has ended, as `SESSION_MOVES` says. */
  pause(reason?: string): void;
  /** Throws a `TrackingError` when the session is not paused. */
  resume(): void;
  /** Ends the session and sums it up. Never throws; stopping twice gives the same summary. */
  stop(reason?: string): SessionStatus;
  /** Calls `fn` inside the session: runs and events there carry its id. Does not end it. */
  run<R>(fn: () => R): R;
  status(): SessionStatus;
}
