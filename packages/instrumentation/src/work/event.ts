/** The app's own events: what happened, as a fact at a point in time. */
import { ATTR_USER_HASH, ATTR_USER_ID } from '@heartwood/semconv';
import { context, type Attributes } from '@opentelemetry/api';
import { actorAttributes, actorWith, currentActor } from '../context/context.ts';
import type { Metadata } from '../facts/metadata.ts';
import { reportCallbackFailure, warnOnce } from '../host/report.ts';
import { emitEvent, takesEvents } from '../signals/event-sink.ts';
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
    if (takesEvents()) emitEvent(name, toEventAttributes(attributes));
  } catch (error) {
    reportCallbackFailure(name, 'trackEvent', error);
  }
}

/** Facts as attributes. A user id becomes what users are sent as. */
function toEventAttributes(facts: Metadata): Attributes {
  const attributes = flatFacts(facts);
  // Asked of what was given: redaction has taken it out of the copy.
  const userId: unknown = Object.getOwnPropertyDescriptor(facts, ATTR_USER_ID)?.value;
  if (typeof userId === 'string' || typeof userId === 'number') {
    delete attributes[ATTR_USER_ID];
    delete attributes[ATTR_USER_HASH];
    const actor = actorWith({ userId: String(userId) }, currentActor(context.active()));
    return { ...attributes, ...actorAttributes(actor) };
  }
  return attributes;
}
