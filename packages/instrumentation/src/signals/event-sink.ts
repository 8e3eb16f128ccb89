/** The one way in which events leave the app: an OpenTelemetry log record with a name, the actor and the trace. */
import { context, trace, type Attributes, type Context, type HrTime } from '@opentelemetry/api';
import { ATTR_FEATURE_NAME } from '@heartwood/semconv';
import { actorAttributes, currentActor, runIn } from '../context/context.ts';
import type { Urgency } from '../delivery/ports.ts';
import { readMoment } from '../host/clock.ts';
import { reportCallbackFailure } from '../host/report.ts';
import type { LogRecordLike, Severity } from '../otlp/log-record.ts';
import { boundedAttributes, boundedOwn, LONGEST_TEXT } from '../privacy/bounded-attributes.ts';
import { cutUtf8, rawUserIdsOf, type UserIdentity } from '../privacy/privacy.ts';
import { redactAndCut } from '../privacy/redact.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import { runtime } from '../runtime.ts';
import { currentConfig } from '../settings/config.ts';
import { SCOPE_NAME, SCOPE_VERSION } from '../version.ts';
import { emitToLogsApi, hasLogsApi } from './logs-api.ts';

/** What an event has beside its name and its attributes. */
export interface EventOptions {
  /** `now` for what somebody waits for; `batch` when left out. */
  readonly urgency?: Urgency;
  /** INFO when left out. */
  readonly severity?: Severity;
  /** When it happened, if earlier than now. */
  readonly time?: HrTime | undefined;
  /** A sentence of the app for people. */
  readonly body?: string | undefined;
  /** Who acted, where that is not the user of the context. The id of neither leaves. */
  readonly user?: UserIdentity | undefined;
  /** Where it happened; the active context when left out. */
  readonly context?: Context;
}

/** False when nobody takes events: the caller can save itself the work of making one. */
export function takesEvents(): boolean {
  return currentConfig().enabled && (runtime().logs !== undefined || hasLogsApi());
}

/**
 * Sends an event. `own` says what we know, under our names: no rule of the app is asked about it, so a name or a text of
 * the app goes through {@link toEventName} and {@link toEventText} first. `facts` are the app's: redacted and bounded
 * here. Session, user and the name of the feature under way are added unless one of the two has them. Never throws.
 */
export function emitEvent(
  name: string,
  own: Attributes,
  facts?: Attributes,
  options: EventOptions = {},
): void {
  if (!takesEvents()) return;
  try {
    const where = options.context ?? context.active();
    const record = createEvent(name, own, facts, { ...options, context: where });
    const { urgency = 'batch' } = options;
    const outlet = runtime().logs;
    if (outlet === undefined) emitToLogsApi(record, urgency === 'now', where);
    else outlet.add(record, urgency);
  } catch (error) {
    reportCallbackFailure(name, 'event', error);
  }
}

/** The event as {@link emitEvent} sends it. */
export function createEvent(
  name: string,
  own: Attributes,
  facts: Attributes | undefined,
  options: EventOptions,
): LogRecordLike {
  const where = options.context ?? context.active();
  const config = currentConfig();
  const { user, ...actor } = currentActor(where);
  const userId = rawUserIdsOf(options.user, user);
  const all: Attributes = actorAttributes({ ...actor, user: options.user ?? user });
  const run = runIn(where);
  if (run !== undefined) all[ATTR_FEATURE_NAME] = run.name;
  if (facts !== undefined) Object.assign(all, boundedAttributes(facts, config, userId));
  Object.assign(all, boundedOwn(own));
  return {
    eventName: cutUtf8(name, LONGEST_NAME),
    time: options.time ?? now(),
    observedTime: options.time === undefined ? undefined : now(),
    severity: options.severity ?? INFO,
    body: toEventText(options.body, userId),
    attributes: all,
    spanContext: trace.getSpanContext(where),
    scope: SCOPE,
  };
}

/** The name that the app gave to an event, as it may leave. */
export function toEventName(name: string, userId: RawUserId): string {
  return redactAndCut(name, LONGEST_NAME, currentConfig(), userId);
}

/** A sentence of the app as it may leave; undefined for what is none. */
export function toEventText(text: unknown, userId: RawUserId): string | undefined {
  if (typeof text !== 'string') return undefined;
  return redactAndCut(text, LONGEST_TEXT, currentConfig(), userId);
}

const INFO: Severity = 9;
const LONGEST_NAME = 200;
const SCOPE = { name: SCOPE_NAME, version: SCOPE_VERSION };

function now(): HrTime {
  return readMoment().wall;
}
