/** Bodies that mean the same in other bytes leave the same rows: what the protobuf and JSON specifications allow writers to do. */
import fc from 'fast-check';
import type protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { ENCODING, type Signal, TRACES } from '../signal.ts';
import { traceRequests } from '../testing/arbitrary.ts';
import { dump } from '../testing/dump.ts';
import { toJson, toProtobuf } from '../testing/model.ts';
import { otlpSchema } from '../testing/otlp-schema.ts';
import { sameJson } from '../testing/same-json.ts';
import { type Below, sameProtobuf } from '../testing/same-protobuf.ts';

const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 150);

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
        expect(dump(signal, ENCODING.JSON, json)).toEqual(
          dump(signal, ENCODING.PROTOBUF, protobuf),
        );
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
