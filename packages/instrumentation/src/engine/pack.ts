/** A run that has nothing to say besides its phrase and its own facts, in parts. */
import type { HrTime, TraceState } from '@opentelemetry/api';
import { ATTR_FEATURE_EFFICIENCY } from '@heartwood/semconv';
import type { FinishedRun, Keep } from '../delivery/packed-run.ts';
import { writeKeyValue } from '../otlp/attributes.ts';
import { FIXED32, FIXED64, LENGTH, type BytesWriter } from '../otlp/bytes.ts';
import type { ReadableSpanLike, ResourceLike, ScopeLike } from '../otlp/readable-span.ts';
import type { EndAttributes, SpanBegin } from './engine.ts';
import type { EncodedActor, EncodedPhrase } from './phrase.ts';
import type { SpanHome } from './span-home.ts';
import { fitting, SpanContent } from './span-content.ts';
import { encodeActor, encodePhrase, SPAN_ATTRIBUTES } from './template.ts';

/** A span as it is packed; ids in words of 32 bits, as `LeanSpan` has them. */
export interface PackableSpan {
  readonly begin: SpanBegin;
  readonly home: SpanHome;
  readonly trace0: number;
  readonly trace1: number;
  readonly trace2: number;
  readonly trace3: number;
  readonly span0: number;
  readonly span1: number;
  readonly parent0: number;
  readonly parent1: number;
  readonly parentFlags: number;
  readonly hasParent: boolean;
  readonly traceFlags: number;
  readonly traceState: TraceState | undefined;
  toReadable(content: SpanContent, endTime: HrTime): ReadableSpanLike;
}

/** The run in parts; undefined when it has to be put together key by key. */
export function packRun(
  span: PackableSpan,
  attributes: EndAttributes,
  endTime: HrTime,
): FinishedRun | undefined {
  const { begin, home } = span;
  const { phrase, actor, own } = attributes;
  if (phrase.overlaps || begin.links !== undefined) return undefined;
  // What the span began with was changed for this run alone: the id of its user was taken out.
  if (begin.attributes !== phrase.begin) return undefined;
  const { limits } = home;
  let { encoded } = phrase;
  if (encoded?.limits !== limits) encoded = phrase.encoded = encodePhrase(phrase, limits);
  let said = actor.encoded;
  if (said?.limits !== limits) said = actor.encoded = encodeActor(actor, limits);
  const keys = own === undefined ? NO_KEYS : Object.keys(own);
  if (encoded.attributeCount + said.attributeCount + keys.length + 1 > limits.attributes) {
    return undefined;
  }
  said.uses += 1;
  return new PackedRun(span, attributes, endTime, encoded, said, keys);
}

class PackedRun implements FinishedRun {
  readonly template: Uint8Array;
  readonly actorTemplate: Uint8Array;
  readonly #span: PackableSpan;
  readonly #attributes: EndAttributes;
  readonly #endTime: HrTime;
  readonly #actor: EncodedActor;
  /** Of its own attributes. */
  readonly #keys: readonly string[];

  constructor(
    span: PackableSpan,
    attributes: EndAttributes,
    endTime: HrTime,
    phrase: EncodedPhrase,
    actor: EncodedActor,
    keys: readonly string[],
  ) {
    this.#span = span;
    this.#attributes = attributes;
    this.#endTime = endTime;
    this.#actor = actor;
    this.#keys = keys;
    this.template = Number.isInteger(attributes.efficiency) ? phrase.bytes : phrase.withEfficiency;
    this.actorTemplate = actor.uses > FEW ? actor.bytes : NOTHING;
  }

  get resource(): ResourceLike {
    return this.#span.home.resource;
  }

  get scope(): ScopeLike {
    return this.#span.home.scope;
  }

  /** Failures do not come in parts. */
  get keep(): Keep {
    return this.#span.hasParent ? 0 : 1;
  }

  writeOwn(out: BytesWriter): void {
    const { efficiency, own } = this.#attributes;
    // The number that the template with an efficiency ends before.
    if (!Number.isInteger(efficiency)) out.double(efficiency);
    else writeKeyValue(out, SPAN_ATTRIBUTES, ATTR_FEATURE_EFFICIENCY, efficiency);
    if (this.actorTemplate === NOTHING) out.raw(this.#actor.bytes);
    if (own !== undefined) {
      const { valueLength } = this.#span.home.limits;
      for (const key of this.#keys) {
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
    writeIdentity(out, this.#span, this.#endTime);
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

function writeIdentity(out: BytesWriter, span: PackableSpan, endTime: HrTime): void {
  const buffer = out.room(64);
  const start = out.length;
  buffer[start] = 8 + LENGTH;
  buffer[start + 1] = 16;
  putWord(buffer, start + 2, span.trace0);
  putWord(buffer, start + 6, span.trace1);
  putWord(buffer, start + 10, span.trace2);
  putWord(buffer, start + 14, span.trace3);
  buffer[start + 18] = 16 + LENGTH;
  buffer[start + 19] = 8;
  putWord(buffer, start + 20, span.span0);
  putWord(buffer, start + 24, span.span1);
  putTime(buffer, start + 28, 7, span.begin.startTime);
  putTime(buffer, start + 37, 8, endTime);
  // Field 16, whose tag takes two bytes; of the 32 bits of the flags the upper 16 are never set.
  const flags = (span.traceFlags & 0xff) | span.parentFlags;
  buffer[start + 46] = ((16 * 8 + FIXED32) & 0x7f) | 0x80;
  buffer[start + 47] = 1;
  buffer[start + 48] = flags;
  buffer[start + 49] = flags >>> 8;
  buffer[start + 50] = 0;
  buffer[start + 51] = 0;
  let at = start + 52;
  if (span.hasParent) {
    buffer[at] = 32 + LENGTH;
    buffer[at + 1] = 8;
    putWord(buffer, at + 2, span.parent0);
    putWord(buffer, at + 6, span.parent1);
    at += 10;
  }
  out.advance(at - start);
  const state = span.traceState === undefined ? '' : span.traceState.serialize();
  if (state !== '') {
    out.tag(3, LENGTH);
    out.string(state);
  }
}

/** Most significant byte first, as ids are. */
function putWord(buffer: Uint8Array, at: number, word: number): void {
  buffer[at] = word >>> 24;
  buffer[at + 1] = word >>> 16;
  buffer[at + 2] = word >>> 8;
  buffer[at + 3] = word;
}

/** A fixed64, least significant byte first: the nanoseconds since 1970. */
function putTime(buffer: Uint8Array, at: number, field: number, time: HrTime): void {
  const [seconds, nanoseconds] = time;
  if (seconds !== knownSeconds) {
    knownSeconds = seconds;
    // Seconds times 10^9 pass 2^53: the product is made of two exact halves.
    const upper = Math.floor(seconds / 0x10000) * 1e9;
    const lower = (seconds % 0x10000) * 1e9 + (upper % 0x10000) * 0x10000;
    lowOfSeconds = lower % 0x1_0000_0000;
    highOfSeconds = Math.floor(upper / 0x10000) + Math.floor(lower / 0x1_0000_0000);
  }
  const sum = lowOfSeconds + nanoseconds;
  const low = sum >>> 0;
  const high = sum > 0xffff_ffff ? highOfSeconds + 1 : highOfSeconds;
  buffer[at] = field * 8 + FIXED64;
  buffer[at + 1] = low;
  buffer[at + 2] = low >>> 8;
  buffer[at + 3] = low >>> 16;
  buffer[at + 4] = low >>> 24;
  buffer[at + 5] = high;
  buffer[at + 6] = high >>> 8;
  buffer[at + 7] = high >>> 16;
  buffer[at + 8] = high >>> 24;
}

// The runs of one second share its product.
let knownSeconds = -1;
let lowOfSeconds = 0;
let highOfSeconds = 0;

// An actor of one request says so once or twice: kept apart from so few runs it would take more room than in them.
const FEW = 8;
const NOTHING = new Uint8Array();
const NO_KEYS: readonly string[] = [];
