/** Mutated requests: whatever the bytes, a decoder either gives rows or the coded error, at once, and goes on. */
import { CodedError } from '@heartwood/semconv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceRequests } from '../../testing/arbitrary.ts';
import { mutate, mutations } from '../../testing/mutations.ts';
import { requestOf, toJson, toProtobuf } from '../../testing/model.ts';
import { TestDecoder } from '../../testing/rows.ts';

const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 200);

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
