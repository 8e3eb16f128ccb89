/** Mutated requests: whatever the bytes, a decoder either gives rows or the coded error, at once, and goes on. */
import { CodedError } from '@heartwood/semconv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceRequests } from '../testing/arbitrary.ts';
import { requestOf, toJson, toProtobuf } from '../testing/model.ts';
import { TestDecoder } from '../testing/rows.ts';

const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 400);

/** What is done to a body at a place in it. */
const mutations = fc.array(
  fc.tuple(
    fc.constantFrom('flip', 'delete', 'insert', 'cut', 'repeat'),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat({ max: 255 }),
  ),
  { minLength: 1, maxLength: 6 },
);

function mutate(body: Buffer, list: readonly (readonly [string, number, number])[]): Buffer {
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

test.each(['protobuf', 'json'] as const)(
  'mutated %s never throws anything but the coded error',
  (encoding) => {
    const encode = encoding === 'json' ? toJson : toProtobuf;
    const probe = encode(requestOf({ name: 'alive' }));
    fc.assert(
      fc.property(traceRequests, mutations, (request, list) => {
        const fresh = new TestDecoder({}, undefined, 16);
        try {
          fresh.decode(encoding, mutate(encode(request), list));
        } catch (error) {
          if (!(error instanceof CodedError)) throw error;
        }
        expect(fresh.decode(encoding, probe).spans).toMatchObject([{ name: 'alive' }]);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  },
);

test.each(['protobuf', 'json'] as const)(
  'random bytes as %s never throw anything but the coded error',
  (encoding) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        let failure: unknown;
        try {
          new TestDecoder({}, [], 4).decode(encoding, bytes);
        } catch (error) {
          failure = error;
        }
        expect(failure ?? new CodedError('NONE', '', false)).toBeInstanceOf(CodedError);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  },
);
