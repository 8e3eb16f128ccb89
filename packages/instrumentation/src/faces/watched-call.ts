/** Calls that are runs, whose end is heard of whether anybody records the run or not. */
import { context, type Context } from '@opentelemetry/api';
import { FeatureStatus } from '@heartwood/semconv';
import { statusOfError } from '../facts/failure.ts';
import type { Feature } from '../facts/options.ts';
import { reportCallbackFailure } from '../host/report.ts';
import { Run } from '../run/run.ts';
import { unrecordedContext } from '../run/unrecorded-context.ts';
import { isRecorded } from '../run/verdict.ts';
import { currentConfig } from '../settings/config.ts';
import type { AnyFunction } from '../wrap/likeness.ts';
import { settle } from '../wrap/settle.ts';
import type { Enter } from './stand-in.ts';

/** How a call ended; the error where one was thrown. */
export interface CallEnding {
  readonly status: FeatureStatus;
  readonly error?: unknown;
}

/** What is called, and who hears of its end: once, before the run is over, and not of what is dropped unfinished. */
export interface WatchedCall {
  readonly feature: Feature;
  readonly fn: AnyFunction;
  readonly enter: Enter;
  readonly args: readonly unknown[];
  /** Where the call happens. */
  readonly around: Context;
  /** Must not throw. */
  readonly ended: (ending: CallEnding, run: Run) => void;
}

/** Calls as a run. What comes out is what comes out of the function. A feature that is switched off is called unwatched. */
export function callWatched(call: WatchedCall): unknown {
  const { enter, fn } = call;
  const run = begin(call);
  if (run === undefined) {
    return context.with(unrecordedContext() ?? context.active(), enter, undefined, fn);
  }
  let result: unknown;
  try {
    result = context.with(run.context, enter, undefined, fn);
  } catch (error) {
    run.failWith(error);
    throw error;
  }
  return settle(result, run, false);
}

function begin(call: WatchedCall): WatchedRun | undefined {
  try {
    return isRecorded(call.feature) ? new WatchedRun(call) : undefined;
  } catch (error) {
    reportCallbackFailure(call.feature.name, 'start', error);
    return undefined;
  }
}

class WatchedRun extends Run {
  #ended: WatchedCall['ended'] | undefined;

  constructor({ feature, args, around, ended }: WatchedCall) {
    super(feature, args, around, currentConfig());
    this.#ended = ended;
  }

  override succeed(result: unknown): void {
    this.#tell({ status: FeatureStatus.SUCCESS });
    super.succeed(result);
  }

  override failWith(error: unknown): void {
    this.#tell({ status: statusOfError(error), error });
    super.failWith(error);
  }

  override cancel(reason?: string): void {
    this.#tell({ status: FeatureStatus.CANCELLED });
    super.cancel(reason);
  }

  #tell(ending: CallEnding): void {
    const ended = this.#ended;
    this.#ended = undefined;
    ended?.(ending, this);
  }
}
