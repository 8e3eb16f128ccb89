/** Attributes as OTLP `KeyValue` messages (opentelemetry/proto/common/v1/common.proto). */
import { FIXED64, LENGTH, putDouble, VARINT, type BytesWriter } from './bytes.ts';

/** How much of a span is written when it is too large: undefined writes all of it. */
export interface Shortening {
  readonly textChars: number;
  readonly attributes: number;
  readonly listItems: number;
}

/** Writes each attribute as `field`, a repeated KeyValue. What has no form in OTLP is written without a value. */
export function writeAttributes(
  out: BytesWriter,
  field: number,
  attributes: object,
  shortening?: Shortening,
): void {
  let left = shortening?.attributes ?? Infinity;
  for (const [key, value] of Object.entries(attributes) as [string, unknown][]) {
    if (left-- <= 0) return;
    writeKeyValue(out, field, key, value, shortening);
  }
}

/** Writes one KeyValue as `field`. */
export function writeKeyValue(
  out: BytesWriter,
  field: number,
  key: string,
  value: unknown,
  shortening?: Shortening,
): void {
  if (shortening === undefined && writeShort(out, field, key, value)) return;
  out.tag(field, LENGTH);
  const start = out.open();
  out.tag(1, LENGTH);
  out.string(cut(key, shortening));
  out.tag(2, LENGTH);
  const valueStart = out.open();
  writeAnyValue(out, value, shortening);
  out.close(valueStart);
  out.close(start);
}

// With these all lengths take one byte, the whole fewer than 128.
const LONGEST_SHORT_KEY = 60;
const LONGEST_SHORT_TEXT = 50;

/** The attribute in one go, when it is as short and plain as most are; false when it was not written. */
function writeShort(out: BytesWriter, field: number, key: string, value: unknown): boolean {
  const { length } = key;
  if (length > LONGEST_SHORT_KEY || field > 15) return false;
  const buffer = out.room(128);
  const start = out.length;
  buffer[start] = field * 8 + LENGTH;
  buffer[start + 2] = 8 + LENGTH;
  buffer[start + 3] = length;
  let at = start + 4;
  if (!writeAscii(buffer, at, key)) return false;
  at += length;
  buffer[at] = 16 + LENGTH;
  switch (typeof value) {
    case 'string':
      if (value.length > LONGEST_SHORT_TEXT || !writeAscii(buffer, at + 4, value)) return false;
      buffer[at + 1] = value.length + 2;
      buffer[at + 2] = 8 + LENGTH;
      buffer[at + 3] = value.length;
      at += value.length + 4;
      break;
    case 'boolean':
      buffer[at + 1] = 2;
      buffer[at + 2] = 16 + VARINT;
      buffer[at + 3] = value ? 1 : 0;
      at += 4;
      break;
    case 'number':
      if (Number.isInteger(value)) {
        // Sizes and counts; the others go the long way.
        if (value < 0 || value > 0x7fffffff) return false;
        const valueAt = at + 1;
        buffer[at + 2] = 24 + VARINT;
        at += 3;
        let rest = value;
        for (; rest > 0x7f; rest >>>= 7) buffer[at++] = (rest & 0x7f) | 0x80;
        buffer[at++] = rest;
        buffer[valueAt] = at - valueAt - 1;
      } else {
        buffer[at + 1] = 9;
        buffer[at + 2] = 32 + FIXED64;
        putDouble(buffer, at + 3, value);
        at += 11;
      }
      break;
    case 'bigint':
    case 'function':
    case 'object':
    case 'symbol':
    case 'undefined':
    default:
      return false;
  }
  buffer[start + 1] = at - start - 2;
  out.advance(at - start);
  return true;
}

function writeAscii(buffer: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return false;
    buffer[at + i] = unit;
  }
  return true;
}

function writeAnyValue(out: BytesWriter, value: unknown, shortening?: Shortening): void {
  switch (typeof value) {
    case 'string':
      out.tag(1, LENGTH);
      out.string(cut(value, shortening));
      break;
    case 'boolean':
      out.tag(2, VARINT);
      out.varint(value ? 1 : 0);
      break;
    case 'number':
      writeNumber(out, value);
      break;
    case 'object':
      if (value !== null) writeObject(out, value, shortening);
      break;
    case 'bigint':
    case 'function':
    case 'symbol':
    case 'undefined':
      break;
    default:
  }
}

// int64 is [-2^63, 2^63); both ends are exact as doubles.
const INT64_END = 2 ** 63;

function writeNumber(out: BytesWriter, value: number): void {
  if (Number.isInteger(value) && value >= -INT64_END && value < INT64_END) {
    out.tag(3, VARINT);
    out.int64(value);
  } else {
    out.tag(4, FIXED64);
    out.double(value);
  }
}

function writeObject(out: BytesWriter, value: object, shortening?: Shortening): void {
  if (value instanceof Uint8Array) {
    out.tag(7, LENGTH);
    out.bytes(value.subarray(0, shortening?.textChars));
    return;
  }
  const isList = Array.isArray(value);
  out.tag(isList ? 5 : 6, LENGTH);
  const start = out.open();
  if (isList) {
    for (const item of (value as unknown[]).slice(0, shortening?.listItems)) {
      out.tag(1, LENGTH);
      const itemStart = out.open();
      writeAnyValue(out, item, shortening);
      out.close(itemStart);
    }
  } else writeAttributes(out, 1, value, shortening);
  out.close(start);
}

function cut(text: string, shortening: Shortening | undefined): string {
  return shortening === undefined ? text : text.slice(0, shortening.textChars);
}
