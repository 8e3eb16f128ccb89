/** Random trace requests for property tests: odd in every place where the two encodings could part. */
import fc from 'fast-check';
import { type Any, type KeyValue, type PlainRequest, START_NS } from './model.ts';

const KNOWN_KEYS = [
  'feature.name',
  'feature.category',
  'feature.component',
  'feature.version',
  'feature.status',
  'feature.performance.tier',
  'feature.efficiency',
  'feature.iterations',
  'feature.input.size',
  'feature.output.size',
  'feature.filter',
  'session.id',
  'user.hash',
  'user.id',
  'error.type',
  'event.name',
];

export const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', 'a', 'shop', 'timeout', 'failed', 'partial', 'slow', '$x', 'GET /cart/:id'),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('é', '日本語テキスト', '\u0000\u001f"\\/', '😀😀', '__proto__', '{"a":1}'),
);
const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...KNOWN_KEYS) },
  { weight: 2, arbitrary: fc.constantFrom('http.request.method', 'a.b', 'x', '$k', 'constructor') },
  { weight: 1, arbitrary: text },
);
export const int64: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, 1n, -1n, 9n, 10n, 2n ** 31n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n),
  fc.bigInt({ min: 0n, max: 1000n }),
);
const scalar: fc.Arbitrary<Any> = fc.oneof(
  { weight: 4, arbitrary: text.map((string) => ({ string })) },
  { weight: 2, arbitrary: int64.map((int) => ({ int })) },
  { weight: 2, arbitrary: fc.double().map((double) => ({ double })) },
  { weight: 1, arbitrary: fc.boolean().map((bool) => ({ bool })) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => ({ bytes })) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const { value } = fc.letrec<{ value: Any }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 8, arbitrary: scalar },
    {
      weight: 1,
      arbitrary: fc.array(tie('value'), { maxLength: 4 }).map((array) => ({ array })),
    },
    {
      weight: 1,
      arbitrary: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((map) => ({ map })),
    },
  ),
}));
export const anyValue: fc.Arbitrary<Any> = value;
export const attributes: fc.Arbitrary<KeyValue[]> = fc.array(fc.tuple(key, value), {
  maxLength: 12,
});
export const hexId = (bytes: number): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc
        .uint8Array({ minLength: bytes, maxLength: bytes })
        .map((id) => Buffer.from(id).toString('hex')),
    },
    { weight: 1, arbitrary: fc.constantFrom('', '00'.repeat(bytes)) },
  );
export const time: fc.Arbitrary<bigint> = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt({ min: START_NS - 10n ** 15n, max: START_NS + 10n ** 9n }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0n, 1n, 2n ** 63n - 1n, 2n ** 64n - 1n, 1_700_000_000_000n),
  },
);
export const dropped: fc.Arbitrary<number> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 1e9 }) },
);
const event = fc.record({ timeNs: time, name: text, attributes, dropped });
const link = fc.record({
  traceId: hexId(16),
  spanId: hexId(8),
  traceState: text,
  attributes,
  dropped,
  flags: fc.oneof(fc.constant(0), fc.nat({ max: 0xffffffff })),
});
const span = fc.record({
  traceId: hexId(16),
  spanId: hexId(8),
  parentSpanId: hexId(8),
  traceState: fc.oneof(fc.constant(''), text),
  name: text,
  kind: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(-1, 99)),
  startNs: time,
  endNs: time,
  attributes,
  droppedAttributes: dropped,
  events: fc.array(event, { maxLength: 3 }),
  droppedEvents: dropped,
  links: fc.array(link, { maxLength: 2 }),
  droppedLinks: dropped,
  statusCode: fc.constantFrom(0, 1, 2, 7),
  statusMessage: fc.oneof(fc.constant(''), text),
  flags: fc.oneof(fc.constant(0), fc.nat({ max: 0xffffffff })),
});
export const url: fc.Arbitrary<string> = fc.oneof(fc.constant(''), text);

/** Requests of a few resources, scopes and spans. */
export const traceRequests: fc.Arbitrary<PlainRequest> = fc.array(
  fc.record({
    attributes: fc.oneof(
      attributes,
      text.map((string): KeyValue[] => [['service.name', { string }]]),
    ),
    dropped,
    schemaUrl: url,
    scopes: fc.array(
      fc.record({
        name: text,
        version: text,
        attributes,
        dropped,
        schemaUrl: url,
        spans: fc.array(span, { maxLength: 4 }),
      }),
      { maxLength: 2 },
    ),
  }),
  { maxLength: 3 },
);
