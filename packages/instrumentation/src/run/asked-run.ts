/** What the options of a feature say about one call of it. */
import type { Context } from '@opentelemetry/api';
import type { FeatureStatus } from '@heartwood/semconv';
import type { Actor } from '../context/context.ts';
import { inputSizeOf, outputSizeOf } from '../facts/measure.ts';
import type { Feature, FeatureOptions } from '../facts/options.ts';
import { callOfApp } from '../host/callback.ts';
import type { FeatureConfig } from '../settings/config.ts';
import { isStatus, ToldRun } from './told-run.ts';

/** The part of a run that asks: callbacks of the options get the arguments of the call, and its result or error. */
export abstract class AskedRun extends ToldRun {
  protected readonly feature: Feature;
  /** False when nothing of the run leaves in a span, so that nobody need be asked. */
  protected abstract readonly isRecorded: boolean;
  #args: readonly unknown[];

  constructor(feature: Feature, args: readonly unknown[], parent: Context, config: FeatureConfig) {
    super(feature.name, parent, config);
    this.feature = feature;
    this.#args = args;
  }

  /** Gives away the arguments of the call, for whoever waits for its end: without them it leads to nothing of the call's. */
  lendArguments(): readonly unknown[] {
    const args = this.#args;
    this.#args = NO_ARGUMENTS;
    return args;
  }

  /** Gets its arguments back, to ask the options about the end. */
  takeBackArguments(args: readonly unknown[]): void {
    if (this.open) this.#args = args;
  }

  override actorWithin(said: Actor | undefined): Actor {
    // Nobody asked who acts, as the span is not recorded; events inside leave all the same.
    if (!this.isRecorded && this.#args !== NO_ARGUMENTS) this.askUser();
    return super.actorWithin(said);
  }

  /** A timer or socket that was begun inside keeps the context, and with it the run, for as long as it lives. */
  protected forgetArguments(): void {
    this.#args = NO_ARGUMENTS;
  }

  /** Asks the options who acts. Who was named by `withFeatureContext` goes before, a run further out does not. */
  protected askUser(): void {
    const { userId } = this.#options;
    if (userId === undefined || this.isUserTold || this.around?.user !== undefined) return;
    this.isUserTold = true;
    const id =
      typeof userId === 'function' ? this.#ask('userId', () => userId(...this.#args)) : userId;
    if (id !== undefined) this.setUser(id);
  }

  /** Asks about the call that begins. */
  protected askAtStart(): void {
    const { metadata } = this.#options;
    this.askUser();
    if (typeof metadata === 'function') {
      this.takeAnswer(
        'metadata',
        this.#ask('metadata', () => metadata(...this.#args)),
      );
    } else if (metadata !== undefined) this.setMetadata(metadata);
    this.guard('inputSize', () => {
      const size = inputSizeOf(this.feature, this.#args);
      if (size !== undefined) this.setInputSize(size);
    });
  }

  /** Asks about a call that returned. */
  protected askAboutResult(result: unknown): void {
    const { resultStatus, resultMetadata } = this.#options;
    if (this.isRecorded && this.facts.outputBytes === undefined) {
      this.guard('outputSize', () => {
        const size = outputSizeOf(this.feature, result, this.#args);
        if (size !== undefined) this.setOutputSize(size);
      });
    }
    if (this.isRecorded && typeof resultMetadata === 'function') {
      const metadata = this.#ask('resultMetadata', () => resultMetadata(result, ...this.#args));
      this.takeAnswer('resultMetadata', metadata);
    }
    if (typeof resultStatus === 'function') {
      const status = this.#ask('resultStatus', () => resultStatus(result, ...this.#args));
      if (this.status === undefined && status !== undefined) this.setStatus(status);
    }
  }

  /** The status that the options give an error; undefined when they give none. */
  protected askAboutError(error: unknown): FeatureStatus | undefined {
    const { errorStatus } = this.#options;
    if (typeof errorStatus !== 'function') return undefined;
    const status = this.#ask('errorStatus', () => errorStatus(error, ...this.#args));
    return isStatus(status) ? status : undefined;
  }

  get #options(): FeatureOptions {
    return this.feature.options as FeatureOptions;
  }

  #ask<R>(callback: string, fn: () => R): R | undefined {
    return callOfApp(this.name, callback, fn);
  }
}

const NO_ARGUMENTS: readonly unknown[] = [];
