/** Calls functions that the app gave us: what they throw, promise or take too long for stays here and is said. */
import { types } from 'node:util';
import { countTrouble, reportCallbackFailure, warnOnce } from './report.ts';

/**
 * Calls `fn`, the `callback` of a feature, and gives back what it returned. Undefined when it threw, or when it returned
 * a promise: a run cannot wait for it, and a rejection that nobody listens to would end the app. What is inside of its
 * answer is a matter of {@link silencePromises}.
 */
export function callOfApp<R>(feature: string, callback: string, fn: () => R): R | undefined {
  const startedMs = performance.now();
  try {
    let answer: R;
    try {
      answer = fn();
    } finally {
      const tookMs = performance.now() - startedMs;
      if (tookMs > SLOW_MS) reportSlow(feature, callback, tookMs);
    }
    if (typeof answer !== 'object' || answer === null || !isPromiseLike(answer)) return answer;
    silencePromises(feature, callback, answer);
    return undefined;
  } catch (error) {
    reportCallbackFailure(feature, callback, error);
    return undefined;
  }
}

/** Keeps promises in a value that a callback gave from ending the app by their rejection, and says that there are some. */
export function silencePromises(feature: string, callback: string, value: object): void {
  if (!holdsPromise(value, DEEPEST, { values: MOST_VALUES })) return;
  countTrouble('async');
  warnOnce(
    `async:${feature}:${callback}`,
    `${callback} of feature "${feature}" gave a promise; a run cannot wait for it, so it is left out. ` +
      'Give the value itself, or call currentFeature()?.setMetadata() once it is there',
  );
}

// A call of a feature should not notice its recording; 5 ms is what an event loop may be held up for.
const SLOW_MS = 5;
// What metadata may hold of levels, and about what fits into it.
const DEEPEST = 4;
const MOST_VALUES = 256;

/** Silences the promises in a value, and says whether there were any. No `then` of their own is called: they may be lazy. */
function holdsPromise(value: object, levels: number, left: { values: number }): boolean {
  if (isPromiseLike(value)) {
    if (types.isPromise(value)) silence(value);
    return true;
  }
  if (levels === 0 || ArrayBuffer.isView(value)) return false;
  let found = false;
  for (const key of Object.keys(value)) {
    left.values -= 1;
    if (left.values < 0) break;
    const inner: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
    if (typeof inner === 'object' && inner !== null) {
      found = holdsPromise(inner, levels - 1, left) || found;
    }
  }
  return found;
}

function isPromiseLike(value: object): boolean {
  return types.isPromise(value) || typeof (value as { then?: unknown }).then === 'function';
}

function silence(promise: Promise<unknown>): void {
  try {
    // The intrinsic, because a subclass may start its work in its own `then`.
    // oxlint-disable-next-line typescript/unbound-method -- called with its own `this`
    void Reflect.apply(Promise.prototype.then, promise, [undefined, () => {}]);
  } catch {
    // A class of promises whose constructor cannot be called by then(): it cannot be listened to.
  }
}

function reportSlow(feature: string, callback: string, tookMs: number): void {
  countTrouble('slow');
  warnOnce(
    `slow:${feature}:${callback}`,
    `${callback} of feature "${feature}" took ${Math.round(tookMs)} ms, and the call waited for it; ` +
      'it should take less than a millisecond',
  );
}
