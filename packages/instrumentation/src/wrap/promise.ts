/** Listens to promises without being noticed. */

/**
 * Calls back when a promise settles, and leaves it as it was: same object, and still an unhandled rejection when
 * nobody else handles it. Listening to a promise marks it as handled, and there is no way to ask whether somebody else
 * listens too; so until the first look at `then` or `constructor` (every await and every chain looks at one of them)
 * the promise has a prototype that notices. One that many calls give back gets it once: who has looked at it for the
 * first call has looked at it for all. False, and nothing done, for a promise that is frozen. Never throws.
 */
export function observe(
  promise: Promise<unknown>,
  onValue: (value: unknown) => void,
  onError: (error: unknown) => void,
): boolean {
  const prototype = Reflect.getPrototypeOf(promise);
  if (prototype === null || !Reflect.isExtensible(promise)) return false;
  // Meanwhile a plain promise: then() of a subclass makes another of the subclass, whose constructor may do anything.
  if (prototype !== Promise.prototype) Reflect.setPrototypeOf(promise, Promise.prototype);
  // oxlint-disable-next-line typescript/unbound-method -- the intrinsic, called with its own `this`
  const { then } = Promise.prototype;
  if (Observed.has(promise)) {
    void Reflect.apply(then, promise, [onValue, onError]);
    if (prototype !== Promise.prototype) Reflect.setPrototypeOf(promise, prototype);
    return true;
  }
  Observed.mark(promise);
  const watched = watchedPrototype(prototype);
  // A subclass with its own `then` may be lazy: the intrinsic listens without starting it.
  void Reflect.apply(then, promise, [
    onValue,
    (error: unknown) => {
      onError(error);
      // oxlint-disable-next-line promise/no-promise-in-callback -- its only purpose is to be unhandled
      if (Reflect.getPrototypeOf(promise) === watched) standIns.set(promise, Promise.reject(error));
    },
  ]);
  Reflect.setPrototypeOf(promise, watched);
  return true;
}

/** Constructs what it is given: what a subclass defines is then defined on that object. */
const Given = function given(object: object): object {
  return object;
} as unknown as new (object: object) => object;

/** A mark on an object that nobody else can see: in a WeakSet it takes 220 ns, in a private field of the object 25. */
class Observed extends Given {
  readonly #mark = true;

  static has(object: object): boolean {
    return #mark in object && object.#mark;
  }

  static mark(object: object): void {
    // oxlint-disable-next-line no-new -- it defines the mark
    new Observed(object);
  }
}

// Nobody has looked when it rejects: another promise stands in for it among those that Node reports as unhandled, and
// is handled as soon as somebody looks, in time or late, as Node wants to know both.
const standIns = new WeakMap<object, Promise<never>>();

function lookedAt(promise: object, prototype: object): void {
  Reflect.setPrototypeOf(promise, prototype);
  standIns.get(promise)?.catch(() => {});
}

const watchedPrototypes = new WeakMap<object, object>();

function watchedPrototype(prototype: object): object {
  let watched = watchedPrototypes.get(prototype);
  if (watched === undefined) {
    const look = (key: 'then' | 'constructor'): PropertyDescriptor => ({
      configurable: true,
      get(this: object): unknown {
        if (Reflect.getPrototypeOf(this) === watched) lookedAt(this, prototype);
        return Reflect.get(prototype, key, this) as unknown;
      },
    });
    watched = Object.create(prototype, {
      // oxlint-disable-next-line unicorn/no-thenable -- a promise already is one
      then: look('then'),
      constructor: look('constructor'),
    }) as object;
    watchedPrototypes.set(prototype, watched);
  }
  return watched;
}
