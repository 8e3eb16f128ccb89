/** Other bytes of the same protobuf message: fields in another order, unknown and overruled ones, long varints, split messages. */
import type protobuf from 'protobufjs';
import { field as lengthDelimited, tag, varint } from './wire.ts';

/** Numbers below a bound, from a random source. */
export type Below = (bound: number) => number;

interface Field {
  readonly number: number;
  readonly wireType: number;
  /** Content without tag and length; of a message, its fields. */
  readonly content: Buffer | Message;
}

interface Message {
  readonly type: protobuf.Type;
  readonly fields: readonly Field[];
}

/** Rewrites an encoded message of the type; what it means stays. */
export function sameProtobuf(type: protobuf.Type, bytes: Buffer, below: Below): Buffer {
  type.root.resolveAll();
  return write(parse(type, bytes), below);
}

function parse(type: protobuf.Type, bytes: Buffer): Message {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length;) {
    const head = readVarint(bytes, at);
    const [number, wireType] = [head.value >> 3, head.value & 7];
    let start = head.end;
    let end = start;
    if (wireType === 0) end = readVarint(bytes, start).end;
    else if (wireType === 1) end += 8;
    else if (wireType === 5) end += 4;
    else {
      const length = readVarint(bytes, start);
      start = length.end;
      end = start + length.value;
    }
    const content = bytes.subarray(start, end);
    const inner = type.fieldsById[number]?.resolvedType;
    fields.push({
      number,
      wireType,
      content: inner && 'fields' in inner ? parse(inner, content) : content,
    });
    at = end;
  }
  return { type, fields };
}

function readVarint(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0n;
  let at = start;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[at++] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value: Number(BigInt.asUintN(32, value)), end: at };
  }
}

function write(message: Message, below: Below): Buffer {
  const { type, fields } = message;
  // A value with several members stays out of the columns, so it keeps its one.
  const isOdd = (): boolean => !isValue(message) && below(6) === 0;
  const parts: Buffer[] = [];
  for (const given of shuffled(fields, below)) {
    if (isOdd()) parts.push(unknownField(below));
    if (isOdd()) parts.push(...overruled(type, given, below));
    parts.push(...writeField(type, given, below));
  }
  if (isOdd()) parts.push(unknownField(below));
  return Buffer.concat(parts);
}

/** Fields of different numbers may stand in any order; those of one number and of one oneof keep theirs. */
function shuffled(fields: readonly Field[], below: Below): Field[] {
  if (below(2) === 0) return [...fields];
  const groups = new Map<number, Field[]>();
  for (const given of fields) {
    const group = groups.get(given.number);
    if (group === undefined) groups.set(given.number, [given]);
    else group.push(given);
  }
  const waiting = [...groups.values()];
  const order: Field[] = [];
  while (waiting.length > 0) {
    const at = below(waiting.length);
    const next = waiting[at]?.shift();
    if (next === undefined) waiting.splice(at, 1);
    else order.push(next);
  }
  return order;
}

/** An earlier value of a field that occurs once, which the later one overrules. */
function overruled(
  type: protobuf.Type,
  { number, wireType, content }: Field,
  below: Below,
): Buffer[] {
  const declared = type.fieldsById[number];
  if (declared === undefined || declared.repeated || !Buffer.isBuffer(content)) return [];
  const other = Buffer.from(content);
  if (wireType === 0) return [tag(number, 0), varint(below(1000))];
  if (wireType !== 2) {
    for (let i = 0; i < other.length; i++) other[i] = below(256);
    return [tag(number, wireType), other];
  }
  return [lengthDelimited(number, other.subarray(0, below(other.length + 1)))];
}

function writeField(type: protobuf.Type, given: Field, below: Below): Buffer[] {
  const { number, wireType, content } = given;
  const head = longVarint((number << 3) | wireType, below);
  if (wireType !== 2) return [head, content as Buffer];
  const part = (bytes: Buffer): Buffer[] => [head, longVarint(bytes.length, below), bytes];
  const isSplit = type.fieldsById[number]?.repeated !== true && !isList(content) && below(4) === 0;
  if (!Buffer.isBuffer(content) && isSplit) {
    // A message that comes in parts is their merge; of a value the last part that is not empty counts.
    const cut = isValue(content) ? content.fields.length : below(content.fields.length + 1);
    const parts = [content.fields.slice(0, cut), content.fields.slice(cut)].map((fields) =>
      fields.length === 0 ? Buffer.alloc(0) : write({ ...content, fields }, below),
    );
    return parts.flatMap(part);
  }
  const bytes = Buffer.isBuffer(content) ? content : write(content, below);
  return part(bytes);
}

const isValue = ({ type }: Message): boolean => type.name === 'AnyValue';

/** Arrays and maps in a value are read whole, the last one counts: no writer splits what it has counted. */
const isList = (content: Buffer | Message): boolean =>
  Buffer.isBuffer(content) || content.type.fieldsArray.every(({ repeated }) => repeated);

/** A varint that may have more bytes than it needs. */
function longVarint(value: number, below: Below): Buffer {
  const bytes = varint(value);
  if (below(8) !== 0) return bytes;
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) | 0x80;
  return Buffer.concat([bytes, Buffer.from(below(2) === 0 ? [0] : [0x80, 0])]);
}

function unknownField(below: Below, depth = 0): Buffer {
  const number = 1000 + below(100_000);
  switch (below(depth < 3 ? 5 : 4)) {
    case 0:
      return Buffer.concat([tag(number, 0), varint(below(1 << 30))]);
    case 1:
      return Buffer.concat([tag(number, 1), Buffer.alloc(8, below(256))]);
    case 2:
      return Buffer.concat([tag(number, 5), Buffer.alloc(4, below(256))]);
    case 3:
      return lengthDelimited(number, Buffer.alloc(below(20), below(256)));
    default:
      return Buffer.concat([
        tag(number, 3),
        unknownField(below, depth + 1),
        unknownField(below, depth + 1),
        tag(number, 4),
      ]);
  }
}
