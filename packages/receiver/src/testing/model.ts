/** A trace request as plain objects, and its two encodings: what tests say and the decoders must understand. */
import { otlpSchema } from './otlp-schema.ts';

/** An attribute value; `null` is an AnyValue without a member. */
export type Any =
  | { readonly string: string }
  | { readonly int: bigint }
  | { readonly double: number }
  | { readonly bool: boolean }
  | { readonly bytes: Uint8Array }
  | { readonly array: readonly Any[] }
  | { readonly map: readonly KeyValue[] }
  | null;

export type KeyValue = readonly [key: string, value: Any];

interface PlainEvent {
  readonly timeNs: bigint;
  readonly name: string;
  readonly attributes: readonly KeyValue[];
  readonly dropped: number;
}

interface PlainLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: readonly KeyValue[];
  readonly dropped: number;
  readonly flags: number;
}

export interface PlainSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributes: number;
  readonly events: readonly PlainEvent[];
  readonly droppedEvents: number;
  readonly links: readonly PlainLink[];
  readonly droppedLinks: number;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly flags: number;
}

export interface PlainScope {
  readonly name: string;
  readonly version: string;
  readonly attributes: readonly KeyValue[];
  readonly dropped: number;
  readonly schemaUrl: string;
  readonly spans: readonly PlainSpan[];
}

export interface PlainResource {
  readonly attributes: readonly KeyValue[];
  readonly dropped: number;
  readonly schemaUrl: string;
  readonly scopes: readonly PlainScope[];
}

export type PlainRequest = readonly PlainResource[];

/** Time of the plain span, a minute before {@link RECEIVED_NS}. */
export const START_NS = 1_793_491_200_000_000_000n;
/** When tests say that a request was received. */
export const RECEIVED_NS: bigint = START_NS + 60_000_000_000n;

/** An ordinary span: valid ids, 5 ms long, nothing else. */
const PLAIN_SPAN: PlainSpan = {
  traceId: '0102030405060708090a0b0c0d0e0f10',
  spanId: 'a1a2a3a4a5a6a7a8',
  parentSpanId: '',
  traceState: '',
  name: 'work',
  kind: 1,
  startNs: START_NS,
  endNs: START_NS + 5_000_000n,
  attributes: [],
  droppedAttributes: 0,
  events: [],
  droppedEvents: 0,
  links: [],
  droppedLinks: 0,
  statusCode: 0,
  statusMessage: '',
  flags: 0,
};

/** Spans of one service and one scope. */
export const requestOf = (...spans: readonly Partial<PlainSpan>[]): PlainRequest => [
  {
    attributes: [['service.name', { string: 'shop' }]],
    dropped: 0,
    schemaUrl: '',
    scopes: [
      {
        name: 'lib',
        version: '1.0',
        attributes: [],
        dropped: 0,
        schemaUrl: '',
        spans: spans.map((span) => ({ ...PLAIN_SPAN, ...span })),
      },
    ],
  },
];

const schema = otlpSchema();

export function toProtobuf(request: PlainRequest): Buffer {
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
  const message = {
    resourceSpans: request.map((resource) => ({
      resource: {
        attributes: toWireList(resource.attributes),
        droppedAttributesCount: resource.dropped,
      },
      schemaUrl: resource.schemaUrl,
      scopeSpans: resource.scopes.map((scope) => ({
        scope: {
          name: scope.name,
          version: scope.version,
          attributes: toWireList(scope.attributes),
          droppedAttributesCount: scope.dropped,
        },
        schemaUrl: scope.schemaUrl,
        spans: scope.spans.map((span) => ({
          traceId: bytes(span.traceId),
          spanId: bytes(span.spanId),
          parentSpanId: bytes(span.parentSpanId),
          traceState: span.traceState,
          name: span.name,
          kind: span.kind,
          startTimeUnixNano: toLong(span.startNs),
          endTimeUnixNano: toLong(span.endNs),
          attributes: toWireList(span.attributes),
          droppedAttributesCount: span.droppedAttributes,
          events: span.events.map((event) => ({
            timeUnixNano: toLong(event.timeNs),
            name: event.name,
            attributes: toWireList(event.attributes),
            droppedAttributesCount: event.dropped,
          })),
          droppedEventsCount: span.droppedEvents,
          links: span.links.map((link) => ({
            traceId: bytes(link.traceId),
            spanId: bytes(link.spanId),
            traceState: link.traceState,
            attributes: toWireList(link.attributes),
            droppedAttributesCount: link.dropped,
            flags: link.flags,
          })),
          droppedLinksCount: span.droppedLinks,
          status: { code: span.statusCode, message: span.statusMessage },
          flags: span.flags,
        })),
      })),
    })),
  };
  return Buffer.from(schema.request.encode(message).finish());
}

export const toLong = (value: bigint): { low: number; high: number; unsigned: boolean } => ({
  low: Number(BigInt.asIntN(32, value)),
  high: Number(BigInt.asIntN(32, value >> 32n)),
  unsigned: false,
});

export const toWireList = (list: readonly KeyValue[]): object[] =>
  list.map(([key, value]) => ({ key, value: toWire(value) }));

export function toWire(value: Any): object {
  if (value === null) return {};
  if ('string' in value) return { stringValue: value.string };
  if ('int' in value) return { intValue: toLong(value.int) };
  if ('double' in value) return { doubleValue: value.double };
  if ('bool' in value) return { boolValue: value.bool };
  if ('bytes' in value) return { bytesValue: value.bytes };
  if ('array' in value) return { arrayValue: { values: value.array.map(toWire) } };
  return { kvlistValue: { values: toWireList(value.map) } };
}

/** The request as OTLP/JSON text, every field written out. */
export function toJson(request: PlainRequest): Buffer {
  return Buffer.from(
    JSON.stringify({
      resourceSpans: request.map((resource) => ({
        resource: {
          attributes: toJsonList(resource.attributes),
          droppedAttributesCount: resource.dropped,
        },
        scopeSpans: resource.scopes.map((scope) => ({
          scope: {
            name: scope.name,
            version: scope.version,
            attributes: toJsonList(scope.attributes),
            droppedAttributesCount: scope.dropped,
          },
          spans: scope.spans.map((span) => ({
            traceId: span.traceId,
            spanId: span.spanId,
            parentSpanId: span.parentSpanId,
            traceState: span.traceState,
            name: span.name,
            kind: span.kind,
            startTimeUnixNano: String(span.startNs),
            endTimeUnixNano: String(span.endNs),
            attributes: toJsonList(span.attributes),
            droppedAttributesCount: span.droppedAttributes,
            events: span.events.map((event) => ({
              timeUnixNano: String(event.timeNs),
              name: event.name,
              attributes: toJsonList(event.attributes),
              droppedAttributesCount: event.dropped,
            })),
            droppedEventsCount: span.droppedEvents,
            links: span.links.map((link) => ({
              traceId: link.traceId,
              spanId: link.spanId,
              traceState: link.traceState,
              attributes: toJsonList(link.attributes),
              droppedAttributesCount: link.dropped,
              flags: link.flags,
            })),
            droppedLinksCount: span.droppedLinks,
            status: { code: span.statusCode, message: span.statusMessage },
            flags: span.flags,
          })),
          schemaUrl: scope.schemaUrl,
        })),
        schemaUrl: resource.schemaUrl,
      })),
    }),
  );
}

export const toJsonList = (list: readonly KeyValue[]): object[] =>
  list.map(([key, value]) => ({ key, value: toJsonValue(value) }));

export function toJsonValue(value: Any): object {
  if (value === null) return {};
  if ('string' in value) return { stringValue: value.string };
  if ('int' in value) return { intValue: String(value.int) };
  if ('double' in value) return { doubleValue: toJsonNumber(value.double) };
  if ('bool' in value) return { boolValue: value.bool };
  if ('bytes' in value) return { bytesValue: Buffer.from(value.bytes).toString('base64') };
  if ('array' in value) return { arrayValue: { values: value.array.map(toJsonValue) } };
  return { kvlistValue: { values: toJsonList(value.map) } };
}

/** What JSON has no number for goes as a string, and so does -0, which JSON.stringify writes as 0; the mapping allows it. */
export const toJsonNumber = (value: number): number | string => {
  if (!Number.isFinite(value)) return String(value);
  return Object.is(value, -0) ? '-0' : value;
};
