/** Decodes OTLP requests of the three signals by protobufjs, and so independently of our own writer. */
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

/** A log record as it arrived. */
export interface ReceivedLog {
  readonly eventName: string;
  readonly timeNs: bigint;
  readonly severity: number;
  readonly severityText: string;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Empty when it belongs to no span. */
  readonly traceId: string;
  readonly spanId: string;
  readonly scope: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly atMs: number;
}

/** A metric point as it arrived; a histogram has `counts` and `bounds`, a sum has `value`. */
export interface ReceivedPoint {
  readonly metric: string;
  readonly unit: string;
  readonly description: string;
  readonly kind: 'sum' | 'histogram';
  readonly cumulative: boolean;
  readonly monotonic: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly startNs: bigint;
  readonly timeNs: bigint;
  readonly value: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly scope: string;
  readonly resource: Readonly<Record<string, unknown>>;
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

/** Decodes a log request into plain records. */
export function decodeLogs(body: Uint8Array, atMs = 0): ReceivedLog[] {
  const { resourceLogs } = decodeMessage('ExportLogsServiceRequest', body) as {
    resourceLogs: {
      resource: { attributes: DecodedAttribute[] } | null;
      scopeLogs: {
        scope: { name: string } | null;
        logRecords: {
          timeUnixNano: string;
          severityNumber: number;
          severityText: string;
          body: DecodedValue | null;
          attributes: DecodedAttribute[];
          traceId: number[];
          spanId: number[];
          eventName: string;
        }[];
      }[];
    }[];
  };
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ scope, logRecords }) =>
      logRecords.map((record) => ({
        eventName: record.eventName,
        timeNs: BigInt(record.timeUnixNano),
        severity: record.severityNumber,
        severityText: record.severityText,
        body: toPlain(record.body),
        attributes: toRecord(record.attributes),
        traceId: hex(record.traceId),
        spanId: hex(record.spanId),
        scope: scope?.name ?? '',
        resource: toRecord(resource?.attributes ?? []),
        atMs,
      })),
    ),
  );
}

/** Decodes a metric request into plain points. */
export function decodeMetrics(body: Uint8Array): ReceivedPoint[] {
  interface Data {
    dataPoints: Record<string, unknown>[];
    aggregationTemporality: number;
    isMonotonic?: boolean;
  }
  const { resourceMetrics } = decodeMessage('ExportMetricsServiceRequest', body) as {
    resourceMetrics: {
      resource: { attributes: DecodedAttribute[] } | null;
      scopeMetrics: {
        scope: { name: string } | null;
        metrics: {
          name: string;
          unit: string;
          description: string;
          sum?: Data;
          histogram?: Data;
        }[];
      }[];
    }[];
  };
  return resourceMetrics.flatMap(({ resource, scopeMetrics }) =>
    scopeMetrics.flatMap(({ scope, metrics }) =>
      metrics.flatMap(({ name, unit, description, sum, histogram }) => {
        const data = sum ?? histogram;
        return (data?.dataPoints ?? []).map((point): ReceivedPoint => ({
          metric: name,
          unit,
          description,
          kind: sum === undefined ? 'histogram' : 'sum',
          cumulative: data?.aggregationTemporality === 2,
          monotonic: sum?.isMonotonic === true,
          attributes: toRecord(point['attributes'] as DecodedAttribute[]),
          startNs: BigInt(point['startTimeUnixNano'] as string),
          timeNs: BigInt(point['timeUnixNano'] as string),
          value: Number(point['asInt'] ?? point['asDouble'] ?? Number.NaN),
          count: Number(point['count'] ?? 0),
          sum: Number(point['sum'] ?? 0),
          min: Number(point['min'] ?? 0),
          max: Number(point['max'] ?? 0),
          bounds: (point['explicitBounds'] as number[] | undefined) ?? [],
          counts: ((point['bucketCounts'] as string[] | undefined) ?? []).map(Number),
          scope: scope?.name ?? '',
          resource: toRecord(resource?.attributes ?? []),
        }));
      }),
    ),
  );
}

/** Decodes a trace request into an object with every field of the schema, absent ones at their default. */
export function decodeRequest(body: Uint8Array): DecodedRequest {
  return decodeMessage('ExportTraceServiceRequest', body) as DecodedRequest;
}

/** Decodes any message of the schema, absent fields at their default. */
function decodeMessage(typeName: string, body: Uint8Array): unknown {
  const type = SCHEMA.lookupType(typeName);
  return type.toObject(type.decode(body), {
    defaults: true,
    longs: String,
    bytes: Array,
    oneofs: true,
  });
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

// The field numbers of opentelemetry-proto 1.11: traces, logs, and of metrics the sums and histograms.
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
  message ExportLogsServiceRequest { repeated ResourceLogs resource_logs = 1; }
  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3; }
  message ScopeLogs { InstrumentationScope scope = 1; repeated LogRecord log_records = 2; string schema_url = 3; }
  message LogRecord {
    fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
    repeated KeyValue attributes = 6; uint32 dropped_attributes_count = 7; fixed32 flags = 8; bytes trace_id = 9;
    bytes span_id = 10; fixed64 observed_time_unix_nano = 11; string event_name = 12;
  }
  message ExportMetricsServiceRequest { repeated ResourceMetrics resource_metrics = 1; }
  message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; string schema_url = 3; }
  message ScopeMetrics { InstrumentationScope scope = 1; repeated Metric metrics = 2; string schema_url = 3; }
  message Metric {
    string name = 1; string description = 2; string unit = 3; oneof data { Sum sum = 7; Histogram histogram = 9; }
  }
  message Sum { repeated NumberDataPoint data_points = 1; int32 aggregation_temporality = 2; bool is_monotonic = 3; }
  message Histogram { repeated HistogramDataPoint data_points = 1; int32 aggregation_temporality = 2; }
  message NumberDataPoint {
    repeated KeyValue attributes = 7; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3;
    oneof value { double as_double = 4; sfixed64 as_int = 6; } uint32 flags = 8;
  }
  message HistogramDataPoint {
    repeated KeyValue attributes = 9; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3; fixed64 count = 4;
    optional double sum = 5; repeated fixed64 bucket_counts = 6; repeated double explicit_bounds = 7; uint32 flags = 10;
    optional double min = 11; optional double max = 12;
  }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value {
    string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
    ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7;
  } }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }`,
).root;
