/** A run as the app sees it, and the one that stands in where nothing is recorded. */
import type { FeatureStatus, TrainingLabel } from '@heartwood/semconv';
import type { Metadata } from '../facts/metadata.ts';

/** The run under way, as code inside the feature sees it. After the end of the run nothing here has an effect. */
export interface FeatureRun {
  readonly name: string;
  /** Says how the run will have ended; a thrown error still makes `success` and `partial` a failure. */
  setStatus(status: FeatureStatus): this;
  /** Adds facts; later values replace earlier ones of the same key. */
  setMetadata(key: string, value: unknown): this;
  setMetadata(metadata: Metadata): this;
  /** How many rounds the run took, at least 1. */
  setIterations(count: number): this;
  /** Bytes the run was given. */
  setInputSize(bytes: number): this;
  /** Bytes the run produced. */
  setOutputSize(bytes: number): this;
  /** Score between 0 and 1 that replaces the computed one; written with efficiency version 0. */
  setEfficiency(score: number): this;
  setTrainingLabel(label: TrainingLabel, value: string | number | boolean): this;
  setUser(userId: string): this;
}

/** A run that the app ends itself. `using` ends it as a success when nothing else ended it before. */
export interface FeatureHandle extends FeatureRun, Disposable {
  /** Calls `fn` inside the run: spans made there become its children, `currentFeature()` finds it. Does not end it. */
  run<R>(fn: () => R): R;
  /** A function that always runs inside this run, for callbacks and listeners. */
  bind<F extends (...args: never[]) => unknown>(fn: F): F;
  complete(metadata?: Metadata): void;
  fail(error?: unknown): void;
  cancel(reason?: string): void;
}

/** A run that records nothing: what an app gets for an excluded feature or when tracking is off. */
export function idleRun(name: string): FeatureHandle {
  const idle: FeatureHandle = {
    name,
    setStatus: () => idle,
    setMetadata: () => idle,
    setIterations: () => idle,
    setInputSize: () => idle,
    setOutputSize: () => idle,
    setEfficiency: () => idle,
    setTrainingLabel: () => idle,
    setUser: () => idle,
    run: (fn) => fn(),
    bind: (fn) => fn,
    complete: () => {},
    fail: () => {},
    cancel: () => {},
    [Symbol.dispose]: () => {},
  };
  return idle;
}
