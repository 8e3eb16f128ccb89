/** All operations that are under way: what they say, how they do, and what of them must be kept. */
import { randomBytes } from 'node:crypto';
import type { StoreJob } from '@heartwood/store';
import { Family } from './family.ts';
import { matchesName, matchesState, type OperationFilter } from './filter.ts';
import { foldOf, toMs } from './fold.ts';
import { HEALTHS, type Health } from './health.ts';
import { Histories } from './histories.ts';
import { Keeping } from './keeping.ts';
import { BOARD_LIMITS, type BoardLimits } from './limits.ts';
import { OperationMemory } from './memory.ts';
import type { OperationEventLike } from './operation-event.ts';
import { stateOf, toReport, type OperationReport } from './report.ts';
import { Roster } from './roster.ts';
import type { OperationSource } from './operation-source.ts';
import { startMsOf } from './timeline.ts';
import { fromState, isOver, outcomeOf, type TrackedOperation } from './tracked-operation.ts';
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

/** What changed since a version. */
export interface OperationChanges {
  readonly changed: OperationReport[];
  /** No longer in memory, or no longer as asked for; those by how they ended, these by how they are. */
  readonly gone: readonly { readonly id: string; readonly outcome: string }[];
}

/** To be loaded once, told of events as they come, made to look once a second and to flush as often. */
export class OperationBoard {
  /** Another for each board: versions of two boards have nothing to do with each other. */
  readonly boot = randomBytes(6).toString('hex');
  readonly #options: OperationBoardOptions;
  readonly #roster = new Roster();
  readonly #family = new Family();
  readonly #histories: Histories;
  readonly #keeping: Keeping;
  readonly #memory: OperationMemory;
  readonly #watch: Watch;
  readonly #listeners = new Set<() => void>();
  /** The wall clock as it stood at the start, steady from there on. */
  readonly #nowMs: () => number;
  #dropped = 0;
  #toldVersion = 0;
  #flushing: Promise<void> = Promise.resolve();

  constructor(options: OperationBoardOptions) {
    const { clock = Date.now, monotonic = () => performance.now(), source, keep, taking } = options;
    const limits = { ...BOARD_LIMITS, ...options.limits };
    const aheadMs = clock() - monotonic();
    this.#options = options;
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
        onFound: (tracked, found) => this.#memory.find(tracked, found),
        onSuccess: (feature) => histories.want(feature),
      },
      nowMs,
    );
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

  /** Events of operations that there was no room for. */
  get dropped(): number {
    return this.#dropped;
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
      const kept = fromState(stored, null, this.#nowMs());
      if (kept !== undefined) this.#memory.restore(kept);
    }
    this.#keeping.begin(seq);
    let after: bigint | undefined = seq;
    while (after !== undefined) {
      const slice: Awaited<ReturnType<OperationSource['readEvents']>> = await source.readEvents(
        after,
        signal,
      );
      this.take(slice.events, true);
      after = slice.next;
    }
    await this.#keeping.find(true, signal);
    this.#watch.open(this.#nowMs());
    this.#notify();
  }

  /** Hears events, in any order and any number of times; `isReplay`: another process may have received them. */
  take(events: readonly OperationEventLike[], isReplay: boolean): void {
    const { clock = Date.now } = this.#options;
    const nowMs = this.#nowMs();
    const aheadMs = isReplay ? 0 : clock() - nowMs;
    for (const event of events) {
      const receivedMs = Math.min(nowMs, toMs(event.receivedNs) - aheadMs);
      this.#keeping.see(event.seq);
      const isTaken = this.#memory.hear(foldOf(event, receivedMs), nowMs, isReplay);
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
    const flushed = this.#flushing.then(async () => {
      await this.#keeping.find(isLast);
      await this.#keeping.write(this.#roster.all(), this.#nowMs(), isLast);
      if (!isLast) await this.#histories.refresh();
      this.#notify();
    });
    this.#flushing = flushed.catch(() => undefined);
    return flushed;
  }

  get(id: string): OperationReport | undefined {
    const tracked = this.#roster.get(id);
    return tracked === undefined ? undefined : this.#report(tracked);
  }

  /** The worst first, then those that began last; at most `limit`. */
  list(filter: OperationFilter, limit: number): OperationReport[] {
    return [...this.#roster.all()]
      .filter((one) => matchesName(one, filter) && matchesState(one, filter))
      .toSorted(byUrgency)
      .slice(0, limit)
      .map((one) => this.#report(one));
  }

  /** What changed after a version; undefined: too long ago, or a version that this board never had. */
  changedSince(version: number, filter: OperationFilter): OperationChanges | undefined {
    const since = this.#roster.since(version);
    if (since === undefined) return undefined;
    const named = since.changed.filter((one) => matchesName(one, filter));
    const left = named.filter((one) => one.turned > version && !matchesState(one, filter));
    const gone = since.gone.filter((one) => matchesName(one, filter));
    return {
      changed: named.filter((one) => matchesState(one, filter)).map((one) => this.#report(one)),
      gone: [...left, ...gone].map((one) => ({
        id: one.fold.id,
        outcome: outcomeOf(one) ?? stateOf(one),
      })),
    };
  }

  /** Has a listener called after changes; it must not throw. */
  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** How many are under way: those that paused, and the others by their health. A lost one is lost, paused or not. */
  counts(): Readonly<Record<Health | 'paused', number>> {
    const counts = { healthy: 0, slow: 0, stalled: 0, lost: 0, paused: 0 };
    for (const tracked of this.#roster.all())
      if (!isOver(tracked))
        counts[stateOf(tracked) === 'paused' ? 'paused' : tracked.judgement.health] += 1;
    return counts;
  }

  #report(tracked: TrackedOperation): OperationReport {
    const expected = this.#histories.expectedOf(tracked.fold.first.feature?.value ?? '');
    return toReport(tracked, this.#nowMs(), expected, this.#family.countsOf(tracked));
  }

  #notify(): void {
    if (this.#toldVersion === this.#roster.version) return;
    this.#toldVersion = this.#roster.version;
    for (const listener of this.#listeners) listener();
  }
}

function byUrgency(a: TrackedOperation, b: TrackedOperation): number {
  const worse = urgencyOf(b) - urgencyOf(a);
  return worse === 0 ? startMsOf(b.fold) - startMsOf(a.fold) : worse;
}

const urgencyOf = (tracked: TrackedOperation): number =>
  isOver(tracked) ? -1 : HEALTHS.indexOf(tracked.judgement.health);
