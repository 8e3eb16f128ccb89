/** The one interface behind which a run becomes a span, whichever way the span is made. */
import type { Attributes, Context, HrTime, Link, Span, SpanKind } from '@opentelemetry/api';
import type { ActorPhrase, Phrase } from './phrase.ts';

/** How a run begins. Attributes here are those a sampler may want to see. */
export interface SpanBegin {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly startTime: HrTime;
  readonly links?: Link[];
  /** True for a trace of its own, whatever span is around. */
  readonly root?: boolean;
}

/**
 * What is known at the end of a run: what repeats, and what does not. Later ones replace earlier ones of the same key:
 * the phrase, the actor, the efficiency, the own facts.
 */
export interface EndAttributes {
  readonly phrase: Phrase;
  readonly actor: ActorPhrase;
  readonly efficiency: number;
  readonly own: Attributes | undefined;
}

/** How a run ends. `failure` sets the span status ERROR; without it the status stays unset, as the conventions ask. */
export interface SpanEnd {
  readonly attributes: EndAttributes;
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
  /** The span is one of the API: children, logs and propagators work on it. */
  begin(begin: SpanBegin, parent: Context): Span;
  finish(span: Span, end: SpanEnd): void;
}
