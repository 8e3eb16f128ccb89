/** An operation as it stands: what subscribers, terminal, files and events are told about it. */
import type { FeatureStatus, OperationEventKind } from '@heartwood/semconv';
import type { Metadata } from '../facts/metadata.ts';
import type { RawUserId } from '../privacy/user-ids.ts';

export type OperationState = 'running' | 'paused' | 'ended';

/** An operation now. Fields change while it goes on. */
export interface OperationView {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly parentId: string | undefined;
  readonly category: string | undefined;
  readonly component: string | undefined;
  /** What is counted, such as `files`. */
  readonly unit: string | undefined;
  readonly state: OperationState;
  /** What it is doing now. */
  readonly message: string | undefined;
  /** Items done. */
  readonly current: number | undefined;
  /** Items there are, as far as known. */
  readonly total: number | undefined;
  /** True when the total is a guess: it was only estimated, or more than that many are done. */
  readonly totalIsEstimate: boolean;
  /** `current / total`, between 0 and 1, also at the end; undefined without a total. At most 0.99 of a guess under way. */
  readonly fraction: number | undefined;
  /** Items a second, recent ones weighing more. */
  readonly ratePerS: number | undefined;
  /** Seconds that are left; undefined without a total and until something can be said. */
  readonly etaS: number | undefined;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  /** Since the start, pauses included. */
  readonly durationMs: number;
  /** Since the start, pauses left out. */
  readonly activeMs: number;
  /** How it ended. */
  readonly status: FeatureStatus | undefined;
  /** Class of the error that it ended with. */
  readonly errorType: string | undefined;
  /** Why it was paused or cancelled. */
  readonly reason: string | undefined;
}

/** Something that happened to an operation: a copy of how it stood then. */
export interface OperationEvent extends OperationView {
  readonly kind: OperationEventKind;
  readonly time: Date;
  /** The app's own facts that came with it. */
  readonly facts: Metadata | undefined;
}

/** Copies a view as it stands. */
export function toOperationEvent(
  kind: OperationEventKind,
  view: OperationView,
  facts: Metadata | undefined,
): OperationEvent {
  return {
    kind,
    time: new Date(),
    id: view.id,
    name: view.name,
    description: view.description,
    parentId: view.parentId,
    category: view.category,
    component: view.component,
    unit: view.unit,
    state: view.state,
    message: view.message,
    current: view.current,
    total: view.total,
    totalIsEstimate: view.totalIsEstimate,
    fraction: view.fraction,
    ratePerS: view.ratePerS,
    etaS: view.etaS,
    startedMs: view.startedMs,
    durationMs: view.durationMs,
    activeMs: view.activeMs,
    status: view.status,
    errorType: view.errorType,
    reason: view.reason,
    facts,
  };
}

/** Takes what happens to operations. Nothing here may throw or wait. */
export interface OperationOutput {
  /** Told about each call of `update()`: must cost next to nothing. For `userId` see below. */
  updated?(view: OperationView, facts: Metadata | undefined, userId?: RawUserId): void;
  /**
   * Told about what leaves the process: updates at most once a second, and all else at once. `userId` is what has to be
   * taken out of the facts before they are kept anywhere.
   */
  happened?(
    kind: OperationEventKind,
    view: OperationView,
    facts: Metadata | undefined,
    userId?: RawUserId,
  ): void;
}
