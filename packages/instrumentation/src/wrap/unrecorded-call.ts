/** A call that is no run: nothing is recorded, and the run around it is out of its sight. */
import { context } from '@opentelemetry/api';
import type { Feature } from '../facts/options.ts';
import { anyRunOpen } from '../run/open-runs.ts';
import { unrecordedContext, type Run } from '../run/run.ts';
import { isRecorded } from '../run/verdict.ts';

/** How a body is entered: called, constructed, or handed its run. Functions of modules, so that no call makes one. */
export type Entry<Body, Self> = (
  body: Body,
  self: Self,
  args: readonly unknown[],
  run: Run | undefined,
) => unknown;

/**
 * True when a call needs nothing but the call: not recorded, and no run around to hide. Wrappers ask it and then call the
 * function themselves, which takes half the time of any way through `Entry` (20 ns against 45 ns over the plain call).
 */
export function needsNothing(feature: Feature): boolean {
  return !isRecorded(feature) && !anyRunOpen();
}

/** Enters a function by calling it. */
export function applied(
  fn: (...args: never[]) => unknown,
  self: unknown,
  args: readonly unknown[],
): unknown {
  return Reflect.apply(fn, self, args);
}

/** Enters `body` without a run, and out of sight of the run around it. */
export function callUnrecorded<Body, Self>(
  enter: Entry<Body, Self>,
  body: Body,
  self: Self,
  args: readonly unknown[],
): unknown {
  const hidden = unrecordedContext();
  return hidden === undefined
    ? enter(body, self, args, undefined)
    : context.with(hidden, enter, undefined, body, self, args, undefined);
}
