/** An app that has never heard of Heartwood: the OpenTelemetry SDK, its OTLP exporter, and two kinds of spans. */
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

const { OTLP_URL, OTLP_ENCODING, OTLP_COMPRESSION = 'none', REQUESTS = '50' } = process.env;
const { SERVICE_NAME = `plain-${OTLP_ENCODING}` } = process.env;
const Exporter = OTLP_ENCODING === 'json' ? JsonExporter : ProtobufExporter;

const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({
    'service.name': SERVICE_NAME,
    'service.version': '1.4.0',
  }),
  spanProcessors: [
    new BatchSpanProcessor(
      new Exporter({ url: `${OTLP_URL}/v1/traces`, compression: OTLP_COMPRESSION }),
    ),
  ],
});
trace.setGlobalTracerProvider(provider);

const tracer = trace.getTracer('plain-app');
for (let request = 0; request < Number(REQUESTS); request++) {
  const server = tracer.startSpan('GET /orders/:id', {
    kind: SpanKind.SERVER,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/orders/:id',
      'http.response.status_code': request % 10 === 0 ? 500 : 200,
    },
  });
  if (request % 10 === 0)
    server.setStatus({ code: SpanStatusCode.ERROR, message: 'upstream failed' });
  // What no mapping rule names: it must be stored as a span and never be counted as a feature.
  tracer
    .startSpan('render', { kind: SpanKind.INTERNAL, attributes: { 'http.route': '/orders/:id' } })
    .end();
  server.end();
}
await provider.shutdown();
