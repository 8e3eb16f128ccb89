/** An app that sends host metrics with its spans: OpenTelemetry's SDK, its instrumentations of host and runtime, one feature that burns CPU and one that waits. */
import { setTimeout as wait } from 'node:timers/promises';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { tracedFeature } from '@heartwood/instrumentation';

const { OTLP_URL } = process.env;
const sdk = new NodeSDK({
  serviceName: 'burner',
  traceExporter: new OTLPTraceExporter({ url: `${OTLP_URL}/v1/traces` }),
  metricReaders: [
    new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter({ url: `${OTLP_URL}/v1/metrics` }),
      exportIntervalMillis: 250,
      exportTimeoutMillis: 200,
    }),
  ],
  instrumentations: [
    // Off unless it is asked for.
    getNodeAutoInstrumentations({
      '@opentelemetry/instrumentation-host-metrics': { enabled: true },
    }),
  ],
});
sdk.start();

const burn = tracedFeature('burn', async () => {
  for (let turn = 0; turn < 20; turn++) {
    const end = performance.now() + 50;
    while (performance.now() < end);
    // The exporter gets its turn.
    await wait(1);
  }
});
const idle = tracedFeature('idle', () => wait(300));

await burn();
await idle();
await sdk.shutdown();
const { user, system } = process.cpuUsage();
// How many cores it kept busy in its life, to hold against what is told of it.
console.log((user + system) / 1e6 / process.uptime());
