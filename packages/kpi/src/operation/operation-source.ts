/** What a board reads. */
import type { StoredLiveOperation } from '@heartwood/store';
import type { OperationHistory } from './expected.ts';
import type { OperationEventLike } from './operation-event.ts';

/** Of an operation that is over what a board goes on from. */
export interface ClosedOperation extends StoredLiveOperation {
  readonly outcome: string | null;
}

/** Where a board reads what was kept. */
export interface OperationSource {
  /** What was kept as `live`, and the number of the last row that it knows of. */
  readLive(
    signal?: AbortSignal,
  ): Promise<{ readonly live: readonly StoredLiveOperation[]; readonly seq: bigint }>;
  /** A slice of the events in rows after a number, ascending; `next` is where the next slice begins, undefined behind the last. */
  readEvents(
    after: bigint,
    signal?: AbortSignal,
  ): Promise<{ readonly events: readonly OperationEventLike[]; readonly next: bigint | undefined }>;
  /** Rows of those of these ids that were closed. */
  readClosed(ids: readonly string[], signal?: AbortSignal): Promise<readonly ClosedOperation[]>;
  /** Durations of the last 200 successful operations of a feature within 90 days; undefined without any. */
  readHistory(feature: string, signal?: AbortSignal): Promise<OperationHistory | undefined>;
}
