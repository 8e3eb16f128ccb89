/** Mutated logs: whatever the bytes, a decoder either gives rows or the coded error, at once, and goes on. */
import { CodedError } from '@heartwood/semconv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logRequests } from '../../testing/log-arbitrary.ts';
import { logRequestOf, toLogJson, toLogProtobuf } from '../../testing/log-model.ts';
import { LogTestDecoder } from '../../testing/log-rows.ts';
import { mutate, mutations } from '../../testing/mutations.ts';

const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 100);

test.each(['protobuf', 'json'] as const)(
  'mutated %s never throws anything but the coded error',
  (encoding) => {
    const encode = encoding === 'json' ? toLogJson : toLogProtobuf;
    const probe = encode(logRequestOf({ eventName: 'alive', body: { int: 4n } }));
    // One decoder for all, so that what a broken body leaves in its caches meets those that follow.
    const used = new LogTestDecoder({}, 16);
    fc.assert(
      fc.property(logRequests, mutations, (request, list) => {
        const fresh = new LogTestDecoder({}, 16);
        for (const decoder of [fresh, used])
          try {
            decoder.decode(encoding, mutate(encode(request), list));
          } catch (error) {
            if (!(error instanceof CodedError)) throw error;
          }
        expect(fresh.decode(encoding, probe).logs).toMatchObject([
          { eventName: 'alive', body: '4', attributes: '{}' },
        ]);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(used.decode(encoding, probe).logs).toMatchObject([{ eventName: 'alive', body: '4' }]);
  },
);
