/** A run that has nothing to say besides its phrase and its own facts, in parts. */
import type { HrTime } from '@opentelemetry/api';
import { ATTR_FEATURE_EFFICIENCY } from '@heartwood/semconv';
import type { FinishedRun } from '../delivery/packed-run.ts';
import { writeKeyValue } from '../otlp/attributes.ts';
import { FIXED32, LENGTH, type BytesWriter } from '../otlp/bytes.ts';
import type { ReadableSpanLike, ResourceLike, ScopeLike } from '../otlp/readable-span.ts';
import { writeTime } from '../otlp/span.ts';
import type { EndAttributes } from './engine.ts';
import type { LeanSpan } from './lean-span.ts';
import type { EncodedActor, EncodedPhrase } from './phrase.ts';
import { fitting, SpanContent } from './span-content.ts';
import { encodeActor, encodePhrase, SPAN_ATTRIBUTES } from './template.ts';

/** The run in parts; undefined when it has to be put together key by key. */
export function packRun(
  span: LeanSpan,
  attributes: EndAttributes,
  endTime: HrTime,
): FinishedRun | undefined {
  const { begin, home } = span;
  const { phrase, actor, own } = attributes;
  if (phrase.overlaps || begin.links !== undefined) return undefined;
  const { limits } = home;
  let { encoded } = phrase;
  if (encoded?.limits !== limits) encoded = phrase.encoded = encodePhrase(phrase, limits);
  let said = actor.encoded;
  if (said?.limits !== limits) said = actor.encoded = encodeActor(actor, limits);
  const ownCount = own === undefined ? 0 : Object.keys(own).length;
  if (encoded.attributeCount + said.attributeCount + ownCount + 1 > limits.attributes) {
    return undefined;
  }
  said.uses += 1;
  return new PackedRun(span, attributes, endTime, encoded, said);
}

class PackedRun implements FinishedRun {
  readonly template: Uint8Array;
  readonly actorTemplate: Uint8Array;
  readonly #span: LeanSpan;
  readonly #attributes: EndAttributes;
  readonly #endTime: HrTime;
  readonly #actor: EncodedActor;

  constructor(
    span: LeanSpan,
    attributes: EndAttributes,
    endTime: HrTime,
    phrase: EncodedPhrase,
    actor: EncodedActor,
  ) {
    this.#span = span;
    this.#attributes = attributes;
    this.#endTime = endTime;
    this.#actor = actor;
    this.template = Number.isInteger(attributes.efficiency) ? phrase.bytes : phrase.withEfficiency;
    this.actorTemplate = actor.uses > FEW ? actor.bytes : NOTHING;
  }

  get resource(): ResourceLike {
    return this.#span.home.resource;
  }

  get scope(): ScopeLike {
    return this.#span.home.scope;
  }

  writeOwn(out: BytesWriter): void {
    const { efficiency, own } = this.#attributes;
    // The number that the template with an efficiency ends before.
    if (!Number.isInteger(efficiency)) out.double(efficiency);
    else writeKeyValue(out, SPAN_ATTRIBUTES, ATTR_FEATURE_EFFICIENCY, efficiency);
    if (this.actorTemplate === NOTHING) out.raw(this.#actor.bytes);
    if (own !== undefined) {
      const { valueLength } = this.#span.home.limits;
      for (const key of Object.keys(own)) {
        const value = own[key];
        if (value !== undefined) {
          writeKeyValue(
            out,
            SPAN_ATTRIBUTES,
            key,
            valueLength === Infinity ? value : fitting(value, valueLength),
          );
        }
      }
    }
    writeIdentity(out, this.#span);
    writeTime(out, 7, this.#span.begin.startTime);
    writeTime(out, 8, this.#endTime);
  }

  toReadable(): ReadableSpanLike {
    const { phrase, actor, efficiency, own } = this.#attributes;
    const { limits } = this.#span.home;
    const content = new SpanContent(phrase.name, phrase.begin, limits);
    content.setAttributes(phrase.end);
    content.setAttributes(actor.attributes);
    content.setAttribute(ATTR_FEATURE_EFFICIENCY, efficiency);
    if (own !== undefined) content.setAttributes(own);
    return this.#span.toReadable(content, this.#endTime);
  }
}

function writeIdentity(out: BytesWriter, span: LeanSpan): void {
  out.tag(1, LENGTH);
  out.varint(16);
  out.word(span.trace0);
  out.word(span.trace1);
  out.word(span.trace2);
  out.word(span.trace3);
  out.tag(2, LENGTH);
  out.varint(8);
  out.word(span.span0);
  out.word(span.span1);
  if (span.hasParent) {
    out.tag(4, LENGTH);
    out.varint(8);
    out.word(span.parent0);
    out.word(span.parent1);
  }
  const state = span.traceState?.serialize();
  if (state) {
    out.tag(3, LENGTH);
    out.string(state);
  }
  out.tag(16, FIXED32);
  out.fixed32((span.traceFlags & 0xff) | span.parentFlags);
}

// An actor of one request says so once or twice: kept apart from so few runs it would take more room than in them.
const FEW = 8;
const NOTHING = new Uint8Array();
