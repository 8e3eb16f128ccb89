/** Halves a request that is too large between spans, log records or metrics, whatever they say. */
import { compileFunction } from 'node:vm';

/**
 * Body of a function of `body`, a Buffer: two Buffers, the same ones for the same bytes, or undefined when there is
 * nothing to part. A text, because the program that sends what a process leaves behind needs it too, which is one.
 * The three requests of OTLP have the same form: resources in field 1, scopes in field 2 of these, records in field 2
 * of those, all of them and all beside them length-delimited (opentelemetry/proto/collector).
 */
export const SPLIT_FUNCTION = `
  const varint = (value) => {
    const bytes = [];
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
    return Buffer.from([...bytes, value]);
  };
  const fieldsOf = (from, to) => {
    const fields = [];
    let at = from;
    const read = () => {
      let value = 0;
      for (let scale = 1; at < to; scale *= 128) {
        const byte = body[at++];
        value += (byte % 128) * scale;
        if (byte < 128) return value;
      }
      return NaN;
    };
    while (at < to) {
      const start = at;
      const tag = read();
      const size = read();
      if (tag % 8 !== 2 || !(at + size <= to)) throw new Error('not a request');
      fields.push({ number: (tag - 2) / 8, start, at, end: at + size });
      at += size;
    }
    return fields;
  };
  let seen = 0;
  const part = (from, to, depth, first, last) => {
    const chunks = [];
    let isEmpty = true;
    for (const { number, start, at, end } of fieldsOf(from, to)) {
      if (number !== (depth === 0 ? 1 : 2)) chunks.push(body.subarray(start, end));
      else if (depth < 2) {
        const inner = part(at, end, depth + 1, first, last);
        if (inner === undefined) continue;
        chunks.push(varint(number * 8 + 2), varint(inner.length), inner);
        isEmpty = false;
      } else {
        const isWanted = seen >= first && seen < last;
        seen += 1;
        if (!isWanted) continue;
        chunks.push(body.subarray(start, end));
        isEmpty = false;
      }
    }
    return isEmpty ? undefined : Buffer.concat(chunks);
  };
  const cut = (first, last) => {
    seen = 0;
    return part(0, body.length, 0, first, last);
  };
  try {
    cut(0, 0);
    const half = Math.ceil(seen / 2);
    if (seen < 2) return undefined;
    return [cut(0, half), cut(half, Infinity)];
  } catch {
    return undefined;
  }
`;

/** The two halves, the first one with the record more; undefined when there is nothing to part. */
export function splitRequest(body: Uint8Array): readonly [Uint8Array, Uint8Array] | undefined {
  split ??= compileFunction(SPLIT_FUNCTION, ['body']) as typeof splitRequest;
  return split(body);
}

let split: typeof splitRequest | undefined;

/** Of so many records, those in the first half. */
export function firstHalf(recordCount: number): number {
  return Math.ceil(recordCount / 2);
}
