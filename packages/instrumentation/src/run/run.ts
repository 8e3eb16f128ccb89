/** One use of a feature: begun by a wrapped call or by `startFeature()`, filled with facts, ended once. */
import { context, type Context, type Span } from '@opentelemetry/api';
import { FEATURE_STATUSES, FeatureStatus, type TrainingLabel } from '@heartwood/semconv';
import { elapsedNs, readMoment, wallAfter } from '../host/clock.ts';
import { currentConfig, type FeatureConfig } from '../settings/config.ts';
import { actorWith, contextWithRun, currentActor, runIn, type Actor } from '../context/context.ts';
import { contextOfRun } from '../context/run-context.ts';
import type { Engine } from '../engine/engine.ts';
import { errorTypeOf, spanFailureOf, statusOfError } from '../facts/failure.ts';
import { idleRun, type FeatureHandle } from './feature-handle.ts';
import { addFacts, type Metadata } from '../facts/metadata.ts';
import { toFeature, type Feature, type FeatureOptions } from '../facts/options.ts';
import { endAttributes, isKept, type Facts } from '../facts/outcome.ts';
import { anyRunOpen, countRunBegun, countRunEnded } from './open-runs.ts';
import { isRecorded } from './verdict.ts';
import { callOfApp } from '../host/callback.ts';
import { reportCallbackFailure } from '../host/report.ts';
import { toLabelValue } from '../facts/labels.ts';
import { rawUserIdOf } from '../privacy/privacy.ts';
import { sizeOf, sizeOfAll } from '../facts/size.ts';
import { runtime } from '../runtime.ts';
import type { RunMeter } from '../signals/meter-book.ts';
import { meterOf } from '../signals/meter.ts';

/** Begins a run by hand. It is not active: use its `run()` or `bind()` for work that belongs to it. */
export function startFeature(name: string, options: FeatureOptions = {}): FeatureHandle {
  return beginRun(toFeature(name, options), []) ?? idleRun(name);
}

/** Begins a run of a feature; undefined when the feature is not to be recorded. */
export function beginRun(
  feature: Feature,
  args: readonly unknown[],
  parent?: Context,
): Run | undefined {
  try {
    if (!isRecorded(feature)) return undefined;
    return new Run(feature, args, parent ?? context.active(), currentConfig());
  } catch (error) {
    reportCallbackFailure(feature.name, 'start', error);
    return undefined;
  }
}

/** The context in which an unrecorded feature runs: the outer run is hidden, so that its facts do not end up there. */
export function unrecordedContext(): Context | undefined {
  if (!anyRunOpen()) return undefined;
  const active = context.active();
  return runIn(active) === undefined ? undefined : contextWithRun(active, undefined);
}

/** A run that is under way. */
export class Run implements FeatureHandle {
  readonly name: string;
  /** Where the work of the run happens. */
  readonly context: Context;
  readonly #feature: Feature;
  readonly #args: readonly unknown[];
  readonly #config: FeatureConfig;
  readonly #engine: Engine = runtime().engine;
  readonly #started = readMoment();
  readonly #span: Span;
  readonly #facts: Facts = { metadata: undefined, labels: undefined };
  #actor: Actor;
  #status: FeatureStatus | undefined;
  #open: boolean;
  /** Counts every run, also those that are not sampled; undefined when the run has ended or nobody takes metrics. */
  #meter: RunMeter | undefined;

  constructor(feature: Feature, args: readonly unknown[], parent: Context, config: FeatureConfig) {
    this.name = feature.name;
    this.#feature = feature;
    this.#args = args;
    this.#config = config;
    this.#actor = currentActor(parent);
    this.#span = this.#engine.begin(
      {
        name: feature.name,
        kind: feature.kind,
        attributes: feature.startAttributes,
        startTime: this.#started.wall,
      },
      parent,
    );
    // A span that is not recorded costs no work at the end, but still carries the trace to other services.
    this.#open = this.#span.isRecording();
    this.context = contextOfRun(parent, this.#span, this);
    this.#meter = meterOf(feature);
    this.#meter?.begin();
    if (!this.#open) return;
    countRunBegun();
    this.#readInput();
  }

  setStatus(status: FeatureStatus): this {
    if (isStatus(status)) this.#status = status;
    return this;
  }

  setMetadata(keyOrRecord: string | Metadata, value?: unknown): this {
    const record = typeof keyOrRecord === 'string' ? { [keyOrRecord]: value } : keyOrRecord;
    if (this.#open && typeof record === 'object' && record !== null) {
      this.#guard('metadata', () => {
        this.#facts.metadata ??= {};
        addFacts(this.#facts.metadata, record);
      });
    }
    return this;
  }

  setIterations(count: number): this {
    if (Number.isFinite(count) && count >= 1) this.#facts.iterations = Math.trunc(count);
    return this;
  }

  setInputSize(bytes: number): this {
    if (isSize(bytes)) this.#facts.inputBytes = Math.round(bytes);
    return this;
  }

  setOutputSize(bytes: number): this {
    if (isSize(bytes)) this.#facts.outputBytes = Math.round(bytes);
    return this;
  }

  setEfficiency(score: number): this {
    if (Number.isFinite(score)) this.#facts.efficiency = Math.min(1, Math.max(0, score));
    return this;
  }

  setTrainingLabel(label: TrainingLabel, value: string | number | boolean): this {
    this.#guard('training label', () => {
      const written = this.#open ? toLabelValue(label, value, this.#config) : undefined;
      if (written === undefined) return;
      this.#facts.labels ??= {};
      this.#facts.labels[label] = written;
    });
    return this;
  }

  setUser(userId: string): this {
    this.#guard('userId', () => {
      this.#actor = actorWith({ userId }, this.#actor);
    });
    return this;
  }

  run<R>(fn: () => R): R {
    return context.with(this.context, fn);
  }

  bind<F extends (...args: never[]) => unknown>(fn: F): F {
    return context.bind(this.context, fn);
  }

  complete(metadata?: Metadata): void {
    if (metadata !== undefined) this.setMetadata(metadata);
    this.#end(this.#status ?? FeatureStatus.SUCCESS);
  }

  fail(error?: unknown): void {
    const given = this.#status;
    const stands =
      given !== undefined && given !== FeatureStatus.SUCCESS && given !== FeatureStatus.PARTIAL;
    this.#end(stands ? given : statusOfError(error), error ?? '');
  }

  cancel(reason?: string): void {
    if (reason !== undefined) this.setMetadata('cancel_reason', reason);
    this.#end(FeatureStatus.CANCELLED);
  }

  [Symbol.dispose](): void {
    this.complete();
  }

  /** Ends the run of a call that returned. */
  succeed(result: unknown): void {
    if (!this.#open) return this.complete();
    const { resultStatus, resultMetadata, outputSize } = this.#options;
    if (this.#facts.outputBytes === undefined && outputSize !== false) {
      this.#guard('outputSize', () => {
        const size =
          typeof outputSize === 'function'
            ? this.#ask('outputSize', () => outputSize(result, ...this.#args))
            : measure(outputSize, (plainOnly, most) => sizeOf(result, plainOnly, most));
        if (size !== undefined) this.setOutputSize(size);
      });
    }
    if (typeof resultMetadata === 'function') {
      const metadata = this.#ask('resultMetadata', () => resultMetadata(result, ...this.#args));
      if (metadata !== undefined) this.setMetadata(metadata);
    }
    if (typeof resultStatus === 'function') {
      const status = this.#ask('resultStatus', () => resultStatus(result, ...this.#args));
      if (this.#status === undefined && status !== undefined) this.setStatus(status);
    }
    this.complete();
  }

  /** Ends the run of a call that threw. */
  failWith(error: unknown): void {
    if (!this.#open) return this.fail(error);
    const { errorStatus } = this.#options;
    const said =
      typeof errorStatus === 'function'
        ? this.#ask('errorStatus', () => errorStatus(error, ...this.#args))
        : undefined;
    // It may also say that this error is no failure at all.
    if (isStatus(said)) this.#end(said, error);
    else this.fail(error);
  }

  get #options(): FeatureOptions {
    return this.#feature.options as FeatureOptions;
  }

  #readInput(): void {
    const { inputSize, metadata, userId } = this.#options;
    if (userId !== undefined && this.#actor.user === undefined) {
      this.#guard('userId', () => {
        const id =
          typeof userId === 'function' ? this.#ask('userId', () => userId(...this.#args)) : userId;
        if (id !== undefined) this.#actor = actorWith({ userId: id }, this.#actor);
      });
    }
    if (metadata !== undefined) {
      const facts =
        typeof metadata === 'function'
          ? this.#ask('metadata', () => metadata(...this.#args))
          : metadata;
      if (facts !== undefined) this.setMetadata(facts);
    }
    if (inputSize !== false && this.#args.length > 0) {
      this.#guard('inputSize', () => {
        const size =
          typeof inputSize === 'function'
            ? this.#ask('inputSize', () => inputSize(...this.#args))
            : measure(inputSize, (plainOnly, most) => sizeOfAll(this.#args, plainOnly, most));
        if (size !== undefined) this.setInputSize(size);
      });
    }
  }

  #end(status: FeatureStatus, error?: unknown): void {
    this.#count(status, error);
    if (!this.#open) return;
    this.#open = false;
    countRunEnded();
    this.#guard('end', () => {
      const durationNs = elapsedNs(this.#started);
      const outcome = {
        status,
        error,
        durationNs,
        facts: this.#facts,
        actor: this.#actor,
        feature: this.#feature,
        config: this.#config,
      };
      // A span that is never ended is never exported: that is how a filtered run leaves no trace with any SDK.
      if (!isKept(outcome)) return;
      const { attributes, errorType } = endAttributes(outcome);
      const endTime = wallAfter(this.#started, durationNs);
      this.#engine.finish(
        this.#span,
        errorType === undefined
          ? { attributes, endTime }
          : {
              attributes,
              endTime,
              failure: spanFailureOf(
                error,
                errorType,
                this.#span.spanContext().traceId,
                this.#config,
                rawUserIdOf(this.#actor.user),
              ),
            },
      );
    });
  }

  #count(status: FeatureStatus, error: unknown): void {
    const meter = this.#meter;
    if (meter === undefined) return;
    this.#meter = undefined;
    const failed = status === FeatureStatus.FAILED || status === FeatureStatus.TIMEOUT;
    meter.end(
      elapsedNs(this.#started) / 1e9,
      status,
      failed ? errorTypeOf(error, status) : undefined,
    );
  }

  #ask<R>(callback: string, fn: () => R): R | undefined {
    return callOfApp(this.name, callback, fn);
  }

  #guard(what: string, fn: () => void): void {
    try {
      fn();
    } catch (error) {
      reportCallbackFailure(this.name, what, error);
    }
  }
}

// What is measured without being asked for must cost little: 1000 values take about 50 µs.
const MOST_VALUES_UNASKED = 1000;
const MOST_VALUES_ASKED = 10_000;

function measure(
  asked: true | undefined,
  size: (plainOnly: boolean, maxValues: number) => number | undefined,
): number | undefined {
  return asked === true ? size(false, MOST_VALUES_ASKED) : size(true, MOST_VALUES_UNASKED);
}

function isStatus(word: FeatureStatus | undefined): word is FeatureStatus {
  return word !== undefined && FEATURE_STATUSES.includes(word);
}

function isSize(bytes: number): boolean {
  return typeof bytes === 'number' && bytes >= 0 && bytes < Infinity;
}
