/** What a board still has to give to the store, and to ask it. */
import type { StoreJob } from '@heartwood/store';
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
  /** Whether parts of it are in memory, which it does not count as those that left. */
  readonly hasParts: (id: string) => boolean;
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
  /** A question that is under way: all who want to know meanwhile wait for its answer. */
  #finding: Promise<void> | undefined;
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
    tracked.row = 'absent';
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
      this.#finding ??= this.#findSome(signal).finally(() => (this.#finding = undefined));
      await this.#finding;
    }
  }

  /** Asks the store about one, if it might know it. */
  async findOne(id: string, signal?: AbortSignal): Promise<void> {
    if (this.#unchecked.has(id)) await this.#ask([id], signal);
  }

  #findSome(signal: AbortSignal | undefined): Promise<void> {
    const ids: string[] = [];
    for (const id of this.#unchecked.keys()) {
      if (ids.length === ASKED_AT_ONCE) break;
      ids.push(id);
    }
    return this.#ask(ids, signal);
  }

  async #ask(ids: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    const { source, onFound, aheadMs } = this.#options;
    const rows = new Map<string, ClosedOperation>();
    for (const row of await source.readClosed(ids, signal)) rows.set(row.id, row);
    for (const id of ids) {
      const tracked = this.#unchecked.get(id);
      this.#unchecked.delete(id);
      if (tracked?.row !== 'unknown') continue;
      const row = rows.get(id);
      const found = row && fromState(row, row.outcome, tracked.judgement.sinceMs, aheadMs());
      tracked.row = found === undefined ? 'absent' : 'kept';
      if (found !== undefined) onFound(tracked, found);
      else if (row !== undefined) this.unread += 1;
    }
  }

  /** Writes what was closed, and all that are open when that is due. */
  async write(all: Iterable<TrackedOperation>, nowMs: number, isLast: boolean): Promise<void> {
    const waiting = [...this.#closed.values()].filter(({ row }) => row !== 'unknown');
    const passedMs = nowMs - this.#savedMs;
    const atOnce = waiting.filter((one) => this.#isWhole(one));
    const isTurned = this.#reopened.size > 0 || waiting.some(isNewlyLost);
    const isAny = this.#events > 0 || isTurned || atOnce.length < waiting.length;
    const isDue =
      isLast ||
      this.#events >= SNAPSHOT_EVENTS ||
      (isAny && passedMs >= (isTurned ? TURNED_MS : SNAPSHOT_MS));
    const closed = isDue ? waiting : atOnce;
    const reopened = isDue ? [...this.#reopened] : [];
    if (!isDue && closed.length === 0) return;
    const versions = closed.map(({ version }) => version);
    const events = this.#events;
    const seq = isDue ? BigInt(this.#safeSeq) : this.#savedSeq;
    const aheadMs = this.#options.aheadMs();
    const underWay = isDue ? await this.#keepLive([...all], aheadMs) : undefined;
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
   * Writes all that are in memory, some at a time, and tells their ids. After a crash in the middle some are kept as they
   * are now and others as they were: what was said since `#savedSeq` is heard again, and hearing it twice changes nothing.
   * None is left out: a parent and those of its parts that it does not count yet are there together or not at all.
   */
  async #keepLive(all: readonly TrackedOperation[], aheadMs: number): Promise<string[]> {
    for (let at = 0; at < all.length; at += KEPT_AT_ONCE) {
      const live = all.slice(at, at + KEPT_AT_ONCE).map((one) => toStoredLive(one, aheadMs));
      await this.#options.keep({ ...NOTHING, live, seq: this.#savedSeq });
    }
    return all.map(({ fold }) => fold.id);
  }

  /**
   * Whether its row may be written before the next snapshot: after a crash one that was given up would go on where the last
   * one tells of it, of one that goes on nothing would be known but its last words, and parts that came again, which a row
   * no longer counts, would be forgotten.
   */
  #isWhole(tracked: TrackedOperation): boolean {
    if (tracked.row === 'absent') return !isNewlyLost(tracked);
    return !this.#options.hasParts(tracked.fold.id);
  }

  #written(tracked: TrackedOperation, version: number | undefined): void {
    const { id, first } = tracked.fold;
    if (!this.#reopened.has(id)) tracked.row = 'kept';
    // It changed while it was written: once more.
    if (tracked.version !== version || this.#closed.get(id) !== tracked) return;
    this.#closed.delete(id);
    this.#away.delete(id);
    if (outcomeOf(tracked) === 'success' && first.feature !== undefined)
      this.#options.onSuccess(first.feature.value);
  }
}

/** Given up, which neither its row nor a snapshot tells yet. */
const isNewlyLost = (tracked: TrackedOperation): boolean =>
  outcomeOf(tracked) === 'lost' && tracked.row === 'absent';

const SNAPSHOT_MS = 60_000;
/** How often those that were given up, or go on after that, may ask for a snapshot of all. */
const TURNED_MS = 10_000;
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
