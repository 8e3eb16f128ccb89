/** What an operation said, event by event. */
import type { OperationEventKind } from '@heartwood/semconv';
import type { Reader, ReadOptions } from '@heartwood/store';
import { nsToInstant } from '../instant.ts';
import type { OperationBoard } from './board.ts';
import type { OperationEventLike } from './operation-event.ts';
import { readOperation } from './operations.ts';
import type { OperationReport } from './report.ts';
import { toOperationEvent } from './stored-source.ts';

/** An event of an operation; null is what it does not say. */
interface OperationEventReport {
  /** Number of its record. */
  readonly seq: string;
  readonly time: string;
  readonly kind: OperationEventKind;
  /** Which event of its operation it is, from 0. */
  readonly sequence: number | null;
  /** Since the start, by the operation's own clock. */
  readonly elapsedMs: number | null;
  readonly message: string | null;
  readonly current: number | null;
  readonly total: number | null;
  readonly unit: string | null;
  readonly fraction: number | null;
  /** How long its thread has been blocked. */
  readonly blockedMs: number | null;
  readonly status: string | null;
  readonly errorType: string | null;
  readonly reason: string | null;
}

export interface OperationEventPage {
  readonly rows: readonly OperationEventReport[];
  readonly from: bigint;
  readonly to: bigint;
  readonly nextCursor: string | null;
}

/**
 * A page of the events of an operation, oldest first, as far as they are in the database: an event is there a second after
 * it came. Throws `OPERATION_UNKNOWN`, `OPERATIONS_LOADING`.
 */
export async function readOperationEvents(
  reader: Reader,
  board: OperationBoard | undefined,
  id: string,
  options: ReadOptions & {
    readonly nowMs: number;
    readonly limit: number;
    readonly cursor: string | undefined;
  },
): Promise<OperationEventPage> {
  const { limit, cursor, nowMs, ...readOptions } = options;
  const operation = await readOperation(reader, board, id, { ...readOptions, nowMs });
  const { from, to } = rangeOf(operation, nowMs);
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  // One more than asked for tells whether there are more.
  const rows = await reader.read(
    'operation/events',
    { id, from: after?.time ?? from, after: after?.seq, to, limit: limit + 1 },
    readOptions,
  );
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    rows: shown.flatMap((row) => {
      const event = toOperationEvent(row);
      return event === undefined ? [] : toEventReport(event);
    }),
    from,
    to,
    nextCursor: last === undefined ? null : `${last.time}.${last.seq}`,
  };
}

/** Clocks of apps may be set while they run. */
const AROUND_MS = 3_600_000;

/**
 * Where its events are. They have times of the app's clock, which may be wrong by any amount and be set right while it runs:
 * the range covers the operation as either clock has it, the app's by its start and ours by when it was heard of last.
 */
function rangeOf(
  { startedAt, endedAt, lastNewsAt, durationMs }: OperationReport,
  nowMs: number,
): { readonly from: bigint; readonly to: bigint } {
  const startMs = Date.parse(startedAt);
  const heardMs = endedAt === null ? nowMs : Date.parse(lastNewsAt);
  return {
    from: toNs(Math.min(startMs, heardMs - durationMs) - AROUND_MS),
    to: toNs(Math.max(heardMs, startMs + durationMs) + AROUND_MS),
  };
}

/** Time and number of the last record of a page. */
function parseCursor(cursor: string): { readonly time: bigint; readonly seq: bigint } {
  const [time, seq] = cursor.split('.');
  return { time: BigInt(time ?? ''), seq: BigInt(seq ?? '') };
}

const toNs = (ms: number): bigint => BigInt(Math.round(Math.min(ms, LATEST_MS))) * 1_000_000n;

/** The last time of a record, 2^63 ns, to the day. */
const LATEST_MS = 9.22e12;

function toEventReport(event: OperationEventLike): OperationEventReport {
  const { kind, elapsedS, blockedS } = event;
  return {
    seq: String(event.seq),
    time: nsToInstant(event.timeNs),
    kind,
    sequence: event.sequence ?? null,
    elapsedMs: elapsedS === undefined ? null : elapsedS * 1000,
    message: event.message ?? null,
    current: event.current ?? null,
    total: event.total ?? null,
    unit: event.unit ?? null,
    fraction: event.fraction ?? null,
    blockedMs: blockedS === undefined ? null : blockedS * 1000,
    status: event.status ?? null,
    errorType: event.errorType ?? null,
    reason: event.reason ?? null,
  };
}
