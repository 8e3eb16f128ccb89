/** A call of a wrapped function: as a run, or without one when the feature is not recorded. */
import { context } from '@opentelemetry/api';
import { types } from 'node:util';
import { beginRun, type Run } from '../run/run.ts';
import { callbackAt, withEndingCallback } from './ending-callback.ts';
import { observe } from './promise.ts';
import { settle } from './settle.ts';
import { callUnrecorded, type Entry } from './unrecorded-call.ts';
import type { Wrapping } from './wrap-options.ts';

/** Enters `body` as a run of the feature, which ends as `wrapping` says. What comes out is what comes out of `body`. */
export function callTraced<Body, Self>(
  wrapping: Wrapping,
  enter: Entry<Body, Self>,
  body: Body,
  self: Self,
  args: readonly unknown[],
): unknown {
  const run = beginRun(wrapping.feature, args);
  if (run === undefined) return callUnrecorded(enter, body, self, args);
  const at = callbackAt(wrapping.callback, args);
  const given = at === undefined ? args : withEndingCallback(args, at, run, context.active());
  let result: unknown;
  try {
    // No `this` through the context manager: it would turn an undefined one into null, and bind any other.
    result = context.with(run.context, enter, undefined, body, self, given, run);
  } catch (error) {
    if (at !== undefined) run.takeBackArguments(args);
    run.failWith(error);
    throw error;
  }
  return at === undefined ? settle(result, run, wrapping.untilReturn) : failing(result, run, args);
}

/** A function that promises besides calling back: its rejection may be the last that is heard of it. */
function failing<R>(result: R, run: Run, args: readonly unknown[]): R {
  if (types.isPromise(result)) {
    observe(
      result,
      () => {},
      (error) => {
        run.takeBackArguments(args);
        run.failWith(error);
      },
    );
  }
  return result;
}
