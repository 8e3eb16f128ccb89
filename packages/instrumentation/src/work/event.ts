/** The app's own events: what happened, as a fact at a point in time. */
import { ATTR_USER_HASH, ATTR_USER_ID } from '@heartwood/semconv';
import { context } from '@opentelemetry/api';
import { actorWith, currentActor, toUserId } from '../context/context.ts';
import type { Metadata } from '../facts/metadata.ts';
import { reportCallbackFailure, warnOnce } from '../host/report.ts';
import { rawUserIdsOf, type UserIdentity } from '../privacy/privacy.ts';
import { emitEvent, takesEvents, toEventName } from '../signals/event-sink.ts';
import { flatFacts } from './flat-facts.ts';
import { checkEvent } from './plan-check.ts';

/**
 * Notes that something happened, such as `file_upload_completed`. Session, user, feature and trace under way are added.
 * In development the event is checked against the naming rules and the tracking plan, and findings are said on stderr;
 * it is sent all the same. Never throws.
 */
export function trackEvent(name: string, attributes: Metadata = {}): void {
  try {
    if (typeof name !== 'string' || name.trim() === '') {
      warnOnce(
        'event:name',
        'trackEvent() needs the name of an event; without one nothing is sent',
      );
      return;
    }
    checkEvent(name, attributes);
    if (takesEvents()) send(name, attributes);
  } catch (error) {
    reportCallbackFailure(name, 'trackEvent', error);
  }
}

/** A user id among the facts becomes what users are sent as, and is taken out of the others. */
function send(name: string, facts: Metadata): void {
  const surroundings = currentActor(context.active());
  const user = ownUser(facts);
  const userId = rawUserIdsOf(user, surroundings.user);
  const flat = { ...surroundings.attributes, ...flatFacts(facts, userId) };
  if (user !== undefined) {
    delete flat[ATTR_USER_ID];
    delete flat[ATTR_USER_HASH];
  }
  emitEvent(toEventName(name, userId), {}, flat, { user });
}

/** Who acted by the event's own word. Asked of what was given: redaction takes it out of the copy. */
function ownUser(facts: Metadata): UserIdentity | undefined {
  const userId = toUserId(Object.getOwnPropertyDescriptor(facts, ATTR_USER_ID)?.value);
  return userId === undefined
    ? undefined
    : actorWith({ userId }, currentActor(context.active())).user;
}
