/** Operations as OpenTelemetry events, which leave the process at once: a span would come only at the end. */
import {
  ATTR_ERROR_TYPE,
  ATTR_FEATURE_CATEGORY,
  ATTR_FEATURE_COMPONENT,
  ATTR_FEATURE_NAME,
  ATTR_FEATURE_OPERATION_CURRENT,
  ATTR_FEATURE_OPERATION_DESCRIPTION,
  ATTR_FEATURE_OPERATION_DURATION,
  ATTR_FEATURE_OPERATION_HEARTBEAT_INTERVAL,
  ATTR_FEATURE_OPERATION_ID,
  ATTR_FEATURE_OPERATION_MESSAGE,
  ATTR_FEATURE_OPERATION_PARENT_ID,
  ATTR_FEATURE_OPERATION_SEQUENCE,
  ATTR_FEATURE_OPERATION_TOTAL,
  ATTR_FEATURE_OPERATION_UNIT,
  ATTR_FEATURE_PROGRESS,
  ATTR_FEATURE_REASON,
  ATTR_FEATURE_STATUS,
  FeatureStatus,
  OPERATION_EVENTS,
  type OperationEventKind,
} from '@heartwood/semconv';
import type { Attributes, Context } from '@opentelemetry/api';
import { currentActor } from '../context/context.ts';
import { writeMetadata, type Metadata } from '../facts/metadata.ts';
import type { Severity } from '../otlp/log-record.ts';
import { rawUserIdOf } from '../privacy/privacy.ts';
import { currentConfig } from '../settings/config.ts';
import { emitEvent, takesEvents } from '../signals/event-sink.ts';
import type { OperationView } from './operation-view.ts';

/** What goes with an event beside how its operation stands. */
interface Telling {
  /** How many events of the operation went before. */
  readonly sequence: number;
  readonly facts: Metadata | undefined;
  readonly heartbeatMs: number;
  /** Where the operation runs, with trace and user. */
  readonly context: Context;
}

/** Sends what happened: texts of the view are redacted. */
export function emitOperationEvent(
  kind: OperationEventKind,
  view: OperationView,
  { sequence, facts, heartbeatMs, context }: Telling,
): void {
  if (!takesEvents()) return;
  const own: Attributes = {
    [ATTR_FEATURE_NAME]: view.name,
    [ATTR_FEATURE_OPERATION_ID]: view.id,
    [ATTR_FEATURE_OPERATION_SEQUENCE]: sequence,
    [ATTR_FEATURE_OPERATION_DURATION]: view.durationMs / 1000,
  };
  put(own, ATTR_FEATURE_OPERATION_PARENT_ID, view.parentId);
  put(own, ATTR_FEATURE_COMPONENT, view.component);
  put(own, ATTR_FEATURE_OPERATION_MESSAGE, view.message);
  put(own, ATTR_FEATURE_OPERATION_CURRENT, view.current);
  put(own, ATTR_FEATURE_OPERATION_TOTAL, view.total);
  put(own, ATTR_FEATURE_OPERATION_UNIT, view.unit);
  put(own, ATTR_FEATURE_PROGRESS, view.fraction);
  if (kind === 'start') {
    put(own, ATTR_FEATURE_CATEGORY, view.category);
    put(own, ATTR_FEATURE_OPERATION_DESCRIPTION, view.description);
    if (heartbeatMs > 0) {
      own[ATTR_FEATURE_OPERATION_HEARTBEAT_INTERVAL] = heartbeatMs / 1000;
    }
  } else if (kind === 'end') {
    put(own, ATTR_FEATURE_STATUS, view.status);
    put(own, ATTR_ERROR_TYPE, view.errorType);
  }
  if (kind === 'paused' || kind === 'end') put(own, ATTR_FEATURE_REASON, view.reason);
  const told: Attributes = {};
  if (facts !== undefined) {
    writeMetadata(told, facts, currentConfig(), rawUserIdOf(currentActor(context).user));
  }
  emitEvent(OPERATION_EVENTS[kind], own, told, {
    urgency: 'now',
    severity: kind === 'end' ? severityOf(view.status) : INFO,
    context,
  });
}

const INFO: Severity = 9;
const WARN: Severity = 13;
const ERROR: Severity = 17;

function severityOf(status: FeatureStatus | undefined): Severity {
  if (status === FeatureStatus.FAILED || status === FeatureStatus.TIMEOUT) return ERROR;
  return status === FeatureStatus.SUCCESS ? INFO : WARN;
}

function put(attributes: Attributes, key: string, value: string | number | undefined): void {
  if (value !== undefined) attributes[key] = value;
}
