/** Times a function by wrapping it, as a run of the feature that it is. */
import { context, createContextKey, type Context } from '@opentelemetry/api';
import type { AnyFunction } from '../wrap/likeness.ts';
import { isTracedFeature, likeOriginal, markTraced } from '../wrap/likeness.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';

/** How a function is timed. */
export interface TimedOptions {
  /**
   * Notes the arguments as texts, with what the settings deny taken out: by the names given, or `arg0`, `arg1`, … for
   * `true`. Names of parameters are not read from the code: a minifier changes them.
   */
  readonly includeArgs?: boolean | readonly string[];
  readonly category?: string;
}

/**
 * Wraps a function so that each call is a run; what it does is unchanged, whether it is asynchronous or not. A call that
 * the function makes of itself, directly or through others, belongs to the outer run and is none of its own. Without a
 * name that of the function is taken.
 */
export function asyncTimed(
  operationName?: string,
  { includeArgs = false, category }: TimedOptions = {},
): <F extends AnyFunction>(fn: F) => F {
  const named = Array.isArray(includeArgs) ? (includeArgs as readonly string[]) : [];
  const options = {
    ...(category !== undefined && { category }),
    ...(includeArgs !== false && {
      metadata: (...args: unknown[]) => ({ args: argumentsByName(args, named) }),
    }),
  };
  return <F extends AnyFunction>(fn: F): F => {
    if (typeof fn !== 'function' || isTracedFeature(fn)) return fn;
    const timed = tracedFeature(
      { ...options, name: operationName ?? fn.name } as never,
      fn as AnyFunction,
    );
    return guarded(fn, timed) as F;
  };
}

function argumentsByName(
  args: readonly unknown[],
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    args.slice(0, MOST_ARGUMENTS).map((arg, i) => [names[i] ?? `arg${i}`, toText(arg)]),
  );
}

const MOST_ARGUMENTS = 20;

/** No method of the value is called: it is the app's, and may do anything. */
function toText(value: unknown): string {
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? '[list]' : '[object]';
  return typeof value === 'function' ? '[function]' : String(value);
}

const TIMED = createContextKey('heartwood timed functions');

/** Calls `fn` itself where one of its calls is being timed already. */
function guarded(fn: AnyFunction, timed: AnyFunction): AnyFunction {
  // Like the original it is no constructor.
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this`
  const { wrapped } = {
    wrapped(this: unknown, ...args: never[]): unknown {
      const active = context.active();
      const around = timedIn(active);
      if (around.includes(fn)) return Reflect.apply(fn, this, args);
      return context.with(active.setValue(TIMED, [...around, fn]), () =>
        Reflect.apply(timed, this, args),
      );
    },
  };
  return markTraced(likeOriginal(fn, wrapped));
}

function timedIn(ctx: Context): readonly AnyFunction[] {
  return (ctx.getValue(TIMED) as readonly AnyFunction[] | undefined) ?? [];
}
