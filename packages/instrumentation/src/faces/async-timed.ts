/** Times a function by wrapping it, as a run of the feature that it is. */
import { context, createContextKey, type Context } from '@opentelemetry/api';
import { toFeature, type Feature } from '../facts/options.ts';
import { isTracedFeature, type AnyFunction } from '../wrap/likeness.ts';
import { standInFor } from './stand-in.ts';
import { callWatched } from './watched-call.ts';

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
 * the function makes of itself before it is over, directly or through others, belongs to the outer run and is none of its
 * own. Without a name that of the function is taken.
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
  return (fn) => {
    if (typeof fn !== 'function' || isTracedFeature(fn)) return fn;
    return timed(toFeature(operationName ?? fn.name, options, fn.name), fn);
  };
}

/** Calls `fn` as a run, or as it is where one of its calls is being timed already. */
function timed<F extends AnyFunction>(feature: Feature, fn: F): F {
  return standInFor(fn, (enter, args) => {
    const active = context.active();
    const around = timedIn(active).filter((other) => !other.isOver);
    if (around.some((other) => other.fn === fn)) return enter(fn);
    const call: TimedCall = { fn, isOver: false };
    return callWatched({
      feature,
      fn,
      enter,
      args,
      around: active.setValue(TIMED, [...around, call]),
      ended: () => {
        call.isOver = true;
      },
    });
  });
}

/** A call until its end. What is begun inside, a timer say, keeps it in its context for longer; it is around nothing then. */
interface TimedCall {
  readonly fn: AnyFunction;
  isOver: boolean;
}

const TIMED = createContextKey('heartwood timed functions');

function timedIn(ctx: Context): readonly TimedCall[] {
  return (ctx.getValue(TIMED) as readonly TimedCall[] | undefined) ?? [];
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
