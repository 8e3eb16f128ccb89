/** Which operations are parts of which. */
import { idleMsOf } from './steps.ts';
import { countIn, createTally, totalsOf } from './tally.ts';
import { isOver, outcomeOf, type TrackedOperation } from './tracked-operation.ts';

/** Parts of an operation, in memory or closed since it began. */
export interface ChildCounts {
  readonly running: number;
  readonly ended: number;
  readonly failed: number;
  readonly unhealthy: number;
}

export class Family {
  readonly #children = new Map<string, Set<TrackedOperation>>();

  /** Counts an operation under the parent that it names now; true when that is another than before. */
  place(child: TrackedOperation): boolean {
    const named = child.fold.first.parentId?.value;
    const parentId = named === child.fold.id ? undefined : named;
    if (parentId === child.parentId) return false;
    this.remove(child);
    child.parentId = parentId;
    if (parentId === undefined) return true;
    const siblings = this.#children.get(parentId) ?? new Set();
    siblings.add(child);
    this.#children.set(parentId, siblings);
    return true;
  }

  remove(child: TrackedOperation): void {
    const { parentId } = child;
    if (parentId === undefined) return;
    const siblings = this.#children.get(parentId);
    siblings?.delete(child);
    if (siblings?.size === 0) this.#children.delete(parentId);
    child.parentId = undefined;
  }

  /** Whether any is in memory. */
  hasParts(id: string): boolean {
    return this.#children.has(id);
  }

  childrenOf(id: string): Iterable<TrackedOperation> {
    return this.#children.get(id) ?? [];
  }

  countsOf({ fold, tally }: TrackedOperation): ChildCounts {
    let { ended, failed } = totalsOf(tally);
    let running = 0;
    let unhealthy = 0;
    for (const child of this.childrenOf(fold.id)) {
      if (isOver(child)) {
        ended += 1;
        if (hasFailed(child)) failed += 1;
      } else {
        running += 1;
        if (child.judgement.health !== 'healthy') unhealthy += 1;
      }
    }
    return { running, ended, failed, unhealthy };
  }

  /** Time since any part of an operation began, went on or ended. */
  idleMs(id: string, nowMs: number, depth = 0): number {
    let idleMs = Infinity;
    for (const child of this.childrenOf(id)) {
      const { end } = child.fold;
      const ownMs = end === undefined ? idleMsOf(child.fold, nowMs) : nowMs - end.receivedMs;
      const closedMs = nowMs - (child.tally?.lastMs ?? -Infinity);
      const partsMs = depth < DEEPEST ? this.idleMs(child.fold.id, nowMs, depth + 1) : Infinity;
      idleMs = Math.min(idleMs, ownMs, closedMs, partsMs);
    }
    return idleMs;
  }

  /** Counts a part that leaves the memory among those of its parent. */
  settle(child: TrackedOperation, parent: TrackedOperation, nowMs: number): void {
    parent.tally ??= createTally();
    const { id, end } = child.fold;
    countIn(parent.tally, id, hasFailed(child), end?.receivedMs ?? nowMs);
  }

  /** No longer counts a part as one that left: it has come again. */
  unsettle(child: TrackedOperation, parent: TrackedOperation): void {
    parent.tally?.parts.delete(child.fold.id);
  }
}

/** Parents may name each other in a circle. */
const DEEPEST = 16;

function hasFailed(child: TrackedOperation): boolean {
  const outcome = outcomeOf(child);
  return outcome === 'failed' || outcome === 'timeout' || outcome === 'lost';
}
