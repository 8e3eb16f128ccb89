/** The callback that ends a run, where the app has said which argument it is. */
import { context, type Context } from '@opentelemetry/api';
import { types } from 'node:util';
import type { Run } from '../run/run.ts';
import { Followers } from './followers.ts';
import { likeOriginal, type AnyFunction } from './likeness.ts';
import { applied } from './unrecorded-call.ts';

/** Where the callback stands in these arguments; undefined when there is no function. */
export function callbackAt(
  which: number | 'last' | undefined,
  args: readonly unknown[],
): number | undefined {
  if (which === undefined) return undefined;
  const at = which === 'last' ? args.length - 1 : which;
  return typeof args[at] === 'function' ? at : undefined;
}

/**
 * The arguments with a callback that ends the run with its first call. The callback itself runs in the context of the
 * caller, whose code it is.
 */
export function withEndingCallback(
  args: readonly unknown[],
  at: number,
  run: Run,
  caller: Context,
): unknown[] {
  const callback = args[at] as AnyFunction;
  const followers = new Followers();
  // oxlint-disable-next-line typescript/unbound-method -- a method has no prototype of its own
  const { ending } = {
    ending(this: unknown, ...answer: never[]): unknown {
      const [first, second] = answer as unknown[];
      if (types.isNativeError(first) || first instanceof Error) followers.failWith(first);
      else followers.succeed(first ?? second);
      return context.with(caller, applied, undefined, callback, this, answer);
    },
  };
  followers.add(ending, run);
  const given = [...args];
  given[at] = likeOriginal(callback, ending);
  return given;
}
