/** `tracedFeature()`: wraps any function so that each call is a run, and changes nothing else about it. */
import type { FeatureOptions } from '../facts/options.ts';
import { idleRun } from '../run/feature-handle.ts';
import { type FeatureHandle } from '../run/feature-run.ts';
import type { AnyFunction } from './likeness.ts';
import { callTraced } from './traced-call.ts';
import { traceMembers, type MembersOptions } from './traced-members.ts';
import {
  toWrapping,
  type AnyWrapOptions,
  type StreamOption,
  type WrapOptions,
  type Wrapping,
} from './wrap-options.ts';
import { wrapFunction } from './wrapper.ts';

/** What a call of `F` gives once it is awaited; generators stay what they are. */
export type Settled<F extends AnyFunction> = F extends (...args: never[]) => infer R
  ? R extends AsyncGenerator<unknown, infer T, unknown> | Generator<unknown, infer T, unknown>
    ? T
    : Awaited<R>
  : never;

/** Options for a function of type `F`. */
export type OptionsFor<F extends AnyFunction> = WrapOptions<Parameters<F>, Settled<F>>;

/** The `tracedFeature` function, its `all` and its `run`. */
export interface TracedFeature {
  /** Wraps `fn`: same type, same `this`, same result, same errors; each call is a run of the feature `name`. */
  <F extends AnyFunction>(name: string, fn: F): F;
  <F extends AnyFunction>(name: string, options: OptionsFor<NoInfer<F>>, fn: F): F;
  <F extends AnyFunction>(options: OptionsFor<NoInfer<F>> & { readonly name: string }, fn: F): F;
  /** The name of the feature is the name of the function. */
  <F extends AnyFunction>(fn: F): F;
  /** Wraps the functions of an object, each as a feature of its own name; see {@link MembersOptions}. */
  all<T extends object>(object: T, options?: MembersOptions): T;
  /** Runs `fn` now as a run of the feature, and gives it the run to add facts to. */
  run<R>(name: string, fn: (run: FeatureHandle) => R): R;
  run<R>(
    name: string,
    options: FeatureOptions<[], Awaited<R>> & StreamOption,
    fn: (run: FeatureHandle) => R,
  ): R;
}

/** See {@link TracedFeature}. */
export const tracedFeature: TracedFeature = Object.assign(wrap, {
  all: traceMembers,
  run: runNow,
}) as TracedFeature;

function wrap(...given: readonly unknown[]): unknown {
  const fn = given.at(-1);
  if (typeof fn !== 'function') return fn;
  return wrapFunction(fn as AnyFunction, () => {
    const [first, second] = given;
    if (given.length === 1) return toWrapping(fn.name, null, fn.name);
    if (typeof first === 'object' && first !== null) {
      const options = first as AnyWrapOptions & { readonly name: string };
      return toWrapping(options.name, options, fn.name);
    }
    return toWrapping(first, given.length > 2 ? (second as AnyWrapOptions | null) : null, fn.name);
  });
}

function runNow(name: string, ...rest: unknown[]): unknown {
  const body = rest.at(-1) as (run: FeatureHandle) => unknown;
  const options = (rest.length > 1 ? rest[0] : {}) as AnyWrapOptions | null;
  const wrapping = toWrapping(name, options);
  return callTraced(wrapping, handed, body, wrapping, NO_ARGUMENTS);
}

function handed(
  body: (run: FeatureHandle) => unknown,
  { feature }: Wrapping,
  _args: readonly unknown[],
  run: FeatureHandle | undefined,
): unknown {
  return body(run ?? idleRun(feature.name));
}

const NO_ARGUMENTS: readonly unknown[] = [];
