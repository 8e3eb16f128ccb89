/** A run as the app sees it. */
import { type AttributeValue, type Attributes } from '@opentelemetry/api';
import type { FeatureStatus, TrainingLabel } from '@heartwood/semconv';
import type { UserId } from '../context/user-id.ts';
import type { Metadata } from '../facts/metadata.ts';

/** The run under way, as code inside the feature sees it. After the end of the run nothing here has an effect. */
export interface FeatureRun {
  readonly name: string;
  /** Id of the run, the same in all its segments: 16 hexadecimal digits; empty where nothing is recorded. */
  readonly runId: string;
  /** True between `pause()` and `resume()`. */
  readonly paused: boolean;
  /** True once the run is over here: it has ended, or was suspended. */
  readonly ended: boolean;
  /** Says how the run will have ended; a thrown error still makes `success` and `partial` a failure. */
  setStatus(status: FeatureStatus): this;
  /** Adds facts; later values replace earlier ones of the same key. */
  setMetadata(key: string, value: unknown): this;
  setMetadata(metadata: Metadata): this;
  /** Sets a span attribute under its own name, now. Names of Heartwood (`feature.`, `session.`, `user.`) are left out. */
  setAttribute(key: string, value: AttributeValue): this;
  setAttributes(attributes: Attributes): this;
  /** Sends an event of the run. */
  event(name: string, attributes?: Attributes): this;
  /** How far the run is: `done` of `total`, or a share from 0 to 1. The last one is written when the run ends. */
  progress(done: number, total?: number): this;
  /** The run waits for something that is not its work: until `resume()`, time does not count as active. */
  pause(reason?: string): this;
  resume(): this;
  /** How many rounds the run took, at least 1. */
  setIterations(count: number): this;
  /** Bytes the run was given. */
  setInputSize(bytes: number): this;
  /** Bytes the run produced. */
  setOutputSize(bytes: number): this;
  /** Score between 0 and 1 that replaces the computed one; written with efficiency version 0. */
  setEfficiency(score: number): this;
  /** A label by its rule, see `TRAINING_LABELS`: a word, or the number that the rule makes a word of. */
  setTrainingLabel(label: TrainingLabel, value: string | number | boolean): this;
  setUser(userId: UserId): this;
}

/** A run that the app ends itself. `using` ends it as a success when nothing else ended it before. */
export interface FeatureHandle extends FeatureRun, Disposable, AsyncDisposable {
  /** Calls `fn` inside the run: spans made there become its children, `currentFeature()` finds it. Does not end it. */
  run<R>(fn: () => R): R;
  /** A function that always runs inside this run, for callbacks and listeners. */
  bind<F extends (...args: never[]) => unknown>(fn: F): F;
  complete(metadata?: Metadata): void;
  fail(error?: unknown): void;
  cancel(reason?: string): void;
  /**
   * Ends this part of the run and gives a text with which `resumeFeature()` goes on, here or in another process. Empty
   * where nothing is recorded, or when the run has ended.
   */
  suspend(): string;
}
