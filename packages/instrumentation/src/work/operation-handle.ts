/** An operation as the app sees it. */
import type { FeatureCategory, FeatureStatus } from '@heartwood/semconv';
import type { Metadata } from '../facts/metadata.ts';
import type { OperationState } from './operation-view.ts';

/** How far an operation is. Keys beside these three are facts of the app and are sent along. */
export interface OperationProgress {
  /** What it is doing now. */
  readonly message?: string;
  /** Items done so far. */
  readonly current?: number;
  /** Items there are; may change on the way. */
  readonly total?: number;
  readonly [fact: string]: unknown;
}

/** How an operation is started. */
export interface OperationOptions {
  /** What it does, for people. */
  readonly description?: string;
  /** How many items there will be, as a guess. */
  readonly estimatedItems?: number;
  /** What is counted, such as `files`. */
  readonly unit?: string;
  /** The operation that this one is a part of. */
  readonly parent?: Operation;
  /** Time without news after which a heartbeat is sent, milliseconds; that of the settings when left out, 0 for none. */
  readonly heartbeatMs?: number;
  readonly category?: FeatureCategory | (string & {});
  readonly component?: string;
}

/** An operation under way. It ends once; whatever is called after its end has no effect. `using` completes it. */
export interface Operation extends Disposable {
  readonly id: string;
  readonly name: string;
  readonly state: OperationState;
  /** Costs microseconds, so call it as often as you like: what leaves the process is at most one event a second. */
  update(progress: OperationProgress): void;
  complete(message?: string, result?: Metadata): void;
  fail(error?: unknown, message?: string): void;
  cancel(reason?: string): void;
  /** Ends it with a status that the calls above do not give, such as `partial`. A word that is none is a failure. */
  end(status: FeatureStatus, message?: string, result?: Metadata): void;
  pause(reason?: string): void;
  resume(): void;
  /** Calls `fn` inside the operation's run: spans made there become its children. Does not end it. */
  run<R>(fn: () => R): R;
}
