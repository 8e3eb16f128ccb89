/** Phrases as OTLP bytes, encoded once. */
import { ATTR_FEATURE_EFFICIENCY } from '@heartwood/semconv';
import { writeAttributes } from '../otlp/attributes.ts';
import { BytesWriter, FIXED64, LENGTH, VARINT } from '../otlp/bytes.ts';
import type { SpanLimits } from './limits.ts';
import type { ActorPhrase, EncodedActor, EncodedPhrase, Phrase } from './phrase.ts';
import { SpanContent } from './span-content.ts';

/** Field `attributes` of Span. */
export const SPAN_ATTRIBUTES = 9;

/** Fields `name`, `kind` and `attributes` of the spans of a phrase. */
export function encodePhrase(phrase: Phrase, limits: SpanLimits): EncodedPhrase {
  const content = new SpanContent(phrase.name, phrase.begin, limits);
  content.setAttributes(phrase.end);
  const out = new BytesWriter();
  out.tag(5, LENGTH);
  out.string(phrase.name);
  out.tag(6, VARINT);
  // OTLP keeps 0 for "unspecified", the API begins at 0 with "internal".
  out.varint(phrase.kind + 1);
  writeAttributes(out, SPAN_ATTRIBUTES, content.attributes);
  const bytes = intern(out.view());
  out.raw(EFFICIENCY_HEAD);
  return {
    limits,
    // With attributes dropped it is more than any limit allows, so that the template is not used.
    attributeCount:
      content.droppedAttributesCount > 0 ? Infinity : Object.keys(content.attributes).length,
    bytes,
    withEfficiency: intern(out.view()),
  };
}

/** Field `attributes` of the spans of an actor. */
export function encodeActor({ attributes }: ActorPhrase, limits: SpanLimits): EncodedActor {
  const content = new SpanContent('', attributes, limits);
  const out = new BytesWriter(256);
  writeAttributes(out, SPAN_ATTRIBUTES, content.attributes);
  return {
    limits,
    attributeCount: Object.keys(content.attributes).length,
    bytes: out.view().slice(),
    uses: 0,
  };
}

/** The attribute of the efficiency up to its number, which is a double in every case that is not whole. */
const EFFICIENCY_HEAD = efficiencyHead();

function efficiencyHead(): Uint8Array {
  const out = new BytesWriter(64);
  out.tag(SPAN_ATTRIBUTES, LENGTH);
  const start = out.open();
  out.tag(1, LENGTH);
  out.string(ATTR_FEATURE_EFFICIENCY);
  out.tag(2, LENGTH);
  const value = out.open();
  out.tag(4, FIXED64);
  out.double(0);
  out.close(value);
  out.close(start);
  return out.view().slice(0, -8);
}

// Features that are made anew for each run say the same again: their bytes are kept once. Cleared when full, because
// attributes of the start may be different each time.
const MOST_TEMPLATES = 1024;
const templates = new Map<string, Uint8Array>();

function intern(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const known = templates.get(text);
  if (known !== undefined) return known;
  if (templates.size >= MOST_TEMPLATES) templates.clear();
  const kept = bytes.slice();
  templates.set(text, kept);
  return kept;
}
