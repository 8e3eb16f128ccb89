/** Requests of each signal: good ones that are never alike, and one with a record that has no meaning. */
import { randomBytes } from 'node:crypto';
import { bytesField } from '../../packages/receiver/src/message-field.ts';

export interface Sample {
  /** Name of the list that a request holds. */
  readonly list: string;
  json(): string;
  protobuf(): Buffer;
  /** One good record and one that cannot be taken; undefined where every record can. */
  readonly half?: { json(): string; protobuf(): Buffer };
}

const text = (value: string): Buffer => Buffer.from(value);
const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const START = '1700000000000000000';
const END = '1700000000100000000';

/** A field of type fixed64. */
const fixed64Field = (number: number, value: string): Buffer => {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8((number << 3) | 1, 0);
  bytes.writeBigUInt64LE(BigInt(value), 1);
  return bytes;
};

export interface SpanGiven {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly name?: string;
}

export const spanJson = ({
  traceId = hex(16),
  spanId = hex(8),
  name = 'work',
}: SpanGiven = {}): Record<string, unknown> => ({
  traceId,
  spanId,
  name,
  startTimeUnixNano: START,
  endTimeUnixNano: END,
});

export const tracesJson = (...spans: readonly object[]): string =>
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

export const spanProtobuf = ({
  traceId = hex(16),
  spanId = hex(8),
  name = 'work',
}: SpanGiven = {}): Buffer =>
  Buffer.concat([
    bytesField(1, Buffer.from(traceId, 'hex')),
    bytesField(2, Buffer.from(spanId, 'hex')),
    bytesField(5, text(name)),
    fixed64Field(7, START),
    fixed64Field(8, END),
  ]);

/** Resource, scope and records nest alike in all signals. */
const nested = (...records: readonly Buffer[]): Buffer =>
  bytesField(1, bytesField(2, Buffer.concat(records.map((record) => bytesField(2, record)))));

export const tracesProtobuf = nested;

const logProtobuf = (): Buffer =>
  Buffer.concat([fixed64Field(1, START), bytesField(5, bytesField(1, text(hex(8))))]);

export const SAMPLES: Readonly<Record<string, Sample>> = {
  traces: {
    list: 'resourceSpans',
    json: () => tracesJson(spanJson()),
    protobuf: () => nested(spanProtobuf()),
    half: {
      json: () => tracesJson(spanJson(), spanJson({ spanId: '00'.repeat(8) })),
      protobuf: () => nested(spanProtobuf(), spanProtobuf({ spanId: '00'.repeat(8) })),
    },
  },
  logs: {
    list: 'resourceLogs',
    json: () =>
      JSON.stringify({
        resourceLogs: [
          { scopeLogs: [{ logRecords: [{ timeUnixNano: START, body: { stringValue: hex(8) } }] }] },
        ],
      }),
    protobuf: () => nested(logProtobuf()),
    half: {
      json: () =>
        JSON.stringify({
          resourceLogs: [
            {
              scopeLogs: [
                {
                  logRecords: [
                    { timeUnixNano: START, body: { stringValue: hex(8) } },
                    { timeUnixNano: START, traceId: 'abcdef' },
                  ],
                },
              ],
            },
          ],
        }),
      protobuf: () => nested(logProtobuf(), bytesField(9, Buffer.from('abcdef', 'hex'))),
    },
  },
  metrics: {
    list: 'resourceMetrics',
    json: () =>
      JSON.stringify({
        resourceMetrics: [
          {
            scopeMetrics: [
              {
                metrics: [
                  { name: hex(8), gauge: { dataPoints: [{ timeUnixNano: START, asInt: '1' }] } },
                ],
              },
            ],
          },
        ],
      }),
    protobuf: () =>
      nested(
        Buffer.concat([
          bytesField(1, text(hex(8))),
          bytesField(
            5,
            bytesField(1, Buffer.concat([fixed64Field(3, START), fixed64Field(6, '1')])),
          ),
        ]),
      ),
  },
};

/** Spans of one request, for sizes. */
export const manySpans = (count: number): Buffer =>
  nested(...Array.from({ length: count }, () => spanProtobuf()));

/** Key of the length-delimited field 999. */
const UNKNOWN_KEY = Buffer.from([0xba, 0x3e]);

/** A field that nobody knows, of `bytes` bytes. */
export const unknownField = (bytes: number): Buffer =>
  Buffer.concat([UNKNOWN_KEY, bytesField(1, Buffer.alloc(bytes)).subarray(1)]);
