/** A logs request as plain objects, and its two encodings: what tests say and the decoders must understand. */
import { logRequestType } from './log-schema.ts';
import {
  type Any,
  type KeyValue,
  type PlainResource,
  type PlainScope,
  START_NS,
  toJsonList,
  toJsonValue,
  toLong,
  toWire,
  toWireList,
} from './model.ts';

export interface PlainLog {
  readonly timeNs: bigint;
  readonly observedNs: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  /** `undefined` is a record without a body, `null` a body without a member. */
  readonly body: Any | undefined;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributes: number;
  readonly flags: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly eventName: string;
}

export interface PlainLogScope extends Omit<PlainScope, 'spans'> {
  readonly logs: readonly PlainLog[];
}

export interface PlainLogResource extends Omit<PlainResource, 'scopes'> {
  readonly scopes: readonly PlainLogScope[];
}

export type PlainLogRequest = readonly PlainLogResource[];

/** An ordinary record: a line of text at a known time. */
const PLAIN_LOG: PlainLog = {
  timeNs: START_NS,
  observedNs: START_NS + 1000n,
  severityNumber: 9,
  severityText: 'INFO',
  body: { string: 'order 17 was paid' },
  attributes: [],
  droppedAttributes: 0,
  flags: 0,
  traceId: '',
  spanId: '',
  eventName: '',
};

/** Records of one service and one scope. */
export const logRequestOf = (...logs: readonly Partial<PlainLog>[]): PlainLogRequest => [
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
        logs: logs.map((log) => ({ ...PLAIN_LOG, ...log })),
      },
    ],
  },
];

const type = logRequestType();

export function toLogProtobuf(request: PlainLogRequest): Buffer {
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
  const message = {
    resourceLogs: request.map((resource) => ({
      resource: {
        attributes: toWireList(resource.attributes),
        droppedAttributesCount: resource.dropped,
      },
      schemaUrl: resource.schemaUrl,
      scopeLogs: resource.scopes.map((scope) => ({
        scope: {
          name: scope.name,
          version: scope.version,
          attributes: toWireList(scope.attributes),
          droppedAttributesCount: scope.dropped,
        },
        schemaUrl: scope.schemaUrl,
        logRecords: scope.logs.map((log) => ({
          timeUnixNano: toLong(log.timeNs),
          observedTimeUnixNano: toLong(log.observedNs),
          severityNumber: log.severityNumber,
          severityText: log.severityText,
          ...(log.body === undefined ? {} : { body: toWire(log.body) }),
          attributes: toWireList(log.attributes),
          droppedAttributesCount: log.droppedAttributes,
          flags: log.flags,
          traceId: bytes(log.traceId),
          spanId: bytes(log.spanId),
          eventName: log.eventName,
        })),
      })),
    })),
  };
  return Buffer.from(type.encode(message).finish());
}

/** The request as OTLP/JSON text, every field written out. */
export function toLogJson(request: PlainLogRequest): Buffer {
  return Buffer.from(
    JSON.stringify({
      resourceLogs: request.map((resource) => ({
        resource: {
          attributes: toJsonList(resource.attributes),
          droppedAttributesCount: resource.dropped,
        },
        scopeLogs: resource.scopes.map((scope) => ({
          scope: {
            name: scope.name,
            version: scope.version,
            attributes: toJsonList(scope.attributes),
            droppedAttributesCount: scope.dropped,
          },
          logRecords: scope.logs.map((log) => ({
            timeUnixNano: String(log.timeNs),
            observedTimeUnixNano: String(log.observedNs),
            severityNumber: log.severityNumber,
            severityText: log.severityText,
            ...(log.body === undefined ? {} : { body: toJsonValue(log.body) }),
            attributes: toJsonList(log.attributes),
            droppedAttributesCount: log.droppedAttributes,
            flags: log.flags,
            traceId: log.traceId,
            spanId: log.spanId,
            eventName: log.eventName,
          })),
          schemaUrl: scope.schemaUrl,
        })),
        schemaUrl: resource.schemaUrl,
      })),
    }),
  );
}
