/** Operations in memory, in the order in which they changed, and those that left it. */
import type { TrackedOperation } from './tracked-operation.ts';

/** One that is no longer in memory. */
interface Gone {
  readonly tracked: TrackedOperation;
  readonly version: number;
  readonly atMs: number;
}

export class Roster {
  /** Counts every change. */
  version = 0;
  readonly #byId = new Map<string, TrackedOperation>();
  /** Each change; only the last one of an operation still counts. */
  #changes: { readonly version: number; readonly tracked: TrackedOperation }[] = [];
  #gone: Gone[] = [];
  /** Whoever knows less than this may have missed one that is gone. */
  #toldFrom = 0;

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): TrackedOperation | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<TrackedOperation> {
    return this.#byId.values();
  }

  add(tracked: TrackedOperation): void {
    this.#byId.set(tracked.fold.id, tracked);
  }

  /** Notes a change, and whether its state, health or status is another. */
  touch(tracked: TrackedOperation, isTurn: boolean): void {
    this.version += 1;
    tracked.version = this.version;
    if (isTurn) tracked.turned = this.version;
    this.#changes.push({ version: this.version, tracked });
    if (this.#changes.length > 2 * this.#byId.size + LEAST_CHANGES)
      this.#changes = this.#changes.filter(({ version, tracked }) => version === tracked.version);
  }

  remove(tracked: TrackedOperation, nowMs: number): void {
    this.#byId.delete(tracked.fold.id);
    this.version += 1;
    tracked.version = this.version;
    this.#gone.push({ tracked, version: this.version, atMs: nowMs });
  }

  /** Forgets who left before a time. */
  forget(untilMs: number): void {
    const kept = this.#gone.findIndex(({ atMs }) => atMs > untilMs);
    const old = this.#gone.splice(0, kept < 0 ? this.#gone.length : kept);
    this.#toldFrom = old.at(-1)?.version ?? this.#toldFrom;
  }

  /** What changed after a version and what left since, last first; undefined when that is no longer known. */
  since(version: number): { changed: TrackedOperation[]; gone: TrackedOperation[] } | undefined {
    if (version < this.#toldFrom || version > this.version) return undefined;
    const changed: TrackedOperation[] = [];
    for (let index = this.#changes.length - 1; index >= 0; index--) {
      const change = this.#changes[index];
      if (change === undefined || change.version <= version) break;
      const { tracked } = change;
      const isLast = tracked.version === change.version;
      if (isLast && this.#byId.get(tracked.fold.id) === tracked) changed.push(tracked);
    }
    const gone = this.#gone
      .filter((one) => one.version > version && this.#byId.get(one.tracked.fold.id) === undefined)
      .map(({ tracked }) => tracked);
    return { changed, gone };
  }
}

const LEAST_CHANGES = 1000;
