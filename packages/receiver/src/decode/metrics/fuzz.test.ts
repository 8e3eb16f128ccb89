/** Mutated metrics: whatever the bytes, a decoder either gives rows or the coded error, at once, and goes on. */
import { CodedError } from '@heartwood/semconv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metricRequests } from '../../testing/metric-arbitrary.ts';
import { toMetricJson, toMetricProtobuf } from '../../testing/metric-encoding.ts';
import { gaugeOf, metricRequestOf } from '../../testing/metric-model.ts';
import { MetricTestDecoder } from '../../testing/metric-rows.ts';
import { mutate, mutations } from '../../testing/mutations.ts';

const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 100);

test.each(['protobuf', 'json'] as const)(
  'mutated %s never throws anything but the coded error',
  (encoding) => {
    const encode = encoding === 'json' ? toMetricJson : toMetricProtobuf;
    const probe = encode(metricRequestOf({ ...gaugeOf({ value: { int: 4n } }), name: 'alive' }));
    // One decoder for all, so that what a broken body leaves in its caches meets those that follow.
    const used = new MetricTestDecoder({}, 16);
    fc.assert(
      fc.property(metricRequests, mutations, (request, list) => {
        const fresh = new MetricTestDecoder({}, 16);
        for (const decoder of [fresh, used])
          try {
            decoder.decode(encoding, mutate(encode(request), list));
          } catch (error) {
            if (!(error instanceof CodedError)) throw error;
          }
        expect(fresh.decode(encoding, probe).points).toMatchObject([
          { name: 'alive', intValue: 4n, attributes: '{}' },
        ]);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(used.decode(encoding, probe).points).toMatchObject([{ name: 'alive', intValue: 4n }]);
  },
);
