/**
 * Every field of the OTLP messages has a place in the store: each one is set alone, and the rows must tell. The fields
 * `key_strindex` and `string_value_strindex` mean nothing outside of profiles and have none.
 */
import type protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { ENCODING, LOGS, METRICS, TRACES } from '../signal.ts';
import { dump } from '../testing/dump.ts';
import { logRequestType } from '../testing/log-schema.ts';
import { metricRequestType } from '../testing/metric-schema.ts';
import { START_NS, toLong } from '../testing/model.ts';
import { otlpSchema } from '../testing/otlp-schema.ts';

const SIGNALS = [
  { signal: TRACES, type: otlpSchema().request, leaves: 80 },
  { signal: LOGS, type: logRequestType(), leaves: 50 },
  { signal: METRICS, type: metricRequestType(), leaves: 200 },
];

const ID = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex');

const IDS = { traceId: ID, spanId: ID.subarray(8) };
const POINTS = { dataPoints: [{}] };

/** What a message must have to leave a row at all. */
const REQUIRED: Readonly<Record<string, object>> = {
  Span: IDS,
  Link: IDS,
  ScopeSpans: { spans: [IDS] },
  ResourceSpans: { scopeSpans: [{ spans: [IDS] }] },
  Gauge: POINTS,
  Sum: POINTS,
  Histogram: POINTS,
  ExponentialHistogram: POINTS,
  Summary: POINTS,
  Metric: { gauge: POINTS },
  ScopeLogs: { logRecords: [{}] },
  ResourceLogs: { scopeLogs: [{ logRecords: [{}] }] },
  ScopeMetrics: { metrics: [{ gauge: POINTS }] },
  ResourceMetrics: { scopeMetrics: [{ metrics: [{ gauge: POINTS }] }] },
};

/** A field with the messages that lead to it. */
interface Leaf {
  readonly path: string;
  /** The request with the field set, and without it. */
  readonly set: object;
  readonly unset: object;
}

/** Every field below a message that is no message itself; values in values are looked into once. */
function leavesOf(type: protobuf.Type, inValue = false): Leaf[] {
  return type.fieldsArray.flatMap((field): Leaf[] => {
    field.resolve();
    const inner = field.resolvedType as protobuf.Type | null;
    const wrap = (value: unknown): object => ({
      ...REQUIRED[type.name],
      [field.name]: field.repeated ? [value] : value,
    });
    if (inner === null)
      return [{ path: field.name, set: wrap(valueOf(field)), unset: { ...REQUIRED[type.name] } }];
    if (inValue && inner.name !== 'AnyValue' && inner.name !== 'KeyValue') return [];
    const inside = leavesOf(inner, inValue || type.name === 'AnyValue');
    // That there is one of them is something as well.
    const own = {
      path: field.name,
      set: wrap(REQUIRED[inner.name] ?? {}),
      unset: { ...REQUIRED[type.name] },
    };
    const isSilent =
      (!field.repeated && field.partOf === null) || field.name in (REQUIRED[type.name] ?? {});
    return [
      ...(isSilent ? [] : [own]),
      ...inside.map(({ path, set, unset }) => ({
        path: `${field.name}.${path}`,
        set: wrap(set),
        unset: wrap(unset),
      })),
    ];
  });
}

/** A value of the field that is not its default. */
function valueOf({ name, type }: protobuf.Field): unknown {
  if (name.endsWith('UnixNano')) return toLong(START_NS + 7n);
  if (type === 'bytes') return Buffer.alloc(name === 'traceId' ? 16 : 8, 7);
  if (type === 'string') return 'x';
  if (type === 'bool') return true;
  return 7;
}

test.each(SIGNALS)('every field of $signal.name has a place', ({ signal, type, leaves }) => {
  const rows = (message: object): unknown =>
    dump(signal, ENCODING.PROTOBUF, type.encode(message).finish()).tables;
  const all = leavesOf(type);
  expect(all.length).toBeGreaterThan(leaves);
  const lost = all.filter(
    ({ set, unset }) => JSON.stringify(rows(set), plain) === JSON.stringify(rows(unset), plain),
  );
  expect(lost.map(({ path }) => path)).toEqual([]);
});

const plain = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;
