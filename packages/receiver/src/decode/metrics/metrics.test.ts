/** Both decoders of metrics beside an independent expectation, on random requests encoded by protobufjs and JSON.stringify. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metricRequests } from '../../testing/metric-arbitrary.ts';
import { expectedPoints } from '../../testing/metric-expected.ts';
import { toMetricJson, toMetricProtobuf } from '../../testing/metric-encoding.ts';
import { decodeMetrics, MetricTestDecoder } from '../../testing/metric-rows.ts';

const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 100);

test('random requests in protobuf become the rows that the contract says', () => {
  fc.assert(
    fc.property(metricRequests, (request) => {
      const { points, records, rejected } = decodeMetrics('protobuf', toMetricProtobuf(request));
      expect(points).toEqual(expectedPoints(request));
      expect([records, rejected]).toEqual([points.length, 0]);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test('random requests in JSON become the same rows', () => {
  fc.assert(
    fc.property(metricRequests, (request) => {
      const json = decodeMetrics('json', toMetricJson(request));
      expect(json).toEqual(decodeMetrics('protobuf', toMetricProtobuf(request)));
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test('a decoder gives the same rows whatever it has decoded before, also when a request fills several batches', () => {
  fc.assert(
    fc.property(fc.array(metricRequests, { maxLength: 4 }), fc.boolean(), (requests, isJson) => {
      const used = new MetricTestDecoder({}, 3);
      for (const request of requests) {
        const body = isJson ? toMetricJson(request) : toMetricProtobuf(request);
        const { points } = used.decode(isJson ? 'json' : 'protobuf', body);
        expect(points).toEqual(expectedPoints(request));
      }
    }),
    { numRuns: Math.ceil(RUNS / 3), endOnFailure: true },
  );
});

test('skipping points of a request gives the rows that remain', () => {
  fc.assert(
    fc.property(metricRequests, fc.nat({ max: 8 }), (request, skip) => {
      const body = toMetricProtobuf(request);
      const whole = decodeMetrics('protobuf', body);
      const rest = new MetricTestDecoder().decode('protobuf', body, skip);
      expect(rest.points).toEqual(whole.points.slice(skip));
      expect([rest.records, rest.rejected]).toEqual([whole.records, whole.rejected]);
    }),
    { numRuns: Math.ceil(RUNS / 3), endOnFailure: true },
  );
});
