/** The feature of a decorated member, named after the class that declares it unless the app gives a name. */
import { likeOriginal, markTraced, isTracedFeature, type AnyFunction } from './likeness.ts';
import { toWrapping, type AnyWrapOptions, type Wrapping } from './wrap-options.ts';
import { wrapFunction } from './wrapper.ts';

/** Which member, and what the app says about it. */
export interface Member {
  readonly key: string | symbol;
  readonly name: string | undefined;
  readonly options: AnyWrapOptions | null;
}

/**
 * Wraps a method, getter or setter. The class is known at the first call and not at the decoration, so without a given
 * name the feature is found by `this`: once for each class, with one look into a map for each call.
 */
export function wrapMember(fn: AnyFunction, member: Member): AnyFunction {
  const { name, options } = member;
  if (isTracedFeature(fn)) return fn;
  if (name !== undefined) return wrapFunction(fn, () => toWrapping(name, options, fn.name));
  const features = featuresByClass(member, fn.name);
  const byFeature = new Map<Wrapping, AnyFunction>();
  // A method: like the original it is no constructor and has no prototype of its own.
  // oxlint-disable-next-line typescript/unbound-method
  const { wrapped } = {
    wrapped(this: unknown, ...args: never[]): unknown {
      const wrapping = features(this, wrapped);
      let traced = byFeature.get(wrapping);
      if (traced === undefined) {
        traced = wrapFunction(fn, () => wrapping);
        byFeature.set(wrapping, traced);
      }
      return Reflect.apply(traced, this, args);
    },
  };
  return markTraced(likeOriginal(fn, wrapped));
}

/** Wraps what a field is initialised with, where that is a function: a feature of the class of the instance. */
export function wrapInitial(member: Member): (this: unknown, initial: unknown) => unknown {
  const { name, options, key } = member;
  const given = name === undefined ? undefined : toWrapping(name, options, textOf(key));
  const features = featuresByClass(member, textOf(key));
  return function initialise(this: unknown, initial: unknown): unknown {
    if (typeof initial !== 'function') return initial;
    return wrapFunction(initial as AnyFunction, () => given ?? features(this, undefined));
  };
}

/** Finds the feature for a `this`. `mine` is the function that tells the declaring class from one that overrides it. */
function featuresByClass(
  { key, options }: Member,
  functionName: string,
): (self: unknown, mine: AnyFunction | undefined) => Wrapping {
  const byClass = new WeakMap<object, Wrapping>();
  const byName = new Map<string, Wrapping>();
  const named = (name: string): Wrapping => {
    const wrapping = byName.get(name) ?? toWrapping(name, options, functionName);
    byName.set(name, wrapping);
    return wrapping;
  };
  const found = (self: unknown, mine: AnyFunction | undefined): Wrapping => {
    const home = homeOf(self);
    // Taken off its object, a method has no class.
    if (home === null) return named(textOf(key));
    let wrapping = byClass.get(home);
    if (wrapping === undefined) {
      const className = classNameAt(declaringLevel(home, key, mine) ?? home);
      wrapping = named(className === '' ? textOf(key) : `${className}.${textOf(key)}`);
      byClass.set(home, wrapping);
    }
    return wrapping;
  };
  return (self, mine) => {
    try {
      return found(self, mine);
    } catch {
      // A Proxy that refuses to be looked at.
      return named(textOf(key));
    }
  };
}

/** Where a member of `self` is looked up: a class itself for static ones, else the prototype. */
function homeOf(self: unknown): object | null {
  if (typeof self === 'function') return self;
  return typeof self === 'object' && self !== null ? Reflect.getPrototypeOf(self) : null;
}

function declaringLevel(
  home: object,
  key: string | symbol,
  mine: AnyFunction | undefined,
): object | undefined {
  let level: object | null = mine === undefined ? null : home;
  for (; level !== null; level = Reflect.getPrototypeOf(level)) {
    const property = Reflect.getOwnPropertyDescriptor(level, key);
    if (property !== undefined && [property.value, property.get, property.set].includes(mine)) {
      return level;
    }
  }
  return undefined;
}

function classNameAt(level: object): string {
  const { constructor } = level;
  const name: unknown = typeof level === 'function' ? level.name : constructor?.name;
  return typeof name === 'string' ? name : '';
}

function textOf(key: string | symbol): string {
  return typeof key === 'symbol' ? (key.description ?? '') : key;
}
