/** Events and links of a protobuf span to JSON text. */
import { MARK } from '@heartwood/store/batch';
import { readItemAttributes } from '../protobuf/item-attributes.ts';
import type { TraceRows } from './trace-rows.ts';
import type { WireReader } from '../protobuf/wire.ts';

const EVENT_FIELDS = 4;
const LINK_FIELDS = 6;

/** Writes the events of a span, all in one go. */
export function readEvents(r: WireReader, rows: TraceRows): void {
  const { draft, extras, events } = rows;
  draft.eventsAt = extras.pos;
  let kept = 0;
  for (let i = 0; i < events.count; i++) {
    if (kept++ === rows.request.limits.recordItems || extras.isFull) {
      draft.cutEvents += events.count - i;
      draft.marks |= MARK.TRUNCATED;
      break;
    }
    r.pos = events.start(i);
    readEvent(r, rows, events.end(i));
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
  dropped += readItemAttributes(r, rows.request, extras, from, end, 26, attributes);
  extras.endItem(dropped);
}

/** Writes the links of a span, all in one go. */
export function readLinks(r: WireReader, rows: TraceRows): void {
  const { draft, extras, links } = rows;
  draft.linksAt = extras.pos;
  let kept = 0;
  for (let i = 0; i < links.count; i++) {
    if (kept === rows.request.limits.recordItems || extras.isFull) {
      draft.cutLinks += links.count - i;
      draft.marks |= MARK.TRUNCATED;
      break;
    }
    r.pos = links.start(i);
    if (readLink(r, rows, links.end(i))) kept++;
    else draft.cutLinks++;
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
  dropped += readItemAttributes(r, rows.request, extras, from, end, 34, attributes);
  extras.endItem(dropped);
  return true;
}

const isZero = (view: DataView, start: number, length: number): boolean => {
  for (let i = 0; i < length; i += 4) if (view.getInt32(start + i) !== 0) return false;
  return true;
};
