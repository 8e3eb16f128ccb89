/** Random metrics requests for property tests: odd in every place where the two encodings could part. */
import fc from 'fast-check';
import { attributes, hexId, int64, text, time } from './arbitrary.ts';
import type { PlainMetricRequest } from './metric-model.ts';

const double = fc.oneof(
  { weight: 4, arbitrary: fc.double() },
  { weight: 2, arbitrary: fc.constantFrom(0, -0, 1, 0.1, 5e-324, 1.7976931348623157e308) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 2 ** 53) },
);
const count = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt({ min: 0n, max: 20n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
);
const int32 = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -20, max: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 31 - 1, -(2 ** 31)) },
);
const uint32 = fc.oneof(fc.constantFrom(0, 1), fc.nat({ max: 0xffffffff }));
const value = fc.oneof(
  int64.map((int) => ({ int })),
  double.map((number) => ({ double: number })),
  fc.constant(null),
);
const given = fc.option(double, { nil: null });
const temporality = fc.constantFrom(0, 1, 2, -1, 99);
const exemplar = fc.record({
  timeNs: time,
  value,
  traceId: fc.oneof(hexId(16), fc.constantFrom('ab', '01'.repeat(17))),
  spanId: fc.oneof(hexId(8), fc.constantFrom('ab', '01'.repeat(9))),
  attributes,
});
const point = {
  // Few sets that come again and again, as they do, and odd ones.
  attributes: fc.oneof(
    fc.constantFrom<[string, { string: string }][]>(
      [['a', { string: '1' }]],
      [
        ['b', { string: '2' }],
        ['a', { string: '1' }],
      ],
    ),
    attributes,
  ),
  startNs: time,
  timeNs: time,
  flags: uint32,
  exemplars: fc.array(exemplar, { maxLength: 2 }),
};
const spread = { ...point, count, sum: given, min: given, max: given };
const buckets = fc.record({ offset: int32, counts: fc.array(count, { maxLength: 8 }) });
const described = {
  name: fc.oneof(fc.constantFrom('http.server.duration', ''), text),
  description: fc.oneof(fc.constant(''), text),
  unit: fc.oneof(fc.constantFrom('', 's'), text),
  metadata: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: attributes },
  ),
};
const few = { maxLength: 3 };

const metric = fc.oneof(
  fc.record({ ...described, kind: fc.constant('none' as const) }),
  fc.record({
    ...described,
    kind: fc.constant('gauge' as const),
    points: fc.array(fc.record({ ...point, value }), few),
  }),
  fc.record({
    ...described,
    kind: fc.constant('sum' as const),
    points: fc.array(fc.record({ ...point, value }), few),
    temporality,
    monotonic: fc.boolean(),
  }),
  fc.record({
    ...described,
    kind: fc.constant('histogram' as const),
    points: fc.array(
      fc.record({
        ...spread,
        bounds: fc.oneof(fc.constant([0, 5, 10]), fc.array(double, { maxLength: 6 })),
        bucketCounts: fc.array(count, { maxLength: 6 }),
      }),
      few,
    ),
    temporality,
  }),
  fc.record({
    ...described,
    kind: fc.constant('exponentialHistogram' as const),
    points: fc.array(
      fc.record({
        ...spread,
        scale: int32,
        zeroCount: count,
        zeroThreshold: double,
        positive: buckets,
        negative: buckets,
      }),
      few,
    ),
    temporality,
  }),
  fc.record({
    ...described,
    kind: fc.constant('summary' as const),
    points: fc.array(
      fc.record({
        ...point,
        count,
        sum: double,
        quantiles: fc.array(fc.tuple(double, double), { maxLength: 4 }),
      }),
      few,
    ),
  }),
);

/** Requests of a few resources, scopes and metrics. */
export const metricRequests: fc.Arbitrary<PlainMetricRequest> = fc.array(
  fc.record({
    attributes: fc.oneof(
      attributes,
      text.map((string): [string, { string: string }][] => [['service.name', { string }]]),
    ),
    scopes: fc.array(fc.record({ name: text, metrics: fc.array(metric, { maxLength: 4 }) }), {
      maxLength: 2,
    }),
  }),
  { maxLength: 3 },
);
