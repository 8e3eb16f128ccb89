/** What the same machine needs for things everybody knows: a protobufjs decode and a gunzip of the same records. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { otlpSchema } from '../../packages/receiver/src/testing/otlp-schema.ts';
import { type BodiesOptions, createBodies } from './bodies.ts';

/** Records per CPU second. */
export interface ReferenceRates {
  /** Undefined where protobufjs has no schema of the signal here. */
  readonly decode: number | undefined;
  readonly gunzip: number;
}

/** Records that a round works on. */
const ROUND_RECORDS = 32_768;
const ROUNDS = 5;

/** Measures both, the median of some rounds. The gunzip is of the case's own encoding, the decode always of protobuf. */
export function measureReference(options: BodiesOptions): ReferenceRates {
  const { signal, encoding } = options;
  const plain = createBodies({ ...options, gzip: false }, ROUND_RECORDS).templates;
  const zipped = plain.map((body) => gzipSync(body, { level: 6 }));
  const protobuf =
    encoding === 'protobuf'
      ? plain
      : createBodies({ ...options, encoding: 'protobuf', gzip: false }, ROUND_RECORDS).templates;
  const records = plain.length * options.records;
  const { request } = otlpSchema();
  return {
    decode:
      signal === 'traces'
        ? recordsPerCpuSecond(records, () => {
            for (const body of protobuf) request.decode(body);
          })
        : undefined,
    gunzip: recordsPerCpuSecond(records, () => {
      for (const body of zipped) gunzipSync(body);
    }),
  };
}

/** Median of some rounds; CPU time of the whole process, so that the garbage collector's threads count. */
function recordsPerCpuSecond(records: number, work: () => void): number {
  const rates = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (records / (user + system)) * 1e6;
  });
  return rates.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}
