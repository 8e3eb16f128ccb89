/** A heartbeat that is written while the thread still turns, with blanks that another thread fills in. */
import {
  ATTR_FEATURE_COMPONENT,
  ATTR_FEATURE_NAME,
  ATTR_FEATURE_OPERATION_BLOCKED,
  ATTR_FEATURE_OPERATION_DURATION,
  ATTR_FEATURE_OPERATION_ID,
  OPERATION_EVENTS,
} from '@heartwood/semconv';
import type { Attributes, Context } from '@opentelemetry/api';
import type { EncodedRecord, LogOutlet } from '../delivery/ports.ts';
import { createEvent } from '../signals/event-sink.ts';

/** What a heartbeat says of an operation that does not change while its thread is blocked. */
interface FormFacts {
  readonly id: string;
  readonly name: string;
  readonly component: string | undefined;
}

/** The encoded record, and where in it 8 bytes are to be filled in, little endian. */
export interface HeartbeatForm extends EncodedRecord {
  /** Nanoseconds since 1970, u64. */
  readonly timeAt: readonly number[];
  /** Seconds, f64. */
  readonly elapsedAt: number;
  readonly blockedAt: number;
}

/** The form of an operation in this context; undefined when the outlet hands out no records. */
export function toHeartbeatForm(
  { id, name, component }: FormFacts,
  context: Context,
  outlet: LogOutlet,
): HeartbeatForm | undefined {
  const own: Attributes = {
    [ATTR_FEATURE_NAME]: name,
    [ATTR_FEATURE_OPERATION_ID]: id,
    [ATTR_FEATURE_OPERATION_DURATION]: ELAPSED.readDoubleLE(),
    [ATTR_FEATURE_OPERATION_BLOCKED]: BLOCKED.readDoubleLE(),
  };
  if (component !== undefined) own[ATTR_FEATURE_COMPONENT] = component;
  const timeNs = TIME.readBigUInt64LE();
  const event = createEvent(OPERATION_EVENTS.heartbeat, own, undefined, {
    context,
    time: [Number(timeNs / 1_000_000_000n), Number(timeNs % 1_000_000_000n)],
  });
  const encoded = outlet.encode?.({ ...event, observedTime: event.time });
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded.record.buffer);
  const timeAt = bytes.indexOf(TIME);
  return {
    ...encoded,
    timeAt: [timeAt, bytes.indexOf(TIME, timeAt + 1)],
    elapsedAt: bytes.indexOf(ELAPSED),
    blockedAt: bytes.indexOf(BLOCKED),
  };
}

// Bytes that stand in no text: 0xFF is none of UTF-8. The two numbers are no whole ones, which are written otherwise.
const TIME = Buffer.from([0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0xf8]);
const ELAPSED = Buffer.from([0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf8, 0x41]);
const BLOCKED = Buffer.from([0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0x41]);
