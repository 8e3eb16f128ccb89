/** What is done to bodies in fuzz tests. */
import fc from 'fast-check';

/** What is done, at a place between 0 and 1 of the body, with a byte. */
export type Mutation = readonly [kind: string, place: number, byte: number];

export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.tuple(
    fc.constantFrom('flip', 'delete', 'insert', 'cut', 'repeat'),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat({ max: 255 }),
  ),
  { minLength: 1, maxLength: 6 },
);

export function mutate(body: Buffer, list: readonly Mutation[]): Buffer {
  let bytes = Buffer.from(body);
  for (const [kind, place, byte] of list) {
    const at = Math.floor(place * bytes.length);
    const before = bytes.subarray(0, at);
    if (kind === 'flip' && at < bytes.length) bytes[at] = byte;
    else if (kind === 'delete')
      bytes = Buffer.concat([before, bytes.subarray(at + 1 + (byte & 7))]);
    else if (kind === 'insert')
      bytes = Buffer.concat([before, Buffer.from([byte]), bytes.subarray(at)]);
    else if (kind === 'cut') bytes = Buffer.from(before);
    else bytes = Buffer.concat([before, bytes.subarray(at, at + 20), bytes.subarray(at)]);
  }
  return bytes;
}
