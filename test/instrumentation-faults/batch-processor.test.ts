/** What the specification asks of a batching span processor, run against ours and against OpenTelemetry's own. */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { TraceFlags } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FeatureSpanProcessor } from '../../packages/instrumentation/src/delivery/processor.ts';
import { openCollector, type Collector } from '../../packages/instrumentation/testing/collector.ts';
import { endSpans, spanOf } from '../../packages/instrumentation/testing/spans.ts';

interface Options {
  readonly queue?: number;
  readonly batch?: number;
  readonly delayMs?: number;
  readonly timeoutMs?: number;
}

/** A processor with its way to the collector. */
interface Subject {
  onEnd(span: ReadableSpan): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

interface Rule {
  /** The sentence of trace/sdk.md, shortened. */
  readonly asks: string;
  /** Whether OpenTelemetry's processor, 2.12, keeps it; ours has to keep all. */
  readonly upstream: boolean;
  readonly options?: Options;
  kept(this: void, subject: Subject): Promise<boolean>;
}

let collector: Collector;

const MAKERS: Readonly<Record<string, (options: Options) => Subject>> = {
  ours: ({ queue = 2048, batch = 512, delayMs = 3_600_000, timeoutMs = 5000 }) =>
    new FeatureSpanProcessor({
      settings: {
        endpoint: collector.url,
        maxQueueSpans: queue,
        maxBatchSpans: batch,
        delayMs,
        flushTimeoutMs: timeoutMs,
        requestTimeoutMs: timeoutMs,
        metricsExporter: ['none'],
      },
    }),
  'OpenTelemetry 2.12': ({ queue = 2048, batch = 512, delayMs = 3_600_000, timeoutMs = 5000 }) => {
    const exporter = new OTLPTraceExporter({
      url: `${collector.url}/v1/traces`,
      timeoutMillis: timeoutMs,
    });
    const processor = new BatchSpanProcessor(exporter, {
      maxQueueSize: queue,
      maxExportBatchSize: batch,
      scheduledDelayMillis: delayMs,
      exportTimeoutMillis: timeoutMs,
    });
    return {
      onEnd: (span) => processor.onEnd(span),
      forceFlush: () => processor.forceFlush(),
      shutdown: () => processor.shutdown(),
    };
  },
};

const RULES: readonly Rule[] = [
  {
    asks: 'calls to Export MUST be synchronised, so that they are not invoked concurrently',
    upstream: false,
    options: { batch: 50 },
    async kept(subject) {
      collector.delayMs = 20;
      endSpans(subject, 200);
      await subject.forceFlush();
      return collector.spans.length === 200 && collector.mostConcurrent === 1;
    },
  },
  {
    asks: 'ForceFlush SHOULD complete the spans that were received before it was called, also those on their way',
    upstream: false,
    options: { batch: 50 },
    async kept(subject) {
      collector.delayMs = 50;
      endSpans(subject, 50);
      await vi.waitFor(() => expect(collector.underWay).toBe(1));
      await subject.forceFlush();
      return collector.spans.length === 50;
    },
  },
  {
    asks: 'Shutdown MUST include the effects of ForceFlush',
    upstream: true,
    async kept(subject) {
      endSpans(subject, 7);
      await subject.shutdown();
      return collector.spans.length === 7;
    },
  },
  {
    asks: 'calls after Shutdown SHOULD be ignored gracefully',
    upstream: true,
    async kept(subject) {
      await subject.shutdown();
      endSpans(subject, 3);
      await subject.forceFlush();
      await subject.shutdown();
      return collector.spans.length === 0;
    },
  },
  {
    asks: 'OnEnd should not block: what is full drops, and does not wait',
    upstream: true,
    options: { queue: 10, batch: 10 },
    async kept(subject) {
      collector.fault = () => 'hang';
      const before = performance.now();
      endSpans(subject, 5000);
      return performance.now() - before < 2000;
    },
  },
  {
    asks: 'a full batch is exported although the delay has not passed',
    upstream: true,
    options: { batch: 20 },
    async kept(subject) {
      endSpans(subject, 20);
      return arrives(20);
    },
  },
  {
    asks: 'a batch is exported when the delay has passed',
    upstream: true,
    options: { delayMs: 20 },
    async kept(subject) {
      endSpans(subject, 3);
      return arrives(3);
    },
  },
  {
    asks: 'batches hold at most maxExportBatchSize spans',
    upstream: true,
    options: { batch: 30 },
    async kept(subject) {
      endSpans(subject, 100);
      await subject.forceFlush();
      return (
        collector.spans.length === 100 && collector.requests.every((one) => one.spanCount <= 30)
      );
    },
  },
  {
    asks: 'spans that are not sampled are not exported',
    upstream: true,
    async kept(subject) {
      subject.onEnd(
        spanOf({
          spanContext: () => ({
            traceId: 'b'.repeat(32),
            spanId: 'c'.repeat(16),
            traceFlags: TraceFlags.NONE,
          }),
        }),
      );
      await subject.forceFlush();
      return collector.spans.length === 0;
    },
  },
  {
    asks: 'Export MUST NOT block indefinitely: a silent receiver costs a flush the timeout, not more',
    upstream: true,
    options: { timeoutMs: 300 },
    async kept(subject) {
      collector.fault = () => 'hang';
      endSpans(subject, 3);
      const before = performance.now();
      await subject.forceFlush().catch(() => {});
      return performance.now() - before < 3000;
    },
  },
  {
    asks: 'OTLP: retryable answers are repeated, and nothing is lost by one of them',
    upstream: true,
    async kept(subject) {
      collector.fault = (count) => (count === 1 ? { status: 503 } : undefined);
      endSpans(subject, 5);
      await subject.forceFlush();
      return collector.spans.length === 5;
    },
  },
  {
    asks: 'an outage longer than the export timeout loses nothing while the queue has room',
    upstream: false,
    options: { timeoutMs: 300 },
    async kept(subject) {
      collector.fault = () => ({ status: 503 });
      endSpans(subject, 5);
      await subject.forceFlush().catch(() => {});
      collector.fault = undefined;
      await subject.forceFlush().catch(() => {});
      return arrives(5);
    },
  },
  {
    asks: 'a burst within the queue arrives whole, although it comes in one turn of the event loop',
    upstream: true,
    async kept(subject) {
      endSpans(subject, 2000);
      await subject.forceFlush();
      return collector.spans.length === 2000;
    },
  },
];

beforeEach(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  collector = await openCollector();
});

afterEach(async () => {
  await collector[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});

describe.each(Object.keys(MAKERS))('%s', (name) => {
  it.each(RULES)('$asks', async ({ kept, options, upstream }) => {
    const subject = MAKERS[name]?.(options ?? {});
    if (subject === undefined) throw new Error(name);
    expect(await kept(subject)).toBe(name === 'ours' || upstream);
    collector.fault = undefined;
    await subject.shutdown().catch(() => {});
  });
});

async function arrives(count: number): Promise<boolean> {
  try {
    await vi.waitFor(() => expect(collector.spans).toHaveLength(count), 5000);
    return true;
  } catch {
    return false;
  }
}
