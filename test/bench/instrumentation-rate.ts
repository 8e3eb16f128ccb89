/** Records 50,000 runs a second, sends them to a receiver, and watches how long the event loop is held up. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { node, tracing } from '@opentelemetry/sdk-node';
import { loadInstrumentation } from './instrumentation-built.ts';
import type { RateFigures } from './instrumentation-figures.ts';

const RUNS_PER_SECOND = 50_000;
const WARM_UP_MS = 1500;
/** A turn of the loop records no more than this, so that catching up is not what holds it up. */
const MOST_A_TURN = 50;

const [who = 'ours', seconds = '5'] = process.argv.slice(2);
const { createDirectEngine, FeatureSpanProcessor, install, tracedFeature } =
  await loadInstrumentation();

// A process of its own: only the sending side is measured.
const receiver = spawn(process.execPath, [
  '-e',
  `require('http').createServer((q, s) => q.resume().on('end', () => s.end()))
     .listen(0, '127.0.0.1', function () { console.log(this.address().port); });`,
]);
const [port] = (await once(receiver.stdout, 'data')) as [Buffer];
const url = `http://127.0.0.1:${port.toString().trim()}`;
const resource = resourceFromAttributes({ 'service.name': 'bench' });

interface Recorder {
  record(i: number): void;
  /** Spans that reached the receiver, once all that can be is sent. */
  delivered(): Promise<number>;
}

const facts = (i: number): Record<string, string | number> => ({
  order_id: `order-${i}`,
  items: i,
  total: i + 0.25,
});

function ours(): Recorder {
  const processor = new FeatureSpanProcessor({ settings: { endpoint: url } });
  new node.NodeTracerProvider({ resource, spanProcessors: [processor] }).register();
  install({ engine: createDirectEngine({ sink: processor, resource }) });
  return {
    record: tracedFeature('checkout.pay', { metadata: facts }, (i: number) => void i),
    async delivered() {
      await processor.forceFlush();
      return processor.stats().exported;
    },
  };
}

function stock(): Recorder {
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` });
  let exported = 0;
  const processor = new tracing.BatchSpanProcessor({
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error === undefined) exported += spans.length;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  });
  const provider = new node.NodeTracerProvider({ resource, spanProcessors: [processor] });
  provider.register();
  const tracer = provider.getTracer('bench');
  return {
    record: (i) =>
      tracer.startActiveSpan('checkout.pay', { attributes: facts(i) }, (span) => span.end()),
    async delivered() {
      await processor.forceFlush();
      return exported;
    },
  };
}

const recorder = who === 'ours' ? ours() : stock();
const blocksMs: number[] = [];
const startedMs = performance.now();
const endMs = startedMs + WARM_UP_MS + Number(seconds) * 1000;
let recorded = 0;
let measuredFrom = 0;
let lastCpuMs = cpuMs();
for (let nowMs = startedMs; nowMs < endMs; nowMs = performance.now()) {
  const due = Math.floor(((nowMs - startedMs) * RUNS_PER_SECOND) / 1000) - recorded;
  for (let i = 0; i < Math.min(due, MOST_A_TURN); i += 1) recorder.record((recorded += 1));
  await new Promise((resolve) => setImmediate(resolve));
  const now = cpuMs();
  // CPU time, so that other work of the machine counts for nothing.
  if (nowMs - startedMs > WARM_UP_MS) {
    blocksMs.push(now - lastCpuMs);
    measuredFrom ||= recorded;
  }
  lastCpuMs = now;
}
const delivered = await recorder.delivered();
blocksMs.sort((a, b) => a - b);
const figures: RateFigures = {
  longestMs: blocksMs.at(-1) ?? Number.NaN,
  usualMs: blocksMs[Math.floor(blocksMs.length * 0.999)] ?? Number.NaN,
  runsPerSecond: (recorded - measuredFrom) / Number(seconds),
  lost: recorded - delivered,
};
console.log(JSON.stringify(figures));
receiver.kill();
process.exit(0);

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
