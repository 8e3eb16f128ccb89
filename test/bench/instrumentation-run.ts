/** CPU time of one call: plain, wrapped over each engine, and written by hand on the stock SDK. A process of its own. */
import { context, trace, type Tracer } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { node, tracing } from '@opentelemetry/sdk-node';
import { median, type RunCosts } from './instrumentation-figures.ts';
import { loadInstrumentation } from './instrumentation-built.ts';

const { configure, createSdkEngine, createDirectEngine, install, SpanQueue, tracedFeature } =
  await loadInstrumentation();

const LIMITS = {
  maxSpans: 1_000_000,
  maxBytes: 1 << 30,
  maxBatchSpans: 512,
  maxBatchRuns: 512,
  maxBatchBytes: 1 << 20,
};
const CALLS_A_ROUND = 4000;
const CALLS_A_TURN = 400;
const ROUNDS = 25;
const WARM_UP_ROUNDS = 12;

/** Work that the compiler can neither remove nor lift out of the loop. */
let sink = 0;
interface Order {
  readonly id: string;
  readonly items: number;
  readonly total: number;
}
function work(order: Order): number {
  sink = (sink + order.items) % 1000;
  return sink;
}

let serialisedSpans = 0;
const resource = resourceFromAttributes({ 'service.name': 'bench' });

/** The stock path: BatchSpanProcessor, and the serialiser that the OTLP exporter calls. */
const stockProcessor = new tracing.BatchSpanProcessor(
  {
    export(spans, done) {
      ProtobufTraceSerializer.serializeRequest(spans);
      serialisedSpans += spans.length;
      done({ code: ExportResultCode.SUCCESS });
    },
    shutdown: async () => {},
  },
  { maxQueueSize: LIMITS.maxSpans, maxExportBatchSize: LIMITS.maxBatchSpans },
);
const stock = new node.NodeTracerProvider({ resource, spanProcessors: [stockProcessor] });
stock.register();

/** Our queue in the place of the stock processor: the sending loop without its socket. */
const queue = new SpanQueue(LIMITS, () => {
  throw new Error('the benchmark dropped spans');
});
const ours = new node.NodeTracerProvider({
  resource,
  spanProcessors: [
    {
      onStart: () => {},
      onEnd: (span) => void queue.add(span, true),
      forceFlush: async () => {},
      shutdown: async () => {},
    },
  ],
});
function serialiseQueue(): void {
  for (let batch = queue.take(); batch !== undefined; batch = queue.take()) {
    serialisedSpans += batch.spanCount;
    batch.toRequest();
    queue.remove();
  }
}

interface Case {
  readonly call: (order: Order) => unknown;
  /** What the case needs in place; runs before each round. */
  readonly before?: () => void;
  /** Serialises what waits, as sending it would. */
  readonly drain?: () => void | Promise<void>;
  /** Spans that each call is to leave behind: a case that records nothing must not look cheap. */
  readonly spans?: number;
  readonly awaited?: boolean;
}

const metadata = (order: Order): Record<string, unknown> => ({
  order_id: order.id,
  items: order.items,
  total: order.total,
});
const five = (order: Order): Record<string, string | number> => ({
  'feature.name': 'checkout.pay',
  'feature.category': 'business_logic',
  order_id: order.id,
  items: order.items,
  total: order.total,
});
const thirteen = (order: Order): Record<string, string | number | boolean> => ({
  ...five(order),
  'feature.status': 'success',
  'feature.performance_tier': 'excellent',
  'feature.iterations': 1,
  'feature.efficiency': 0.69 + sink / 1e6,
  'feature.efficiency.version': 1,
  'code.function.name': 'work',
  'session.id': '0b29a6a2-9b0c-4a7e-8e2f-6f6f4f8f3c11',
  'session.kind': 'run',
});

const byHand =
  (tracer: Tracer, attributes: typeof thirteen) =>
  (order: Order): number =>
    tracer.startActiveSpan('checkout.pay', { attributes: attributes(order) }, (span) => {
      const result = work(order);
      span.end();
      return result;
    });

const options = { category: 'business_logic', inputSize: false, outputSize: false, metadata };
const wrapped = tracedFeature('checkout.pay', options, work);
const wrappedPlain = tracedFeature('checkout.plain', work);
const wrappedExcluded = tracedFeature('excluded', work);
async function asyncWork(order: Order): Promise<number> {
  return work(order);
}
const wrappedAsync = tracedFeature('checkout.async', options, asyncWork);
const asyncByHand =
  (tracer: Tracer) =>
  (order: Order): Promise<number> =>
    tracer.startActiveSpan('checkout.pay', { attributes: five(order) }, async (span) => {
      const result = await asyncWork(order);
      span.end();
      return result;
    });

configure({ exclude: ['excluded'] });
const stockTracer = stock.getTracer('bench');
const ourTracer = ours.getTracer('bench');
const sdkOnStock = createSdkEngine(stockTracer);
const sdkOnOurs = createSdkEngine(ourTracer);
const direct = createDirectEngine({
  sink: { addRun: (run) => void queue.addRun(run), onEnd: (span) => void queue.add(span, true) },
  resource,
  scope: { name: 'bench' },
});
const drainStock = (): Promise<void> => stockProcessor.forceFlush();
const enable = (): void => configure({ enabled: true });

const CASES = {
  plain: { call: work },
  stockFive: { call: byHand(stockTracer, five), drain: drainStock, spans: 1 },
  stockThirteen: { call: byHand(stockTracer, thirteen), drain: drainStock, spans: 1 },
  handOnOurs: { call: byHand(ourTracer, five), drain: serialiseQueue, spans: 1 },
  sdkOnStock: {
    call: wrapped,
    before: () => install({ engine: sdkOnStock }),
    drain: drainStock,
    spans: 1,
  },
  sdkOnOurs: {
    call: wrapped,
    before: () => install({ engine: sdkOnOurs }),
    drain: serialiseQueue,
    spans: 1,
  },
  direct: {
    call: wrapped,
    before: () => install({ engine: direct }),
    drain: serialiseQueue,
    spans: 1,
  },
  directPlain: {
    call: wrappedPlain,
    before: () => install({ engine: direct }),
    drain: serialiseQueue,
    spans: 1,
  },
  excluded: { call: wrappedExcluded },
  disabled: { call: wrapped, before: () => configure({ enabled: false }) },
  asyncPlain: { call: asyncWork, awaited: true },
  asyncStock: { call: asyncByHand(stockTracer), drain: drainStock, spans: 1, awaited: true },
  asyncSdk: {
    call: wrappedAsync,
    before: () => install({ engine: sdkOnOurs }),
    drain: serialiseQueue,
    spans: 1,
    awaited: true,
  },
  asyncDirect: {
    call: wrappedAsync,
    before: () => install({ engine: direct }),
    drain: serialiseQueue,
    spans: 1,
    awaited: true,
  },
} as const satisfies Record<keyof RunCosts, Case>;

/** CPU nanoseconds a call of one round; the event loop turns in between, as it does in a server. */
async function measure(name: keyof RunCosts): Promise<number> {
  const { call, before, drain, spans = 0, awaited = false }: Case = CASES[name];
  enable();
  before?.();
  serialisedSpans = 0;
  const from = process.cpuUsage();
  for (let done = 0; done < CALLS_A_ROUND; done += CALLS_A_TURN) {
    for (let i = 0; i < CALLS_A_TURN; i += 1) {
      const order = { id: ORDER_IDS[i % ORDER_IDS.length] ?? '', items: i, total: i + 0.25 };
      const result = call(order);
      if (awaited) await result;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await drain?.();
  const { user, system } = process.cpuUsage(from);
  if (serialisedSpans !== spans * CALLS_A_ROUND)
    throw new Error(`${name} serialised ${serialisedSpans} spans`);
  return ((user + system) * 1000) / CALLS_A_ROUND;
}

const ORDER_IDS = Array.from({ length: 64 }, (_, i) => `order-${10_000 + i * 37}`);

const names = Object.keys(CASES) as (keyof RunCosts)[];
const only = process.argv[2]?.split(',');
const samples = new Map<keyof RunCosts, number[]>();
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
  for (const name of names) {
    if (only !== undefined && !only.includes(name)) continue;
    const ns = await measure(name);
    if (round < 0) continue;
    samples.set(name, [...(samples.get(name) ?? []), ns]);
  }
}
const costs = Object.fromEntries([...samples].map(([name, all]) => [name, median(all)]));
console.log(JSON.stringify(costs));
trace.disable();
context.disable();
