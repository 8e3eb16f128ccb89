/** How far the database has come when a pipeline begins, beside what its journal holds. */
import type { ResumeState, Store } from '@heartwood/store';
import type { Position } from '@heartwood/store/batch';
import type { Segment } from './journal/segment.ts';
import type { Plans } from './plans.ts';

/** What a pipeline needs of the store beside landing. */
export type ResumableStore = Pick<Store, 'readResumeState' | 'takeBackPart' | 'onFatal'>;

/** What the store knows. A request that another decoder has landed in part is taken back before, to land whole. */
export async function readResumeState({
  store,
  plans,
  onTrouble,
}: {
  readonly store: ResumableStore;
  readonly plans: Plans;
  readonly onTrouble: (message: string) => void;
}): Promise<ResumeState> {
  const state = await store.readResumeState();
  const { part, record } = state.position;
  if (part === undefined || part.decoder === plans.of(record).decoder) return state;
  // How many rows of the request it has to leave out only the decoder can say that made them.
  onTrouble(
    'a request that another version or tracking plan has landed in part is taken back and landed whole',
  );
  await store.takeBackPart();
  return store.readResumeState();
}

/**
 * Requests between the end of the database and the begin of the journal. DuckDB takes a write-ahead log whose first bytes
 * are damaged for none, without a word; a segment is deleted only after its successor's first record has landed.
 */
export function missingBefore([first]: readonly Segment[], { record, rows }: Position): bigint {
  if (first === undefined || record === 0n) return 0n;
  const next = rows > 0 ? record + 1n : record;
  return first.first > next ? first.first - next : 0n;
}
