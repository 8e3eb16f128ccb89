/** Both decoders beside an independent expectation, on random requests encoded by protobufjs and JSON.stringify. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceRequests } from '../testing/arbitrary.ts';
import { comparable, expectedSpans } from '../testing/expected.ts';
import { toJson, toProtobuf } from '../testing/model.ts';
import { decodeOnce, TestDecoder } from '../testing/rows.ts';

const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 300);

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
    { numRuns: RUNS / 3, endOnFailure: true },
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
    { numRuns: RUNS / 3, endOnFailure: true },
  );
});
