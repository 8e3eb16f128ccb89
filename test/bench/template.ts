/** A request made once and sent many times with other ids and times: making each anew would cost more than taking it in. */
import { type Attribute, OtlpWriter, type Value } from './otlp-writer.ts';

/** A request, and where another one of its kind differs. */
export interface Template {
  readonly bytes: Buffer;
  /** Writes request `index` into `target`, which is at least as long. Request 0 is the template itself. */
  readonly write: (index: number, target: Buffer) => void;
}

/** How far apart the times of two requests lie. */
const STEP_SECONDS = 1;

export function protobufTemplate(write: (writer: OtlpWriter) => void): Template {
  const writer = new OtlpWriter();
  write(writer);
  const { bytes, ids, times } = writer.finish();
  return {
    bytes,
    write(index, target) {
      target.set(bytes);
      const view = new DataView(target.buffer, target.byteOffset, bytes.length);
      const mask = scramble(index);
      for (const at of ids) view.setInt32(at, view.getInt32(at) ^ mask);
      const shift = BigInt(index * STEP_SECONDS) * 1_000_000_000n;
      for (const at of times) view.setBigUint64(at, view.getBigUint64(at, true) + shift, true);
    },
  };
}

/** The template of an object as JSON; times are its fields `…UnixNano`, ids its fields `…Id`. */
export function jsonTemplate(request: object): Template {
  const bytes = Buffer.from(JSON.stringify(request));
  const ids = placesBehind(bytes, 'Id":"');
  const times = placesBehind(bytes, 'UnixNano":"');
  return {
    bytes,
    write(index, target) {
      target.set(bytes);
      const mask = scramble(index);
      for (const at of ids) xorHex(target, at, mask);
      for (const at of times) addSeconds(target, at, index * STEP_SECONDS);
    },
  };
}

export const jsonAttributes = (attributes: readonly Attribute[]): object[] =>
  attributes.map(({ key, value }) => ({ key, value: jsonValue(value) }));

function jsonValue(value: Value): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return typeof value === 'bigint' ? { intValue: String(value) } : { doubleValue: value };
}

/** A one-to-one mixing of 32 bits with 0 for 0, so that ids of different requests differ in all places. */
function scramble(index: number): number {
  let x = Math.imul(index ^ (index >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

function placesBehind(bytes: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length))
    places.push(at + text.length);
  return places;
}

const HEX = Buffer.from('0123456789abcdef');

function xorHex(target: Buffer, begin: number, mask: number): void {
  for (let i = 0; i < 8; i++) {
    const code = target[begin + i] ?? 0;
    const digit = code < 0x3a ? code - 0x30 : code - 0x57;
    target[begin + i] = HEX[digit ^ ((mask >>> (28 - i * 4)) & 15)] ?? 0;
  }
}

/** Adds to the seconds of a time, the ten digits in front of its nanoseconds. */
function addSeconds(target: Buffer, begin: number, seconds: number): void {
  let carry = seconds;
  for (let i = 9; carry > 0 && i >= 0; i--) {
    const sum = (target[begin + i] ?? 0) - 0x30 + (carry % 10);
    target[begin + i] = 0x30 + (sum % 10);
    carry = Math.floor(carry / 10) + (sum >= 10 ? 1 : 0);
  }
}
