/** Wraps the functions of an object or class, each as a feature of its own name. */
import { types } from 'node:util';
import { reportCallbackFailure, warnOnce } from '../host/report.ts';
import { isTracedFeature, type AnyFunction } from './likeness.ts';
import { toWrapping, type WrapOptions } from './wrap-options.ts';
import { wrapFunction } from './wrapper.ts';

/** Which functions of an object or class are wrapped, and how they are named. */
export interface MembersOptions {
  /** Stands before each name as it is written, such as `shop.`. */
  readonly prefix?: string;
  /** Only these: names, names with `*` at the end for all that begin so, or patterns. */
  readonly include?: readonly (string | RegExp)[];
  /** Not these, whatever `include` says. */
  readonly exclude?: readonly (string | RegExp)[];
  /** Options of every one of the features. */
  readonly options?: WrapOptions;
}

/**
 * Wraps the object's own functions and the methods of its class in place - methods as properties of this object, other
 * instances stay as they are - and gives the object back. Methods of base classes are wrapped where `include` names them.
 * A module's namespace cannot be changed: a copy of it comes back. No getter is called. Never throws.
 */
export function traceMembers<T extends object>(object: T, given: MembersOptions | null = {}): T {
  try {
    const options = given ?? {};
    const target = types.isModuleNamespaceObject(object) ? { ...object } : object;
    const kept: string[] = [];
    for (const [key, method] of methodsOf(object, options)) {
      if (!replaceMethod(target, key, method, options)) kept.push(key);
    }
    if (kept.length > 0) {
      warnOnce('members', `cannot wrap ${kept.slice(0, 5).join(', ')}: the object is frozen`);
    }
    return target;
  } catch (error) {
    // A Proxy that refuses to be looked at, or no object at all.
    reportCallbackFailure('an object', 'wrapping', error);
    return object;
  }
}

/** Puts the wrapped method on `target`, as visible as it was. False when the target lets nothing be changed. */
export function replaceMethod(
  target: object,
  key: string,
  method: PropertyDescriptor,
  { prefix = '', options }: MembersOptions,
): boolean {
  const fn = method.value as AnyFunction;
  if (isTracedFeature(fn)) return true;
  const value = wrapFunction(fn, () => toWrapping(`${prefix}${key}`, options ?? null, fn.name));
  return Reflect.defineProperty(target, key, { ...method, value });
}

/** True when the options choose the method of this name. */
export function isChosen(key: string, { include, exclude = [] }: MembersOptions): boolean {
  if (key === 'constructor') return false;
  return (include === undefined || isListed(key, include)) && !isListed(key, exclude);
}

function methodsOf(object: object, options: MembersOptions): Map<string, PropertyDescriptor> {
  const methods = new Map<string, PropertyDescriptor>();
  let level: object | null = object;
  for (let depth = 0; level !== null && level !== Object.prototype; depth += 1) {
    // Own functions and those of the class; what a base class brings (`on`, `emit`) is asked for by name.
    if (depth > 1 && options.include === undefined) break;
    for (const key of Object.getOwnPropertyNames(level)) {
      const property = Object.getOwnPropertyDescriptor(level, key);
      if (typeof property?.value !== 'function' || methods.has(key)) continue;
      if (isChosen(key, options)) methods.set(key, property);
    }
    level = Reflect.getPrototypeOf(level);
  }
  return methods;
}

function isListed(key: string, list: readonly (string | RegExp)[]): boolean {
  return list.some((item) => {
    if (typeof item !== 'string') return key.search(item) !== -1;
    return item.endsWith('*') ? key.startsWith(item.slice(0, -1)) : key === item;
  });
}
