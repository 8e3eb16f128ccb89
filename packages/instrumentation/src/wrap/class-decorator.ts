/** The `FeatureClass` decorator: wraps the methods of a class, by the standard and by `experimentalDecorators`. */
import { isChosen, replaceMethod, type MembersOptions } from './traced-members.ts';
import { reportCallbackFailure } from '../host/report.ts';

type AnyClass = abstract new (...args: never[]) => unknown;

/** The `FeatureClass` decorator, with and without arguments. */
export interface FeatureClassDecorator {
  <Class extends AnyClass>(target: Class, context?: ClassDecoratorContext<Class>): void;
  /** The prefix is `Class.` when left out. */
  (
    options?: MembersOptions,
  ): <Class extends AnyClass>(target: Class, context?: ClassDecoratorContext<Class>) => void;
}

/**
 * Wraps the methods a class declares, static ones too, each as a feature of its own name; the class stays the class. Not
 * wrapped: the constructor, accessors, fields, and what `@Feature` has wrapped under a name of its own.
 */
export const FeatureClass = ((first?: AnyClass | MembersOptions): unknown => {
  if (typeof first === 'function') return traceClass(first, {});
  return (target: NewableFunction) => traceClass(target, first ?? {});
}) as FeatureClassDecorator;

// oxlint-disable-next-line typescript/no-unsafe-function-type -- a class, whatever its constructor takes
function traceClass(target: Function, given: MembersOptions): void {
  try {
    const options = { prefix: target.name === '' ? '' : `${target.name}.`, ...given };
    traceLevel(target.prototype as object, options);
    traceLevel(target, options, true);
  } catch (error) {
    // A class that is frozen, or stands behind a Proxy, stays as it is.
    reportCallbackFailure('a class', 'wrapping', error);
  }
}

function traceLevel(level: object, options: MembersOptions, methodsOnly = false): void {
  for (const key of Object.getOwnPropertyNames(level)) {
    const property = Object.getOwnPropertyDescriptor(level, key);
    if (typeof property?.value !== 'function' || !isChosen(key, options)) continue;
    // Static fields are enumerable, methods are not. Which fields are there yet depends on the kind of decorators.
    if (methodsOnly && property.enumerable === true) continue;
    replaceMethod(level, key, property, options);
  }
}
