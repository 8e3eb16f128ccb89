/** Protobuf `KeyValue` into the columns and the attributes of a row (opentelemetry/proto/common/v1/common.proto). */
import { MARK } from '@heartwood/store/batch';
import type { OpenRequest } from '../open-request.ts';
import type { RecordAttributes } from '../record-attributes.ts';
import type { JsonText } from '../text/json-text.ts';
import { KEY_VALUE_FIELDS, writeValue } from './value.ts';
import type { WireReader } from './wire.ts';

const NO_VALUE = -1;

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
