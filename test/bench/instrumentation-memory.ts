/** Memory that a run holds while it waits to be sent. A process of its own, with --expose-gc. */
import { resourceFromAttributes } from '@opentelemetry/resources';
import { node, tracing } from '@opentelemetry/sdk-node';
import { loadInstrumentation } from './instrumentation-built.ts';
import type { MemoryFigures } from './instrumentation-figures.ts';

const RUNS = 20_000;

const { createDirectEngine, install, readConfig, SpanQueue, tracedFeature, withFeatureContext } =
  await loadInstrumentation();
const { maxBatchRuns, maxBatchSpans } = readConfig({});
const resource = resourceFromAttributes({ 'service.name': 'bench' });

/** As the processor has it by default, with room for all. */
const queue = new SpanQueue(
  { maxSpans: RUNS * 2, maxBytes: 1 << 30, maxBatchSpans, maxBatchRuns, maxBatchBytes: 1 << 20 },
  () => {
    throw new Error('the benchmark dropped runs');
  },
);
const engine = createDirectEngine({
  sink: { addRun: (run) => void queue.addRun(run), onEnd: (span) => void queue.add(span, true) },
  resource,
  scope: { name: 'bench' },
});

let waiting = 0;
const provider = new node.NodeTracerProvider({
  resource,
  spanProcessors: [
    new tracing.BatchSpanProcessor(
      {
        export(spans) {
          // Never answered: the rest waits.
          waiting = spans.length;
        },
        shutdown: async () => {},
      },
      { maxQueueSize: RUNS * 2, maxExportBatchSize: 1, scheduledDelayMillis: 1 },
    ),
  ],
});
provider.register();
const tracer = provider.getTracer('bench');

const facts = (i: number): Record<string, unknown> => ({
  order_id: `order-${i}`,
  items: i,
  total: i + 0.25,
});

async function heldPerRun(record: (i: number) => void): Promise<number> {
  const before = await held();
  for (let i = 0; i < RUNS; i += 1) record(i);
  return ((await held()) - before) / RUNS;
}

async function held(): Promise<number> {
  for (let i = 0; i < 4; i += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

install({ engine });
const bare = tracedFeature('bare', (i: number) => i);
const withMetadata = tracedFeature('checkout.pay', { metadata: facts }, (i: number) => i);

async function ours(record: (i: number) => void): Promise<number> {
  for (let i = 0; i < 2000; i += 1) record(i);
  queue.clear();
  const bytes = await heldPerRun(record);
  if (queue.runCount !== RUNS) throw new Error(`${queue.runCount} runs wait`);
  queue.clear();
  return bytes;
}

const figures: MemoryFigures = {
  metadata: await ours(withMetadata),
  bare: await ours(bare),
  sessions: await ours((i) =>
    withFeatureContext({ sessionId: `session-${i}`, userId: `user-${i}` }, () => bare(i)),
  ),
  stock: await heldPerRun((i) => {
    const attributes = {
      'feature.name': 'checkout.pay',
      'feature.category': 'other',
      order_id: `order-${i}`,
      items: i,
      total: i + 0.25,
    };
    tracer.startActiveSpan('checkout.pay', { attributes }, (span) => span.end());
  }),
};
if (waiting === 0) throw new Error('nothing waited');
console.log(JSON.stringify(figures));
process.exit(0);
