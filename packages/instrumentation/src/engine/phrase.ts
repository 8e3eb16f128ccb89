/** What many runs say in the same words: kept as one object, so that an engine can keep its bytes. */
import type { Attributes, SpanKind } from '@opentelemetry/api';

/** All that the runs of one feature with one outcome have in common. */
export interface Phrase {
  readonly name: string;
  readonly kind: SpanKind;
  /** Attributes of the start, and those of the end. */
  readonly begin: Attributes;
  readonly end: Attributes;
  /** An attribute of the start may have the key of one of the end: such a span is put together key by key. */
  readonly overlaps: boolean;
  /** Kept by the direct engine. */
  template?: Uint8Array;
}

/** Who acted, for all runs of one actor. */
export interface ActorPhrase {
  readonly attributes: Attributes;
  /** Kept by the direct engine. */
  template?: Uint8Array;
}
