/** All operations that are under way: what they say, how they do, and what of them must be kept. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { StoreJob } from '@heartwood/store';
import { Family } from './family.ts';
import type { OperationFilter } from './filter.ts';
import { toMs } from './fold.ts';
import type { Health } from './health.ts';
import { Histories } from './histories.ts';
import { Keeping } from './keeping.ts';
import { BOARD_LIMITS, type BoardLimits } from './limits.ts';
import { OperationMemory } from './memory.ts';
import type { OperationEventLike } from './operation-event.ts';
import type { OperationReport } from './report.ts';
import { Roster } from './roster.ts';
import type { Window } from '../window.ts';
import type { OperationSource } from './operation-source.ts';
import { fromState } from './tracked-operation.ts';
import { View, type OperationChanges, type ShownOperations } from './view.ts';
import { Watch } from './watch.ts';

/** What a board needs; `keep` resolves when the rows would survive a crash. */
export interface OperationBoardOptions {
  readonly source: OperationSource;
  readonly keep: (job: StoreJob) => Promise<void>;
  /** Epoch milliseconds. */
  readonly clock?: (() => number) | undefined;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic?: (() => number) | undefined;
  /** Why no news can arrive at the moment; undefined while they can. Asked at each look. */
  readonly taking: () => string | undefined;
  readonly limits?: Partial<BoardLimits> | undefined;
}

/** To be loaded once, told of events as they come, made to look once a second and to flush as often. */
export class OperationBoard {
  /** Another for each board: versions of two boards have nothing to do with each other. */
  readonly boot = randomBytes(6).toString('hex');
  readonly #options: OperationBoardOptions;
  readonly #roster: Roster;
  readonly #family = new Family();
  readonly #histories: Histories;
  readonly #keeping: Keeping;
  readonly #memory: OperationMemory;
  readonly #watch: Watch;
  readonly #view: View;
  readonly #listeners = new Set<() => void>();
  /** The wall clock as it stood at the start, steady from there on. */
  readonly #nowMs: () => number;
  #dropped = 0;
  #toldVersion = 0;
  #isLoaded = false;
  #flushing: Promise<void> = Promise.resolve();

  constructor(options: OperationBoardOptions) {
    const { clock = Date.now, monotonic = () => performance.now(), source, keep, taking } = options;
    const limits = { ...BOARD_LIMITS, ...options.limits };
    const aheadMs = clock() - monotonic();
    this.#options = options;
    this.#roster = new Roster(limits.left);
    this.#nowMs = () => monotonic() + aheadMs;
    const nowMs = this.#nowMs();
    const histories = new Histories(
      (feature, signal) => source.readHistory(feature, signal),
      limits.minHistory,
    );
    this.#histories = histories;
    this.#keeping = new Keeping(
      {
        source,
        keep,
        aheadMs: () => this.#aheadMs(),
        onFound: (tracked, found) => this.#memory.find(tracked, found),
        hasParts: (id) => this.#family.hasParts(id),
        onSuccess: (feature) => histories.want(feature),
      },
      nowMs,
    );
    this.#view = new View({
      roster: this.#roster,
      family: this.#family,
      histories,
      nowMs: this.#nowMs,
    });
    const parts = { roster: this.#roster, family: this.#family, limits };
    this.#memory = new OperationMemory({ ...parts, keeping: this.#keeping });
    this.#watch = new Watch(
      {
        ...parts,
        memory: this.#memory,
        taking,
        expectedOf: (feature) => histories.expectedOf(feature),
      },
      nowMs,
    );
  }

  /** Counts every change of any operation. */
  get version(): number {
    return this.#roster.version;
  }

  /** Whether {@link load} has come to its end: nothing is to be shown or kept before. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Events of operations that there was no room for. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Operations that were kept by another version of the server in a way that this one does not read. */
  get unread(): number {
    return this.#keeping.unread;
  }

  /** How often an operation was judged worse than before, by verdict. */
  get judged(): Readonly<Record<Exclude<Health, 'healthy'>, number>> {
    return this.#watch.judged;
  }

  /** Goes on from what was kept and from events that landed since; events may be told before and meanwhile. */
  async load(signal?: AbortSignal): Promise<void> {
    const { source } = this.#options;
    const { live, seq } = await source.readLive(signal);
    for (const stored of live) {
      const kept = fromState(stored, null, this.#nowMs(), this.#aheadMs());
      if (kept === undefined) this.#keeping.unread += 1;
      else this.#memory.restore(kept);
    }
    this.#keeping.begin(seq);
    let after: bigint | undefined = seq;
    while (after !== undefined) {
      const slice: Awaited<ReturnType<OperationSource['readEvents']>> = await source.readEvents(
        after,
        signal,
      );
      for (let at = 0; at < slice.events.length; at += TAKEN_AT_ONCE) {
        this.take(slice.events.slice(at, at + TAKEN_AT_ONCE), true);
        await setImmediate();
      }
      after = slice.next;
    }
    await this.#keeping.find(true, signal);
    this.#watch.open(this.#nowMs());
    this.#isLoaded = true;
    this.#notify();
  }

  /** Hears events, in any order and any number of times; `isReplay`: another process may have received them. */
  take(events: readonly OperationEventLike[], isReplay: boolean): void {
    const nowMs = this.#nowMs();
    const aheadMs = isReplay ? 0 : this.#aheadMs();
    for (const event of events) {
      const receivedMs = Math.min(nowMs, toMs(event.receivedNs) - aheadMs);
      this.#keeping.see(event.seq);
      const isTaken = this.#memory.hear(event, receivedMs, nowMs, isReplay);
      if (!isTaken) this.#dropped += 1;
    }
    this.#notify();
  }

  /** Judges all; to be called once a second. */
  look(): void {
    const nowMs = this.#nowMs();
    this.#watch.look(nowMs);
    this.#memory.sweep(nowMs);
    this.#keeping.mark(nowMs);
    this.#notify();
  }

  /**
   * Has closed operations kept, and all open ones once a minute; `isLast` at the end of the process. Rejects as `keep`
   * and the source do: then the next call does it.
   */
  flush(isLast: boolean): Promise<void> {
    const flushed = this.#flushAfter(this.#flushing, isLast);
    this.#flushing = flushed.catch(() => undefined);
    return flushed;
  }

  async #flushAfter(before: Promise<void>, isLast: boolean): Promise<void> {
    await before;
    await this.#keeping.find(isLast);
    await this.#keeping.write(this.#roster.all(), this.#nowMs(), isLast);
    if (!isLast) await this.#histories.refresh();
    this.#notify();
  }

  /**
   * Asks the store about those that it might know, as {@link flush} does and together with it; rejects as the source does,
   * and when the signal is aborted, which stops no question: others wait for it.
   */
  async check(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await unlessAborted(this.#keeping.find(false), signal);
    this.#notify();
  }

  /** Asks the store about one, if it might know it; rejects as the source does. */
  async checkOne(id: string, signal?: AbortSignal): Promise<void> {
    await this.#keeping.findOne(id, signal);
    this.#notify();
  }

  get(id: string): OperationReport | undefined {
    return this.#view.get(id);
  }

  /** Whether the store does not tell it: it is under way, or over for no longer than it takes to keep it. */
  isPending(id: string): boolean {
    return this.#view.isPending(id);
  }

  /** The worst first, then those that began last; at most `limit`. */
  list(filter: OperationFilter, limit: number): OperationReport[] {
    return this.#view.list(filter, limit);
  }

  /**
   * Of those the ones that {@link isPending} tells of; of lost ones and those that are over only such as began in the
   * window.
   */
  pending(
    filter: OperationFilter,
    window: Pick<Window, 'fromMs' | 'toMs'>,
    limit: number,
  ): OperationReport[] {
    return this.#view.pending(filter, window, limit);
  }

  /**
   * What changed after a version; undefined: too long ago, or a version that this board never had. With `shown` only of
   * what {@link list} gives with that limit: the others are gone, and what comes among them has changed.
   */
  changedSince(
    version: number,
    filter: OperationFilter,
    shown?: ShownOperations,
  ): OperationChanges | undefined {
    return this.#view.changedSince(version, filter, shown);
  }

  /** Has a listener called after changes; it must not throw. */
  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** How many are under way: those that paused, and the others by their health. A lost one is lost, paused or not. */
  counts(): Readonly<Record<Health | 'paused', number>> {
    return this.#view.counts();
  }

  /** What the wall clock was set forward by since the start. */
  #aheadMs(): number {
    const { clock = Date.now } = this.#options;
    return clock() - this.#nowMs();
  }

  #notify(): void {
    if (this.#toldVersion === this.#roster.version) return;
    this.#toldVersion = this.#roster.version;
    for (const listener of this.#listeners) listener();
  }
}

async function unlessAborted(done: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return done;
  const settled = new AbortController();
  const aborted = once(signal, 'abort', { signal: settled.signal }).then(() =>
    signal.throwIfAborted(),
  );
  try {
    await Promise.race([done, aborted]);
  } finally {
    settled.abort();
  }
}

/** What else is to be done at the start need not wait for all of them. */
const TAKEN_AT_ONCE = 1000;
