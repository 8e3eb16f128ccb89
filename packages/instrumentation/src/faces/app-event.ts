/** Events of the trackers: who, when, and facts, checked and sent as events of the app are. */
import { context, type Attributes, type HrTime } from '@opentelemetry/api';
import { actorAttributes, actorWith, currentActor } from '../context/context.ts';
import type { Metadata } from '../facts/metadata.ts';
import { reportCallbackFailure, warnOnce } from '../host/report.ts';
import type { Severity } from '../otlp/log-record.ts';
import { rawUserIdsOf } from '../privacy/privacy.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import { emitEvent, takesEvents, toEventName } from '../signals/event-sink.ts';
import { flatFacts } from '../work/flat-facts.ts';
import { checkEvent } from '../work/plan-check.ts';

/** Who did it, and when. What is left out is taken from where the event happens. */
export interface EventOrigin {
  /** The user as the app knows them. */
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  /** When it happened, if earlier than now: the event carries both times, so that late ones can be told. */
  readonly timestamp?: Date | undefined;
}

/** What our own code may say beside that. */
interface EventParts extends EventOrigin {
  readonly severity?: Severity;
  /** Attributes under names of the conventions, made without the ids of who acts. */
  readonly own?: (userId: RawUserId) => Attributes;
}

/** Takes events: what trackers are given, so that a test or another system can stand behind them. */
export interface EventRecorder {
  trackEvent(eventType: string, properties?: Metadata, origin?: EventOrigin): void;
}

/** Sends an event. Never throws. */
export function sendAppEvent(name: string, facts: Metadata, origin: EventParts = {}): void {
  try {
    if (typeof name !== 'string' || name.trim() === '') {
      warnOnce('face:event', 'an event needs a name; without one nothing is sent');
      return;
    }
    checkEvent(name, facts);
    if (!takesEvents()) return;
    const { userId = '', sessionId = '' } = origin;
    const surroundings = currentActor(context.active());
    const actor = actorWith({ userId, sessionId }, surroundings);
    // The user of this event need not be the one of the context.
    const ids = rawUserIdsOf(actor.user, surroundings.user);
    emitEvent(
      toEventName(name, ids),
      { ...origin.own?.(ids), ...actorAttributes(actor) },
      flatFacts(facts, ids),
      {
        user: actor.user,
        time: toHrTime(name, origin.timestamp),
        ...(origin.severity !== undefined && { severity: origin.severity }),
      },
    );
  } catch (error) {
    reportCallbackFailure(name, 'event', error);
  }
}

/** Notes events by sending them. */
export const APP_EVENTS: EventRecorder = {
  trackEvent: (eventType, properties = {}, origin) => sendAppEvent(eventType, properties, origin),
};

function toHrTime(name: string, timestamp: Date | undefined): HrTime | undefined {
  if (timestamp === undefined) return undefined;
  const ms = timestamp.getTime();
  if (ms >= 0) return [Math.floor(ms / 1000), (ms % 1000) * 1e6];
  warnOnce(`timestamp:${name}`, `the timestamp of event "${name}" is no date; now is used`);
  return undefined;
}
