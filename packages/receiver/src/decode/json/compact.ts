/** The OTLP/JSON attribute as nearly all writers write it, read by comparing words; any other is left to `value.ts`. */
import { MARK } from '@heartwood/store/batch';
import type { JsonScanner } from './scanner.ts';
import type { JsonText } from '../text/json-text.ts';
import type { OpenRequest } from '../open-request.ts';

/** Four characters as the word that a little-endian read gives. */
const word = (text: string): number => Buffer.from(text, 'latin1').readInt32LE(0);

const OPEN_KEY = word('{"ke');
const KEY_QUOTE = word('y":"');
const COMMA_VALUE = word('","v');
const VALUE_COLON = word('alue');
const COLON_OPEN = word('":{"');
const STRING_KIND = word('stri');
const STRING_KIND_2 = word('ngVa');
const STRING_KIND_3 = word('lue"');
const INT_KIND = word('intV');
const INT_KIND_2 = word('alue');
const DOUBLE_KIND = word('doub');
const DOUBLE_KIND_2 = word('leVa');
const QUOTE_COLON = 0x3a22;
const CLOSE_CLOSE = 0x7d7d;

/**
 * Reads an attribute that has the key expected here and is written as most writers do: key first, no white space,
 * one plain value. False, and nothing read, for any other.
 */
export function readCompact(
  s: JsonScanner,
  request: OpenRequest,
  out: JsonText,
  places: Int32Array,
  place: number,
): boolean {
  const { keys, source, known: attributes, listNumber } = request;
  const { view } = source;
  if (place >= 64 || s.peek() !== 0x7b) return false;
  const { pos } = s;
  const entry = places[place] as number;
  const keyBytes = keys.plainBytes[entry] as number;
  // The fixed parts are compared by words; a body ends with readable bytes, but not with this many.
  if (pos + keyBytes + 40 > source.bytes.length || keyBytes === 0) return false;
  if (view.getInt32(pos, true) !== OPEN_KEY || view.getInt32(pos + 4, true) !== KEY_QUOTE)
    return false;
  if (!keys.matches(entry, view, pos + 8, keyBytes)) return false;
  const at = pos + 8 + keyBytes;
  if (
    view.getInt32(at, true) !== COMMA_VALUE ||
    view.getInt32(at + 4, true) !== VALUE_COLON ||
    view.getInt32(at + 8, true) !== COLON_OPEN
  )
    return false;
  const kind = view.getInt32(at + 12, true);
  const { scratchEnd } = source;
  let number = 0;
  if (kind === STRING_KIND && view.getInt32(at + 16, true) === STRING_KIND_2) {
    s.pos = at + 25;
    if (view.getInt32(at + 20, true) !== STRING_KIND_3 || view.getUint8(at + 24) !== 0x3a)
      s.pos = pos;
    else s.string();
  } else if (kind === INT_KIND && view.getInt32(at + 16, true) === INT_KIND_2) {
    s.pos = at + 22;
    if (view.getUint16(at + 20, true) === QUOTE_COLON) s.integer(true);
    else s.pos = pos;
  } else if (kind === DOUBLE_KIND && view.getInt32(at + 16, true) === DOUBLE_KIND_2) {
    s.pos = at + 25;
    if (view.getInt32(at + 20, true) !== STRING_KIND_3 || view.getUint8(at + 24) !== 0x3a)
      s.pos = pos;
    else number = s.double();
  }
  if (s.pos === pos || view.getUint16(s.pos, true) !== CLOSE_CLOSE) {
    s.pos = pos;
    source.scratchEnd = scratchEnd;
    return false;
  }
  s.pos += 2;
  if (keys.isRepeated(entry, listNumber)) request.marks |= MARK.DUPLICATE_KEYS;
  const known = attributes.mode === 'item' ? 0 : (keys.known[entry] as number);
  if (kind === STRING_KIND) {
    if (known !== 0 && attributes.takeText(known, s.start, s.length)) return true;
    out.key(keys, entry);
    if (s.start < 0) out.string(source.scratchView, ~s.start, s.length);
    else out.string(view, s.start, s.length);
  } else if (kind === INT_KIND) {
    if (known !== 0 && attributes.takeInt(known, s.low, s.high)) return true;
    out.key(keys, entry);
    out.int(s.low, s.high);
  } else {
    if (known !== 0 && attributes.takeDouble(known, number)) return true;
    out.key(keys, entry);
    out.double(number);
  }
  return true;
}
