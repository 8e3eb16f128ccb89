/** Generators and iterators: each step runs inside the run, which ends with the last one. */
import { context } from '@opentelemetry/api';
import { types } from 'node:util';
import { contextWithRun } from '../context/context.ts';
import type { Run } from '../run/run.ts';
import { Followers } from './followers.ts';
import { hide, type Method } from './hidden-property.ts';
import { observe } from './promise.ts';
import { applied, applyHidden, callUnrecorded } from './unrecorded-call.ts';

/** A generator, async generator, or an iterator that can be left. */
export interface AnyIterator {
  next: (...args: never[]) => unknown;
  return: (value: never) => unknown;
  throw?: (error: never) => unknown;
}

/**
 * Runs each step inside `own`: a run under way, or what begins one at the first step. Nothing of a generator's body runs
 * before that, and a generator that nobody steps leaves no run; undefined stands for one that is not recorded. False when
 * the object lets nothing be put before its steps. Runs are told what a generator `returned`, or the `iterator` itself.
 */
export function followIterator(
  iterator: AnyIterator,
  result: 'returned' | 'iterator',
  own: Run | (() => Run | undefined),
): boolean {
  const { next, return: leave, throw: raise } = iterator;
  const followers = new Followers();
  let run = typeof own === 'function' ? undefined : own;
  let begin = typeof own === 'function' ? own : undefined;
  const step = (method: Method, args: readonly unknown[]): unknown => {
    if (begin !== undefined) {
      const beginOnce = begin;
      begin = undefined;
      run = beginOnce();
      if (run !== undefined) followers.add(iterator, run);
    }
    let answer: unknown;
    try {
      answer = enter(method, iterator, args, run, followers.first);
    } catch (error) {
      followers.failWith(error);
      throw error;
    }
    if (followers.first === undefined) return answer;
    const took = (taken: unknown): void => {
      const { done, value } = taken as IteratorResult<unknown, unknown>;
      if (done === true) followers.succeed(result === 'returned' ? value : iterator);
      else followers.noteLife();
    };
    if (types.isPromise(answer)) observe(answer, took, (error) => followers.failWith(error));
    else took(answer);
    return answer;
  };
  const hidden = hide(iterator, 'next', (...args: unknown[]) => step(next, args));
  if (!hidden) return false;
  hide(iterator, 'return', (...args: unknown[]) => step(leave, args));
  if (raise !== undefined) hide(iterator, 'throw', (...args: unknown[]) => step(raise, args));
  followers.attach(iterator);
  if (run !== undefined) followers.add(iterator, run);
  return true;
}

/** A step inside the iterator's own run; of one that has none inside the run around, but out of sight of it. */
function enter(
  method: Method,
  iterator: AnyIterator,
  args: readonly unknown[],
  own: Run | undefined,
  around: Run | undefined,
): unknown {
  if (own !== undefined) {
    return context.with(own.context, applied, undefined, method, iterator, args);
  }
  return around === undefined
    ? callUnrecorded(applied, method, iterator, args)
    : applyHidden(contextWithRun(around.context, undefined), method, iterator, args);
}
