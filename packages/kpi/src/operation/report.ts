/** An operation as it is shown. */
import type { FeatureStatus } from '@heartwood/semconv';
import type { StoredLiveOperation } from '@heartwood/store';
import { msToInstant } from '../instant.ts';
import { paceOf, type Eta, type Pace } from './eta.ts';
import type { Expected } from './expected.ts';
import type { ChildCounts } from './family.ts';
import type { Health } from './health.ts';
import type { OperationIdentity } from './identity.ts';
import { toNotes, type OperationNote } from './notes.ts';
import { isPaused } from './pauses.ts';
import { lostReason, reasonOf } from './reasons.ts';
import { totalsOf } from './tally.ts';
import {
  fromState,
  isOver,
  notesOfTracked,
  outcomeOf,
  timesOf,
  type TrackedOperation,
} from './tracked-operation.ts';

export type OperationStateWord = 'running' | 'paused' | 'ended' | 'lost';

/** Null is what nobody said, or what does not apply in this state. */
export interface OperationReport extends OperationIdentity {
  readonly state: OperationStateWord;
  readonly status: FeatureStatus | null;
  /** Null once it is over: it ended, or was given up. */
  readonly health: Health | null;
  /** Why it is judged so; of one that has ended what its end says, of one that was given up why it was. */
  readonly reason: string | null;
  /** Time in this health. */
  readonly sinceMs: number | null;
  /** Time since it was first seen to be silent for too long; it may yet be heard of. */
  readonly suspectedMs: number | null;
  /** Why it is not judged worse at the moment. */
  readonly held: string | null;
  readonly message: string | null;
  readonly current: number | null;
  readonly total: number | null;
  readonly totalIsEstimate: boolean;
  readonly unit: string | null;
  readonly fraction: number | null;
  readonly ratePerS: number | null;
  readonly eta: Eta | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly durationMs: number;
  readonly activeMs: number;
  readonly pausedMs: number;
  readonly lastNewsAt: string;
  readonly silentMs: number;
  readonly expected: Expected | null;
  /** True when it takes longer than 95 % of the successful ones; no verdict, as one of twenty healthy ones does. */
  readonly beyondP95: boolean;
  readonly children: ChildCounts;
  readonly errorType: string | null;
  readonly notes: readonly OperationNote[];
  readonly version: number;
}

export function toReport(
  tracked: TrackedOperation,
  nowMs: number,
  expected: Expected | undefined,
  children: ChildCounts,
): OperationReport {
  const { fold, judgement } = tracked;
  const { first, last, end } = fold;
  const outcome = outcomeOf(tracked);
  const { startMs, durationMs, activeMs, pausedMs } = timesOf(tracked, nowMs);
  const pace = paceOf(fold, activeMs, expected);
  const isOpen = !isOver(tracked);
  return {
    // Field by field, as each follower's tick makes thousands: a spread of what is common takes several times as long.
    id: fold.id,
    feature: first.feature?.value ?? '',
    service: first.service?.value ?? '',
    component: first.component?.value ?? null,
    category: first.category?.value ?? null,
    instance: first.instance?.value ?? null,
    host: first.host?.value ?? null,
    pid: first.pid?.value ?? null,
    parentId: first.parentId?.value ?? null,
    session: first.session?.value ?? null,
    user: first.user?.value ?? null,
    traceId: first.traceId?.value ?? null,
    description: first.description?.value ?? null,
    state: stateOf(tracked),
    status: end?.status ?? null,
    health: isOpen ? judgement.health : null,
    reason: wordsOf(tracked, nowMs, pace, expected),
    sinceMs: isOpen ? nowMs - judgement.sinceMs : null,
    suspectedMs:
      isOpen && judgement.suspectedMs !== undefined ? nowMs - judgement.suspectedMs : null,
    held: isOpen ? (judgement.held ?? null) : null,
    message: last.message?.value ?? null,
    current: pace.current ?? null,
    total: pace.total ?? null,
    totalIsEstimate: pace.totalIsEstimate,
    unit: last.unit?.value ?? null,
    fraction: pace.fraction ?? null,
    ratePerS: isOpen && isPaused(fold.pauses) ? null : (pace.ratePerS ?? null),
    eta: !isOpen || judgement.health === 'lost' ? null : (pace.eta ?? null),
    startedAt: toInstant(startMs),
    endedAt: outcome === undefined ? null : toInstant(startMs + durationMs),
    durationMs,
    activeMs,
    pausedMs,
    lastNewsAt: toInstant(fold.newsMs),
    silentMs: Math.max(0, nowMs - fold.newsMs),
    expected: isOpen ? (expected ?? null) : null,
    beyondP95: isOpen && expected !== undefined && activeMs > expected.p95Ms,
    children,
    errorType: end?.errorType ?? null,
    notes: toNotes(notesOfTracked(tracked)),
    version: tracked.version,
  };
}

/** The report of an operation that is over, from what was kept of it; undefined where another version kept it. */
export function toKeptReport(
  kept: StoredLiveOperation,
  outcome: string | null,
  nowMs: number,
): OperationReport | undefined {
  const tracked = fromState(kept, outcome, nowMs, 0);
  if (tracked === undefined) return undefined;
  const children = { running: 0, ...totalsOf(tracked.tally), unhealthy: 0 };
  return toReport(tracked, nowMs, undefined, children);
}

export function stateOf({ fold, judgement, isLost }: TrackedOperation): OperationStateWord {
  if (fold.end !== undefined) return 'ended';
  if (isLost || judgement.health === 'lost') return 'lost';
  return isPaused(fold.pauses) ? 'paused' : 'running';
}

function wordsOf(
  tracked: TrackedOperation,
  nowMs: number,
  pace: Pace,
  expected: Expected | undefined,
): string | null {
  const { fold, companions } = tracked;
  if (fold.end !== undefined) return fold.end.reason ?? null;
  return isOver(tracked)
    ? lostReason(fold, nowMs, companions)
    : reasonOf(tracked, nowMs, pace, expected);
}

/** A time that no calendar has is shown as the last one that it has. */
const toInstant = (ms: number): string =>
  msToInstant(Math.min(Math.max(ms, -LAST_INSTANT_MS), LAST_INSTANT_MS));

const LAST_INSTANT_MS = 8.64e15;
