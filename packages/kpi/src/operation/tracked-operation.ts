/** An operation in the memory of a board. */
import type { FeatureStatus } from '@heartwood/semconv';
import type { StoredLiveOperation, StoredOperation } from '@heartwood/store';
import { moveReceipts, type OperationFold } from './fold.ts';
import { HEALTHS, type Health, type Judgement } from './health.ts';
import { identityOf } from './identity.ts';
import { notesOf } from './notes.ts';
import { packFold, unpackFold, type PackedFold } from './packed-fold.ts';
import {
  fromStoredTally,
  mergeTallies,
  toStoredTally,
  type StoredTally,
  type Tally,
} from './tally.ts';
import { elapsedMsOf, pausedMsOf, startMsOf } from './timeline.ts';

/** How an operation was closed. */
export type OperationOutcome = FeatureStatus | 'lost';

export interface TrackedOperation {
  readonly fold: OperationFold;
  judgement: Judgement;
  /** Its last change among all of the board, and the last one of its state, health, status, begin or names. */
  version: number;
  turned: number;
  /** Whether the store has a row of it, which is put in then, as of those that are over; unknown until it was asked. */
  row: 'unknown' | 'absent' | 'kept';
  /** Set while it is closed without an end. */
  isLost: boolean;
  /** Bits of notes that no event tells. */
  notes: number;
  /** Its parts that are no longer in memory; undefined while there are none. */
  tally: Tally | undefined;
  /** Operations of its process that are all as silent as it is. */
  companions: number | undefined;
  /** Under which parent it is counted. */
  parentId: string | undefined;
}

export function createTracked(fold: OperationFold, nowMs: number): TrackedOperation {
  return {
    fold,
    judgement: { health: 'healthy', sinceMs: nowMs, worst: 'healthy' },
    version: 0,
    turned: 0,
    row: 'unknown',
    isLost: false,
    notes: 0,
    tally: undefined,
    companions: undefined,
    parentId: undefined,
  };
}

/** True when it is over: it ended, or was given up. */
export const isOver = ({ fold, isLost }: TrackedOperation): boolean =>
  fold.end !== undefined || isLost;

export const outcomeOf = ({ fold, isLost }: TrackedOperation): OperationOutcome | undefined =>
  fold.end?.status ?? (isLost ? 'lost' : undefined);

/** When it began, and how long it took or has taken, paused or not. Milliseconds; `startMs` since 1970. */
export function timesOf(
  { fold, isLost }: TrackedOperation,
  nowMs: number,
): { startMs: number; durationMs: number; activeMs: number; pausedMs: number } {
  // Of one that was given up nobody knows more than when it was last heard of.
  const isGivenUp = isLost && fold.end === undefined;
  const durationMs = elapsedMsOf(fold, isGivenUp ? fold.newsMs : nowMs);
  const pausedMs = pausedMsOf(fold, durationMs);
  return { startMs: startMsOf(fold), durationMs, activeMs: durationMs - pausedMs, pausedMs };
}

export const notesOfTracked = ({ fold, notes }: TrackedOperation): number => notesOf(fold) | notes;

/** `aheadMs`: what the wall clock was set forward by since the clock of `nowMs` began at its time. */
export function toStored(
  tracked: TrackedOperation,
  nowMs: number,
  aheadMs: number,
): StoredOperation {
  const { fold, judgement } = tracked;
  const { last } = fold;
  const outcome = outcomeOf(tracked);
  const { startMs, durationMs, activeMs, pausedMs } = timesOf(tracked, nowMs);
  return {
    ...identityOf(fold),
    startTime: toNs(startMs),
    endTime: outcome === undefined ? null : toNs(startMs + durationMs),
    activeNs: toNs(activeMs),
    pausedNs: toNs(pausedMs),
    outcome: outcome ?? null,
    errorType: fold.end?.errorType ?? null,
    reason: fold.end?.reason ?? null,
    message: last.message?.value ?? null,
    current: last.current?.value ?? null,
    total: last.total?.value ?? null,
    unit: last.unit?.value ?? null,
    notes: notesOfTracked(tracked),
    worstHealth: judgement.worst,
    lastSeq: BigInt(fold.seq),
    state: stateTextOf(tracked, aheadMs),
  };
}

/** What a restart goes on from; `aheadMs` as in {@link toStored}. */
export const toStoredLive = (tracked: TrackedOperation, aheadMs: number): StoredLiveOperation => ({
  id: tracked.fold.id,
  state: stateTextOf(tracked, aheadMs),
});

/**
 * The operation that a state tells, its times of receipt by the clock of `nowMs`, which the wall clock is `aheadMs` ahead
 * of; undefined for one that another version wrote.
 */
export function fromState(
  { id, state: text }: StoredLiveOperation,
  outcome: string | null,
  nowMs: number,
  aheadMs: number,
): TrackedOperation | undefined {
  const state = parseState(text);
  if (state === undefined) return undefined;
  const { worst, notes, tally, isGivenUp = false, isUnchecked = false } = state;
  const fold = unpackFold(id, state.fold);
  const byMs = (state.aheadMs ?? 0) - aheadMs;
  moveReceipts(fold, byMs, nowMs);
  const tracked = createTracked(fold, nowMs);
  // Nobody has heard of it since, so it is not well for as long as a new server must wait before it judges.
  const lost = state.lostSinceMs;
  const health =
    lost === undefined ? {} : { health: 'lost' as const, sinceMs: Math.min(lost + byMs, nowMs) };
  Object.assign(tracked, {
    judgement: { ...tracked.judgement, ...health, worst },
    isLost: outcome === 'lost' || isGivenUp,
    notes,
    tally: tally && fromStoredTally(tally, byMs, nowMs),
  });
  // What is over is kept before it is among those that a restart goes on from, or with them.
  if (!isUnchecked) tracked.row = isOver(tracked) ? 'kept' : 'absent';
  return tracked;
}

/** Puts what another record of the same operation knows into this one. */
export function mergeTracked(into: TrackedOperation, from: TrackedOperation): void {
  const { judgement } = into;
  const worst = HEALTHS[Math.max(rank(judgement.worst), rank(from.judgement.worst))] ?? 'healthy';
  into.judgement = { ...judgement, worst };
  into.notes |= from.notes;
  into.tally = mergeTallies(into.tally, from.tally);
}

interface State {
  readonly version: number;
  readonly fold: PackedFold;
  /** What the wall clock was ahead of the one that times of receipt are by; absent where they are the same. */
  readonly aheadMs?: number | undefined;
  readonly worst: Health;
  /** Since when it is called lost, by the clock of receipts; absent where it is not. */
  readonly lostSinceMs?: number | undefined;
  /** Absent where it is not. */
  readonly isGivenUp?: true | undefined;
  /** Whether the store was still to be asked about its row; absent where it was not. */
  readonly isUnchecked?: true | undefined;
  readonly notes: number;
  /** Absent without children. */
  readonly tally?: StoredTally | undefined;
}

const STATE_VERSION = 1;
/** What clocks drift apart by anyway. */
const LEAST_AHEAD_MS = 500;

function stateTextOf(
  { fold, judgement, row, isLost, notes, tally }: TrackedOperation,
  aheadMs: number,
): string {
  const state: State = {
    version: STATE_VERSION,
    fold: packFold(fold),
    aheadMs: Math.abs(aheadMs) < LEAST_AHEAD_MS ? undefined : Math.round(aheadMs),
    worst: judgement.worst,
    lostSinceMs: judgement.health === 'lost' ? Math.round(judgement.sinceMs) : undefined,
    isGivenUp: isLost ? true : undefined,
    isUnchecked: row === 'unknown' ? true : undefined,
    notes,
    tally: tally && toStoredTally(tally),
  };
  return JSON.stringify(state);
}

function parseState(text: string): State | undefined {
  try {
    const state = JSON.parse(text) as State;
    return state.version === STATE_VERSION ? state : undefined;
  } catch {
    return undefined;
  }
}

const rank = (health: Health): number => HEALTHS.indexOf(health);

/** Whole nanoseconds that a column can hold. */
const toNs = (ms: number): bigint =>
  BigInt.asIntN(64, BigInt(Math.round(Math.min(ms, LAST_MS) * 1000))) * 1000n;

const LAST_MS = 9.2e12;
