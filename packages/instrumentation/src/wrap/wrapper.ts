/** Makes the function that stands in for a wrapped one. */
import { context } from '@opentelemetry/api';
import { types } from 'node:util';
import { beginRun } from '../run/run.ts';
import { unrecordedContext } from '../run/unrecorded-context.ts';
import { isRecorded } from '../run/verdict.ts';
import { currentConfig } from '../settings/config.ts';
import { reportCallbackFailure } from '../host/report.ts';
import { followIterator, type AnyIterator } from './iterator.ts';
import { isTracedFeature, likeOriginal, markTraced, type AnyFunction } from './likeness.ts';
import { callTraced } from './traced-call.ts';
import { applied, applyHidden } from './unrecorded-call.ts';
import type { Wrapping } from './wrap-options.ts';

/** A function like `fn` whose calls are runs; `fn` itself when it is wrapped already or cannot be. Never throws. */
export function wrapFunction(fn: AnyFunction, wrappingFor: () => Wrapping): AnyFunction {
  if (isTracedFeature(fn)) return fn;
  try {
    return markTraced(likeOriginal(fn, wrapperFor(fn, wrappingFor())));
  } catch (error) {
    // A Proxy around a function may refuse to be looked at.
    reportCallbackFailure('a function', 'wrapping', error);
    return fn;
  }
}

function wrapperFor(fn: AnyFunction, wrapping: Wrapping): AnyFunction {
  if (types.isGeneratorFunction(fn)) return generatorWrapper(fn, wrapping);
  const { feature } = wrapping;
  if (!isConstructible(fn)) {
    // A method: like the original it is no constructor and has no prototype of its own.
    // oxlint-disable-next-line typescript/unbound-method
    const { wrapped } = {
      wrapped(this: unknown, ...args: never[]): unknown {
        // Not in a function of its own: 12 ns over the plain call here, 28 ns there.
        if (!isRecorded(feature)) {
          const hidden = unrecordedContext();
          return hidden === undefined
            ? Reflect.apply(fn, this, args)
            : applyHidden(hidden, fn, this, args);
        }
        return callTraced(wrapping, applied, fn, this, args);
      },
    };
    return wrapped;
  }
  return function wrapped(this: unknown, ...args: never[]): unknown {
    if (new.target === undefined) {
      // As above.
      if (!isRecorded(feature)) {
        const hidden = unrecordedContext();
        return hidden === undefined
          ? Reflect.apply(fn, this, args)
          : applyHidden(hidden, fn, this, args);
      }
      return callTraced(wrapping, applied, fn, this, args);
    }
    // Made by `new Wrapped()`: the instance belongs to the original; by a subclass: to the subclass.
    const target = (new.target as unknown) === wrapped ? fn : new.target;
    return callTraced(wrapping, constructed, fn, target, args);
  };
}

/** A generator's run is its steps, whatever the options say of streams: a call alone does nothing. */
function generatorWrapper(fn: AnyFunction, { feature }: Wrapping): AnyFunction {
  // oxlint-disable-next-line typescript/unbound-method -- as above
  const { wrapped } = {
    wrapped(this: unknown, ...args: never[]): unknown {
      // Excluded ones are followed too: their steps must not see the run around them.
      if (!currentConfig().enabled) return Reflect.apply(fn, this, args);
      const parent = context.active();
      const generator = Reflect.apply(fn, this, args) as AnyIterator;
      followIterator(generator, 'returned', () => beginRun(feature, args, parent));
      return generator;
    },
  };
  return wrapped;
}

function constructed(fn: AnyFunction, target: AnyFunction, args: readonly unknown[]): unknown {
  return Reflect.construct(fn, args, target);
}

/** Whether `fn` may stand behind `new`; it is not called. */
export function isConstructible(fn: AnyFunction): boolean {
  try {
    Reflect.construct(Object, [], fn);
    return true;
  } catch {
    return false;
  }
}
