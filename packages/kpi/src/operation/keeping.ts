/** What a board still has to give to the store, and to ask it. */
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
  /** What the wall clock is ahead of the clock of `nowMs`. */
  readonly aheadMs: () => number;
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
  /** Closed ones that are no longer in memory otherwise. */
  readonly #away = new Set<string>();
  readonly #unchecked = new Map<string, TrackedOperation>();
  /** Rows up to it are in the last snapshot. */
  #savedSeq = 0n;
  #seenSeq = 0;
  #olderSeq = 0;
  #safeSeq = 0;
  #markedMs = 0;
  #savedMs: number;
  #events = 0;
  /** Rows that another version of the server wrote in a way that this one does not read. */
  unread = 0;

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

  /** How many wait to be written although they are no longer in memory otherwise. */
  get awaySize(): number {
    return this.#away.size;
  }

  /** It leaves the memory; what waits to be written of it is kept here. */
  leave(id: string): void {
    if (this.#closed.has(id)) this.#away.add(id);
  }

  /** It is in memory again. */
  comeBack(id: string): void {
    this.#away.delete(id);
  }

  close(tracked: TrackedOperation): void {
    this.#closed.set(tracked.fold.id, tracked);
    this.#reopened.delete(tracked.fold.id);
  }

  reopen(tracked: TrackedOperation): void {
    this.#closed.delete(tracked.fold.id);
    this.#away.delete(tracked.fold.id);
    this.#reopened.add(tracked.fold.id);
  }

  /** Has the store asked whether it knows an operation. */
  check(tracked: TrackedOperation): void {
    this.#unchecked.set(tracked.fold.id, tracked);
  }

  /** Asks the store about operations that it might know: about many, or about all. */
  async find(isAll: boolean, signal?: AbortSignal): Promise<void> {
    for (let asked = 0; this.#unchecked.size > 0; asked++) {
      if (!isAll && asked >= MOST_ASKED) return;
      await this.#findSome(signal);
    }
  }

  async #findSome(signal: AbortSignal | undefined): Promise<void> {
    const { source, onFound, aheadMs } = this.#options;
    const ids: string[] = [];
    for (const id of this.#unchecked.keys()) {
      if (ids.length === ASKED_AT_ONCE) break;
      ids.push(id);
    }
    const rows = new Map<string, ClosedOperation>();
    for (const row of await source.readClosed(ids, signal)) rows.set(row.id, row);
    for (const id of ids) {
      const tracked = this.#unchecked.get(id);
      this.#unchecked.delete(id);
      if (tracked === undefined) continue;
      tracked.isChecked = true;
      const row = rows.get(id);
      const found = row && fromState(row, row.outcome, tracked.judgement.sinceMs, aheadMs());
      if (found !== undefined) onFound(tracked, found);
      else if (row !== undefined) this.unread += 1;
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
    const aheadMs = this.#options.aheadMs();
    const underWay = isDue ? await this.#keepLive(all, aheadMs) : undefined;
    await this.#options.keep({
      ...NOTHING,
      underWay,
      closed: closed.map((tracked) => toStored(tracked, nowMs, aheadMs)),
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

  /**
   * Writes those that are under way, some at a time, and tells their ids. After a crash in the middle some are kept as they
   * are now and others as they were: what was said since `#savedSeq` is heard again, and hearing it twice changes nothing.
   * What has ended stays among them until late events of it are no longer waited for.
   */
  async #keepLive(all: Iterable<TrackedOperation>, aheadMs: number): Promise<string[]> {
    const underWay: string[] = [];
    let live: StoredLiveOperation[] = [];
    const keep = async (): Promise<void> => {
      await this.#options.keep({ ...NOTHING, live, seq: this.#savedSeq });
      live = [];
    };
    for (const tracked of all) {
      if (isGivenUp(tracked) && tracked.isChecked) continue;
      underWay.push(tracked.fold.id);
      live.push(toStoredLive(tracked, aheadMs));
      if (live.length === KEPT_AT_ONCE) await keep();
    }
    if (live.length > 0) await keep();
    return underWay;
  }

  #written(tracked: TrackedOperation, version: number | undefined): void {
    const { id, first } = tracked.fold;
    // It changed while it was written: once more.
    if (tracked.version !== version || this.#closed.get(id) !== tracked) return;
    this.#closed.delete(id);
    this.#away.delete(id);
    if (outcomeOf(tracked) === 'success' && first.feature !== undefined)
      this.#options.onSuccess(first.feature.value);
  }
}

const isGivenUp = (tracked: TrackedOperation): boolean => outcomeOf(tracked) === 'lost';

const SNAPSHOT_MS = 60_000;
/** How often those that were given up may ask for a snapshot of all. */
const GIVEN_UP_MS = 10_000;
const SNAPSHOT_EVENTS = 200_000;
const SETTLED_MS = 5000;
const ASKED_AT_ONCE = 500;
/** Questions of one turn, a second apart: together more than begin in a second. */
const MOST_ASKED = 20;
/** 10,000 at once took 23 to 28 MiB on their way, 500 at a time take 8 to 13. */
const KEPT_AT_ONCE = 500;
const NOTHING = {
  job: 'operations',
  live: [],
  underWay: undefined,
  closed: [],
  reopened: [],
} as const satisfies Partial<StoreJob>;
