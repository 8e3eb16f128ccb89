/** The context of a run: one object that adds two values to the context around it. */
import { createContextKey, trace, type Context, type Span } from '@opentelemetry/api';
import type { FeatureRun } from '../run/feature-run.ts';

/** The key under which a context has its run. Two copies of this package in one app see the same one. */
export const RUN_KEY = createContextKey('heartwood run');

/** The key of the run that says who acts in a context: the innermost one, hidden or not. */
export const ACTING_KEY = createContextKey('heartwood acting run');

/** The context inside `run`, whose span is `span`. */
export function contextOfRun(parent: Context, span: Span, run: FeatureRun | undefined): Context {
  // Span and run of the context around are hidden by ours: what lies below them is enough, however deep runs nest.
  return new RunContext(parent instanceof RunContext ? parent.around : parent, span, run, run);
}

/** Stands in for two copies of a map, at a fifth of their time. */
class RunContext implements Context {
  readonly around: Context;
  readonly #span: unknown;
  readonly #run: unknown;
  readonly #acting: unknown;

  constructor(around: Context, span: unknown, run: unknown, acting: unknown) {
    this.around = around;
    this.#span = span;
    this.#run = run;
    this.#acting = acting;
  }

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return this.#span;
    if (key === RUN_KEY) return this.#run;
    return key === ACTING_KEY ? this.#acting : this.around.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    if (key === SPAN_KEY) return new RunContext(this.around, value, this.#run, this.#acting);
    // A run that is hidden from what is inside still says who acts there.
    if (key === RUN_KEY) {
      return new RunContext(this.around, this.#span, value, value ?? this.#acting);
    }
    return new RunContext(this.around.setValue(key, value), this.#span, this.#run, this.#acting);
  }

  deleteValue(key: symbol): Context {
    if (key === SPAN_KEY || key === RUN_KEY) return this.setValue(key, undefined);
    return new RunContext(this.around.deleteValue(key), this.#span, this.#run, this.#acting);
  }
}

/** The key under which the API keeps the span, which it tells nobody: learned from what it sets. */
const SPAN_KEY = learnSpanKey();

function learnSpanKey(): symbol | undefined {
  let learned: symbol | undefined;
  const listener: Context = {
    getValue: () => undefined,
    setValue(key) {
      learned = key;
      return listener;
    },
    deleteValue: () => listener,
  };
  trace.setSpan(listener, trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }));
  return learned;
}
