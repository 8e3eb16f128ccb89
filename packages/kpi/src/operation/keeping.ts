/** What a board still has to give to the store, and to ask it. */
import { setImmediate } from 'node:timers/promises';
import type { StoredLiveOperation, StoreJob } from '@heartwood/store';
import type { ClosedOperation, OperationSource } from './operation-source.ts';
import {
  fromState,
  outcomeOf,
  toStored,
  toStoredLive,
  type TrackedOperation,
} from './tracked-operation.ts';

interface KeepingOptions {
  readonly source: OperationSource;
  readonly keep: (job: StoreJob) => Promise<void>;
  /** Told what the store holds of an operation that was heard of; it may have been closed long ago. */
  readonly onFound: (tracked: TrackedOperation, found: TrackedOperation) => void;
  /** Told of the features of successes that are in the store now. */
  readonly onSuccess: (feature: string) => void;
}

export class Keeping {
  readonly #options: KeepingOptions;
  /** Closed, and not in the store as they are now. */
  readonly #closed = new Map<string, TrackedOperation>();
  readonly #reopened = new Set<string>();
  readonly #unchecked = new Map<string, TrackedOperation>();
  /** Rows up to it are in the last snapshot. */
  #savedSeq = 0n;
  #seenSeq = 0;
  #olderSeq = 0;
  #safeSeq = 0;
  #markedMs = 0;
  #savedMs: number;
  #events = 0;

  constructor(options: KeepingOptions, nowMs: number) {
    this.#options = options;
    this.#savedMs = nowMs;
  }

  /** Begins behind what the store knows. */
  begin(seq: bigint): void {
    this.#savedSeq = seq;
    this.#safeSeq = Number(seq);
    this.#olderSeq = Math.max(this.#olderSeq, this.#safeSeq);
    this.#seenSeq = Math.max(this.#seenSeq, this.#safeSeq);
  }

  /** Notes an event. */
  see(seq: bigint): void {
    this.#seenSeq = Math.max(this.#seenSeq, Number(seq));
    this.#events += 1;
  }

  /** Requests may be told of in another order than they are numbered: only what was seen a while ago is complete. */
  mark(nowMs: number): void {
    if (nowMs - this.#markedMs < SETTLED_MS) return;
    this.#markedMs = nowMs;
    this.#safeSeq = Math.max(this.#safeSeq, this.#olderSeq);
    this.#olderSeq = this.#seenSeq;
  }

  /** One that waits to be written, though it is no longer in memory otherwise. */
  waiting(id: string): TrackedOperation | undefined {
    return this.#closed.get(id);
  }

  close(tracked: TrackedOperation): void {
    this.#closed.set(tracked.fold.id, tracked);
    this.#reopened.delete(tracked.fold.id);
  }

  reopen(tracked: TrackedOperation): void {
    this.#closed.delete(tracked.fold.id);
    this.#reopened.add(tracked.fold.id);
  }

  /** Has the store asked whether it knows an operation. */
  check(tracked: TrackedOperation): void {
    this.#unchecked.set(tracked.fold.id, tracked);
  }

  /** Asks the store about operations that it might know. */
  async find(isAll: boolean, signal?: AbortSignal): Promise<void> {
    await this.#findSome(signal);
    if (!isAll) return;
    while (this.#unchecked.size > 0) await this.#findSome(signal);
  }

  async #findSome(signal: AbortSignal | undefined): Promise<void> {
    const { source, onFound } = this.#options;
    const ids = [...this.#unchecked.keys()].slice(0, ASKED_AT_ONCE);
    if (ids.length === 0) return;
    const rows = new Map<string, ClosedOperation>();
    for (const row of await source.readClosed(ids, signal)) rows.set(row.id, row);
    for (const id of ids) {
      const tracked = this.#unchecked.get(id);
      this.#unchecked.delete(id);
      if (tracked === undefined) continue;
      tracked.isChecked = true;
      const row = rows.get(id);
      const found = row && fromState(row, row.outcome, tracked.judgement.sinceMs);
      if (found !== undefined) onFound(tracked, found);
    }
  }

  /** Writes what was closed, and all that are open when that is due. */
  async write(all: Iterable<TrackedOperation>, nowMs: number, isLast: boolean): Promise<void> {
    const waiting = [...this.#closed.values()].filter(({ isChecked }) => isChecked);
    const passedMs = nowMs - this.#savedMs;
    const isDue =
      isLast ||
      (waiting.some(isGivenUp) && passedMs >= GIVEN_UP_MS) ||
      this.#events >= SNAPSHOT_EVENTS ||
      (this.#events > 0 && passedMs >= SNAPSHOT_MS);
    // One that was given up would go on after a crash where the last snapshot tells of it: both at once.
    const closed = isDue ? waiting : waiting.filter((one) => !isGivenUp(one));
    const reopened = [...this.#reopened];
    if (!isDue && closed.length === 0 && reopened.length === 0) return;
    const versions = closed.map(({ version }) => version);
    const events = this.#events;
    const seq = isDue ? BigInt(this.#safeSeq) : this.#savedSeq;
    await this.#options.keep({
      job: 'operations',
      live: isDue ? await toLive(all) : undefined,
      closed: closed.map((tracked) => toStored(tracked, nowMs)),
      reopened,
      seq,
    });
    for (const [index, tracked] of closed.entries()) this.#written(tracked, versions[index]);
    for (const id of reopened) this.#reopened.delete(id);
    if (!isDue) return;
    this.#savedSeq = seq;
    this.#savedMs = nowMs;
    this.#events -= events;
  }

  #written(tracked: TrackedOperation, version: number | undefined): void {
    const { id, first } = tracked.fold;
    // It changed while it was written: once more.
    if (tracked.version !== version || this.#closed.get(id) !== tracked) return;
    this.#closed.delete(id);
    if (outcomeOf(tracked) === 'success' && first.feature !== undefined)
      this.#options.onSuccess(first.feature.value);
  }
}

const isGivenUp = (tracked: TrackedOperation): boolean => outcomeOf(tracked) === 'lost';

/** What has ended stays among them until late events of it are no longer waited for. */
async function toLive(all: Iterable<TrackedOperation>): Promise<StoredLiveOperation[]> {
  const live: StoredLiveOperation[] = [];
  for (const tracked of all) {
    if (!isGivenUp(tracked) || !tracked.isChecked) live.push(toStoredLive(tracked));
    // What else is to be done need not wait for all of them.
    if (live.length % PACKED_AT_ONCE === 0) await setImmediate();
  }
  return live;
}

const SNAPSHOT_MS = 60_000;
/** How often those that were given up may ask for a snapshot of all. */
const GIVEN_UP_MS = 10_000;
const SNAPSHOT_EVENTS = 200_000;
const SETTLED_MS = 5000;
const ASKED_AT_ONCE = 500;
const PACKED_AT_ONCE = 500;
