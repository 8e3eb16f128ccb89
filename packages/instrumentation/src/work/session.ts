/** Work sessions: somebody or something works on a component, with pauses, from a start to an end. */
import {
  ATTR_FEATURE_ACTIVE_DURATION,
  ATTR_FEATURE_COMPONENT,
  ATTR_FEATURE_PAUSED_DURATION,
  ATTR_FEATURE_PAUSE_COUNT,
  ATTR_FEATURE_REASON,
  ATTR_SESSION_ID,
  ATTR_SESSION_KIND,
  ATTR_SESSION_PREVIOUS_ID,
  checkComponentName,
  EVENT_FEATURE_PAUSED,
  EVENT_FEATURE_RESUMED,
  EVENT_SESSION_END,
  EVENT_SESSION_START,
  SessionKind,
} from '@heartwood/semconv';
import { context, type Attributes } from '@opentelemetry/api';
import { types } from 'node:util';
import { currentActor, withFeatureContext } from '../context/context.ts';
import { trackingError } from '../errors.ts';
import { writeMetadata, type Metadata } from '../facts/metadata.ts';
import { rawUserIdsOf, type UserIdentity } from '../privacy/privacy.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import { currentConfig } from '../settings/config.ts';
import { emitEvent, toEventText } from '../signals/event-sink.ts';
import { sayNameProblems } from './plan-check.ts';
import { lastSessionOf, noteSession, openSessionOf } from './session-history.ts';
import { moved, type SessionMove, type SessionState } from './session-states.ts';
import { Stopwatch } from './stopwatch.ts';
import { forget, watch } from './unended.ts';
import { createWorkId } from './work-id.ts';
import type { SessionStatus, SessionOptions, WorkSession } from './work-session.ts';

/** Starts a session. Throws a `TrackingError` without a name, and when one of this component is under way. */
export function startSession(component: string, options: SessionOptions = {}): WorkSession {
  const name = typeof component === 'string' ? component.trim() : '';
  if (name === '') throw trackingError('TRACKING_NAME_INVALID', { given: typeof component });
  sayNameProblems(checkComponentName(name));
  const open = options.concurrent === true ? undefined : openSessionOf(name);
  moved(open?.state ?? 'idle', 'start', name);
  return new Session(name, options.metadata ?? {});
}

/** Starts a session, calls `fn` inside it, and stops it when `fn` has returned or thrown, or its promise has settled. */
export function withSession<R>(component: string, fn: () => R, options?: SessionOptions): R {
  const session = startSession(component, options);
  let result: R;
  try {
    result = session.run(fn);
  } catch (error) {
    session.stop();
    throw error;
  }
  if (types.isPromise(result)) return result.finally(() => session.stop()) as R;
  session.stop();
  return result;
}

class Session implements WorkSession {
  readonly id = createWorkId(SessionKind.WORK);
  readonly component: string;
  readonly #metadata: Metadata;
  readonly #previousId: string | undefined;
  readonly #watch = new Stopwatch();
  /** Whoever acted where it was started: it may be stopped where nobody is known. */
  readonly #starter: UserIdentity | undefined;
  #state: SessionState = 'active';
  #reason: string | undefined;

  constructor(component: string, metadata: Metadata) {
    this.component = component;
    this.#metadata = metadata;
    this.#starter = currentActor(context.active()).user;
    this.#previousId = lastSessionOf(component)?.id;
    noteSession(this);
    watch(this);
    const facts: Attributes = {};
    writeMetadata(facts, metadata, currentConfig(), this.#userIds);
    this.#emit(EVENT_SESSION_START, { [ATTR_SESSION_PREVIOUS_ID]: this.#previousId }, facts);
  }

  get state(): SessionState {
    return this.#state;
  }

  pause(reason?: string): void {
    this.#move('pause');
    this.#watch.pause();
    this.#reason = reason;
    this.#emit(EVENT_FEATURE_PAUSED, this.#because(reason));
  }

  resume(): void {
    this.#move('resume');
    this.#watch.resume();
    this.#reason = undefined;
    this.#emit(EVENT_FEATURE_RESUMED, {});
  }

  stop(reason?: string): SessionStatus {
    if (this.#state !== 'ended') {
      this.#move('stop');
      this.#watch.stop();
      this.#reason = reason;
      forget(this);
      this.#emit(EVENT_SESSION_END, {
        [ATTR_FEATURE_ACTIVE_DURATION]: this.#watch.activeMs / 1000,
        [ATTR_FEATURE_PAUSED_DURATION]: this.#watch.pausedMs / 1000,
        [ATTR_FEATURE_PAUSE_COUNT]: this.#watch.pauseCount,
        ...this.#because(reason),
      });
    }
    return this.status();
  }

  run<R>(fn: () => R): R {
    return withFeatureContext({ sessionId: this.id, sessionKind: SessionKind.WORK }, fn);
  }

  status(): SessionStatus {
    const { startedMs, totalMs, pausedMs, activeMs, pauseCount } = this.#watch;
    return {
      id: this.id,
      component: this.component,
      state: this.#state,
      startedAt: new Date(startedMs),
      ...(this.#state === 'ended' && { endedAt: new Date(startedMs + totalMs) }),
      durationMs: totalMs,
      activeMs,
      pausedMs,
      pauseCount,
      ...(this.#previousId !== undefined && { previousId: this.#previousId }),
      ...(this.#reason !== undefined && { reason: this.#reason }),
      metadata: this.#metadata,
    };
  }

  endAtExit(): void {
    this.stop('process exited');
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
  }

  #move(move: SessionMove): void {
    this.#state = moved(this.#state, move, this.component);
  }

  #because(reason: string | undefined): Attributes {
    return { [ATTR_FEATURE_REASON]: toEventText(reason, this.#userIds) };
  }

  get #userIds(): RawUserId {
    return rawUserIdsOf(this.#starter, currentActor(context.active()).user);
  }

  #emit(event: string, own: Attributes, facts?: Attributes): void {
    emitEvent(
      event,
      {
        ...own,
        [ATTR_SESSION_ID]: this.id,
        [ATTR_SESSION_KIND]: SessionKind.WORK,
        [ATTR_FEATURE_COMPONENT]: this.component,
      },
      facts,
      { urgency: 'now', user: currentActor(context.active()).user ?? this.#starter },
    );
  }
}
