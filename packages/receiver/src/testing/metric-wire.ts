/** Protobuf metrics put together by hand, for bodies that no encoder would write. */
import { field, tag } from './wire.ts';

/** Field numbers of the data of a metric. */
export const DATA = { gauge: 5, sum: 7, histogram: 9, exponential: 10, summary: 11 } as const;

/** A request of one metric made of these fields. */
export const metricWith = (...fields: readonly Uint8Array[]): Buffer =>
  field(1, field(2, field(2, ...fields)));

/** A request of one metric whose only point has these fields. */
export const pointWith = (type: number, ...fields: readonly Uint8Array[]): Buffer =>
  metricWith(field(1, 'm'), field(type, field(1, ...fields)));

/** A field of 64 bits that holds an integer. */
export function fixed64(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return Buffer.concat([tag(number, 1), bytes]);
}

/** A field that holds a double. */
export const double = (number: number, value: number): Buffer =>
  Buffer.concat([tag(number, 1), doubleBytes(value)]);

export function doubleBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** A string attribute, as the field of that number. */
export const labelled = (number: number, key: string, value: string): Buffer =>
  field(number, field(1, key), field(2, field(1, value)));
