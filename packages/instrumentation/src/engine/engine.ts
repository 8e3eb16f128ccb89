/** The one interface behind which a run becomes a span, whichever way the span is made. */
import type { Attributes, Context, HrTime, Span, SpanKind } from '@opentelemetry/api';

/** How a run begins. Attributes here are those a sampler may want to see. */
interface SpanBegin {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly startTime: HrTime;
}

/** How a run ends. `failure` sets the span status ERROR; without it the status stays unset, as the conventions ask. */
interface SpanEnd {
  readonly attributes: Attributes;
  readonly endTime: HrTime;
  readonly failure?: SpanFailure;
}

/** What went wrong, already bounded in size. */
export interface SpanFailure {
  readonly message: string;
  /** Recorded as an exception event; left out when the same error was recorded on a run further in. */
  readonly exception?: { readonly name: string; readonly message: string; readonly stack?: string };
}

/** Makes spans of runs. */
export interface Engine {
  begin(begin: SpanBegin, parent: Context): Span;
  finish(span: Span, end: SpanEnd): void;
}
