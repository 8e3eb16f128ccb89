import type { Store } from '../store.ts';

/** Longer than any question of a test takes on a machine with much other work, which is no difference between numbers. */
const TIMEOUT_MS = 3_600_000;

/** The store, whose questions have no deadline that a test could come to. */
export function unhurried(store: Store): Store {
  return new Proxy(store, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (key === 'ask')
        return (question: never, options?: object) =>
          target.ask(question, { timeoutMs: TIMEOUT_MS, ...options });
      if (key === 'read')
        return (name: never, params: never, options?: object) =>
          target.read(name, params, { timeoutMs: TIMEOUT_MS, ...options });
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
