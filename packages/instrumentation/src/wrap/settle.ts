/** Finds out when a call is over - at its return, or when its promise, thenable or generator is - and changes none. */
import { context } from '@opentelemetry/api';
import { types } from 'node:util';
import type { Run } from '../run/run.ts';
import { applied, callUnrecorded } from './unrecorded-call.ts';

/**
 * Ends `run` when `result` is over and gives the very same `result` back.
 * Promises end when they settle; other thenables when somebody awaits them (calling `then` starts a query builder's
 * query, so it is never called here); generators when they are done, throw or are left. All else is over now.
 */
export function settle<R>(result: R, run: Run): R {
  try {
    follow(result, run);
  } catch {
    // A class of promises whose constructor cannot be called by then(): it cannot be listened to.
    run.succeed(undefined);
  }
  return result;
}

function follow(result: unknown, run: Run): void {
  if (types.isPromise(result)) {
    observe(
      result,
      (value) => run.succeed(value),
      (error) => run.failWith(error),
    );
  } else if (types.isGeneratorObject(result)) {
    followGenerator(result, () => run);
  } else if (isThenable(result)) {
    followThenable(result, run);
  } else {
    run.succeed(result);
  }
}

/** A generator or async generator object. */
export interface AnyGenerator {
  next: (...args: never[]) => unknown;
  return: (value: never) => unknown;
  throw: (error: never) => unknown;
}

/**
 * Runs each step of a generator inside its run. The run begins with the first step, because nothing of the body runs
 * before it; a generator that nobody steps leaves no run. `begin` gives undefined when the run is not recorded.
 */
export function followGenerator(generator: AnyGenerator, begin: () => Run | undefined): void {
  const { next, return: finish, throw: raise } = generator;
  let run: Run | undefined;
  let begun = false;
  const step = (method: (...args: never[]) => unknown, args: readonly unknown[]): unknown => {
    if (!begun) {
      begun = true;
      run = begin();
    }
    const current = run;
    if (current === undefined) return callUnrecorded(applied, method, generator, args);
    let answer: unknown;
    try {
      answer = context.with(current.context, () => Reflect.apply(method, generator, args));
    } catch (error) {
      current.failWith(error);
      throw error;
    }
    if (types.isPromise(answer)) {
      observe(
        answer,
        (value) => endWhenDone(current, value),
        (error) => current.failWith(error),
      );
    } else endWhenDone(current, answer);
    return answer;
  };
  hide(generator, 'next', (...args: unknown[]) => step(next, args));
  hide(generator, 'return', (...args: unknown[]) => step(finish, args));
  hide(generator, 'throw', (...args: unknown[]) => step(raise, args));
}

function endWhenDone(run: Run, step: unknown): void {
  const { done, value } = step as IteratorResult<unknown, unknown>;
  if (done === true) run.succeed(value);
}

function followThenable(thenable: PromiseLike<unknown>, run: Run): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const { then } = thenable;
  const own = Object.getOwnPropertyDescriptor(thenable, 'then');
  const hidden = hide(thenable, 'then', function (this: unknown, ...handlers: unknown[]): unknown {
    // Only the first await is the run; a second one is the app's own affair.
    if (own === undefined) Reflect.deleteProperty(thenable, 'then');
    // oxlint-disable-next-line unicorn/no-thenable -- puts back the `then` that was there
    else Object.defineProperty(thenable, 'then', own);
    const [onValue, onError] = handlers;
    return context.with(run.context, () =>
      Reflect.apply(then, this, [
        (value: unknown) => {
          run.succeed(value);
          return typeof onValue === 'function' ? (onValue(value) as unknown) : value;
        },
        (error: unknown) => {
          run.failWith(error);
          if (typeof onError === 'function') return onError(error) as unknown;
          throw error;
        },
      ]),
    );
  });
  if (!hidden) run.succeed(thenable);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  try {
    return typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}

function hide(object: object, key: string, value: (...args: never[]) => unknown): boolean {
  return Reflect.defineProperty(object, key, {
    value,
    configurable: true,
    enumerable: false,
    writable: true,
  });
}

/**
 * Calls back when a promise settles, and leaves it as it was: same object, and still an unhandled rejection when
 * nobody else handles it. Listening to a promise marks it as handled, and there is no way to ask whether somebody else
 * listens too; so until the first look at `then` or `constructor` (every await and every chain looks at one of them)
 * the promise has a prototype that notices.
 */
function observe(
  promise: Promise<unknown>,
  onValue: (value: unknown) => void,
  onError: (error: unknown) => void,
): void {
  const prototype = Reflect.getPrototypeOf(promise);
  const watched = prototype === null ? undefined : watchedPrototype(prototype);
  // oxlint-disable-next-line typescript/unbound-method -- the intrinsic, called with its own `this`
  const { then } = Promise.prototype;
  // A subclass with its own `then` may be lazy: the intrinsic listens without starting it.
  void Reflect.apply(then, promise, [
    onValue,
    (error: unknown) => {
      onError(error);
      if (watched === undefined || Reflect.getPrototypeOf(promise) !== watched) return;
      // Node reports rejections after the microtasks: whoever attaches until then has handled it in time.
      process.nextTick(() => {
        // oxlint-disable-next-line promise/no-promise-in-callback -- its only purpose is to be unhandled
        if (Reflect.getPrototypeOf(promise) === watched) void Promise.reject(error);
      });
    },
  ]);
  if (watched !== undefined) Reflect.setPrototypeOf(promise, watched);
}

const watchedPrototypes = new WeakMap<object, object>();

function watchedPrototype(prototype: object): object {
  let watched = watchedPrototypes.get(prototype);
  if (watched === undefined) {
    const look = (key: 'then' | 'constructor'): PropertyDescriptor => ({
      configurable: true,
      get(this: object): unknown {
        if (Reflect.getPrototypeOf(this) === watched) Reflect.setPrototypeOf(this, prototype);
        return Reflect.get(prototype, key, this) as unknown;
      },
    });
    watched = Object.create(prototype, {
      // oxlint-disable-next-line unicorn/no-thenable -- a promise already is one
      then: look('then'),
      constructor: look('constructor'),
    }) as object;
    watchedPrototypes.set(prototype, watched);
  }
  return watched;
}
