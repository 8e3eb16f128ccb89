/** Makes the function that stands in for one of the app's: called, constructed and looked at like that one. */
import { reportCallbackFailure } from '../host/report.ts';
import { likeOriginal, markTraced, type AnyFunction } from '../wrap/likeness.ts';
import { isConstructible } from '../wrap/wrapper.ts';

/** Enters a function as the stand-in was entered: with the same `this` and arguments, by a call or by `new`. */
export type Enter = (fn: AnyFunction) => unknown;

/** A function like `fn` whose calls are those of `call`; `fn` itself when it does not let itself be looked at. */
export function standInFor<F extends AnyFunction>(
  fn: F,
  call: (enter: Enter, args: readonly unknown[]) => unknown,
): F {
  try {
    return markTraced(likeOriginal(fn, isConstructible(fn) ? newable(fn, call) : plain(call))) as F;
  } catch (error) {
    reportCallbackFailure('a function', 'wrapping', error);
    return fn;
  }
}

function plain(call: (enter: Enter, args: readonly unknown[]) => unknown): AnyFunction {
  // A method: like the original it is no constructor and has no prototype of its own.
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this`
  const { wrapped } = {
    wrapped(this: unknown, ...args: never[]): unknown {
      return call((fn) => Reflect.apply(fn, this, args), args);
    },
  };
  return wrapped;
}

function newable(
  original: AnyFunction,
  call: (enter: Enter, args: readonly unknown[]) => unknown,
): AnyFunction {
  return function wrapped(this: unknown, ...args: never[]): unknown {
    if (new.target === undefined) return call((fn) => Reflect.apply(fn, this, args), args);
    // Made by `new Wrapped()`: the instance belongs to the original; by a subclass: to the subclass.
    const target = (new.target as unknown) === wrapped ? original : new.target;
    return call((fn) => Reflect.construct(fn, args, target) as unknown, args);
  };
}
