/** Protobuf bytes put together by hand, for bodies that no encoder would write. */

export const varint = (value: number | bigint): Buffer => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
};

export const tag = (field: number, wireType: number): Buffer => varint((field << 3) | wireType);

/** A length-delimited field. */
export const field = (number: number, ...content: readonly (Uint8Array | string)[]): Buffer => {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part as string)));
  return Buffer.concat([tag(number, 2), varint(bytes.length), bytes]);
};

export const TRACE_ID: Buffer = field(1, Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex'));
export const SPAN_ID: Buffer = field(2, Buffer.from('a1a2a3a4a5a6a7a8', 'hex'));

/** A request of one span made of these fields. */
export const requestWith = (...fields: readonly Uint8Array[]): Buffer =>
  field(1, field(2, field(2, ...fields)));

/** An attribute whose value is these fields of an AnyValue. */
export const attribute = (key: string | Uint8Array, ...value: readonly Uint8Array[]): Buffer =>
  field(9, field(1, key), field(2, ...value));
