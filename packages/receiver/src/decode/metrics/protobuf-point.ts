/** What protobuf data points of all types have: attributes and exemplars. */
import { AttributeRange } from '../protobuf/attribute-range.ts';
import type { MetricRows } from './metric-rows.ts';
import { VALUE_KIND } from './point-draft.ts';
import { readAttributeObject } from '../protobuf/item-attributes.ts';
import { readRecordAttribute } from '../protobuf/attribute.ts';
import type { WireReader } from '../protobuf/wire.ts';

/** Parts what bytes mean in this encoding from what they mean in others. */
const KIND = 1;
const EXEMPLAR_FIELDS = 7;
const FILTERED_ATTRIBUTES_TAG = 58;

export class ProtobufPoints {
  /** Attributes of the point at hand. */
  readonly range: AttributeRange = new AttributeRange();
  readonly #rows: MetricRows;

  constructor(rows: MetricRows) {
    this.#rows = rows;
  }

  /** Reads an attribute whose tag begins at `at` and has been read, and those that follow it. */
  readAttributes(r: WireReader, at: number, end: number, tag: number): void {
    const { view } = r;
    for (;;) {
      const length = r.length(end);
      r.pos += length;
      if (r.pos >= end || view.getUint8(r.pos) !== tag) break;
      r.pos++;
    }
    this.range.add(at, r.pos);
  }

  /** Numbers the attributes that were read. */
  endAttributes(r: WireReader): void {
    const { range } = this;
    const { sets, request } = this.#rows;
    if (range.length === 0) {
      sets.clear();
      return;
    }
    const { source } = request;
    const { scratchEnd } = source;
    range.close(source);
    const isScratch = range.start < 0;
    const view = isScratch ? source.scratchView : source.view;
    const start = isScratch ? ~range.start : range.start;
    if (!sets.find(view, start, range.length, KIND)) {
      this.#readSet(r, view, start, range.length);
      sets.close(isScratch ? source.scratchView : view, start, range.length, KIND);
    }
    source.scratchEnd = scratchEnd;
  }

  #readSet(r: WireReader, view: DataView, start: number, length: number): void {
    const { sets, request } = this.#rows;
    const { pos } = r;
    r.open(view);
    r.pos = start;
    const end = start + length;
    sets.open();
    while (r.pos < end) {
      r.varint();
      const size = r.length(end);
      readRecordAttribute(r, request, sets.attributes, r.pos + size);
    }
    r.open(request.source.view);
    r.pos = pos;
  }

  /** Reads the exemplar whose tag has been read. */
  readExemplar(r: WireReader, end: number): void {
    const length = r.length(end);
    const exemplarEnd = r.pos + length;
    const { exemplars, request } = this.#rows;
    if (exemplars.start()) {
      const from = r.pos;
      if (this.#readExemplarFields(r, exemplarEnd)) {
        const tag = FILTERED_ATTRIBUTES_TAG;
        readAttributeObject(r, request, exemplars.text, from, exemplarEnd, tag);
      }
      exemplars.end();
    }
    r.pos = exemplarEnd;
  }

  /** Reads all but the attributes; true when there are some. */
  #readExemplarFields(r: WireReader, end: number): boolean {
    const { draft } = this.#rows.exemplars;
    const { view } = r;
    let hasAttributes = false;
    while (r.pos < end) {
      const tag = r.varint();
      switch (tag) {
        case FILTERED_ATTRIBUTES_TAG: {
          const length = r.length(end);
          r.pos += length;
          hasAttributes = true;
          break;
        }
        case 17:
          r.fixed64();
          draft.timeLow = r.low;
          draft.timeHigh = r.high;
          break;
        case 25:
        case 49:
          r.fixed64();
          draft.valueKind = tag === 49 ? VALUE_KIND.INT : VALUE_KIND.DOUBLE;
          draft.valueLow = r.low;
          draft.valueHigh = r.high;
          break;
        case 34: {
          const length = r.length(end);
          if (length === 8) {
            draft.span0 = view.getInt32(r.pos);
            draft.span1 = view.getInt32(r.pos + 4);
          } else draft.span0 = draft.span1 = 0;
          draft.spanIdBytes = length;
          r.pos += length;
          break;
        }
        case 42: {
          const length = r.length(end);
          if (length === 16) {
            draft.trace0 = view.getInt32(r.pos);
            draft.trace1 = view.getInt32(r.pos + 4);
            draft.trace2 = view.getInt32(r.pos + 8);
            draft.trace3 = view.getInt32(r.pos + 12);
          } else draft.trace0 = draft.trace1 = draft.trace2 = draft.trace3 = 0;
          draft.traceIdBytes = length;
          r.pos += length;
          break;
        }
        default:
          // Field 1 held labels once.
          r.skip(tag, end, tag >>> 3 === 1 ? 0 : EXEMPLAR_FIELDS);
      }
    }
    if (r.pos !== end) r.fail('an exemplar reaches past its end');
    return hasAttributes;
  }
}
