/** Trace and span ids of OTLP/JSON: hexadecimal digits, of either letter case. */
import { hexDigit } from '../text/json-escapes.ts';
import type { JsonScanner } from './scanner.ts';
import { NO_HEX } from '../record-id.ts';

/**
 * Reads a hexadecimal id of `size` bytes into `id`, zeros for one that is empty or wrong; returns its bytes or `NO_HEX`.
 * A base64 id, which the plain proto3 mapping would give, fails the request: all ids of that sender are so.
 */
export function readId(s: JsonScanner, id: DataView, size: 8 | 16, field: string): number {
  if (readPlainId(s, id, size)) return size;
  s.text();
  if (s.length > 0 && readHex(s, id, size, 0)) return size;
  id.setBigUint64(0, 0n);
  id.setBigUint64(8, 0n);
  if (s.length === 0) return 0;
  const text = Buffer.from(s.source.slice(s.start, Math.min(s.length, 64))).toString('latin1');
  if (s.length === Math.ceil(size / 3) * 4 && /^[A-Za-z0-9+/_-]+={1,2}$/.test(text))
    s.fail(`${field} is base64, OTLP/JSON wants ${size * 2} hexadecimal digits`);
  return NO_HEX;
}

/** Value of two hexadecimal digits, the first one in the lower byte; -1 for what are none. */
const PAIRS = Int16Array.from({ length: 1 << 16 }, (_, pair) => {
  const high = hexDigit(pair & 0xff);
  const low = hexDigit(pair >> 8);
  return high < 0 || low < 0 ? -1 : (high << 4) | low;
});

/** Reads an id of the right length, and nothing else, by pairs of digits: a third of what it costs to scan the text first. */
function readPlainId(s: JsonScanner, id: DataView, size: 8 | 16): boolean {
  const { view, bytes } = s.source;
  let from = s.pos + 1;
  const close = from + size * 2;
  if (close >= bytes.length || view.getUint8(s.pos) !== QUOTE || view.getUint8(close) !== QUOTE)
    return false;
  let wrong = 0;
  for (let at = 0; at < size; at += 4, from += 8) {
    const a = PAIRS[view.getUint16(from, true)] as number;
    const b = PAIRS[view.getUint16(from + 2, true)] as number;
    const c = PAIRS[view.getUint16(from + 4, true)] as number;
    const d = PAIRS[view.getUint16(from + 6, true)] as number;
    wrong |= a | b | c | d;
    id.setInt32(at, (a << 24) | (b << 16) | (c << 8) | d);
  }
  if (wrong < 0) return false;
  s.pos = close + 1;
  return true;
}

const QUOTE = 0x22;

/** Turns the text that the scanner read last into `size` bytes at `at`; false when it is not their hexadecimal form. */
export function readHex(s: JsonScanner, id: DataView, size: number, at: number): boolean {
  if (s.length !== size * 2) return false;
  const { source } = s;
  const bytes = s.start < 0 ? source.scratch : source.bytes;
  const from = s.start < 0 ? ~s.start : s.start;
  for (let i = 0; i < size; i++) {
    const high = hexDigit(bytes[from + i * 2] as number);
    const low = hexDigit(bytes[from + i * 2 + 1] as number);
    if (high < 0 || low < 0) return false;
    id.setUint8(at + i, (high << 4) | low);
  }
  return true;
}
