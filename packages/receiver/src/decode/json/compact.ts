/** The OTLP/JSON attribute as nearly all writers write it, read by comparing words; any other is left to `value.ts`. */
import { MARK } from '@heartwood/store/batch';
import type { JsonScanner } from './scanner.ts';
import { isAt } from './words.ts';
import type { JsonText } from '../text/json-text.ts';
import type { OpenRequest } from '../open-request.ts';

/** Characters as the number that a little-endian read gives. */
const double = (text: string): number => Buffer.from(text, 'latin1').readDoubleLE(0);
const word = (text: string): number => Buffer.from(text, 'latin1').readInt32LE(0);

const STRING_VA = double('stringVa');
const INT_VALUE = double('intValue');
const DOUBLE_VA = double('doubleVa');
const BOOL_VALU = double('boolValu');
const LUE_QUOTE = word('lue"');
const E_COLON_T = word('e":t');
const E_COLON_F = word('e":f');
const RUE = word('rue}');
const ALSE = word('alse');
const COLON_QUOTE = 0x223a;
const QUOTE_COLON = 0x3a22;
const CLOSE_CLOSE = 0x7d7d;
/** More than any kind of value, without its text, has behind the opening of its attribute. */
const LONGEST = 32;

/**
 * Reads an attribute that has the key expected here and is written as most writers do: key first, no white space, one
 * value of a simple kind. False, and nothing read, when it is anything else.
 *
 * One function with its place in a variable: in parts, each with the place in the scanner, an attribute took half as long
 * again.
 */
export function readCompact(
  s: JsonScanner,
  request: OpenRequest,
  out: JsonText,
  places: Int32Array,
  place: number,
): boolean {
  if (place >= 64) return false;
  const { keys, source, known: attributes } = request;
  const entry = places[place] as number;
  const opening = keys.opening(entry);
  if (opening === null) return false;
  const { view, bytes } = source;
  const { pos } = s;
  const end = bytes.length;
  let at = pos + opening.length;
  // A body ends with readable bytes, but not with this many.
  if (at + LONGEST > end || !isAt(opening, view, pos)) return false;
  const known = attributes.mode === 'item' ? 0 : (keys.known[entry] as number);
  const kind = view.getFloat64(at, true);
  if (kind === STRING_VA) {
    if (view.getInt32(at + 8, true) !== LUE_QUOTE || view.getUint16(at + 12, true) !== COLON_QUOTE)
      return false;
    at += 13;
    if (known === 0) {
      const { pos: outPos, marks } = out;
      out.key(keys, entry);
      // Looked through and copied in one go.
      const copied = out.copyString(view, at, end);
      if (copied >= 0) at = copied;
      else {
        s.pos = at;
        s.string();
        at = s.pos;
        writeText(s, out);
      }
      if (view.getUint16(at, true) !== CLOSE_CLOSE) {
        s.pos = pos;
        out.pos = outPos;
        out.marks = marks;
        return false;
      }
    } else {
      s.pos = at;
      s.string();
      at = s.pos;
      if (view.getUint16(at, true) !== CLOSE_CLOSE) {
        s.pos = pos;
        return false;
      }
      if (!attributes.takeText(known, s.start, s.length)) {
        out.key(keys, entry);
        writeText(s, out);
      }
    }
  } else if (kind === INT_VALUE) {
    if (view.getUint16(at + 8, true) !== QUOTE_COLON) return false;
    s.pos = at + 10;
    s.integer(true);
    at = s.pos;
    if (view.getUint16(at, true) !== CLOSE_CLOSE) {
      s.pos = pos;
      return false;
    }
    if (known === 0 || !attributes.takeInt(known, s.low, s.high)) {
      out.key(keys, entry);
      out.int(s.low, s.high);
    }
  } else if (kind === DOUBLE_VA) {
    if (view.getInt32(at + 8, true) !== LUE_QUOTE || view.getUint8(at + 12) !== 0x3a) return false;
    s.pos = at + 13;
    const value = s.double();
    at = s.pos;
    if (view.getUint16(at, true) !== CLOSE_CLOSE) {
      s.pos = pos;
      return false;
    }
    if (known === 0 || !attributes.takeDouble(known, value)) {
      out.key(keys, entry);
      out.double(value);
    }
  } else if (kind === BOOL_VALU) {
    const colon = view.getInt32(at + 8, true);
    const isTrue = colon === E_COLON_T && view.getInt32(at + 12, true) === RUE;
    if (!isTrue && (colon !== E_COLON_F || view.getInt32(at + 12, true) !== ALSE)) return false;
    at += isTrue ? 15 : 16;
    if (view.getUint16(at, true) !== CLOSE_CLOSE) return false;
    if (known !== 0) attributes.takeOther(known);
    out.key(keys, entry);
    out.raw(isTrue ? 'true' : 'false');
  } else return false;
  if (keys.isRepeated(entry, request.listNumber)) request.marks |= MARK.DUPLICATE_KEYS;
  s.pos = at + 2;
  return true;
}

function writeText(s: JsonScanner, out: JsonText): void {
  if (s.start < 0) out.string(s.source.scratchView, ~s.start, s.length);
  else out.string(s.source.view, s.start, s.length);
}
