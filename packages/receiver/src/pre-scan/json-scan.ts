/** Walks the brackets of a JSON body and counts what lies in its arrays: no value is read, no row made. */
import { ITEM, type Item, type ItemCount } from './item-count.ts';
import type { Scanned } from './scanned.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Brackets in one another; the decoder refuses what has more. */
const MAX_OPEN = 100_000;
/** Elements that are counted in one go. */
const MAX_ROW = 10_000;
/** Brackets that are part of a path; no path that means something is longer. */
const PATH_LENGTH = 12;

/**
 * Paths of the arrays that have a meaning of their own: the brackets that are open, from the outermost, behind a leading 1;
 * an object is 1, an array 0. Data points lie in the `dataPoints` of what their metric is, such as its `gauge`.
 */
const RESOURCES = 0b1_10;
const SCOPES = 0b1_1010;
const RECORDS = 0b1_101010;
const POINTS = 0b1_101010110;

/**
 * Counts what lies in the body. Ends without a word at its end, and where more is open than the decoder takes; whether it is
 * JSON at all is not looked at.
 */
export function scanJson({ bytes }: Scanned, signal: string, count: ItemCount): void {
  const isMetrics = signal === 'metrics';
  const end = bytes.length;
  const isObject = new Uint8Array(MAX_OPEN);
  let depth = 0;
  let path = 1;
  let inArray = false;
  let item: Item = ITEM.NONE;
  for (let at = 0; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      at = stringEnd(bytes, at + 1, end);
    } else if (byte === COMMA) {
      if (!inArray) continue;
      let elements = 1;
      // The smallest elements come in rows.
      for (let step = smallStep(bytes, at); step > 0; step = smallStep(bytes, at)) {
        at += step;
        if (++elements === MAX_ROW) break;
      }
      count.take(item, elements);
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (depth === MAX_OPEN) return;
      inArray = byte === OPEN_ARRAY;
      isObject[depth++] = inArray ? 0 : 1;
      if (depth <= PATH_LENGTH) path = (path << 1) | (inArray ? 0 : 1);
      if (inArray) {
        item = depth <= PATH_LENGTH ? itemOf(path, isMetrics) : ITEM.PART;
        if (bytes[at + 1] !== CLOSE_ARRAY) count.take(item, 1);
      }
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (depth === 0) return;
      if (depth-- <= PATH_LENGTH) path >>= 1;
      inArray = depth > 0 && isObject[depth - 1] === 0;
      if (inArray) item = depth <= PATH_LENGTH ? itemOf(path, isMetrics) : ITEM.PART;
    }
  }
}

/** Bytes from one comma to the next when a digit, an empty object or a text of one letter lies between them, else 0. */
function smallStep(bytes: Uint8Array, comma: number): number {
  const first = bytes[comma + 1];
  if (first === OPEN_OBJECT)
    return bytes[comma + 2] === CLOSE_OBJECT && bytes[comma + 3] === COMMA ? 3 : 0;
  if (first === QUOTE) {
    const isOne = bytes[comma + 3] === QUOTE && bytes[comma + 4] === COMMA;
    return isOne && bytes[comma + 2] !== BACKSLASH && bytes[comma + 2] !== QUOTE ? 4 : 0;
  }
  const isDigit = first !== undefined && first >= ZERO && first <= NINE;
  return isDigit && bytes[comma + 2] === COMMA ? 2 : 0;
}

function itemOf(path: number, isMetrics: boolean): Item {
  if (path === RECORDS) return isMetrics ? ITEM.METRIC : ITEM.RECORD;
  if (path === RESOURCES || path === SCOPES) return ITEM.ENVELOPE;
  return path === POINTS && isMetrics ? ITEM.RECORD : ITEM.PART;
}

/** Place of the quotation mark that ends the text, or the end of the body. */
function stringEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
    if (++at >= end) return end;
  }
}
