/** `tracedFeature()`: wraps any function so that each call is a run, and changes nothing else about it. */
import { context } from '@opentelemetry/api';
import { types } from 'node:util';
import {
  toFeature,
  type AnyFeatureOptions,
  type Feature,
  type FeatureOptions,
} from '../facts/options.ts';
import { idleRun, type FeatureHandle } from '../run/feature-handle.ts';
import { beginRun } from '../run/run.ts';
import { currentConfig } from '../settings/config.ts';
import { followGenerator, settle, type AnyGenerator } from './settle.ts';
import { callTraced } from './traced-call.ts';
import { applied, needsNothing } from './unrecorded-call.ts';

/** Any function at all. */
export type AnyFunction = (...args: never[]) => unknown;

/** What a call of `F` gives once it is awaited; generators stay what they are. */
export type Settled<F extends AnyFunction> = F extends (...args: never[]) => infer R
  ? R extends AsyncGenerator<unknown, infer T, unknown> | Generator<unknown, infer T, unknown>
    ? T
    : Awaited<R>
  : never;

/** Options for a function of type `F`. */
export type OptionsFor<F extends AnyFunction> = FeatureOptions<Parameters<F>, Settled<F>>;

/** The `tracedFeature` function and its `run`. */
export interface TracedFeature {
  /** Wraps `fn`: same type, same `this`, same result, same errors; each call is a run of the feature `name`. */
  <F extends AnyFunction>(name: string, fn: F): F;
  <F extends AnyFunction>(name: string, options: OptionsFor<NoInfer<F>>, fn: F): F;
  <F extends AnyFunction>(options: OptionsFor<NoInfer<F>> & { readonly name: string }, fn: F): F;
  /** Runs `fn` now as a run of the feature, and gives it the run to add facts to. */
  run<R>(name: string, fn: (run: FeatureHandle) => R): R;
  run<R>(name: string, options: FeatureOptions<[], Awaited<R>>, fn: (run: FeatureHandle) => R): R;
}

/** True for a function that `tracedFeature` made. */
export function isTracedFeature(fn: unknown): boolean {
  return typeof fn === 'function' && Object.hasOwn(fn, TRACED);
}

/** See {@link TracedFeature}. */
export const tracedFeature: TracedFeature = Object.assign(wrap, { run: runNow }) as TracedFeature;

// Symbol.for: a function wrapped by another copy of this package is not wrapped again.
const TRACED: unique symbol = Symbol.for('heartwood traced feature') as never;

function wrap(first: string | (AnyFeatureOptions & { name: string }), ...rest: unknown[]): unknown {
  const fn = rest.at(-1);
  if (typeof fn !== 'function' || isTracedFeature(fn)) return fn;
  const combined = typeof first === 'object' && first !== null;
  const options = combined ? first : rest.length > 1 ? (rest[0] as AnyFeatureOptions | null) : {};
  const feature = toFeature(combined ? first.name : first, options, fn.name);
  return likeOriginal(fn, wrapperFor(fn as AnyFunction, feature));
}

function wrapperFor(fn: AnyFunction, feature: Feature): AnyFunction {
  if (types.isGeneratorFunction(fn)) {
    // A method: like the original it is no constructor and has no prototype of its own.
    // oxlint-disable-next-line typescript/unbound-method
    const { wrapped } = {
      wrapped(this: unknown, ...args: never[]): unknown {
        // Excluded ones are followed too: their steps must not see the run around them.
        if (!currentConfig().enabled) return Reflect.apply(fn, this, args);
        const parent = context.active();
        const generator = Reflect.apply(fn, this, args) as AnyGenerator;
        followGenerator(generator, () => beginRun(feature, args, parent));
        return generator;
      },
    };
    return wrapped;
  }
  if (!isConstructible(fn)) {
    // A method: like the original it is no constructor and has no prototype of its own.
    // oxlint-disable-next-line typescript/unbound-method
    const { wrapped } = {
      wrapped(this: unknown, ...args: never[]): unknown {
        if (needsNothing(feature)) return Reflect.apply(fn, this, args);
        return callTraced(feature, applied, fn, this, args);
      },
    };
    return wrapped;
  }
  return function wrapped(this: unknown, ...args: never[]): unknown {
    if (new.target === undefined) {
      if (needsNothing(feature)) return Reflect.apply(fn, this, args);
      return callTraced(feature, applied, fn, this, args);
    }
    // Made by `new Wrapped()`: the instance belongs to the original; by a subclass: to the subclass.
    const target = (new.target as unknown) === wrapped ? fn : new.target;
    return callTraced(feature, constructed, fn, target, args);
  };
}

function constructed(fn: AnyFunction, target: AnyFunction, args: readonly unknown[]): unknown {
  return Reflect.construct(fn, args, target);
}

function runNow(name: string, ...rest: unknown[]): unknown {
  const body = rest.at(-1) as (run: FeatureHandle) => unknown;
  const options = (rest.length > 1 ? rest[0] : {}) as AnyFeatureOptions | null;
  const feature = toFeature(name, options);
  return callTraced(feature, handed, body, feature, NO_ARGUMENTS);
}

function handed(
  body: (run: FeatureHandle) => unknown,
  feature: Feature,
  _args: readonly unknown[],
  run: FeatureHandle | undefined,
): unknown {
  return body(run ?? idleRun(feature.name));
}

const NO_ARGUMENTS: readonly unknown[] = [];

/** Gives the wrapper the looks of the original: prototype, name, length, all own properties. */
function likeOriginal(fn: object, wrapper: AnyFunction): AnyFunction {
  Reflect.setPrototypeOf(wrapper, Reflect.getPrototypeOf(fn));
  for (const key of Reflect.ownKeys(fn)) {
    const property = Object.getOwnPropertyDescriptor(fn, key);
    // A property of the wrapper that may not be changed (an old-style function's `arguments`) stays.
    if (property !== undefined) Reflect.defineProperty(wrapper, key, property);
  }
  Object.defineProperty(wrapper, TRACED, { value: true });
  return wrapper;
}

function isConstructible(fn: AnyFunction): boolean {
  try {
    // Asks whether `fn` may stand behind `new` without calling it.
    Reflect.construct(Object, [], fn);
    return true;
  } catch {
    return false;
  }
}
