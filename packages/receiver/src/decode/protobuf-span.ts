/** A protobuf span into the draft (opentelemetry/proto/trace/v1/trace.proto). */
import { MARK } from '@heartwood/store/batch';
import type { JsonText } from './json-text.ts';
import { readAttribute, readSpanAttribute } from './protobuf-value.ts';
import type { TraceRows } from './trace-rows.ts';
import type { WireReader } from './wire.ts';

const SPAN_FIELDS = 16;
const STATUS_FIELDS = 3;
const EVENT_FIELDS = 4;
const LINK_FIELDS = 6;

/** Reads the span in `[r.pos, end)` and ends it. */
export function readSpan(r: WireReader, rows: TraceRows, end: number): void {
  rows.startSpan();
  const { draft } = rows;
  const { view } = r;
  const { eventRanges: events, linkRanges: links } = rows;
  events.length = 0;
  links.length = 0;
  while (r.pos < end) {
    const tag = r.varint();
    switch (tag) {
      case 74: {
        const length = r.length(end);
        readSpanAttribute(r, rows, r.pos + length);
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
        } else if (length !== 0) draft.problem = `the trace id has ${length} bytes, not 16`;
        r.pos = pos + length;
        break;
      }
      case 18: {
        const length = r.length(end);
        if (length === 8) {
          draft.span0 = view.getInt32(r.pos);
          draft.span1 = view.getInt32(r.pos + 4);
        } else if (length !== 0) draft.problem = `the span id has ${length} bytes, not 8`;
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
        } else if (length !== 0) draft.problem = `the parent span id has ${length} bytes, not 8`;
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
        draft.droppedAttributes += r.varint();
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
  if (events.length > 0) readEvents(r, rows);
  if (links.length > 0) readLinks(r, rows);
  r.pos = end;
  rows.endSpan();
}

function addRange(r: WireReader, ranges: number[], end: number): void {
  const length = r.length(end);
  ranges.push(r.pos, r.pos + length);
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

function readEvents(r: WireReader, rows: TraceRows): void {
  const { draft, extras, eventRanges: events } = rows;
  draft.eventsAt = extras.pos;
  let kept = 0;
  for (let i = 0; i < events.length; i += 2) {
    if (kept++ === rows.limits.recordItems) {
      draft.droppedEvents += (events.length - i) / 2;
      draft.marks |= MARK.TRUNCATED;
      break;
    }
    r.pos = events[i] as number;
    readEvent(r, rows, events[i + 1] as number);
  }
  extras.closeArray(draft.eventsAt);
  draft.eventsEnd = extras.pos;
}

function readEvent(r: WireReader, rows: TraceRows, end: number): void {
  const from = r.pos;
  let timeLow = 0;
  let timeHigh = 0;
  let nameStart = from;
  let nameLength = 0;
  let attributes = 0;
  let dropped = 0;
  while (r.pos < end) {
    const tag = r.varint();
    switch (tag) {
      case 9:
        r.fixed64();
        timeLow = r.low;
        timeHigh = r.high;
        break;
      case 18:
        nameLength = r.length(end);
        nameStart = r.pos;
        r.pos += nameLength;
        break;
      case 26: {
        const length = r.length(end);
        r.pos += length;
        attributes++;
        break;
      }
      case 32:
        dropped = r.varint();
        break;
      default:
        r.skip(tag, end, EVENT_FIELDS);
    }
  }
  if (r.pos !== end) r.fail('an event reaches past its end');
  const { extras } = rows;
  extras.startEvent(timeLow, timeHigh, r.view, nameStart, nameLength);
  dropped += readItemAttributes(r, rows, from, end, 26, attributes);
  extras.endItem(dropped);
}

function readLinks(r: WireReader, rows: TraceRows): void {
  const { draft, extras, linkRanges: links } = rows;
  draft.linksAt = extras.pos;
  let kept = 0;
  for (let i = 0; i < links.length; i += 2) {
    if (kept === rows.limits.recordItems) {
      draft.droppedLinks += (links.length - i) / 2;
      draft.marks |= MARK.TRUNCATED;
      break;
    }
    r.pos = links[i] as number;
    if (readLink(r, rows, links[i + 1] as number)) kept++;
    else draft.droppedLinks++;
  }
  if (kept > 0) extras.closeArray(draft.linksAt);
  draft.linksEnd = extras.pos;
}

/** Reads a link; false when it points nowhere, its ids being of the wrong length or zero. */
function readLink(r: WireReader, rows: TraceRows, end: number): boolean {
  const from = r.pos;
  const { view } = r;
  let traceAt = -1;
  let spanAt = -1;
  let stateStart = from;
  let stateLength = 0;
  let attributes = 0;
  let dropped = 0;
  let flags = 0;
  while (r.pos < end) {
    const tag = r.varint();
    switch (tag) {
      case 10: {
        const length = r.length(end);
        traceAt = length === 16 ? r.pos : -1;
        r.pos += length;
        break;
      }
      case 18: {
        const length = r.length(end);
        spanAt = length === 8 ? r.pos : -1;
        r.pos += length;
        break;
      }
      case 26:
        stateLength = r.length(end);
        stateStart = r.pos;
        r.pos += stateLength;
        break;
      case 34: {
        const length = r.length(end);
        r.pos += length;
        attributes++;
        break;
      }
      case 40:
        dropped = r.varint();
        break;
      case 53:
        flags = r.fixed32();
        break;
      default:
        r.skip(tag, end, LINK_FIELDS);
    }
  }
  if (r.pos !== end) r.fail('a link reaches past its end');
  if (traceAt < 0 || spanAt < 0 || isZero(view, traceAt, 16) || isZero(view, spanAt, 8))
    return false;
  const { extras } = rows;
  extras.startLink(view, traceAt, view, spanAt);
  if (stateLength > 0) {
    extras.raw(',"traceState":');
    extras.string(view, stateStart, stateLength);
  }
  if (flags !== 0) {
    extras.raw(',"flags":');
    extras.uint(flags, 0);
  }
  dropped += readItemAttributes(r, rows, from, end, 34, attributes);
  extras.endItem(dropped);
  return true;
}

/** Writes the attributes of an event, link, resource or scope; returns how many were too many. */
export function readItemAttributes(
  r: WireReader,
  rows: TraceRows,
  from: number,
  end: number,
  attributesTag: number,
  count: number,
  out: JsonText = rows.extras,
  mode: 'item' | 'resource' = 'item',
): number {
  if (count === 0) return 0;
  const before = rows.known.mode;
  rows.listNumber++;
  out.raw(',"attributes":');
  const at = out.pos;
  let place = 0;
  r.pos = from;
  rows.known.mode = mode;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag !== attributesTag) {
      r.skip(tag, end, 0);
      continue;
    }
    const length = r.length(end);
    const inner = r.pos + length;
    rows.countItemAttribute();
    if (place < rows.limits.recordItems) readAttribute(r, rows, out, rows.itemKeys, place, inner);
    r.pos = inner;
    place++;
  }
  rows.known.mode = before;
  out.closeObject(at);
  if (place <= rows.limits.recordItems) return 0;
  out.marks |= MARK.TRUNCATED;
  return place - rows.limits.recordItems;
}

const isZero = (view: DataView, start: number, length: number): boolean => {
  for (let i = 0; i < length; i += 4) if (view.getInt32(start + i) !== 0) return false;
  return true;
};
