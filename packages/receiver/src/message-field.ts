/** Writes the few small protobuf messages that are answers (wire types 0 and 2). */

/** A field of type varint. */
export const varintField = (number: number, value: number): Buffer =>
  Buffer.from([number << 3, ...varint(value)]);

/** A field of type bytes, string or message. */
export const bytesField = (number: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(value.length)]), value]);

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}
