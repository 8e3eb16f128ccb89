/** Gives a function that stands in for another the looks of the one it stands in for. */

/** Any function at all. */
export type AnyFunction = (...args: never[]) => unknown;

/** Gives the wrapper prototype, name, length, all own properties, and what reflect-metadata keeps about the original. */
export function likeOriginal(fn: object, wrapper: AnyFunction): AnyFunction {
  Reflect.setPrototypeOf(wrapper, Reflect.getPrototypeOf(fn));
  for (const key of Reflect.ownKeys(fn)) {
    const property = Object.getOwnPropertyDescriptor(fn, key);
    // A property of the wrapper that may not be changed (an old-style function's `arguments`) stays.
    if (property !== undefined) Reflect.defineProperty(wrapper, key, property);
  }
  copyMetadata(fn, wrapper);
  return wrapper;
}

/** True for a function that `tracedFeature` made. */
export function isTracedFeature(fn: unknown): boolean {
  return typeof fn === 'function' && Object.hasOwn(fn, TRACED);
}

/** Marks a wrapper, so that it is not wrapped again. */
export function markTraced(wrapper: AnyFunction): AnyFunction {
  return Object.defineProperty(wrapper, TRACED, { value: true });
}

// Symbol.for: a function wrapped by another copy of this package is not wrapped again.
const TRACED: unique symbol = Symbol.for('heartwood traced feature') as never;

/** The part of reflect-metadata that is used, when the app has loaded it. Nest and others keep facts on methods with it. */
interface ReflectMetadata {
  getOwnMetadataKeys?(target: object): unknown[];
  getOwnMetadata?(key: unknown, target: object): unknown;
  defineMetadata?(key: unknown, value: unknown, target: object): void;
}

function copyMetadata(from: object, to: object): void {
  const reflect = Reflect as ReflectMetadata;
  for (const key of reflect.getOwnMetadataKeys?.(from) ?? []) {
    reflect.defineMetadata?.(key, reflect.getOwnMetadata?.(key, from), to);
  }
}
