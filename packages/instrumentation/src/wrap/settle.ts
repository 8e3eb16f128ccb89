/** Finds out when a call is over - at its return, or when what it gave back is - and changes none. */
import { types } from 'node:util';
import type { Run } from '../run/run.ts';
import { cancelWhenDropped } from './abandoned.ts';
import { followIterator, type AnyIterator } from './iterator.ts';
import { followNodeStream, type NodeStream } from './node-stream.ts';
import { observe } from './promise.ts';
import { lazyKindOf } from './result-kind.ts';
import { followThenable, isThenable } from './thenable.ts';
import { followWebStream, type WebStream } from './web-stream.ts';

/**
 * Ends `run` when `result` is over and gives the very same `result` back. Promises end when they settle; other thenables
 * when somebody awaits them; generators, iterators and streams - also those that a promise brings - when they are done,
 * fail or are left. All else is over now, and with `untilReturn` what a call or a promise brings is.
 */
export function settle<R>(result: R, run: Run, untilReturn: boolean): R {
  // Most results: no property of theirs needs a look.
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) {
    run.succeed(result);
    return result;
  }
  follow(result, run, untilReturn);
  return result;
}

function follow(result: object, run: Run, untilReturn: boolean): void {
  const brought = (value: unknown): void => {
    if (untilReturn || typeof value !== 'object' || value === null) run.succeed(value);
    else followLazy(value, run);
  };
  if (types.isPromise(result)) {
    const heard = observe(result, brought, (error) => run.failWith(error));
    if (!heard) run.succeed(undefined);
  } else if (isThenable(result)) followThenable(result, run, brought);
  else brought(result);
}

function followLazy(value: object, run: Run): void {
  try {
    const kind = lazyKindOf(value);
    if (kind === 'generator' || kind === 'iterator') {
      const result = kind === 'generator' ? 'returned' : 'iterator';
      const follows = followIterator(value as AnyIterator, result, () => run);
      if (follows) cancelWhenDropped(value, run);
      else run.succeed(value);
    } else if (kind === 'node stream') followNodeStream(value as NodeStream, run);
    else if (kind === 'web stream') followWeb(value as WebStream, run);
    else run.succeed(value);
  } catch {
    // A Proxy, or an object that only looks like a stream: it is what the call gave back, and that is all.
    run.succeed(value);
  }
}

function followWeb(stream: WebStream, run: Run): void {
  const weak = new WeakRef(stream);
  const follows = followWebStream(stream, {
    ended: () => run.succeed(weak.deref()),
    failed: (error) => run.failWith(error),
    cancelled: () => run.cancel('cancelled before its end'),
  });
  if (follows) cancelWhenDropped(stream, run);
  else run.succeed(stream);
}
