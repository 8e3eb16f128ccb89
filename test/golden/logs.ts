/** Log records and events in every pair of shapes, and what the store must give back for them. */
import {
  hex,
  inEnvelope,
  type Levels,
  readEnvelope,
  RESOURCES,
  SCOPES,
  storedEnvelope,
} from './envelopes.ts';
import {
  type AnyValue,
  ATTRIBUTE_LISTS,
  type KeyValue,
  type Message,
  parseStored,
  storedAttributes,
} from './otlp-json.ts';
import { pairwise } from './pairwise.ts';

const TIME_NS = 1_793_491_200_000_000_000n;

const BODIES: readonly (AnyValue | undefined)[] = [
  undefined,
  { stringValue: '' },
  { stringValue: 'order 17 was shipped' },
  { stringValue: '{"looks":"like json"} żółć \u0007' },
  { intValue: '-9223372036854775808' },
  { doubleValue: 0.1 },
  { boolValue: false },
  { bytesValue: 'AAEC/w==' },
  { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '9007199254740993' }, {}] } },
  { kvlistValue: { values: ATTRIBUTE_LISTS[12] } },
];

const LOGS = pairwise({
  time: ['own', 'none'],
  observed: ['own', 'none'],
  severity: [0, 1, 9, 17, 24, 99],
  severityText: ['', 'INFO', 'Störung'],
  body: BODIES,
  attributes: ATTRIBUTE_LISTS,
  trace: ['none', 'trace', 'span'],
  eventName: ['', 'order.shipped'],
  flags: [0, 1],
  resource: RESOURCES,
  scope: SCOPES,
});
type Shape = (typeof LOGS)[number];

const LEVELS: Levels = ['resourceLogs', 'scopeLogs', 'logRecords'];

/** One request with every combination; `label` tells it apart from the same one sent otherwise. */
export const logExport = (label: string): Message => ({
  resourceLogs: LOGS.map((shape, n) => inEnvelope(LEVELS, shape, n, label, [logOf(shape, n)])),
});

const timeOf = (n: number): string => String(TIME_NS + BigInt(n) * 1_000_003n);
const observedOf = (n: number): string => String(TIME_NS + BigInt(n) * 1_000_003n + 17n);

const logOf = (shape: Shape, n: number): Message => ({
  ...(shape.time === 'own' ? { timeUnixNano: timeOf(n) } : {}),
  ...(shape.observed === 'own' ? { observedTimeUnixNano: observedOf(n) } : {}),
  severityNumber: shape.severity,
  severityText: shape.severityText,
  ...(shape.body === undefined ? {} : { body: shape.body }),
  attributes: shape.attributes,
  droppedAttributesCount: n % 4,
  flags: shape.flags,
  ...(shape.trace === 'none' ? {} : { traceId: hex(n + 1, 16) }),
  ...(shape.trace === 'span' ? { spanId: hex(n + 1, 8) } : {}),
  eventName: shape.eventName,
});

/** What must be stored of the request with this label, in its order. */
export const storedLogs = (label: string): Message[] =>
  LOGS.map((shape, n) => ({
    // A time that is missing is the one of observation, else that of receipt, which nobody knows beforehand.
    time: shape.time === 'own' ? timeOf(n) : shape.observed === 'own' ? observedOf(n) : 'received',
    observed: shape.observed === 'own' ? observedOf(n) : 'received',
    severity: shape.severity,
    severityText: shape.severityText,
    body: storedBody(shape.body),
    attributes: storedAttributes(shape.attributes),
    droppedAttributes: n % 4,
    flags: shape.flags,
    traceId: shape.trace === 'none' ? null : hex(n + 1, 16),
    spanId: shape.trace === 'span' ? hex(n + 1, 8) : null,
    eventName: shape.eventName,
    ...storedEnvelope(shape, n, label),
  }));

const storedBody = (body: AnyValue | undefined): unknown => {
  if (body === undefined) return 'none';
  return 'stringValue' in body
    ? { text: body['stringValue'] }
    : { json: storedAttributes([{ key: 'body', value: body } satisfies KeyValue])['body'] };
};

/** Asks for the log records that came with a label. */
export const READ_LOGS = `
  SELECT *, epoch_ns(time)::VARCHAR AS time_ns, epoch_ns(observed_time)::VARCHAR AS observed_ns,
    epoch_ns(received_time)::VARCHAR AS received_ns
  FROM all_logs
  WHERE json_extract_string(resource, '/attributes/sent.over') = $label
  ORDER BY seq`;

/** A row of {@link READ_LOGS} in the form of {@link storedLogs}. */
export function readLog(row: Message): Message {
  const received = (time: unknown): unknown => (time === row['received_ns'] ? 'received' : time);
  return {
    time: received(row['time_ns']),
    observed: received(row['observed_ns']),
    severity: row['severity_number'],
    severityText: row['severity_text'] ?? '',
    body: readBody(row),
    attributes: parseStored(row['attributes_full'] as string),
    droppedAttributes: row['dropped_attributes'],
    flags: row['flags'],
    traceId: row['trace_id'],
    spanId: row['span_id'],
    eventName: row['event_name'] ?? '',
    ...readEnvelope(row),
  };
}

function readBody({ body, is_json_body: isJson }: Message): unknown {
  if (body === null) return 'none';
  return isJson === true ? { json: parseStored(body as string) } : { text: body };
}
