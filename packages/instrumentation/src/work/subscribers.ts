/** Functions of the app that want to know what happens to operations. */
import { reportCallbackFailure } from '../host/report.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import { toOperationEvent, type OperationEvent, type OperationOutput } from './operation-view.ts';

/**
 * Calls `listener` for everything that happens to any operation of this process, each single update included, until
 * the answer is disposed. What a listener throws is reported and harms nobody.
 */
export function onOperation(listener: (event: OperationEvent) => void): Disposable {
  const entry = { listener };
  listeners.add(entry);
  return { [Symbol.dispose]: () => void listeners.delete(entry) };
}

/** Tells the subscribers. */
export const SUBSCRIBERS: OperationOutput = {
  updated(view, facts, userId) {
    if (listeners.size > 0) tell(toOperationEvent('progress', view, facts), userId);
  },
  happened(kind, view, facts, userId) {
    // Of updates they were told already, one by one.
    if (listeners.size > 0 && kind !== 'progress') {
      tell(toOperationEvent(kind, view, facts), userId);
    }
  },
};

/** What has to be taken out of the facts of an event before they are kept anywhere. */
export function userIdsBehind(event: OperationEvent): RawUserId {
  return userIds.get(event);
}

const userIds = new WeakMap<OperationEvent, RawUserId>();

// Entries, because the same function may be subscribed twice.
const listeners = new Set<{ readonly listener: (event: OperationEvent) => void }>();

function tell(event: OperationEvent, userId: RawUserId): void {
  if (userId !== undefined) userIds.set(event, userId);
  for (const { listener } of listeners) {
    try {
      listener(event);
    } catch (error) {
      reportCallbackFailure(event.name, 'onOperation', error);
    }
  }
}
