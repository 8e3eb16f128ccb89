/** A protobuf span into the draft (opentelemetry/proto/trace/v1/trace.proto). */
import type { ByteRanges } from '../byte-ranges.ts';
import { readEvents, readLinks } from './protobuf-items.ts';
import { readRecordAttribute } from '../protobuf/attribute.ts';
import type { TraceRows } from './trace-rows.ts';
import type { WireReader } from '../protobuf/wire.ts';

const SPAN_FIELDS = 16;
const STATUS_FIELDS = 3;

/** Reads the span in `[r.pos, end)` and ends it. */
export function readSpan(r: WireReader, rows: TraceRows, end: number): void {
  rows.startSpan();
  const { draft } = rows;
  const { view } = r;
  const { events, links } = rows;
  events.count = 0;
  links.count = 0;
  while (r.pos < end) {
    const tag = r.varint();
    switch (tag) {
      case 74: {
        const length = r.length(end);
        readRecordAttribute(r, rows.request, rows.attributes, r.pos + length);
        break;
      }
      case 10: {
        const length = r.length(end);
        const { pos } = r;
        if (length === 16) {
          draft.trace0 = view.getInt32(pos);
          draft.trace1 = view.getInt32(pos + 4);
          draft.trace2 = view.getInt32(pos + 8);
          draft.trace3 = view.getInt32(pos + 12);
        } else draft.trace0 = draft.trace1 = draft.trace2 = draft.trace3 = 0;
        draft.traceIdBytes = length;
        r.pos = pos + length;
        break;
      }
      case 18: {
        const length = r.length(end);
        if (length === 8) {
          draft.span0 = view.getInt32(r.pos);
          draft.span1 = view.getInt32(r.pos + 4);
        } else draft.span0 = draft.span1 = 0;
        draft.spanIdBytes = length;
        r.pos += length;
        break;
      }
      case 26:
        draft.traceStateLength = r.length(end);
        draft.traceStateStart = r.pos;
        r.pos += draft.traceStateLength;
        break;
      case 34: {
        const length = r.length(end);
        if (length === 8) {
          draft.parent0 = view.getInt32(r.pos);
          draft.parent1 = view.getInt32(r.pos + 4);
        } else draft.parent0 = draft.parent1 = 0;
        draft.parentIdBytes = length;
        r.pos += length;
        break;
      }
      case 42:
        draft.nameLength = r.length(end);
        draft.nameStart = r.pos;
        r.pos += draft.nameLength;
        break;
      case 48:
        draft.kind = r.varint();
        break;
      case 57:
        r.fixed64();
        draft.startLow = r.low;
        draft.startHigh = r.high;
        break;
      case 65:
        r.fixed64();
        draft.endLow = r.low;
        draft.endHigh = r.high;
        break;
      case 80:
        draft.droppedAttributes = r.varint();
        break;
      case 90:
        addRange(r, events, end);
        break;
      case 96:
        draft.droppedEvents = r.varint();
        break;
      case 106:
        addRange(r, links, end);
        break;
      case 112:
        draft.droppedLinks = r.varint();
        break;
      case 122: {
        const length = r.length(end);
        readStatus(r, rows, r.pos + length);
        break;
      }
      case 133:
        draft.flags = r.fixed32();
        break;
      default:
        r.skip(tag, end, SPAN_FIELDS);
    }
  }
  if (r.pos !== end) r.fail('a span reaches past its end');
  if (events.count > 0) readEvents(r, rows);
  if (links.count > 0) readLinks(r, rows);
  r.pos = end;
  rows.endSpan();
}

function addRange(r: WireReader, ranges: ByteRanges, end: number): void {
  const length = r.length(end);
  ranges.add(r.pos, r.pos + length);
  r.pos += length;
}

function readStatus(r: WireReader, { draft }: TraceRows, end: number): void {
  while (r.pos < end) {
    const tag = r.varint();
    if (tag === 24) draft.statusCode = r.varint();
    else if (tag === 18) {
      draft.messageLength = r.length(end);
      draft.messageStart = r.pos;
      r.pos += draft.messageLength;
    } else if (tag >>> 3 === 1) r.skip(tag, end, 0);
    else r.skip(tag, end, STATUS_FIELDS);
  }
  if (r.pos !== end) r.fail('a status reaches past its end');
}
