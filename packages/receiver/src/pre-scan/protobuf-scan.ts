/** Walks the tags and lengths of a protobuf body and counts: no value is read, no row made. */
import { CodedError } from '@heartwood/semconv';
import { WireReader } from '../decode/protobuf/wire.ts';
import { type Item, ITEM, type ItemCount } from './item-count.ts';
import type { Reach, Shape } from './protobuf-shape.ts';
import type { Scanned } from './scanned.ts';

/** Messages in one another that are looked into: the decoder makes "…" of values that lie deeper. */
const MAX_OPEN = 256;
/** Longest tag with the longest length behind it, bytes. */
const HEAD_BYTES = 20;
/** More than a body may have; small enough to stay an integer for V8. */
const WITHOUT_END = 0x3fffffff;

/**
 * Counts what lies in the body. Ends without a word at whatever breaks the encoding: the decoder stops there too, and says
 * what is wrong.
 */
export function scanProtobuf(body: Scanned, shape: Shape, reach: Reach, count: ItemCount): void {
  try {
    walk(body, shape, reach, count);
  } catch (error) {
    const isBroken = error instanceof CodedError && error.code === 'OTLP_MALFORMED';
    const isCut = error instanceof RangeError && !body.isWhole;
    if (!isBroken && !isCut) throw error;
  }
}

function walk({ bytes, isWhole }: Scanned, shape: Shape, reach: Reach, count: ItemCount): void {
  const { fields, items, reaches, packedFixed, packedVarint, attribute } = shape;
  const { left } = count;
  const r = new WireReader();
  r.open(new DataView(bytes.buffer, bytes.byteOffset));
  const stop = isWhole ? bytes.length : bytes.length - HEAD_BYTES;
  // A list of ours instead of the stack: values may lie in one another without end.
  const ends = new Int32Array(MAX_OPEN);
  const kinds = new Uint8Array(MAX_OPEN);
  let depth = 0;
  let kind = 0;
  let end = isWhole ? bytes.length : WITHOUT_END;
  let pos = 0;
  for (;;) {
    while (pos >= end) {
      if (depth === 0) return;
      depth--;
      end = ends[depth] as number;
      kind = kinds[depth] as number;
    }
    if (pos >= stop) return;
    // Tags and lengths below 128 are one byte, which is most of them; the reader takes the others.
    let tag = bytes[pos++] as number;
    if (tag >= 0x80) {
      r.pos = pos - 1;
      tag = r.varint();
      pos = r.pos;
    }
    const field = tag >>> 3;
    const inner = field < 16 ? (fields[(kind << 4) | field] as number) : -1;
    if ((tag & 7) !== 2) {
      // Numbers that are usually packed may come one by one.
      if (inner === packedFixed || inner === packedVarint) count.take(ITEM.PART, 1);
      r.pos = pos;
      r.skip(tag, end, 0);
      pos = r.pos;
      continue;
    }
    let length = bytes[pos] as number;
    if (length < 0x80) pos++;
    else {
      r.pos = pos;
      length = r.length(end);
      pos = r.pos;
    }
    const next = pos + length;
    if (next > end) return;
    if (inner < 0) {
      pos = next;
      continue;
    }
    const item = items[inner] as Item;
    const rest = (left[item] as number) - 1;
    if (item !== ITEM.NONE) {
      left[item] = rest;
      if (rest < 0) count.refuse(item);
    }
    const isLeaf = (reaches[inner] as number) > reach || depth === MAX_OPEN;
    if (length === 0 || isLeaf) {
      pos = next;
      // What is alike comes in rows: the siblings behind it with the same tag and a short length, or none.
      let siblings = 0;
      while (pos < end && pos < stop && bytes[pos] === tag && siblings <= rest) {
        const bytesEach = bytes[pos + 1] as number;
        if (bytesEach > (isLeaf ? 0x7f : 0)) break;
        pos += 2 + bytesEach;
        siblings++;
      }
      if (pos > end) return;
      if (item !== ITEM.NONE && siblings > 0) count.take(item, siblings);
    } else if (inner === packedFixed) {
      count.take(ITEM.PART, length >>> 3);
      pos = next;
    } else if (inner === packedVarint) {
      const most = left[ITEM.PART] as number;
      count.take(ITEM.PART, varintsIn(bytes, pos, Math.min(next, bytes.length), most));
      pos = next;
    } else if (inner === attribute && isPlain(bytes, pos, length, stop)) {
      pos = next;
    } else {
      ends[depth] = end;
      kinds[depth] = kind;
      depth++;
      end = next;
      kind = inner;
    }
  }
}

/** Each varint ends with the only one of its bytes that is below 128. Counts one more than `most` at the most. */
function varintsIn(bytes: Uint8Array, from: number, to: number, most: number): number {
  let varints = 0;
  for (let at = from; at < to && varints <= most; at++)
    varints += ((bytes[at] as number) >>> 7) ^ 1;
  return varints;
}

/** True for a short key and then a short text or number, as nearly all attributes are: nothing lies in them. */
function isPlain(bytes: Uint8Array, start: number, length: number, stop: number): boolean {
  if (length < 5 || start + length > stop) return false;
  const keyBytes = bytes[start + 1] as number;
  const value = start + 2 + keyBytes;
  const left = start + length - value - 2;
  if (keyBytes > 0x7f || left < 2 || left > 0x7f || (bytes[start] as number) !== 10) return false;
  if ((bytes[value] as number) !== 18 || (bytes[value + 1] as number) !== left) return false;
  const tag = bytes[value + 2] as number;
  if (tag === 10) return (bytes[value + 3] as number) === left - 2;
  // What a varint leaves of ten bytes is room for nothing that matters.
  return tag === 33 || tag === 24 || tag === 16 ? left < 12 : false;
}
