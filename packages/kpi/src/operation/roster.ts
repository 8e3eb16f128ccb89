/** Operations in memory, in the order in which they changed, and those that left it. */
import { namesOf, type Names } from './filter.ts';
import { stateOf } from './report.ts';
import { outcomeOf, type TrackedOperation } from './tracked-operation.ts';

/** One that is no longer in memory: no more than is told of it. */
interface Gone extends Names {
  /** How it ended; how it was where it did not. */
  readonly outcome: string;
  readonly version: number;
  readonly atMs: number;
}

export class Roster {
  /** Counts every change. */
  version = 0;
  /** Counts changes of who is there and of what one is asked for or ordered by: with none, every list has the same order. */
  arranged = 0;
  readonly #byId = new Map<string, TrackedOperation>();
  /**
   * Who changed, and its version then, in two lists that are filled again and again: an object for each change would live
   * just long enough to be costly. Only the last change of an operation still counts.
   */
  readonly #changed: (TrackedOperation | undefined)[] = [];
  readonly #changedAt: number[] = [];
  #changes = 0;
  #gone: Gone[] = [];
  readonly #goneIds = new Map<string, Gone>();
  /** When the last one left that was forgotten before its time, as too many had left. */
  #forgotMs = -Infinity;
  /** Whoever knows less than this may have missed one that is gone. */
  #toldFrom = 0;
  readonly #mostGone: number;

  constructor(mostGone: number) {
    this.#mostGone = mostGone;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): TrackedOperation | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<TrackedOperation> {
    return this.#byId.values();
  }

  /** Whether one with this id may have left since a time. */
  hasLeft(id: string, sinceMs: number): boolean {
    return this.#forgotMs >= sinceMs || (this.#goneIds.get(id)?.atMs ?? -Infinity) >= sinceMs;
  }

  add(tracked: TrackedOperation): void {
    this.#byId.set(tracked.fold.id, tracked);
    this.arranged += 1;
  }

  /** Notes a change, and whether it is one of state, health, status, begin or names. */
  touch(tracked: TrackedOperation, isTurn: boolean): void {
    this.version += 1;
    tracked.version = this.version;
    if (isTurn) {
      tracked.turned = this.version;
      this.arranged += 1;
    }
    this.#changed[this.#changes] = tracked;
    this.#changedAt[this.#changes] = this.version;
    this.#changes += 1;
    if (this.#changes > 2 * this.#byId.size + LEAST_CHANGES) this.#dropOutdated();
  }

  remove(tracked: TrackedOperation, nowMs: number): void {
    this.#byId.delete(tracked.fold.id);
    this.version += 1;
    this.arranged += 1;
    tracked.version = this.version;
    const outcome = outcomeOf(tracked) ?? stateOf(tracked);
    const gone = { ...namesOf(tracked), outcome, version: this.version, atMs: nowMs };
    this.#gone.push(gone);
    this.#goneIds.set(gone.id, gone);
    if (this.#gone.length < this.#mostGone) return;
    this.#drop(this.#mostGone / 2);
    this.#forgotMs = nowMs;
  }

  /** Forgets who left before a time. */
  forget(untilMs: number): void {
    const kept = this.#gone.findIndex(({ atMs }) => atMs > untilMs);
    this.#drop(kept < 0 ? this.#gone.length : kept);
  }

  #dropOutdated(): void {
    let kept = 0;
    for (let index = 0; index < this.#changes; index++) {
      const tracked = this.#changed[index];
      if (tracked === undefined || this.#changedAt[index] !== tracked.version) continue;
      this.#changed[kept] = tracked;
      this.#changedAt[kept] = tracked.version;
      kept += 1;
    }
    this.#changes = kept;
    this.#changed.fill(undefined, kept);
  }

  #drop(count: number): void {
    const old = this.#gone.splice(0, count);
    this.#toldFrom = old.at(-1)?.version ?? this.#toldFrom;
    for (const gone of old) if (this.#goneIds.get(gone.id) === gone) this.#goneIds.delete(gone.id);
  }

  /** False for a version of which it is no longer known, or was never, what changed after it. */
  knows(version: number): boolean {
    return version >= this.#toldFrom && version <= this.version;
  }

  /** What changed after a version and is still here, last first. */
  changedSince(version: number): TrackedOperation[] {
    const changed: TrackedOperation[] = [];
    for (let index = this.#changes - 1; index >= 0; index--) {
      const [tracked, at = 0] = [this.#changed[index], this.#changedAt[index]];
      if (tracked === undefined || at <= version) break;
      const isLast = tracked.version === at;
      if (isLast && this.#byId.get(tracked.fold.id) === tracked) changed.push(tracked);
    }
    return changed;
  }

  /** What left after a version and has not come back. */
  goneSince(version: number): Gone[] {
    let from = this.#gone.length;
    while ((this.#gone[from - 1]?.version ?? version) > version) from -= 1;
    return this.#gone.slice(from).filter(({ id }) => !this.#byId.has(id));
  }
}

const LEAST_CHANGES = 1000;
