/** Thenables that are no promises: query builders and other lazy things, which start when they are awaited. */
import { context } from '@opentelemetry/api';
import type { Run } from '../run/run.ts';
import { Followers, followersOf } from './followers.ts';
import { hide } from './hidden-property.ts';

/**
 * Begins to listen when somebody awaits the thenable: calling `then` starts a query builder's query, so it is never called
 * here. `ended` gets what came. False, and nothing done, for one that lets nothing be put before its `then`, and for one
 * that an earlier call handed out and nobody has awaited yet.
 */
export function followThenable(
  thenable: PromiseLike<unknown>,
  run: Run,
  ended: (value: unknown) => void,
): boolean {
  const known = followersOf(thenable);
  if (known !== undefined) return known.join(thenable, run, ended);
  const followers = new Followers();
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const { then } = thenable;
  const own = Object.getOwnPropertyDescriptor(thenable, 'then');
  const hidden = hide(thenable, 'then', function (this: unknown, ...handlers: unknown[]): unknown {
    // Only the first await is the run; a second one is the app's own affair.
    if (own === undefined) Reflect.deleteProperty(thenable, 'then');
    // oxlint-disable-next-line unicorn/no-thenable -- puts back the `then` that was there
    else Object.defineProperty(thenable, 'then', own);
    followers.detach(thenable);
    const [onValue, onError] = handlers;
    return context.with(run.context, () =>
      Reflect.apply(then, this, [
        (value: unknown) => {
          followers.succeed(value);
          return typeof onValue === 'function' ? (onValue(value) as unknown) : value;
        },
        (error: unknown) => {
          followers.failWith(error);
          if (typeof onError === 'function') return onError(error) as unknown;
          throw error;
        },
      ]),
    );
  });
  if (!hidden) return false;
  followers.attach(thenable);
  followers.add(thenable, run, ended);
  return true;
}

/** True for an object or function with a `then`; reads the property once, as an await does. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  try {
    return typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}
