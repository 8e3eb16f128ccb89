/** Each signal as an app makes it with the JavaScript SDK, and the exporters that send it. */
import { SeverityNumber } from '@opentelemetry/api-logs';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as GrpcMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

export const PROTOCOLS = ['http/json', 'http/protobuf', 'grpc'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** An exporter of the SDK, whatever it exports. */
interface Exporter {
  export(items: never, done: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
}

export interface ExportedSignal {
  readonly name: string;
  /** Path over HTTP. */
  readonly path: string;
  readonly exporters: Readonly<Record<Protocol, (options: { url: string }) => Exporter>>;
  /** `count` records in the form that the exporters take. */
  readonly make: (count: number) => Promise<unknown>;
  /** Counts records, and different ones, in the database. */
  readonly sql: string;
}

export const EXPORTED: readonly ExportedSignal[] = [
  {
    name: 'traces',
    path: '/v1/traces',
    exporters: {
      'http/json': (options) => new JsonTraceExporter(options),
      'http/protobuf': (options) => new ProtobufTraceExporter(options),
      grpc: (options) => new GrpcTraceExporter(options),
    },
    async make(count) {
      const memory = new InMemorySpanExporter();
      const provider = new BasicTracerProvider({
        spanProcessors: [new SimpleSpanProcessor(memory)],
      });
      const tracer = provider.getTracer('test');
      for (let n = 0; n < count; n++) tracer.startSpan(`work ${n}`, { attributes: { n } }).end();
      await provider.forceFlush();
      return memory.getFinishedSpans();
    },
    sql: 'SELECT count(*)::INT AS all, count(DISTINCT span_id)::INT AS different FROM hot_spans',
  },
  {
    name: 'logs',
    path: '/v1/logs',
    exporters: {
      'http/json': (options) => new JsonLogExporter(options),
      'http/protobuf': (options) => new ProtobufLogExporter(options),
      grpc: (options) => new GrpcLogExporter(options),
    },
    async make(count) {
      const memory = new InMemoryLogRecordExporter();
      const provider = new LoggerProvider({
        processors: [new SimpleLogRecordProcessor({ exporter: memory })],
      });
      const logger = provider.getLogger('test');
      for (let n = 0; n < count; n++)
        logger.emit({
          body: `line ${n} ${Math.random()}`,
          severityNumber: SeverityNumber.INFO,
          attributes: { n },
        });
      await provider.forceFlush();
      return memory.getFinishedLogRecords();
    },
    sql: 'SELECT count(*)::INT AS all, count(DISTINCT body)::INT AS different FROM hot_logs',
  },
  {
    name: 'metrics',
    path: '/v1/metrics',
    exporters: {
      'http/json': (options) => new JsonMetricExporter(options),
      'http/protobuf': (options) => new ProtobufMetricExporter(options),
      grpc: (options) => new GrpcMetricExporter(options),
    },
    async make(count) {
      const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
      const reader = new PeriodicExportingMetricReader({ exporter: memory });
      const provider = new MeterProvider({ readers: [reader] });
      const counter = provider.getMeter('test').createCounter('work', { unit: '1' });
      for (let n = 0; n < count; n++) counter.add(1, { n, run: Math.random() });
      await provider.forceFlush();
      const [metrics] = memory.getMetrics();
      await provider.shutdown();
      return metrics;
    },
    sql: 'SELECT count(*)::INT AS all, count(DISTINCT attribute_set_id)::INT AS different FROM hot_metric_points',
  },
];

/**
 * Exports as a processor does that gives nothing up: what fails is exported again. Over HTTP the exporter repeats by itself
 * what may be repeated; over gRPC that of JavaScript never does.
 */
export async function exportAll(exporter: Exporter, items: unknown): Promise<number> {
  for (let attempts = 1; ; attempts++) {
    const { code, error } = await new Promise<ExportResult>((resolve) => {
      exporter.export(items as never, resolve);
    });
    if (code === ExportResultCode.SUCCESS) return attempts;
    if (attempts >= 20) throw error ?? new Error('not exported');
  }
}
