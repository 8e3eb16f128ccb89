/** Looks at operations once a second, and says how they do. */
import type { Expected } from './expected.ts';
import type { Family } from './family.ts';
import { judge, lostAfterMs, type Health, type Surroundings } from './health.ts';
import type { BoardLimits } from './limits.ts';
import type { OperationMemory } from './memory.ts';
import type { Roster } from './roster.ts';
import { isOver, type TrackedOperation } from './tracked-operation.ts';

interface WatchOptions {
  readonly roster: Roster;
  readonly family: Family;
  readonly memory: OperationMemory;
  readonly limits: BoardLimits;
  readonly taking: () => string | undefined;
  readonly expectedOf: (feature: string) => Expected | undefined;
}

export class Watch {
  /** How often an operation was judged worse than before, by verdict. */
  readonly judged: Record<Exclude<Health, 'healthy'>, number> = { slow: 0, stalled: 0, lost: 0 };
  readonly #options: WatchOptions;
  #openSinceMs: number;
  #isClosed = false;
  #lookedMs: number | undefined;

  constructor(options: WatchOptions, nowMs: number) {
    this.#options = options;
    this.#openSinceMs = nowMs;
  }

  /** News can arrive from now on. */
  open(nowMs: number): void {
    this.#openSinceMs = nowMs;
  }

  look(nowMs: number): void {
    const { roster, memory, limits } = this.#options;
    const around = this.#surroundings(nowMs);
    let isAnyLost = false;
    for (const tracked of roster.all()) {
      if (isOver(tracked)) continue;
      if (this.#judge(tracked, around) && tracked.judgement.health === 'lost') isAnyLost = true;
      if (isHopeless(tracked, nowMs, limits.abandonMs)) memory.giveUp(tracked);
    }
    if (isAnyLost) this.#compareSilence(nowMs);
    this.#lookedMs = nowMs;
  }

  #surroundings(nowMs: number): Surroundings {
    const { limits, taking, family, expectedOf } = this.#options;
    const refusal = taking();
    if (this.#isClosed && refusal === undefined) this.#openSinceMs = nowMs;
    this.#isClosed = refusal !== undefined;
    const isGap = this.#lookedMs !== undefined && nowMs - this.#lookedMs > LOOK_GAP_MS;
    if (isGap) this.#openSinceMs = nowMs;
    return {
      nowMs,
      openSinceMs: this.#openSinceMs,
      closedBecause: refusal ?? (isGap ? 'the server itself stood still' : undefined),
      stallMs: limits.stallMs,
      abandonMs: limits.abandonMs,
      expectedOf,
      partsIdleMs: ({ id }) => family.idleMs(id, nowMs),
    };
  }

  /** True when its health is another now. */
  #judge(tracked: TrackedOperation, around: Surroundings): boolean {
    const { judgement: before, fold } = tracked;
    const after = judge(fold, before, around);
    if (after === before) return false;
    const { roster } = this.#options;
    const isTurn = after.health !== before.health;
    tracked.judgement = after;
    roster.touch(tracked, isTurn);
    if (!isTurn) return false;
    tracked.companions = undefined;
    if (after.health !== 'healthy') this.judged[after.health] += 1;
    const parent = tracked.parentId === undefined ? undefined : roster.get(tracked.parentId);
    if (parent !== undefined) roster.touch(parent, false);
    return true;
  }

  /** Tells lost operations whether all others of their process are silent too. */
  #compareSilence(nowMs: number): void {
    const processes = new Map<string, { lost: TrackedOperation[]; all: number; silent: number }>();
    for (const tracked of this.#options.roster.all()) {
      const instance = tracked.fold.first.instance?.value;
      if (instance === undefined || isOver(tracked)) continue;
      const process = processes.get(instance) ?? { lost: [], all: 0, silent: 0 };
      processes.set(instance, process);
      process.all += 1;
      if (nowMs - tracked.fold.newsMs > lostAfterMs(tracked.fold, Infinity)) process.silent += 1;
      if (tracked.judgement.health === 'lost') process.lost.push(tracked);
    }
    for (const { lost, all, silent } of processes.values())
      for (const tracked of lost) tracked.companions = all > 1 && silent === all ? all : undefined;
  }
}

/** Lost for as long as nobody hopes any more. */
function isHopeless(
  { fold, judgement }: TrackedOperation,
  nowMs: number,
  abandonMs: number,
): boolean {
  if (judgement.health !== 'lost' || judgement.held !== undefined) return false;
  return nowMs - fold.newsMs >= lostAfterMs(fold, abandonMs) + abandonMs;
}

/** A machine that slept, or had no time for us. */
const LOOK_GAP_MS = 5000;
