/** The one way in which events leave the app: an OpenTelemetry log record with a name, the actor and the trace. */
import { context, trace, type Attributes, type Context, type HrTime } from '@opentelemetry/api';
import { ATTR_FEATURE_NAME } from '@heartwood/semconv';
import { actorAttributes, currentActor, runIn } from '../context/context.ts';
import type { Urgency } from '../delivery/ports.ts';
import { readMoment } from '../host/clock.ts';
import { reportCallbackFailure } from '../host/report.ts';
import type { LogRecordLike, Severity } from '../otlp/log-record.ts';
import { boundedAttributes } from '../privacy/bounded-attributes.ts';
import { rawUserIdOf } from '../privacy/privacy.ts';
import { redactAndCut } from '../privacy/redact.ts';
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
  /** A sentence for people. */
  readonly body?: string | undefined;
  /** Where it happened; the active context when left out. */
  readonly context?: Context;
}

/** False when nobody takes events: the caller can save itself the work of making one. */
export function takesEvents(): boolean {
  return currentConfig().enabled && (runtime().logs !== undefined || hasLogsApi());
}

/**
 * Sends an event. Session, user and the name of the feature under way are added unless `attributes` has them; texts are
 * cut. Never throws.
 */
export function emitEvent(name: string, attributes: Attributes, options: EventOptions = {}): void {
  if (!takesEvents()) return;
  try {
    const where = options.context ?? context.active();
    const config = currentConfig();
    const actor = currentActor(where);
    const userId = rawUserIdOf(actor.user);
    const all: Attributes = actorAttributes(actor);
    const run = runIn(where);
    if (run !== undefined) all[ATTR_FEATURE_NAME] = run.name;
    Object.assign(all, boundedAttributes(attributes, config, userId));
    const record: LogRecordLike = {
      eventName: redactAndCut(name, LONGEST_NAME, config, userId),
      time: options.time ?? now(),
      observedTime: options.time === undefined ? undefined : now(),
      severity: options.severity ?? INFO,
      body:
        options.body === undefined
          ? undefined
          : redactAndCut(options.body, LONGEST_TEXT, config, userId),
      attributes: all,
      spanContext: trace.getSpanContext(where),
      scope: SCOPE,
    };
    const { urgency = 'batch' } = options;
    const outlet = runtime().logs;
    if (outlet === undefined) emitToLogsApi(record, urgency === 'now', where);
    else outlet.add(record, urgency);
  } catch (error) {
    reportCallbackFailure(name, 'event', error);
  }
}

const INFO: Severity = 9;
const LONGEST_NAME = 200;
// A sentence is far shorter; a message of a megabyte, times one a second, would be felt.
const LONGEST_TEXT = 4096;
const SCOPE = { name: SCOPE_NAME, version: SCOPE_VERSION };

function now(): HrTime {
  return readMoment().wall;
}
