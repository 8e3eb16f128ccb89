/** What events did that the tracking plan does not say, as the receiver counted it. */
import { VIOLATION_TYPES, type ViolationType } from '@heartwood/semconv';
import type { Reader, ReadOptions } from '@heartwood/store';
import { nsToInstant } from '../instant.ts';
import { toNs, type Window } from '../window.ts';

/** One kind of violation of one property of one event. */
interface ViolationNumbers {
  readonly event: string;
  readonly type: ViolationType;
  /** The property, such as `items[].price`; empty for the event itself. */
  readonly path: string;
  /** Of the schema that was asked; null for an event that is not planned. */
  readonly schemaVersion: string | null;
  readonly records: number;
  /** Those that were not stored because of it. */
  readonly blocked: number;
  /** When events came that did it. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Number of one that is stored; null where none is. */
  readonly sample: string | null;
}

/** Which violations. */
interface ViolationOptions extends ReadOptions {
  readonly event?: string | undefined;
  readonly type?: ViolationType | undefined;
  readonly limit: number;
}

/** Violations by events that came in the hours of a window, the most frequent first. */
export async function readViolations(
  reader: Reader,
  window: Window,
  { event, type, limit, ...options }: ViolationOptions,
): Promise<{ readonly rows: readonly ViolationNumbers[]; readonly truncated: boolean }> {
  const number = type === undefined ? undefined : VIOLATION_TYPES.indexOf(type);
  const found = await reader.read(
    'plan/violations',
    { ...toNs(window), event, type: number, limit: limit + 1 },
    options,
  );
  const rows = found.slice(0, limit).map((row) => ({
    event: row.event,
    type: VIOLATION_TYPES.at(row.type) ?? 'unknown',
    path: row.path,
    schemaVersion: row.schemaVersion,
    records: row.records,
    blocked: row.blocked,
    firstSeen: nsToInstant(row.firstSeen),
    lastSeen: nsToInstant(row.lastSeen),
    sample: row.sampleSeq,
  }));
  return { rows, truncated: found.length > limit };
}
