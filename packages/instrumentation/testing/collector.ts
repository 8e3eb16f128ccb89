/** An OTLP/HTTP receiver for tests, with faults on order, decoded by protobufjs and so independent of our own writer. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';

/** A span as it arrived, its resource and scope beside it. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Record<string, unknown>;
  }[];
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly scope: string;
  readonly resource: Readonly<Record<string, unknown>>;
}

/** What a fault does with a request instead of taking it. */
interface Fault {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
  /** Take the spans all the same, as a receiver does whose answer got lost. */
  readonly keep?: boolean;
}

/** A request that arrived. */
interface ReceivedRequest {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly spanCount: number;
  readonly atMs: number;
}

export interface Collector extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  readonly spans: readonly ReceivedSpan[];
  /** Paths other than that of traces that were asked for; they get 404. */
  readonly otherPaths: readonly string[];
  /** Highest number of requests under way at one time. */
  readonly mostConcurrent: number;
  /** Asked for each trace request; undefined takes it. */
  fault: ((count: number, spans: number, bytes: number) => Fault | 'reset' | undefined) | undefined;
  delayMs: number;
}

/** Starts a collector on a free port of 127.0.0.1. */
export async function openCollector(): Promise<Collector> {
  const requests: ReceivedRequest[] = [];
  const spans: ReceivedSpan[] = [];
  const otherPaths: string[] = [];
  let concurrent = 0;
  const server = http.createServer((request, response) => {
    concurrent += 1;
    collector.mostConcurrent = Math.max(collector.mostConcurrent, concurrent);
    response.on('close', () => (concurrent -= 1));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      setTimeout(() => answer(request, response, raw), collector.delayMs);
    });
  });
  const answer = (
    request: http.IncomingMessage,
    response: http.ServerResponse,
    raw: Buffer,
  ): void => {
    const path = request.url ?? '';
    if (path !== '/v1/traces') {
      otherPaths.push(path);
      response.writeHead(404).end();
      return;
    }
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
    const received = decodeTraces(body);
    requests.push({ path, headers: request.headers, spanCount: received.length, atMs: Date.now() });
    const fault = collector.fault?.(requests.length, received.length, body.length);
    if (fault === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (fault === undefined || fault.keep === true) spans.push(...received);
    response.writeHead(fault?.status ?? 200, {
      'content-type': 'application/x-protobuf',
      ...fault?.headers,
    });
    response.end(fault?.body ?? new Uint8Array());
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    spans,
    otherPaths,
    mostConcurrent: 0,
    fault: undefined as Collector['fault'],
    delayMs: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return collector;
}

/** Decodes a trace request into plain spans. */
export function decodeTraces(body: Uint8Array): ReceivedSpan[] {
  const request = decodeRequest(body);
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentSpanId: hex(span.parentSpanId),
        name: span.name,
        kind: span.kind,
        startNs: BigInt(span.startTimeUnixNano),
        endNs: BigInt(span.endTimeUnixNano),
        attributes: toRecord(span.attributes),
        events: span.events.map((event) => ({
          name: event.name,
          attributes: toRecord(event.attributes),
        })),
        statusCode: span.status?.code ?? 0,
        statusMessage: span.status?.message ?? '',
        scope: scope?.name ?? '',
        resource: toRecord(resource?.attributes ?? []),
      })),
    ),
  );
}

/** Decodes a trace request into an object with every field of the schema, absent ones at their default. */
export function decodeRequest(body: Uint8Array): DecodedRequest {
  const type = SCHEMA.lookupType('ExportTraceServiceRequest');
  return type.toObject(type.decode(body), {
    defaults: true,
    longs: String,
    bytes: Array,
    oneofs: true,
  }) as DecodedRequest;
}

/** Encodes an answer with a partial success. */
export function encodePartialSuccess(rejectedSpans: number, errorMessage: string): Uint8Array {
  const type = SCHEMA.lookupType('ExportTraceServiceResponse');
  return type.encode({ partialSuccess: { rejectedSpans, errorMessage } }).finish();
}

interface DecodedValue {
  readonly value?: string;
  readonly [field: string]: unknown;
}
interface DecodedAttribute {
  readonly key: string;
  readonly value: DecodedValue;
}
interface DecodedSpan {
  readonly traceId: number[];
  readonly spanId: number[];
  readonly parentSpanId: number[];
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: DecodedAttribute[];
  readonly events: { readonly name: string; readonly attributes: DecodedAttribute[] }[];
  readonly status: { readonly code: number; readonly message: string } | null;
}
export interface DecodedRequest {
  readonly resourceSpans: {
    readonly resource: { readonly attributes: DecodedAttribute[] } | null;
    readonly scopeSpans: {
      readonly scope: { readonly name: string } | null;
      readonly spans: DecodedSpan[];
    }[];
  }[];
}

function toRecord(attributes: readonly DecodedAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, toPlain(value)]));
}

function toPlain(value: DecodedValue | null): unknown {
  const kind = value?.value;
  if (value === null || kind === undefined) return undefined;
  const content = value[kind];
  if (kind === 'intValue') return Number(content);
  if (kind === 'arrayValue') return (content as { values: DecodedValue[] }).values.map(toPlain);
  if (kind === 'kvlistValue') return toRecord((content as { values: DecodedAttribute[] }).values);
  return content;
}

function hex(bytes: readonly number[]): string {
  return Buffer.from(bytes).toString('hex');
}

// The field numbers of opentelemetry-proto 1.11, trace signal.
const SCHEMA = protobuf.parse(
  `syntax = "proto3";
  message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
  message ExportTraceServiceResponse { ExportTracePartialSuccess partial_success = 1; }
  message ExportTracePartialSuccess { int64 rejected_spans = 1; string error_message = 2; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
  message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
  message ScopeSpans { InstrumentationScope scope = 1; repeated Span spans = 2; string schema_url = 3; }
  message InstrumentationScope {
    string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4;
  }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5;
    int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
    repeated KeyValue attributes = 9; uint32 dropped_attributes_count = 10;
    repeated Event events = 11; uint32 dropped_events_count = 12;
    repeated Link links = 13; uint32 dropped_links_count = 14; Status status = 15; fixed32 flags = 16;
    message Event {
      fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4;
    }
    message Link {
      bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4;
      uint32 dropped_attributes_count = 5; fixed32 flags = 6;
    }
  }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value {
    string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
    ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7;
  } }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }`,
).root;
