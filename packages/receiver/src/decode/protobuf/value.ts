/** Protobuf `AnyValue` to JSON text (opentelemetry/proto/common/v1/common.proto). */
import type { JsonText } from '../text/json-text.ts';
import type { WireReader } from './wire.ts';

/** Fields of KeyValue and AnyValue, `key_strindex` and `string_value_strindex` left out: those mean nothing here. */
export const KEY_VALUE_FIELDS = 2;
export const ANY_VALUE_FIELDS = 7;

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
