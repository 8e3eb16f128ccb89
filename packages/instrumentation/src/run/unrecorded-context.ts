/** Where code of a feature runs that is not recorded. */
import { context, type Context } from '@opentelemetry/api';
import { contextWithRun, runIn } from '../context/context.ts';
import { anyRunOpen } from './open-runs.ts';

/** The active context with the run around hidden, so that no facts end up there; undefined where none is around. */
export function unrecordedContext(): Context | undefined {
  if (!anyRunOpen()) return undefined;
  const active = context.active();
  return runIn(active) === undefined ? undefined : contextWithRun(active, undefined);
}

/** Calls `fn` there. */
export function runUnrecorded<R>(fn: () => R): R {
  const hidden = unrecordedContext();
  return hidden === undefined ? fn() : context.with(hidden, fn);
}
