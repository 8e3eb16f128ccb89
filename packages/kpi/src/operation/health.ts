/** Whether an operation that is under way does well: judged by its own news and by what is usual for its feature. */
import type { Expected } from './expected.ts';
import type { OperationFold } from './fold.ts';
import { isPaused } from './pauses.ts';
import { activeMsOf, idleMsOf, stallLimitMs, stepGapsMs } from './steps.ts';

/** From best to worst. */
export const HEALTHS = ['healthy', 'slow', 'stalled', 'lost'] as const;
export type Health = (typeof HEALTHS)[number];

/** What is thought of an operation. */
export interface Judgement {
  readonly health: Health;
  /** Since when, by the server's clock. */
  readonly sinceMs: number;
  readonly worst: Health;
  /** When it was first seen to be silent for too long; a verdict needs a second look. */
  readonly suspectedMs?: number | undefined;
  /** Why it is not judged worse although its news says so. */
  readonly held?: string | undefined;
}

/** What a judgement depends on beside the operation. */
export interface Surroundings {
  readonly nowMs: number;
  /** Since when news can arrive. */
  readonly openSinceMs: number;
  /** Why no news can arrive. */
  readonly closedBecause: string | undefined;
  readonly stallMs: number;
  readonly abandonMs: number;
  readonly expectedOf: (feature: string) => Expected | undefined;
  /** Time since a part of it went on; asked only when it would be called stalled. */
  readonly partsIdleMs: (fold: OperationFold) => number;
}

/** Judges anew; gives `before` itself when nothing changed. */
export function judge(fold: OperationFold, before: Judgement, around: Surroundings): Judgement {
  const { nowMs } = around;
  const found = verdictOf(fold, before, around);
  const held =
    found.isTold !== true &&
    (rank(found.health) > rank(before.health) || found.suspectedMs !== undefined)
      ? holdOf(fold, around)
      : undefined;
  if (held !== undefined) return toSame(before, { ...before, suspectedMs: undefined, held });
  const { health, suspectedMs } = found;
  const isSame = health === before.health;
  return toSame(before, {
    health,
    sinceMs: isSame ? before.sinceMs : nowMs,
    worst: rank(health) > rank(before.worst) ? health : before.worst,
    suspectedMs,
    held: undefined,
  });
}

/** Heartbeat interval; undefined when the app sends none. Extremes are cut, else they would never or always judge. */
export function heartbeatMsOf({ first }: OperationFold): number | undefined {
  const seconds = first.heartbeatS?.value;
  if (seconds === undefined || seconds === 0) return undefined;
  return Math.min(Math.max(seconds * 1000, SHORTEST_HEARTBEAT_MS), LONGEST_HEARTBEAT_MS);
}

/** Silence after which an operation is thought to be lost. One that said that it pauses and sends no heartbeats may be silent for a day. */
export function lostAfterMs(fold: OperationFold, abandonMs: number): number {
  const heartbeatMs = heartbeatMsOf(fold);
  if (heartbeatMs !== undefined) return MISSED * heartbeatMs;
  return isPaused(fold.pauses) ? Math.max(abandonMs, LONGEST_PAUSE_MS) : abandonMs;
}

/** How long its thread has been blocked by now; undefined when the last news says nothing of it. */
export function blockedMsOf(fold: OperationFold, nowMs: number): number | undefined {
  const { blocked, freeMs = -Infinity } = fold;
  if (blocked === undefined || blocked.timeMs < freeMs) return undefined;
  return blocked.blockedS * 1000 + Math.max(0, nowMs - fold.newsMs);
}

/** True when it is said what there is to count. */
const isCounted = ({ counts, last }: OperationFold): boolean =>
  counts !== undefined || last.total !== undefined;

interface Verdict {
  readonly health: Health;
  readonly suspectedMs?: number | undefined;
  /** True where its own news says so: nothing that could not arrive would change it. */
  readonly isTold?: boolean;
}

function verdictOf(fold: OperationFold, before: Judgement, around: Surroundings): Verdict {
  const { nowMs, openSinceMs, abandonMs } = around;
  const silentMs = nowMs - Math.max(fold.newsMs, openSinceMs);
  if (silentMs > lostAfterMs(fold, abandonMs)) {
    if (before.health === 'lost') return { health: 'lost' };
    const suspectedMs = before.suspectedMs ?? nowMs;
    return nowMs - suspectedMs >= (heartbeatMsOf(fold) ?? 0)
      ? { health: 'lost' }
      : { health: before.health, suspectedMs };
  }
  const stillLost = before.health === 'lost' && fold.newsMs <= before.sinceMs;
  if (stillLost) return { health: 'lost' };
  if (isToldToStall(fold, around)) return { health: 'stalled', isTold: true };
  if (isBlocked(fold, nowMs) || isStalled(fold, around)) return { health: 'stalled' };
  const expected = expectedOf(fold, around);
  if (expected !== undefined && activeMsOf(fold, nowMs) > expected.slowAfterMs)
    return { health: 'slow' };
  return { health: 'healthy' };
}

function isBlocked(fold: OperationFold, nowMs: number): boolean {
  if (blockedMsOf(fold, nowMs) === undefined) return false;
  return (fold.blocked?.blockedS ?? 0) * 1000 >= 2 * (heartbeatMsOf(fold) ?? DEFAULT_HEARTBEAT_MS);
}

function isStalled(fold: OperationFold, around: Surroundings): boolean {
  const { nowMs, openSinceMs } = around;
  return isIdleFor(Math.min(idleMsOf(fold, nowMs), nowMs - openSinceMs), fold, around);
}

/**
 * Its last news came when it had long been where it is. On a server that is often held up nothing else would ever count.
 * Of one with parts it says too little: theirs may be on the way.
 */
function isToldToStall(fold: OperationFold, around: Surroundings): boolean {
  return (
    isIdleFor(idleMsOf(fold, fold.newsMs), fold, around) && around.partsIdleMs(fold) === Infinity
  );
}

function isIdleFor(idleMs: number, fold: OperationFold, around: Surroundings): boolean {
  const { stallMs, partsIdleMs } = around;
  if (idleMs <= stallMs || !isCounted(fold) || isPaused(fold.pauses)) return false;
  const limitMs = stallLimitMs(stepGapsMs(fold), expectedOf(fold, around)?.p50Ms, stallMs);
  return idleMs > limitMs && partsIdleMs(fold) > limitMs;
}

const expectedOf = (fold: OperationFold, around: Surroundings): Expected | undefined =>
  around.expectedOf(fold.first.feature?.value ?? '');

/** Why no worse judgement may be passed now: news could not arrive. */
function holdOf(
  fold: OperationFold,
  { nowMs, openSinceMs, closedBecause }: Surroundings,
): string | undefined {
  if (closedBecause !== undefined) return closedBecause;
  const settledMs = openSinceMs + 4 * (heartbeatMsOf(fold) ?? DEFAULT_HEARTBEAT_MS);
  return nowMs < settledMs ? 'the server has just begun to listen' : undefined;
}

const rank = (health: Health): number => HEALTHS.indexOf(health);

const toSame = (before: Judgement, after: Judgement): Judgement =>
  before.health === after.health &&
  before.suspectedMs === after.suspectedMs &&
  before.held === after.held
    ? before
    : after;

/** So many heartbeats may stay away: networks and busy machines lose one or two. */
const MISSED = 3;
const DEFAULT_HEARTBEAT_MS = 10_000;
const SHORTEST_HEARTBEAT_MS = 250;
const LONGEST_HEARTBEAT_MS = 3_600_000;
const LONGEST_PAUSE_MS = 86_400_000;
