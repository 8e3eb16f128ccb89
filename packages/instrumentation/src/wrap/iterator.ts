/** Generators and iterators: each step runs inside the run, which ends with the last one. */
import { context } from '@opentelemetry/api';
import { types } from 'node:util';
import type { Run } from '../run/run.ts';
import { hide, type Method } from './hidden-property.ts';
import { observe } from './promise.ts';
import { applied, callUnrecorded } from './unrecorded-call.ts';

/** A generator, async generator, or an iterator that can be left. */
export interface AnyIterator {
  next: (...args: never[]) => unknown;
  return: (value: never) => unknown;
  throw?: (error: never) => unknown;
}

/**
 * Runs each step inside the run that `begin` gives at the first one: nothing of a generator's body runs before, and a
 * generator that nobody steps leaves no run. Undefined stands for a run that is not recorded. False when the object lets
 * nothing be put before its steps. The run is told the value that a generator `returned`, or the `iterator` itself.
 */
export function followIterator(
  iterator: AnyIterator,
  result: 'returned' | 'iterator',
  begin: () => Run | undefined,
): boolean {
  const { next, return: leave, throw: raise } = iterator;
  let run: Run | undefined;
  let begun = false;
  const step = (method: Method, args: readonly unknown[]): unknown => {
    if (!begun) {
      begun = true;
      run = begin();
    }
    const current = run;
    if (current === undefined) return callUnrecorded(applied, method, iterator, args);
    let answer: unknown;
    try {
      answer = context.with(current.context, applied, undefined, method, iterator, args);
    } catch (error) {
      current.failWith(error);
      throw error;
    }
    const took = (taken: unknown): void => {
      const { done, value } = taken as IteratorResult<unknown, unknown>;
      if (done === true) current.succeed(result === 'returned' ? value : iterator);
      else current.noteLife();
    };
    if (types.isPromise(answer)) observe(answer, took, (error) => current.failWith(error));
    else took(answer);
    return answer;
  };
  const hidden = hide(iterator, 'next', (...args: unknown[]) => step(next, args));
  if (!hidden) return false;
  hide(iterator, 'return', (...args: unknown[]) => step(leave, args));
  if (raise !== undefined) hide(iterator, 'throw', (...args: unknown[]) => step(raise, args));
  return true;
}
