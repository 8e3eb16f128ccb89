/** Random logs requests for property tests: odd in every place where the two encodings could part. */
import fc from 'fast-check';
import { anyValue, attributes, dropped, hexId, text, time, url } from './arbitrary.ts';
import type { PlainLogRequest } from './log-model.ts';
import type { KeyValue } from './model.ts';

const log = fc.record({
  timeNs: time,
  observedNs: time,
  severityNumber: fc.oneof(fc.integer({ min: 0, max: 24 }), fc.constantFrom(-1, 99)),
  severityText: fc.oneof(fc.constantFrom('', 'INFO', 'error'), text),
  body: fc.oneof(
    { weight: 3, arbitrary: text.map((string) => ({ string })) },
    { weight: 2, arbitrary: anyValue },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  attributes,
  droppedAttributes: dropped,
  flags: fc.oneof(fc.constant(0), fc.nat({ max: 0xffffffff })),
  traceId: fc.oneof(hexId(16), fc.constantFrom('', 'ab', '01'.repeat(17))),
  spanId: fc.oneof(hexId(8), fc.constantFrom('', 'ab', '01'.repeat(9))),
  eventName: fc.oneof(fc.constantFrom('', 'session.start'), text),
});

/** Requests of a few resources, scopes and records. */
export const logRequests: fc.Arbitrary<PlainLogRequest> = fc.array(
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
        logs: fc.array(log, { maxLength: 4 }),
      }),
      { maxLength: 2 },
    ),
  }),
  { maxLength: 3 },
);
