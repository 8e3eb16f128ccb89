/** Operations in memory: who comes in, who is heard of, and who leaves. */
import type { Family } from './family.ts';
import { foldOf, mergeFolds, type OperationFold } from './fold.ts';
import { hearEvent } from './hear-event.ts';
import type { Keeping } from './keeping.ts';
import type { BoardLimits } from './limits.ts';
import { toBits } from './notes.ts';
import type { OperationEventLike } from './operation-event.ts';
import { stateOf } from './report.ts';
import type { Roster } from './roster.ts';
import { startMsOf } from './timeline.ts';
import { createTracked, isOver, mergeTracked, type TrackedOperation } from './tracked-operation.ts';

interface MemoryParts {
  readonly roster: Roster;
  readonly family: Family;
  readonly keeping: Keeping;
  readonly limits: BoardLimits;
}

export class OperationMemory {
  readonly #parts: MemoryParts;
  /** What may leave when there is no more room, the first to leave last. */
  #spare: TrackedOperation[] = [];

  constructor(parts: MemoryParts) {
    this.#parts = parts;
  }

  /**
   * Puts in what an event tells that was received at a time; `isReplay`: it may tell of what was closed before. False when
   * there is no room.
   */
  hear(event: OperationEventLike, receivedMs: number, nowMs: number, isReplay: boolean): boolean {
    const { roster, keeping } = this.#parts;
    const known = roster.get(event.id) ?? this.#bringBack(event.id);
    if (known !== undefined) {
      const before = standOf(known);
      const wasLost = known.isLost;
      known.isLost = false;
      hearEvent(known.fold, event, receivedMs);
      if (wasLost) keeping.reopen(known);
      this.#changed(known, !isSameStand(before, standOf(known)));
      return true;
    }
    if (!this.#makeRoom(nowMs)) return false;
    const fold = foldOf(event, receivedMs);
    const created = createTracked(fold, nowMs);
    const isNew = !isReplay && isFresh(fold) && !roster.hasLeft(fold.id, nowMs - LEFT_MS);
    roster.add(created);
    if (isNew) created.row = 'absent';
    else keeping.check(created);
    this.#changed(created, true);
    return true;
  }

  /**
   * Puts in what was in memory when that was kept last: more than its row tells, which need not be asked for unless that was
   * still to be done then.
   */
  restore(kept: TrackedOperation): void {
    const { roster, keeping } = this.#parts;
    const known = roster.get(kept.fold.id);
    if (kept.row === 'unknown') keeping.check(known ?? kept);
    if (known === undefined) {
      roster.add(kept);
      this.#cameBack(kept);
    } else {
      known.row = kept.row;
      this.find(known, kept);
    }
  }

  /** Puts in what was kept of one that has been heard of since. */
  find(tracked: TrackedOperation, kept: TrackedOperation): void {
    mergeFolds(tracked.fold, kept.fold);
    mergeTracked(tracked, kept);
    // It left meanwhile, and waits to be written.
    if (this.#parts.roster.get(tracked.fold.id) !== tracked) return;
    if (tracked.row === 'kept' && !isOver(tracked)) this.#parts.keeping.reopen(tracked);
    this.#cameBack(tracked);
  }

  /** Closes one of which nothing has been heard for long. A later event reopens it. */
  giveUp(tracked: TrackedOperation): void {
    tracked.isLost = true;
    this.#changed(tracked, true);
  }

  /** Lets go of what is over and kept, and of what left long ago. */
  sweep(nowMs: number): void {
    const { roster, family, limits } = this.#parts;
    const waiting = this.#findWaiting(nowMs);
    for (const tracked of roster.all()) {
      if (!isOver(tracked)) {
        this.#noteParent(tracked, nowMs);
        continue;
      }
      if (waiting.has(tracked) || !this.#isDue(tracked, nowMs)) continue;
      const parts = [...family.childrenOf(tracked.fold.id)];
      for (const part of parts) this.#settle(part, nowMs);
      // With parts, it is kept anew first.
      if (parts.length === 0) this.#remove(tracked, nowMs);
    }
    roster.forget(nowMs - limits.settleMs);
    this.#spare = roster.size > NEARLY * limits.operations ? this.#findSpare() : [];
  }

  /** One that left although it was not kept yet. */
  #bringBack(id: string): TrackedOperation | undefined {
    const { roster, keeping } = this.#parts;
    const waiting = keeping.waiting(id);
    if (waiting === undefined) return undefined;
    roster.add(waiting);
    keeping.comeBack(id);
    this.#cameBack(waiting);
    return waiting;
  }

  #changed(tracked: TrackedOperation, isTurn: boolean): void {
    const { roster, family, keeping } = this.#parts;
    roster.touch(tracked, isTurn);
    const isMoved = family.place(tracked);
    if (isOver(tracked)) keeping.close(tracked);
    if (!isTurn && !isMoved) return;
    const parent = this.#parentOf(tracked);
    if (parent === undefined) return;
    if (isMoved) family.unsettle(tracked, parent);
    roster.touch(parent, false);
  }

  /** Parts that are in memory are not among those that left, whichever of the two came again first. */
  #cameBack(tracked: TrackedOperation): void {
    const { family } = this.#parts;
    for (const child of family.childrenOf(tracked.fold.id)) family.unsettle(child, tracked);
    this.#changed(tracked, true);
  }

  #parentOf({ parentId }: TrackedOperation): TrackedOperation | undefined {
    return parentId === undefined ? undefined : this.#parts.roster.get(parentId);
  }

  /** Whether it is over, kept as it is, and no late events of it are waited for. */
  #isDue(tracked: TrackedOperation, nowMs: number): boolean {
    if (!isOver(tracked)) return false;
    const { keeping, limits } = this.#parts;
    const { fold, isLost, row } = tracked;
    const isSettled = isLost || nowMs - (fold.end?.receivedMs ?? 0) >= limits.settleMs;
    return isSettled && row !== 'unknown' && keeping.waiting(fold.id) === undefined;
  }

  /** What is above one that is not due: it stays. Those that are parts of each other stay only for one that is not. */
  #findWaiting(nowMs: number): ReadonlySet<TrackedOperation> {
    const waiting = new Set<TrackedOperation>();
    for (const one of this.#parts.roster.all()) {
      if (this.#isDue(one, nowMs)) continue;
      let above = this.#parentOf(one);
      for (; above !== undefined && !waiting.has(above); above = this.#parentOf(above))
        waiting.add(above);
    }
    return waiting;
  }

  /** Notes that the parent has ended, when the child had time to tell of its own end. */
  #noteParent(tracked: TrackedOperation, nowMs: number): void {
    if ((tracked.notes & PARENT_ENDED) !== 0) return;
    const end = this.#parentOf(tracked)?.fold.end;
    if (end === undefined || nowMs - end.receivedMs < ORPHAN_AFTER_MS) return;
    tracked.notes |= PARENT_ENDED;
    this.#parts.roster.touch(tracked, false);
  }

  #remove(tracked: TrackedOperation, nowMs: number): void {
    const { roster, keeping } = this.#parts;
    this.#settle(tracked, nowMs);
    roster.remove(tracked, nowMs);
    keeping.leave(tracked.fold.id);
  }

  /** Its parent counts it as one that left. */
  #settle(part: TrackedOperation, nowMs: number): void {
    const { roster, family, keeping } = this.#parts;
    const parent = this.#parentOf(part);
    family.remove(part);
    if (parent === undefined) return;
    family.settle(part, parent, nowMs);
    roster.touch(parent, false);
    // What was kept of a parent that is over does not count this part yet.
    if (isOver(parent)) keeping.close(parent);
  }

  #makeRoom(nowMs: number): boolean {
    const { roster, keeping, limits } = this.#parts;
    while (roster.size >= limits.operations) {
      // One that is not written yet takes as much room elsewhere.
      if (keeping.awaySize >= AWAY * limits.operations) return false;
      const next = this.#spare.pop();
      if (next === undefined) return false;
      if (!this.#isSpare(next) || roster.get(next.fold.id) !== next) continue;
      if (!isOver(next)) this.giveUp(next);
      this.#remove(next, nowMs);
    }
    return true;
  }

  /** Parts leave first. */
  #isSpare(one: TrackedOperation): boolean {
    const isStill = isOver(one) || one.judgement.health === 'lost';
    return isStill && !this.#parts.family.hasParts(one.fold.id);
  }

  /** Those that have ended, then the lost ones, first those that were silent longest. */
  #findSpare(): TrackedOperation[] {
    return [...this.#parts.roster.all()]
      .filter((one) => this.#isSpare(one))
      .toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)) || b.fold.newsMs - a.fold.newsMs)
      .slice(-MOST_SPARE);
  }
}

const NEARLY = 0.9;
const MOST_SPARE = 10_000;
/** Beside those in memory so many times their number may wait to be written. */
const AWAY = 0.3;
const ORPHAN_AFTER_MS = 5000;
const FRESH_MS = 60_000;
/** What left longer ago began too long ago to be fresh, by the app's clock too. */
const LEFT_MS = 2 * FRESH_MS;
const PARENT_ENDED = toBits({ parent_ended: true });

/** What an operation is asked for and ordered by, beside its health. */
const standOf = (tracked: TrackedOperation) => {
  const { feature, service, component, parentId } = tracked.fold.first;
  return {
    state: stateOf(tracked),
    status: tracked.fold.end?.status,
    startMs: startMsOf(tracked.fold),
    feature: feature?.value,
    service: service?.value,
    component: component?.value,
    parentId: parentId?.value,
  };
};

const isSameStand = (a: ReturnType<typeof standOf>, b: ReturnType<typeof standOf>): boolean =>
  a.state === b.state &&
  a.status === b.status &&
  a.startMs === b.startMs &&
  a.feature === b.feature &&
  a.service === b.service &&
  a.component === b.component &&
  a.parentId === b.parentId;

/** True for a beginning that cannot be an old one that came again: no store need be asked about it. */
const isFresh = ({ start, lagMs }: OperationFold): boolean =>
  start !== undefined && Math.abs(lagMs) < FRESH_MS;
