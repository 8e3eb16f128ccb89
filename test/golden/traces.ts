/** Spans in every pair of shapes, and what the store must give back for them. */
import {
  countOf,
  hex,
  inEnvelope,
  type Levels,
  readEnvelope,
  RESOURCES,
  SCOPES,
  storedEnvelope,
} from './envelopes.ts';
import {
  ATTRIBUTE_LISTS,
  type KeyValue,
  type Message,
  parseStored,
  storedAttributes,
} from './otlp-json.ts';
import { pairwise } from './pairwise.ts';

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES = ['unset', 'ok', 'error'];
const START_NS = 1_793_491_200_000_000_000n;

const SPANS = pairwise({
  isChild: [false, true],
  traceState: ['', 'ot=th:0', 'a=1,b=2,c=3,d=4'],
  kind: [0, 1, 2, 3, 4, 5],
  attributes: ATTRIBUTE_LISTS,
  events: [0, 1, 2, 8],
  links: [0, 1, 2, 8],
  status: [0, 1, 2],
  resource: RESOURCES,
  scope: SCOPES,
});

const LEVELS: Levels = ['resourceSpans', 'scopeSpans', 'spans'];

/** One request with every combination; `label` tells it apart from the same one sent otherwise. */
export const traceExport = (label: string): Message => ({
  resourceSpans: SPANS.map((shape, n) => inEnvelope(LEVELS, shape, n, label, [spanOf(shape, n)])),
});

function spanOf(shape: (typeof SPANS)[number], n: number): Message {
  const startNs = START_NS + BigInt(n) * 1_000_003n;
  return {
    traceId: hex(n + 1, 16),
    spanId: hex(n + 1, 8),
    ...(shape.isChild ? { parentSpanId: hex(n + 7, 8) } : {}),
    traceState: shape.traceState,
    name: `span ${n}`,
    kind: shape.kind,
    startTimeUnixNano: String(startNs),
    endTimeUnixNano: String(startNs + BigInt(n) * 999_999_937n),
    attributes: shape.attributes,
    droppedAttributesCount: n % 4,
    events: Array.from({ length: shape.events }, (_, i) => ({
      timeUnixNano: String(startNs + BigInt(i)),
      name: `event ${i}`,
      attributes: ATTRIBUTE_LISTS[(n + i) % ATTRIBUTE_LISTS.length],
      droppedAttributesCount: i,
    })),
    droppedEventsCount: n % 2,
    links: Array.from({ length: shape.links }, (_, i) => ({
      traceId: hex(i + 99, 16),
      spanId: hex(i + 99, 8),
      traceState: i % 2 === 0 ? '' : 'x=y',
      attributes: ATTRIBUTE_LISTS[(n + i + 3) % ATTRIBUTE_LISTS.length],
      droppedAttributesCount: i % 3,
      flags: [0, 1, 0x100, 0x301][i % 4],
    })),
    droppedLinksCount: n % 3,
    status: { code: shape.status, message: shape.status === 2 ? 'no such order' : '' },
    flags: [0, 1, 0x100, 0x301][n % 4],
  };
}

/** What must be stored of the request with this label, in its order. */
export const storedTraces = (label: string): Message[] =>
  SPANS.map((shape, n) => ({
    ...storedSpan(spanOf(shape, n)),
    ...storedEnvelope(shape, n, label),
  }));

const storedSpan = (span: Message): Message => ({
  traceId: span['traceId'],
  spanId: span['spanId'],
  parentSpanId: span['parentSpanId'] ?? null,
  traceState: span['traceState'],
  name: span['name'],
  kind: KINDS[span['kind'] as number],
  start: span['startTimeUnixNano'],
  end: span['endTimeUnixNano'],
  status: STATUSES[(span['status'] as { code: number }).code],
  message: (span['status'] as { message: string }).message,
  flags: span['flags'],
  attributes: storedAttributes(span['attributes'] as KeyValue[]),
  droppedAttributes: span['droppedAttributesCount'],
  events: (span['events'] as Message[]).map((event) => ({
    time: event['timeUnixNano'],
    name: event['name'],
    attributes: storedAttributes(event['attributes'] as KeyValue[]),
    dropped: event['droppedAttributesCount'],
  })),
  droppedEvents: span['droppedEventsCount'],
  links: (span['links'] as Message[]).map((link) => ({
    traceId: link['traceId'],
    spanId: link['spanId'],
    traceState: link['traceState'],
    attributes: storedAttributes(link['attributes'] as KeyValue[]),
    dropped: link['droppedAttributesCount'],
    flags: link['flags'],
  })),
  droppedLinks: span['droppedLinksCount'],
});

/** Asks for the spans that came with a label. */
export const READ_TRACES = `
  SELECT *, epoch_ns(start_time)::VARCHAR AS start_ns, epoch_ns(end_time)::VARCHAR AS end_ns
  FROM all_spans
  WHERE json_extract_string(resource, '/attributes/sent.over') = $label
  ORDER BY seq`;

/** A row of {@link READ_TRACES} in the form of {@link storedTraces}. */
export function readTrace(row: Message): Message {
  const list = (name: string): Record<string, unknown>[] =>
    parseStored(row[name] as string) as Record<string, unknown>[];
  return {
    traceId: row['trace_id'],
    spanId: row['span_id'],
    parentSpanId: row['parent_span_id'],
    traceState: row['trace_state'] ?? '',
    name: row['name'],
    kind: row['kind'],
    start: row['start_ns'],
    end: row['end_ns'],
    status: row['status'],
    message: row['status_message'] ?? '',
    flags: row['flags'],
    attributes: parseStored(row['attributes_full'] as string),
    droppedAttributes: row['dropped_attributes'],
    events: list('events').map((event) => ({
      time: event['time'],
      name: event['name'],
      attributes: event['attributes'] ?? storedAttributes(),
      dropped: countOf(event['droppedAttributes']),
    })),
    droppedEvents: row['dropped_events'],
    links: list('links').map((link) => ({
      traceId: link['traceId'],
      spanId: link['spanId'],
      traceState: link['traceState'] ?? '',
      attributes: link['attributes'] ?? storedAttributes(),
      dropped: countOf(link['droppedAttributes']),
      flags: countOf(link['flags']),
    })),
    droppedLinks: row['dropped_links'],
    ...readEnvelope(row),
  };
}
