/** Bodies that mean the same in other bytes leave the same rows: what the protobuf and JSON specifications allow writers to do. */
import fc from 'fast-check';
import type protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { type Encoding, ENCODING, LOGS, METRICS, type Signal, TRACES } from '../signal.ts';
import { traceRequests } from '../testing/arbitrary.ts';
import { dump } from '../testing/dump.ts';
import { logRequests } from '../testing/log-arbitrary.ts';
import { toLogJson, toLogProtobuf } from '../testing/log-model.ts';
import { logRequestType } from '../testing/log-schema.ts';
import { metricRequests } from '../testing/metric-arbitrary.ts';
import { toMetricJson, toMetricProtobuf } from '../testing/metric-encoding.ts';
import { metricRequestType } from '../testing/metric-schema.ts';
import { toJson, toProtobuf } from '../testing/model.ts';
import { otlpSchema } from '../testing/otlp-schema.ts';
import { sameJson } from '../testing/same-json.ts';
import { type Below, sameProtobuf } from '../testing/same-protobuf.ts';

const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 60);

const below = fc.infiniteStream(fc.nat({ max: 2 ** 30 })).map((numbers): Below => {
  return (bound) => (numbers.next().value ?? 0) % bound;
});

interface Case {
  readonly signal: Signal;
  readonly type: protobuf.Type;
  /** Requests in both encodings. */
  readonly bodies: fc.Arbitrary<{ readonly protobuf: Buffer; readonly json: Buffer }>;
}

const CASES: readonly Case[] = [
  {
    signal: TRACES,
    type: otlpSchema().request,
    bodies: traceRequests.map((request) => ({
      protobuf: toProtobuf(request),
      json: toJson(request),
    })),
  },
  {
    signal: LOGS,
    type: logRequestType(),
    bodies: logRequests.map((request) => ({
      protobuf: toLogProtobuf(request),
      json: toLogJson(request),
    })),
  },
  {
    signal: METRICS,
    type: metricRequestType(),
    bodies: metricRequests.map((request) => ({
      protobuf: toMetricProtobuf(request),
      json: toMetricJson(request),
    })),
  },
];

describe.each(CASES)('$signal.name', ({ signal, type, bodies }) => {
  test('in protobuf', () => {
    fc.assert(
      fc.property(bodies, below, ({ protobuf }, random) => {
        const other = sameProtobuf(type, protobuf, random);
        expect(dump(signal, ENCODING.PROTOBUF, other)).toEqual(
          dump(signal, ENCODING.PROTOBUF, protobuf),
        );
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test('in JSON', () => {
    fc.assert(
      fc.property(bodies, below, ({ json }, random) => {
        const other = Buffer.from(sameJson(json.toString(), random));
        expect(dump(signal, ENCODING.JSON, other)).toEqual(dump(signal, ENCODING.JSON, json));
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test('in protobuf and in JSON', () => {
    fc.assert(
      fc.property(bodies, ({ protobuf, json }) => {
        // An id of the wrong length is told in bytes here and in digits there.
        const read = (encoding: Encoding, body: Buffer): unknown => {
          const { problem, ...rows } = dump(signal, encoding, body);
          return { ...rows, isWhole: problem === '' };
        };
        expect(read(ENCODING.JSON, json)).toEqual(read(ENCODING.PROTOBUF, protobuf));
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
