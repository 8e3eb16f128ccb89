/** One use of a feature: begun by a wrapped call or by `startFeature()`, filled with facts, ended once. */
import { context, type Context, type Span } from '@opentelemetry/api';
import { EVENT_FEATURE_PAUSED, EVENT_FEATURE_RESUMED, FeatureStatus } from '@heartwood/semconv';
import { contextOfRun } from '../context/run-context.ts';
import type { Engine } from '../engine/engine.ts';
import { errorTypeOf, spanFailureOf, statusOfError } from '../facts/failure.ts';
import type { Metadata } from '../facts/metadata.ts';
import { toFeature, type Feature, type FeatureOptions } from '../facts/options.ts';
import { endAttributes, isFailure, isKept } from '../facts/outcome.ts';
import { elapsedNs, readMoment, wallAfter, type Moment } from '../host/clock.ts';
import { reportCallbackFailure } from '../host/report.ts';
import { runtime } from '../runtime.ts';
import { currentConfig, type FeatureConfig } from '../settings/config.ts';
import type { RunMeter } from '../signals/meter-book.ts';
import { meterOf } from '../signals/meter.ts';
import { AskedRun } from './asked-run.ts';
import { idleRun } from './feature-handle.ts';
import { type FeatureHandle } from './feature-run.ts';
import { countRunBegun, countRunEnded } from './open-runs.ts';
import { PauseClock } from './pause-clock.ts';
import { toToken } from './resume-token.ts';
import {
  courseAttributes,
  saysAtStart,
  segmentAttributes,
  spanBeginOf,
  type RunStart,
} from './segment.ts';
import { isRecorded } from './verdict.ts';

/** Begins a run by hand. It is not active: use its `run()` or `bind()` for work that belongs to it. */
export function startFeature(name: string, options: FeatureOptions = {}): FeatureHandle {
  return beginRun(toFeature(name, options), []) ?? idleRun(name);
}

/** Begins a run of a feature; undefined when the feature is not to be recorded. */
export function beginRun(
  feature: Feature,
  args: readonly unknown[],
  parent?: Context,
  start?: RunStart,
): Run | undefined {
  try {
    if (!isRecorded(feature)) return undefined;
    return new Run(feature, args, parent ?? context.active(), currentConfig(), start);
  } catch (error) {
    reportCallbackFailure(feature.name, 'start', error);
    return undefined;
  }
}

/** A run that is under way. */
export class Run extends AskedRun implements FeatureHandle {
  readonly context: Context;
  readonly #engine: Engine = runtime().engine;
  readonly #started: Moment;
  protected readonly span: Span;
  readonly #meter: RunMeter | undefined;
  readonly #start: RunStart | undefined;
  /** Made when the run is paused for the first time. */
  #clock: PauseClock | undefined;
  protected readonly isRecorded: boolean;
  #showsId: boolean;
  #lastLifeNs: number | undefined;

  constructor(
    feature: Feature,
    args: readonly unknown[],
    parent: Context,
    config: FeatureConfig,
    start?: RunStart,
  ) {
    super(feature, args, parent, config);
    this.#start = start;
    this.#started = start?.started ?? readMoment();
    const says = saysAtStart(feature.options);
    if (says) this.askUser();
    const userId = says ? this.userId : undefined;
    const begin = spanBeginOf(feature, this.#started.wall, start, config, userId);
    this.span = this.#engine.begin(begin, parent);
    this.#clock = start?.resumed === undefined ? undefined : new PauseClock(start.resumed.time);
    this.#showsId = start?.resumed !== undefined;
    this.#meter = meterOf(feature);
    // A span that is not recorded costs next to no work at the end, but still carries the trace to other services.
    this.isRecorded = this.span.isRecording();
    this.open = this.isRecorded || this.#meter !== undefined;
    this.context = contextOfRun(parent, this.span, this);
    if (!this.open) return;
    this.#meter?.begin();
    countRunBegun();
    if (!this.isRecorded) return;
    this.askAtStart();
    if (this.actor.attributes !== undefined) this.setAttributes(this.actor.attributes);
  }

  get runId(): string {
    this.#showsId = true;
    return this.#start?.resumed?.runId ?? this.span.spanContext().spanId;
  }

  get paused(): boolean {
    return this.open && this.#clock?.isPaused === true;
  }

  pause(reason?: string): this {
    if (this.stopClock()) this.tell(EVENT_FEATURE_PAUSED, reason);
    return this;
  }

  resume(): this {
    if (this.startClock()) this.tell(EVENT_FEATURE_RESUMED);
    return this;
  }

  /** Pauses without telling: an operation tells it with its own id. False when nothing changed. */
  stopClock(): boolean {
    return this.open && (this.#clock ??= new PauseClock()).pause(elapsedNs(this.#started));
  }

  startClock(): boolean {
    return this.open && this.#clock?.resume(elapsedNs(this.#started)) === true;
  }

  run<R>(fn: () => R): R {
    return context.with(this.context, fn);
  }

  bind<F extends (...args: never[]) => unknown>(fn: F): F {
    return context.bind(this.context, fn);
  }

  complete(metadata?: Metadata): void {
    if (metadata !== undefined) this.setMetadata(metadata);
    this.#end(this.status ?? FeatureStatus.SUCCESS);
  }

  fail(error?: unknown): void {
    const given = this.status;
    const stands =
      given !== undefined && given !== FeatureStatus.SUCCESS && given !== FeatureStatus.PARTIAL;
    this.#end(stands ? given : statusOfError(error), error ?? '');
  }

  cancel(reason?: string): void {
    if (reason !== undefined) this.setMetadata('cancel_reason', reason);
    this.#end(FeatureStatus.CANCELLED);
  }

  /** Notes that somebody still works on the run: one that is dropped later ends here. */
  noteLife(): void {
    this.#lastLifeNs = elapsedNs(this.#started);
  }

  /** Ends a run that was dropped: when that is noticed is the garbage collector's affair, and no duration of its own. */
  abandon(): void {
    this.setMetadata('cancel_reason', 'abandoned');
    this.#end(FeatureStatus.CANCELLED, undefined, this.paused ? undefined : this.#lastLifeNs);
  }

  suspend(): string {
    if (!this.#close()) return '';
    let token = '';
    this.guard('suspend', () => {
      const elapsed = elapsedNs(this.#started);
      const { runId } = this;
      const clock = this.#clock ?? new PauseClock();
      const time = clock.read(elapsed);
      this.#meter?.leave();
      const course = courseAttributes(this.facts, time, runId, this.#start);
      this.span.setAttributes(
        segmentAttributes(course, this.facts.metadata, this.actor, this.config),
      );
      const endTime = wallAfter(this.#started, elapsed);
      // Not by the engine: this span is a part of a run, and is not to be counted as one.
      this.span.end(endTime);
      token = toToken({
        name: this.name,
        runId,
        segment: (this.#start?.resumed?.segment ?? 0) + 1,
        suspendedAtMs: endTime[0] * 1e3 + endTime[1] / 1e6,
        // The time until it goes on is a pause, or more of the one that has begun.
        time: { ...time, pauseCount: time.pauseCount + (clock.isPaused ? 0 : 1) },
        span: this.span.spanContext(),
      });
    });
    return token;
  }

  [Symbol.dispose](): void {
    this.complete();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.complete();
    return Promise.resolve();
  }

  /** True when it began before `moment`, or in it. */
  hasBegunBy({ steady: [seconds, nanoseconds] }: Moment): boolean {
    const [ownSeconds, ownNanoseconds] = this.#started.steady;
    return ownSeconds < seconds || (ownSeconds === seconds && ownNanoseconds <= nanoseconds);
  }

  /** Ends the run of a call that returned. */
  succeed(result: unknown): void {
    if (this.#endsUnheard()) return;
    this.askAboutResult(result);
    this.complete();
  }

  /** Ends the run of a call that threw. */
  failWith(error: unknown): void {
    if (this.#endsUnheard()) return;
    const status = this.askAboutError(error);
    // It may also say that this error is no failure at all.
    if (status !== undefined) this.#end(status, error);
    else this.fail(error);
  }

  /** True when nobody wants to know how it ends, which it does all the same. */
  #endsUnheard(): boolean {
    this.ended ||= !this.open;
    return !this.open;
  }

  /** False when it has ended before. */
  #close(): boolean {
    this.ended = true;
    if (!this.open) return false;
    this.open = false;
    this.forgetArguments();
    countRunEnded();
    return true;
  }

  #end(status: FeatureStatus, error?: unknown, elapsed = elapsedNs(this.#started)): void {
    if (!this.#close()) return;
    this.guard('end', () => {
      this.#meter?.end(
        elapsed / 1e9,
        status,
        isFailure(status) ? errorTypeOf(error, status, this.userId) : undefined,
      );
      if (this.isRecorded) this.#write(status, error, elapsed);
    });
  }

  #write(status: FeatureStatus, error: unknown, elapsed: number): void {
    const time = this.#clock?.read(elapsed);
    const outcome = {
      status,
      error,
      // Waiting for a person is not the work of the feature: tier and efficiency are those of the active time.
      durationNs: time?.activeNs ?? elapsed,
      facts: this.facts,
      actor: this.actor,
      feature: this.feature,
      config: this.config,
    };
    // A span that is never ended is never exported: that is how a filtered run leaves no trace with any SDK.
    if (!isKept(outcome)) return;
    const { attributes, errorType } = endAttributes(outcome);
    const course = courseAttributes(
      this.facts,
      time,
      this.#showsId ? this.runId : undefined,
      this.#start,
    );
    const told =
      course === undefined ? attributes : { ...attributes, own: { ...attributes.own, ...course } };
    const endTime = wallAfter(this.#started, elapsed);
    if (errorType === undefined) {
      this.#engine.finish(this.span, { attributes: told, endTime });
      return;
    }
    const { traceId } = this.span.spanContext();
    const failure = spanFailureOf(error, errorType, traceId, this.config, this.userId);
    this.#engine.finish(this.span, { attributes: told, endTime, failure });
  }
}
