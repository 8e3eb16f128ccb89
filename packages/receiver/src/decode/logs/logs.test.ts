/** Both decoders of logs beside an independent expectation, on random requests encoded by protobufjs and JSON.stringify. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparable } from '../../testing/expected.ts';
import { logRequests } from '../../testing/log-arbitrary.ts';
import { expectedLogs, isLogKept } from '../../testing/log-expected.ts';
import { toLogJson, toLogProtobuf } from '../../testing/log-model.ts';
import { decodeLogs, LogTestDecoder } from '../../testing/log-rows.ts';

const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 150);

test('random requests in protobuf become the rows that the contract says', () => {
  fc.assert(
    fc.property(logRequests, (request) => {
      const { logs, records, rejected } = decodeLogs('protobuf', toLogProtobuf(request));
      expect(logs.map(comparable)).toEqual(expectedLogs(request));
      expect(records - rejected).toBe(logs.length);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test('random requests in JSON become the same rows', () => {
  fc.assert(
    fc.property(logRequests, (request) => {
      const json = decodeLogs('json', toLogJson(request));
      const protobuf = decodeLogs('protobuf', toLogProtobuf(request));
      expect(json.logs).toEqual(protobuf.logs);
      expect([json.records, json.rejected]).toEqual([protobuf.records, protobuf.rejected]);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test('a decoder gives the same rows whatever it has decoded before, also when a request fills several batches', () => {
  fc.assert(
    fc.property(fc.array(logRequests, { maxLength: 4 }), fc.boolean(), (requests, isJson) => {
      const used = new LogTestDecoder({}, 3);
      for (const request of requests) {
        const body = isJson ? toLogJson(request) : toLogProtobuf(request);
        const { logs } = used.decode(isJson ? 'json' : 'protobuf', body);
        expect(logs.map(comparable)).toEqual(expectedLogs(request));
      }
    }),
    { numRuns: Math.ceil(RUNS / 3), endOnFailure: true },
  );
});

test('skipping records of a request gives the rows that remain', () => {
  fc.assert(
    fc.property(logRequests, fc.nat({ max: 8 }), (request, skip) => {
      const body = toLogProtobuf(request);
      const whole = decodeLogs('protobuf', body);
      const rest = new LogTestDecoder().decode('protobuf', body, skip);
      const wire = request.flatMap(({ scopes }) => scopes.flatMap(({ logs }) => logs));
      const skipped = wire.slice(0, skip).filter(isLogKept).length;
      expect(rest.logs).toEqual(whole.logs.slice(skipped));
      expect([rest.records, rest.rejected]).toEqual([whole.records, whole.rejected]);
    }),
    { numRuns: Math.ceil(RUNS / 3), endOnFailure: true },
  );
});
