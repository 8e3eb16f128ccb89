/** What a store keeps of operations, as a board reads it. */
import { operationEventKind, readOperationFacts } from '@heartwood/semconv';
import type { QueryRow, Reader } from '@heartwood/store';
import type { OperationEventLike } from './operation-event.ts';
import type { OperationSource } from './operation-source.ts';

/** Reads through `reader`; `clock` gives epoch milliseconds. */
export function createStoredSource(
  reader: Pick<Reader, 'read'>,
  clock: () => number = Date.now,
): OperationSource {
  return {
    async readLive(signal) {
      const [state] = await reader.read('operation/state', {}, { signal });
      const live = await reader.read('operation/live', {}, { signal });
      return { live, seq: BigInt(state?.seq ?? 0) };
    },
    async readEvents(after, signal) {
      const rows = await reader.read('operation/since', { seq: after, limit: SLICE }, { signal });
      const last = rows.at(-1);
      return {
        events: rows.flatMap((row) => toOperationEvent(row) ?? []),
        next: last === undefined || rows.length < SLICE ? undefined : BigInt(last.seq),
      };
    },
    readClosed: (ids, signal) => reader.read('operation/closed', { ids: [...ids] }, { signal }),
    async readHistory(feature, signal) {
      const since = BigInt(clock() - HISTORY_MS) * 1_000_000n;
      const [row] = await reader.read('operation/expected', { feature, since }, { signal });
      if (row === undefined || row.p50Ms === null || row.p95Ms === null || row.longestMs === null)
        return undefined;
      const { n, p50Ms, p95Ms, longestMs } = row;
      return { n, p50Ms, p95Ms, longestMs };
    },
  };
}

/** The event that a row tells; undefined when its attributes name no operation, as those of a session do not. */
export function toOperationEvent(row: QueryRow<'operation/since'>): OperationEventLike | undefined {
  const kind = operationEventKind(row.event);
  const facts = readOperationFacts(JSON.parse(row.attributes) as Record<string, unknown>);
  if (kind === undefined || facts === undefined) return undefined;
  // Each by its name: to spread the facts takes ten times as long as all else here.
  return {
    kind,
    id: facts.id,
    timeNs: BigInt(row.time),
    receivedNs: BigInt(row.receivedTime),
    seq: BigInt(row.seq),
    sequence: facts.sequence,
    elapsedS: facts.elapsedS,
    feature: row.feature ?? '',
    service: row.service ?? '',
    instance: row.instance ?? undefined,
    host: row.host ?? undefined,
    pid: row.pid ?? undefined,
    parentId: facts.parentId,
    category: facts.category,
    component: row.component ?? undefined,
    session: row.session ?? undefined,
    user: row.user ?? undefined,
    traceId: row.traceId ?? undefined,
    description: facts.description,
    message: facts.message,
    current: facts.current,
    total: facts.total,
    unit: facts.unit,
    fraction: facts.fraction,
    heartbeatS: facts.heartbeatS,
    blockedS: facts.blockedS,
    status: facts.status,
    errorType: row.errorType ?? undefined,
    reason: facts.reason,
  };
}

/** A slice is read in some 100 ms. */
const SLICE = 10_000;
const HISTORY_MS = 90 * 86_400_000;
