/** A call that is no run: nothing is recorded, and the run around it is out of its sight. */
import { context, type Context } from '@opentelemetry/api';
import type { Run } from '../run/run.ts';
import { unrecordedContext } from '../run/unrecorded-context.ts';

/** How a body is entered: called, constructed, or handed its run. Functions of modules, so that no call makes one. */
export type Entry<Body, Self> = (
  body: Body,
  self: Self,
  args: readonly unknown[],
  run: Run | undefined,
) => unknown;

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

/** Calls a function where the run around it is out of its sight. */
export function applyHidden(
  hidden: Context,
  fn: (...args: never[]) => unknown,
  self: unknown,
  args: readonly unknown[],
): unknown {
  return context.with(hidden, applied, undefined, fn, self, args);
}
