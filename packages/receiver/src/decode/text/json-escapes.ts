/** Escapes of JSON strings, both ways: into the scratch area of a text source, and into bytes that are written. */
import type { TextSource } from './text-source.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX = '0123456789abcdef';

/** Where a string that breaks the rules is reported. */
interface Report {
  pos: number;
  fail(reason: string): never;
}

/**
 * Writes the string that begins at `start`, whose first backslash is at `at`, to the end of the scratch area;
 * returns the place behind its closing quote.
 */
export function unescape(source: TextSource, start: number, at: number, report: Report): number {
  const { bytes } = source;
  source.append(start, at - start);
  let pos = at;
  for (;;) {
    report.pos = pos;
    if (pos >= bytes.length) report.fail('a string is not closed');
    const byte = bytes[pos] as number;
    source.reserve(4);
    if (byte === QUOTE) return pos + 1;
    if (byte < 0x20) report.fail('a control character in a string');
    if (byte !== BACKSLASH) {
      source.scratch[source.scratchEnd++] = byte;
      pos++;
      continue;
    }
    const letter = bytes[pos + 1] as number;
    const plain = PLAIN_ESCAPES[letter];
    if (plain !== undefined) {
      source.scratch[source.scratchEnd++] = plain;
      pos += 2;
    } else if (letter === 0x75) pos = unescapeUnicode(source, pos, report);
    else report.fail('an unknown escape');
  }
}

/** Writes the character of a `\uXXXX`, or of two that are a surrogate pair; returns the place behind. */
function unescapeUnicode(source: TextSource, at: number, report: Report): number {
  const { bytes } = source;
  let code = hex4(bytes, at + 2, report);
  let pos = at + 6;
  if (code >= 0xd800 && code < 0xdc00 && bytes[pos] === BACKSLASH && bytes[pos + 1] === 0x75) {
    const second = hex4(bytes, pos + 2, report);
    if (second >= 0xdc00 && second < 0xe000) {
      code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
      pos += 6;
    }
  }
  // A lone surrogate is written as a byte that no UTF-8 has: it is repaired and counted like invalid bytes.
  const isLone = code >= 0xd800 && code < 0xe000;
  const text = isLone ? LONE_SURROGATE : Buffer.from(String.fromCodePoint(code));
  source.keep(text);
  return pos;
}

const LONE_SURROGATE = Uint8Array.of(0xff);

function hex4(bytes: Uint8Array, at: number, report: Report): number {
  let code = 0;
  for (let i = 0; i < 4; i++) {
    const digit = at + i < bytes.length ? hexDigit(bytes[at + i] as number) : -1;
    if (digit < 0) report.fail('a \\u escape without 4 hexadecimal digits');
    code = (code << 4) | digit;
  }
  return code;
}

const PLAIN_ESCAPES: Readonly<Record<number, number>> = {
  0x22: 0x22,
  0x2f: 0x2f,
  0x5c: 0x5c,
  0x62: 0x08,
  0x66: 0x0c,
  0x6e: 0x0a,
  0x72: 0x0d,
  0x74: 0x09,
};

const HEX_DIGITS = Int8Array.from({ length: 256 }, (_, byte) =>
  /[0-9a-f]/i.test(String.fromCharCode(byte)) ? Number.parseInt(String.fromCharCode(byte), 16) : -1,
);

/** Value of a hexadecimal digit, -1 for any other byte. */
export const hexDigit = (byte: number): number => HEX_DIGITS[byte] ?? -1;

/** Writes a text as a JSON string at `at`, escaping what must be; returns the place behind. Needs 6 bytes a byte. */
export function escapeTo(out: Uint8Array, at: number, text: Uint8Array): number {
  let to = at;
  out[to++] = QUOTE;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i] as number;
    if (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) {
      out[to++] = byte;
      continue;
    }
    out[to++] = BACKSLASH;
    const short = SHORT_ESCAPES[byte] ?? 0;
    if (short !== 0) {
      out[to++] = short;
    } else {
      out[to++] = 0x75;
      out[to++] = 0x30;
      out[to++] = 0x30;
      out[to++] = HEX.charCodeAt(byte >> 4);
      out[to++] = HEX.charCodeAt(byte & 15);
    }
  }
  out[to++] = QUOTE;
  return to;
}

const SHORT_ESCAPES: Readonly<Record<number, number>> = {
  0x08: 0x62,
  0x09: 0x74,
  0x0a: 0x6e,
  0x0c: 0x66,
  0x0d: 0x72,
  0x22: 0x22,
  0x5c: 0x5c,
};
