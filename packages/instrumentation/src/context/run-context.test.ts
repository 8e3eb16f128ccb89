/** The context of a run against the one it stands in for: what it gives, hides and lets through. */
import { createContextKey, ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureRun } from '../run/feature-run.ts';
import { contextOfRun, RUN_KEY } from './run-context.ts';

const KEYS = [RUN_KEY, createContextKey('a'), createContextKey('b')];

const spanOf = (spanId: string) =>
  trace.wrapSpanContext({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId, traceFlags: 1 });
const runOf = (name: string) => ({ name }) as unknown as FeatureRun;

/** One change of a context, by the class under test and by the API's own. */
type Change = (ours: Context, theirs: Context) => [Context, Context];

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.string({ maxLength: 3 }).map((name): Change => {
    const span = spanOf(`b7ad6b71692033${String(name.length).padStart(2, '0')}`);
    const run = runOf(name);
    return (ours, theirs) => [
      contextOfRun(ours, span, run),
      trace.setSpan(theirs, span).setValue(RUN_KEY, run),
    ];
  }),
  fc.tuple(fc.nat(KEYS.length - 1), fc.nat(9)).map(([index, value]): Change => {
    const key = KEYS[index] ?? RUN_KEY;
    return (ours, theirs) => [ours.setValue(key, value), theirs.setValue(key, value)];
  }),
  fc.nat(KEYS.length - 1).map((index): Change => {
    const key = KEYS[index] ?? RUN_KEY;
    return (ours, theirs) => [ours.deleteValue(key), theirs.deleteValue(key)];
  }),
  fc.constantFrom<Change>(
    (ours, theirs) => [trace.deleteSpan(ours), trace.deleteSpan(theirs)],
    (ours, theirs) => {
      const span = spanOf('00f067aa0ba902b7');
      return [trace.setSpan(ours, span), trace.setSpan(theirs, span)];
    },
  ),
);

describe('the context of a run', () => {
  it('gives what the contexts of the API would give, after any changes', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 12 }), (changes) => {
        let ours: Context = ROOT_CONTEXT;
        let theirs: Context = ROOT_CONTEXT;
        for (const change of changes) {
          [ours, theirs] = change(ours, theirs);
          for (const key of KEYS) expect(ours.getValue(key)).toBe(theirs.getValue(key));
          expect(trace.getSpan(ours)).toBe(trace.getSpan(theirs));
        }
      }),
    );
  });

  it('is no chain, however deep runs nest', () => {
    const key = createContextKey('deep');
    let deep: Context = ROOT_CONTEXT.setValue(key, 'found');
    for (let i = 0; i < 10_000; i += 1)
      deep = contextOfRun(deep, spanOf('b7ad6b7169203331'), runOf('r'));
    // A chain of that length would end in "Maximum call stack size exceeded".
    expect(deep.getValue(key)).toBe('found');
  });
});
