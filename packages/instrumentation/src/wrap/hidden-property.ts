/** Puts a method of our own in front of an object's, where only this object is concerned and no key shows. */

/** Any method, to be called with its own `this`. */
export type Method = (...args: never[]) => unknown;

/** Defines `key` on the object. False when the object lets nothing be defined. */
export function hide(object: object, key: string | symbol, value: Method): boolean {
  const own = Reflect.getOwnPropertyDescriptor(object, key);
  return Reflect.defineProperty(object, key, {
    value,
    configurable: true,
    enumerable: own?.enumerable ?? false,
    writable: true,
  });
}

/**
 * Shows what calls of a method on this very object give back; the calls themselves are as ever. False when the object
 * lets nothing be defined, true when it has no such method.
 */
export function showAnswers(
  object: object,
  key: string | symbol,
  seen: (answer: unknown, args: readonly unknown[]) => void,
): boolean {
  const method = methodOf(object, key);
  if (method === undefined) return true;
  return hide(object, key, function (this: unknown, ...args: never[]): unknown {
    const answer: unknown = Reflect.apply(method, this, args);
    try {
      if (this === object) seen(answer, args);
    } catch {
      // Not what such a method gives back: there is nothing to see in it.
    }
    return answer;
  });
}

/** A method as it is now, own or inherited. */
export function methodOf(object: object, key: string | symbol): Method | undefined {
  const method: unknown = Reflect.get(object, key);
  return typeof method === 'function' ? (method as Method) : undefined;
}
