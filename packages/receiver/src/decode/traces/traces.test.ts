/** Both decoders beside an independent expectation, on random requests encoded by protobufjs and JSON.stringify. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceRequests } from '../../testing/arbitrary.ts';
import { comparable, expectedSpans } from '../../testing/expected.ts';
import { type KeyValue, requestOf, toJson, toProtobuf } from '../../testing/model.ts';
import { decodeOnce, TestDecoder } from '../../testing/rows.ts';

const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 150);

test('random requests in protobuf become the rows that the contract says', () => {
  fc.assert(
    fc.property(traceRequests, (request) => {
      const { spans, records, rejected } = decodeOnce('protobuf', toProtobuf(request));
      expect(spans.map(comparable)).toEqual(expectedSpans(request));
      expect(records - rejected).toBe(spans.length);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test('random requests in JSON become the same rows', () => {
  fc.assert(
    fc.property(traceRequests, (request) => {
      const json = decodeOnce('json', toJson(request));
      expect(json).toEqual(decodeOnce('protobuf', toProtobuf(request)));
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test('a decoder gives the same rows whatever it has decoded before, also when a request fills several batches', () => {
  fc.assert(
    fc.property(fc.array(traceRequests, { maxLength: 4 }), fc.boolean(), (requests, isJson) => {
      const used = new TestDecoder({}, [], 3);
      for (const request of requests) {
        const body = isJson ? toJson(request) : toProtobuf(request);
        const { spans } = used.decode(isJson ? 'json' : 'protobuf', body);
        expect(spans.map(comparable)).toEqual(expectedSpans(request));
      }
    }),
    { numRuns: Math.ceil(RUNS / 3), endOnFailure: true },
  );
});

test('skipping records of a request gives the rows that remain', () => {
  fc.assert(
    fc.property(traceRequests, fc.nat({ max: 8 }), (request, skip) => {
      const body = toProtobuf(request);
      const whole = decodeOnce('protobuf', body);
      const rest = new TestDecoder().decode('protobuf', body, skip);
      const wire = request.flatMap(({ scopes }) => scopes.flatMap(({ spans }) => spans));
      const isValid = (span: { traceId: string; spanId: string }): boolean =>
        !/^0*$/.test(span.traceId) && !/^0*$/.test(span.spanId);
      const skipped = wire.slice(0, skip).filter(isValid).length;
      expect(rest.spans).toEqual(whole.spans.slice(skipped));
      expect([rest.records, rest.rejected]).toEqual([whole.records, whole.rejected]);
    }),
    { numRuns: Math.ceil(RUNS / 3), endOnFailure: true },
  );
});

const NAMED: KeyValue = ['feature.name', { string: 'checkout' }];
const FILTERED: readonly [name: string, attributes: KeyValue[], isMarked: boolean][] = [
  ['left out others by outcome', [NAMED, ['feature.filter', { string: 'failures_only' }]], true],
  ['left out others by duration', [['feature.filter', { string: 'min_duration' }], NAMED], true],
  ['says so with no text', [NAMED, ['feature.filter', { string: '' }]], false],
  ['says so with no string', [NAMED, ['feature.filter', { bool: true }]], false],
  ['says nothing of it', [NAMED, ['a', { string: 'failures_only' }]], false],
  ['sent no run', [['feature.filter', { string: 'failures_only' }]], false],
];

test.each(FILTERED)('a sender that %s', (_, attributes, isMarked) => {
  const request = requestOf({ attributes });
  for (const [encoding, body] of [
    ['protobuf', toProtobuf(request)],
    ['json', toJson(request)],
    ['json', Buffer.from(JSON.stringify(JSON.parse(toJson(request).toString()), null, 1))],
  ] as const) {
    const { spans } = decodeOnce(encoding, body);
    expect(spans.map(({ markNames }) => markNames.includes('FILTERED'))).toEqual([isMarked]);
    expect(spans.map(comparable)).toEqual(expectedSpans(request));
  }
});

test('a resource or an event that says it marks no run', () => {
  const said: KeyValue[] = [['feature.filter', { string: 'failures_only' }]];
  const request = requestOf({
    attributes: [NAMED],
    events: [{ timeNs: 1n, name: 'e', attributes: said, dropped: 0 }],
  }).map((resource) => ({ ...resource, attributes: said }));
  for (const [encoding, body] of [
    ['protobuf', toProtobuf(request)],
    ['json', toJson(request)],
  ] as const)
    expect(decodeOnce(encoding, body).spans[0]?.markNames).toEqual(['HAS_EXTRAS', 'GAVE_NAME']);
});
