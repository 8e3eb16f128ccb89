/** Finds out when a call is over - at its return, or when what it gave back is - and changes none. */
import { types } from 'node:util';
import type { Run } from '../run/run.ts';
import { Followers, followersOf } from './followers.ts';
import { followIterator, type AnyIterator } from './iterator.ts';
import { followNodeStream, type NodeStream } from './node-stream.ts';
import { observe } from './promise.ts';
import { lazyKindOf, type LazyKind } from './result-kind.ts';
import { followThenable, isThenable } from './thenable.ts';
import { followWebStream, type WebStream } from './web-stream.ts';

/**
 * Ends `run` when `result` is over and gives the very same `result` back. Promises end when they settle; other thenables
 * when somebody awaits them; generators, iterators and streams - also those that a promise brings - when they are done,
 * fail or are left. All else is over now, and with `untilReturn` what a call or a promise brings is; so is an object that
 * was handed out before the call began.
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
  } else if (!isThenable(result)) brought(result);
  else if (!followThenable(result, run, brought)) run.succeed(result);
}

function followLazy(value: object, run: Run): void {
  try {
    if (!follows(value, lazyKindOf(value), run)) run.succeed(value);
  } catch {
    // A Proxy, or an object that only looks like a stream: it is what the call gave back, and that is all.
    run.succeed(value);
  }
}

/** False for what is over, or cannot be followed. */
function follows(value: object, kind: LazyKind | undefined, run: Run): boolean {
  if (kind === undefined) return false;
  const followers = followersOf(value);
  if (followers !== undefined) return followers.join(value, run);
  if (kind === 'node stream') return followNodeStream(value as NodeStream, run);
  if (kind === 'web stream') return followWeb(value as WebStream, run);
  const result = kind === 'generator' ? 'returned' : 'iterator';
  return followIterator(value as AnyIterator, result, run);
}

function followWeb(stream: WebStream, run: Run): boolean {
  const followers = new Followers();
  const weak = new WeakRef(stream);
  const isHooked = followWebStream(stream, {
    ended: () => followers.succeed(weak.deref()),
    failed: (error) => followers.failWith(error),
    cancelled: () => followers.cancel('cancelled before its end'),
  });
  if (!isHooked) return false;
  followers.attach(stream);
  followers.add(stream, run);
  return true;
}
