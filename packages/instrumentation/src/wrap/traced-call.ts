/** A call of a wrapped function: as a run, or without one when the feature is not recorded. */
import { context } from '@opentelemetry/api';
import type { Feature } from '../facts/options.ts';
import { beginRun } from '../run/run.ts';
import { isRecorded } from '../run/verdict.ts';
import { settle } from './settle.ts';
import { callUnrecorded, type Entry } from './unrecorded-call.ts';

/**
 * Enters `body` as a run of `feature`. Whether it is recorded is asked before anything else is done: a feature that is
 * excluded costs a comparison and the call.
 */
export function callTraced<Body, Self>(
  feature: Feature,
  enter: Entry<Body, Self>,
  body: Body,
  self: Self,
  args: readonly unknown[],
): unknown {
  if (!isRecorded(feature)) return callUnrecorded(enter, body, self, args);
  const run = beginRun(feature, args);
  if (run === undefined) return callUnrecorded(enter, body, self, args);
  let result: unknown;
  try {
    // No `this` through the context manager: it would turn an undefined one into null, and bind any other.
    result = context.with(run.context, enter, undefined, body, self, args, run);
  } catch (error) {
    run.failWith(error);
    throw error;
  }
  return settle(result, run);
}
