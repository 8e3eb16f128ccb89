/** Protobuf attributes to JSON text: `KeyValue` and `AnyValue` (opentelemetry/proto/common/v1/common.proto). */
import { MARK } from '@heartwood/store/batch';
import type { JsonText } from '../text/json-text.ts';
import type { OpenRequest } from '../open-request.ts';
import type { RecordAttributes } from '../record-attributes.ts';
import type { WireReader } from './wire.ts';

const NO_VALUE = -1;
/** Fields of KeyValue and AnyValue, `key_strindex` and `string_value_strindex` left out: those mean nothing here. */
const KEY_VALUE_FIELDS = 2;
export const ANY_VALUE_FIELDS = 7;

/** Reads one attribute of a record, lifting it or writing it to the attributes of the row. */
export function readRecordAttribute(
  r: WireReader,
  request: OpenRequest,
  attributes: RecordAttributes,
  end: number,
): void {
  const place = attributes.count;
  if (attributes.admit()) readAttribute(r, request, attributes.text, attributes.places, place, end);
  else r.pos = end;
}

/** Reads one attribute into `out`; `places` predicts its key from its place in the list. */
export function readAttribute(
  r: WireReader,
  request: OpenRequest,
  out: JsonText,
  places: Int32Array,
  place: number,
  end: number,
): void {
  const { view, pos } = r;
  // Nearly all attributes are a short key and then a short value, nothing else: two bytes in front of each.
  const keyBytes = view.getUint8(pos + 1);
  const valueAt = pos + 2 + keyBytes;
  if (
    keyBytes < 0x80 &&
    valueAt + 1 < end &&
    view.getUint8(pos) === 10 &&
    view.getUint8(valueAt) === 18 &&
    view.getUint8(valueAt + 1) === end - valueAt - 2 &&
    end - valueAt - 2 < 0x80
  )
    readKnownPlaces(r, request, out, places, place, pos + 2, keyBytes, valueAt + 2, end);
  else readAnyAttribute(r, request, out, places, place, end);
  r.pos = end;
}

/** Reads an attribute whose fields come in any order and number; the last of each counts. */
function readAnyAttribute(
  r: WireReader,
  request: OpenRequest,
  out: JsonText,
  places: Int32Array,
  place: number,
  end: number,
): void {
  let keyStart = r.pos;
  let keyLength = 0;
  let valueStart = NO_VALUE;
  let valueEnd = NO_VALUE;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag === 10) {
      keyLength = r.length(end);
      keyStart = r.pos;
      r.pos = keyStart + keyLength;
    } else if (tag === 18) {
      const length = r.length(end);
      // A value that comes in parts: the last part that says something counts.
      if (length > 0 || valueStart === NO_VALUE) {
        valueStart = r.pos;
        valueEnd = valueStart + length;
      }
      r.pos += length;
    } else r.skip(tag, end, KEY_VALUE_FIELDS);
  }
  if (r.pos !== end) r.fail('an attribute reaches past its end');
  readKnownPlaces(r, request, out, places, place, keyStart, keyLength, valueStart, valueEnd);
}

/** Lifts or writes the attribute whose key and value lie there. */
function readKnownPlaces(
  r: WireReader,
  request: OpenRequest,
  out: JsonText,
  places: Int32Array,
  place: number,
  keyStart: number,
  keyLength: number,
  valueStart: number,
  valueEnd: number,
): void {
  const { view } = r;
  const { keys } = request;
  let entry = (place < 64 ? places[place] : 0) as number;
  if (!keys.matches(entry, view, keyStart, keyLength)) {
    entry = keys.find(view, keyStart, keyLength);
    if (place < 64) places[place] = entry;
  }
  if (keys.isRepeated(entry, request.listNumber)) request.marks |= MARK.DUPLICATE_KEYS;
  const known = request.known.mode === 'item' ? 0 : (keys.known[entry] as number);
  const length = valueEnd - valueStart;
  // A string that fills its value, the most frequent kind, is taken without another look.
  const isShortString =
    length >= 2 &&
    length < 0x82 &&
    view.getUint8(valueStart) === 10 &&
    view.getUint8(valueStart + 1) === length - 2;
  if (isShortString) {
    if (known !== 0 && request.known.takeText(known, valueStart + 2, length - 2)) return;
    out.key(keys, entry);
    out.string(view, valueStart + 2, length - 2);
    return;
  }
  r.pos = valueStart;
  if (known !== 0) {
    if (length <= 0) request.known.takeOther(known);
    else if (takeKnown(r, request, known, valueEnd)) return;
  }
  out.key(keys, entry);
  writeValue(r, out, valueStart, valueEnd, 0, request.limits.depth);
}

/** Offers a value to the columns; true when one of them takes it. */
function takeKnown(r: WireReader, request: OpenRequest, known: number, end: number): boolean {
  const { pos } = r;
  const tag = r.varint();
  let isLifted = false;
  // A value with several members is not for a column: the last one wins, which only the writer sorts out.
  if (tag === 10) {
    const length = r.length(end);
    if (r.pos + length === end) isLifted = request.known.takeText(known, r.pos, length);
    else request.known.takeOther(known);
  } else if (tag === 24) {
    r.varint64();
    if (r.pos === end) isLifted = request.known.takeInt(known, r.low, r.high);
    else request.known.takeOther(known);
  } else if (tag === 33 && r.pos + 8 === end) {
    isLifted = request.known.takeDouble(known, r.view.getFloat64(r.pos, true));
  } else {
    request.known.takeOther(known);
  }
  r.pos = pos;
  return isLifted;
}

/** Writes the AnyValue in `[start, end)` as JSON; the last member wins, none is null. */
export function writeValue(
  r: WireReader,
  out: JsonText,
  start: number,
  end: number,
  depth: number,
  maxDepth: number,
): void {
  if (end <= start) {
    out.raw('null');
    return;
  }
  r.pos = start;
  const at = out.pos;
  const { marks } = out;
  let isWritten = false;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag >>> 0 <= 58) {
      if (isWritten) {
        out.rewind(at);
        out.marks = marks;
      }
      isWritten = true;
    }
    switch (tag) {
      case 10: {
        const length = r.length(end);
        out.string(r.view, r.pos, length);
        r.pos += length;
        break;
      }
      case 16: {
        r.varint64();
        out.raw((r.low | r.high) === 0 ? 'false' : 'true');
        break;
      }
      case 24:
        r.varint64();
        if (r.pos > end) r.fail('an integer reaches past its value');
        out.int(r.low, r.high);
        break;
      case 33:
        if (r.pos + 8 > end) r.fail('a double reaches past its value');
        out.double(r.view.getFloat64(r.pos, true));
        r.pos += 8;
        break;
      case 42:
      case 50: {
        const length = r.length(end);
        const inner = r.pos + length;
        if (depth >= maxDepth) {
          out.ellipsis();
        } else if (tag === 42) writeArray(r, out, inner, depth, maxDepth);
        else writeMap(r, out, inner, depth, maxDepth);
        r.pos = inner;
        break;
      }
      case 58: {
        const length = r.length(end);
        out.bytes(r.view, r.pos, length);
        r.pos += length;
        break;
      }
      default:
        r.skip(tag, end, ANY_VALUE_FIELDS);
    }
  }
  if (r.pos !== end) r.fail('a value reaches past its end');
  if (!isWritten) out.raw('null');
}

function writeArray(
  r: WireReader,
  out: JsonText,
  end: number,
  depth: number,
  maxDepth: number,
): void {
  const at = out.pos;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag !== 10) {
      r.skip(tag, end, 1);
      continue;
    }
    const length = r.length(end);
    const inner = r.pos + length;
    if (out.isTooLong(at)) {
      r.pos = end;
      break;
    }
    out.comma();
    writeValue(r, out, r.pos, inner, depth + 1, maxDepth);
    r.pos = inner;
  }
  if (r.pos !== end) r.fail('an array reaches past its end');
  out.closeArray(at);
}

function writeMap(
  r: WireReader,
  out: JsonText,
  end: number,
  depth: number,
  maxDepth: number,
): void {
  const at = out.openMap();
  while (r.pos < end) {
    const tag = r.varint();
    if (tag !== 10) {
      r.skip(tag, end, 1);
      continue;
    }
    const length = r.length(end);
    const inner = r.pos + length;
    if (out.isTooLong(at)) {
      r.pos = end;
      break;
    }
    writeMember(r, out, inner, depth, maxDepth);
    r.pos = inner;
  }
  if (r.pos !== end) r.fail('a map reaches past its end');
  out.closeMap(at);
}

function writeMember(
  r: WireReader,
  out: JsonText,
  end: number,
  depth: number,
  maxDepth: number,
): void {
  let keyStart = r.pos;
  let keyLength = 0;
  let valueStart = r.pos;
  let valueEnd = r.pos;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag === 10) {
      keyLength = r.length(end);
      keyStart = r.pos;
      r.pos += keyLength;
    } else if (tag === 18) {
      const length = r.length(end);
      if (length > 0) {
        valueStart = r.pos;
        valueEnd = valueStart + length;
      }
      r.pos += length;
    } else r.skip(tag, end, KEY_VALUE_FIELDS);
  }
  if (r.pos !== end) r.fail('an attribute reaches past its end');
  out.member(r.view, keyStart, keyLength);
  writeValue(r, out, valueStart, valueEnd, depth + 1, maxDepth);
}
