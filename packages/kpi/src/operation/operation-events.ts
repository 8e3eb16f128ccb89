/** What an operation said, event by event. */
import type { OperationEventKind } from '@heartwood/semconv';
import type { Reader, ReadOptions } from '@heartwood/store';
import { nsToInstant } from '../instant.ts';
import type { OperationBoard } from './board.ts';
import type { OperationEventLike } from './operation-event.ts';
import { readOperation } from './operations.ts';
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
  const { startedAt, endedAt } = await readOperation(reader, board, id, { ...readOptions, nowMs });
  const from = toNs(Date.parse(startedAt) - AROUND_MS);
  const to = toNs((endedAt === null ? nowMs : Date.parse(endedAt)) + AROUND_MS);
  const after = cursor === undefined ? from : BigInt(cursor) + 1n;
  // One more than asked for tells whether there are more; pages end between two times, for a time is where the next begins.
  const rows = await reader.read(
    'operation/events',
    { id, from: after, to, limit: limit + 1 },
    readOptions,
  );
  const next = rows.length > limit ? rows.at(-1)?.time : undefined;
  const page = next === undefined ? rows : rows.filter(({ time }) => time !== next);
  const shown = page.length === 0 ? rows : page;
  return {
    rows: shown.flatMap((row) => {
      const event = toOperationEvent(row);
      return event === undefined ? [] : toEventReport(event);
    }),
    from,
    to,
    nextCursor: next === undefined ? null : (shown.at(-1)?.time ?? null),
  };
}

/** Clocks of apps may be set while they run. */
const AROUND_MS = 3_600_000;

const toNs = (ms: number): bigint => BigInt(Math.round(ms)) * 1_000_000n;

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
