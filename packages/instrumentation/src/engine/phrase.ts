/** What many runs say in the same words: kept as one object, so that an engine can keep its bytes. */
import type { Attributes, SpanKind } from '@opentelemetry/api';
import type { SpanLimits } from './limits.ts';

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
  encoded?: EncodedPhrase;
}

/** Who acted, for all runs of one actor. */
export interface ActorPhrase {
  readonly attributes: Attributes;
  /** Kept by the direct engine. */
  encoded?: EncodedActor;
}

/** OTLP fields of a span that say a phrase. */
export interface EncodedPhrase {
  /** What it was cut to. */
  readonly limits: SpanLimits;
  readonly attributeCount: number;
  readonly bytes: Uint8Array;
  /** The same, and at the end an efficiency of which only the eight bytes of the number are missing. */
  readonly withEfficiency: Uint8Array;
}

/** OTLP attributes of a span that say who acted. */
export interface EncodedActor {
  readonly limits: SpanLimits;
  readonly attributeCount: number;
  readonly bytes: Uint8Array;
  /** How often it was said: those that come again are kept apart from the run. */
  uses: number;
}
