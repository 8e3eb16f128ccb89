/** The processor against a real receiver on a real socket: nothing lost uncounted, whatever the receiver does. */
import { context, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { encodePartialSuccess, openCollector, type Collector } from '../../testing/collector.ts';
import { sendAllNow } from '../host/exit.ts';
import type { FeatureConfig } from '../settings/config.ts';
import { FeatureSpanProcessor, type FeatureSpanProcessorOptions } from './processor.ts';

let collector: Collector;
const opened: FeatureSpanProcessor[] = [];

beforeEach(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  collector = await openCollector();
});

afterEach(async () => {
  collector.fault = undefined;
  collector.delayMs = 0;
  await Promise.all(opened.splice(0).map(async (processor) => processor.shutdown()));
  await collector[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});

function processorWith(
  settings: Partial<FeatureConfig> = {},
  options: FeatureSpanProcessorOptions = {},
): FeatureSpanProcessor {
  const processor = new FeatureSpanProcessor({
    ...options,
    settings: { endpoint: collector.url, delayMs: 3_600_000, flushTimeoutMs: 10_000, ...settings },
  });
  opened.push(processor);
  return processor;
}

let made = 0;

function spanOf(attributes: ReadableSpan['attributes'] = {}, sampled = true): ReadableSpan {
  made += 1;
  const spanId = made.toString(16).padStart(16, '0');
  return {
    name: `span ${made}`,
    kind: SpanKind.INTERNAL,
    spanContext: () => ({
      traceId: 'a'.repeat(32),
      spanId,
      traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    }),
    startTime: [1_790_000_000, 0],
    endTime: [1_790_000_000, 5],
    status: { code: SpanStatusCode.UNSET },
    attributes,
    links: [],
    events: [],
    duration: [0, 5],
    ended: true,
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const resource = resourceFromAttributes({ 'service.name': 'shop' });
const scope = { name: 'test' };
const run = { 'feature.name': 'checkout' };

function end(processor: FeatureSpanProcessor, count: number, attributes = {}): void {
  for (let i = 0; i < count; i += 1) processor.onEnd(spanOf(attributes));
}

/** What must hold at any moment. */
function expectConserved(processor: FeatureSpanProcessor): void {
  const { received, exported, dropped, queued } = processor.stats();
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  expect(exported + lost + queued).toBe(received);
}

describe('delivery', () => {
  it('is a span processor of the SDK and mentions none of its types', () => {
    expectTypeOf<FeatureSpanProcessor>().toExtend<SpanProcessor>();
  });

  it('sends spans of a real SDK with resource and scope', async () => {
    const processor = processorWith();
    const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
    const span = provider.getTracer('lib', '1.2').startSpan('work', { attributes: { a: 1 } });
    span.end();
    await provider.forceFlush();
    expect(collector.spans).toMatchObject([
      {
        name: 'work',
        spanId: span.spanContext().spanId,
        attributes: { a: 1 },
        scope: 'lib',
        resource: { 'service.name': 'shop' },
      },
    ]);
  });

  it('sends 100 waiting runs at once, as two requests of 50 (S1-77, S1-78)', async () => {
    const processor = processorWith();
    end(processor, 99, run);
    await new Promise((resolve) => setImmediate(resolve));
    expect(collector.requests).toHaveLength(0);
    end(processor, 1, run);
    await vi.waitFor(() => expect(processor.stats().exported).toBe(100));
    expect(collector.requests.map(({ spanCount }) => spanCount)).toEqual([50, 50]);
  });

  it('sends plain spans when a request is full', async () => {
    const processor = processorWith({ maxBatchSpans: 20 });
    end(processor, 45);
    await vi.waitFor(() => expect(processor.stats().exported).toBe(45));
    expect(collector.requests.map(({ spanCount }) => spanCount)).toEqual([20, 20, 5]);
  });

  it('sends after the delay when little waits', async () => {
    const processor = processorWith({ delayMs: 20 });
    end(processor, 3, run);
    await vi.waitFor(() => expect(collector.spans).toHaveLength(3));
  });

  it('never has two requests under way, not even when flushed from all sides', async () => {
    collector.delayMs = 5;
    const processor = processorWith({ maxBatchSpans: 10 });
    end(processor, 100);
    await Promise.all([processor.forceFlush(), processor.forceFlush(), processor.forceFlush()]);
    expect(collector.spans).toHaveLength(100);
    expect(collector.mostConcurrent).toBe(1);
  });

  it('waits in forceFlush for what is on its way', async () => {
    collector.delayMs = 50;
    const processor = processorWith({ maxBatchSpans: 10 });
    end(processor, 10);
    await vi.waitFor(() => expect(collector.mostConcurrent).toBe(1));
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ exported: 10, queued: 0 });
  });

  it('takes runs of the direct engine into the same books', async () => {
    const processor = processorWith();
    const readable = { ...spanOf(run), name: 'packed' };
    processor.addRun({
      resource,
      scope,
      actorTemplate: new Uint8Array(),
      template: Buffer.from([0x2a, 4, ...Buffer.from('pack')]),
      writeOwn: () => {},
      toReadable: () => readable,
    });
    processor.addRun({
      resource,
      scope,
      actorTemplate: new Uint8Array(),
      template: new Uint8Array(),
      writeOwn() {
        throw new Error('broken');
      },
      toReadable: () => readable,
    });
    await processor.forceFlush();
    expect(collector.spans).toMatchObject([{ name: 'pack', scope: 'test' }]);
    expect(processor.stats()).toMatchObject({
      received: 2,
      exported: 1,
      dropped: { encoding_failed: 1 },
    });
  });

  it('says what a flush left', async () => {
    collector.fault = () => ({ status: 503 });
    const processor = processorWith();
    end(processor, 4);
    expect(await processor.flush(50)).toEqual({ spansLeft: 4, logRecordsLeft: 0 });
    collector.fault = undefined;
    expect(await processor.flush()).toEqual({ spansLeft: 0, logRecordsLeft: 0 });
  });

  it('ignores spans that are not sampled', async () => {
    const processor = processorWith();
    processor.onEnd(spanOf({}, false));
    await processor.forceFlush();
    expect(processor.stats().received).toBe(0);
  });

  it('compresses and sends the headers it is told', async () => {
    const processor = processorWith({
      compression: 'gzip',
      headers: 'x-team=caf%C3%A9,bad header=1',
      tracesHeaders: 'x-more=2',
      token: 'secret',
    });
    end(processor, 2);
    await processor.forceFlush();
    expect(collector.spans).toHaveLength(2);
    expect(collector.requests[0]?.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'application/x-protobuf',
      'x-more': '2',
      authorization: 'Bearer secret',
    });
    expect(collector.requests[0]?.headers['user-agent']).toMatch(/^@heartwood\/instrumentation\//);
  });

  it('waits for resource attributes that are found out late', async () => {
    const late = resourceFromAttributes({
      'host.id': new Promise<string>((resolve) => setTimeout(() => resolve('h-1'), 20)),
    });
    const processor = processorWith();
    processor.onEnd({ ...spanOf(), resource: late });
    await processor.forceFlush();
    expect(collector.spans[0]?.resource).toEqual({ 'host.id': 'h-1' });
  });

  it('makes no spans of its own requests', async () => {
    const active: unknown[] = [];
    const seen = vi.spyOn(context, 'with').mockImplementation((ctx, fn, self, ...args) => {
      active.push(ctx.getValue(Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING')));
      return fn.apply(self, args);
    });
    const processor = processorWith();
    end(processor, 1);
    await processor.forceFlush();
    seen.mockRestore();
    // One of spans, one of metrics.
    expect(active).toEqual([true, true]);
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});

describe('faults', () => {
  it.each([429, 502, 503, 504])('sends again after %i and loses nothing', async (status) => {
    collector.fault = (count) => (count === 1 ? { status } : undefined);
    const processor = processorWith();
    end(processor, 5);
    await processor.forceFlush();
    expect(collector.spans).toHaveLength(5);
    expect(processor.stats().exported).toBe(5);
    expectConserved(processor);
  });

  it('sends again after a torn connection', async () => {
    collector.fault = (count) => (count === 1 ? 'reset' : undefined);
    const processor = processorWith();
    end(processor, 5);
    await processor.forceFlush();
    expect(collector.spans).toHaveLength(5);
  });

  it('sends again at once when an idle connection was closed in the moment it was used', async () => {
    collector.fault = (count) => (count === 2 ? 'reset' : undefined);
    const processor = processorWith();
    end(processor, 1);
    await processor.forceFlush();
    end(processor, 1);
    await processor.forceFlush();
    const [, second, third] = collector.requests;
    expect(collector.spans).toHaveLength(2);
    // A failure proper is followed by a pause of 0.8 s at least.
    expect((third?.atMs ?? 0) - (second?.atMs ?? 0)).toBeLessThan(700);
  });

  it('waits as long as Retry-After says, also when flushed again', async () => {
    collector.fault = (count) =>
      count === 1 ? { status: 503, headers: { 'retry-after': '2' } } : undefined;
    const processor = processorWith({ maxBatchSpans: 5 });
    end(processor, 5);
    await vi.waitFor(() => expect(collector.requests).toHaveLength(1));
    await processor.forceFlush();
    const [first, second] = collector.requests;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(1900);
    expect(collector.spans).toHaveLength(5);
  });

  it('is not asked again and again because it asks for no pause', async () => {
    collector.fault = () => ({ status: 503, headers: { 'retry-after': '0' } });
    const processor = processorWith({ maxBatchSpans: 5 });
    end(processor, 5);
    await vi.waitFor(() => expect(collector.requests).toHaveLength(1));
    // The pause of 0.8 s at least is longer than that.
    await processor.flush(500);
    expect(collector.requests).toHaveLength(1);
  });

  it.each([400, 401, 404, 500])(
    'gives up after %i and counts the spans as refused',
    async (status) => {
      collector.fault = () => ({ status });
      const processor = processorWith();
      end(processor, 5);
      await processor.forceFlush();
      expect(collector.requests).toHaveLength(1);
      expect(processor.stats().dropped.refused).toBe(5);
      expectConserved(processor);
    },
  );

  it('counts what a partial success rejected', async () => {
    collector.fault = () => ({ status: 200, body: encodePartialSuccess(2, 'bad ids'), keep: true });
    const processor = processorWith();
    end(processor, 5);
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ exported: 3, dropped: { rejected: 2 } });
    expectConserved(processor);
  });

  it('halves a request that is too large until it fits, and drops a single span that never does', async () => {
    collector.fault = (_count, spans) => (spans > 3 ? { status: 413 } : undefined);
    const processor = processorWith();
    end(processor, 10);
    await processor.forceFlush();
    expect(collector.spans).toHaveLength(10);
    collector.fault = () => ({ status: 413 });
    end(processor, 2);
    await processor.forceFlush();
    expect(processor.stats().dropped.too_large).toBe(2);
    expectConserved(processor);
  });

  it('remembers how large a request may be', async () => {
    const refused: number[] = [];
    collector.fault = (_count, _spans, bytes) => {
      if (bytes <= 4000) return undefined;
      refused.push(bytes);
      return { status: 413 };
    };
    const processor = processorWith({ maxBatchSpans: 100 });
    end(processor, 1000, { text: 'x'.repeat(50) });
    await processor.forceFlush();
    expect(collector.spans).toHaveLength(1000);
    // Without a memory each of the ten full requests would be found too large, and both its halves.
    expect(refused.length).toBeLessThan(10);
    expectConserved(processor);
  });

  it('takes garbage in an answer for what its status says', async () => {
    collector.fault = () => ({ status: 200, body: Buffer.from('\u0003<html>'), keep: true });
    const processor = processorWith();
    end(processor, 5);
    await processor.forceFlush();
    expect(processor.stats().exported).toBe(5);
  });

  it('drops the oldest when too many wait', () => {
    const processor = processorWith({
      maxQueueSpans: 10,
      maxBatchSpans: 4,
      endpoint: 'http://127.0.0.1:1',
    });
    end(processor, 25);
    expect(processor.stats()).toMatchObject({ queued: 10, dropped: { queue_full: 15 } });
    expectConserved(processor);
  });

  it('keeps the newest of what waited', async () => {
    const processor = processorWith({ maxQueueSpans: 10, maxBatchSpans: 100 });
    end(processor, 25);
    const newest = made;
    await processor.forceFlush();
    const names = collector.spans.map(({ name }) => name);
    expect(names).toEqual(Array.from({ length: 10 }, (_, i) => `span ${newest - 9 + i}`));
  });

  it('is bounded in bytes too', () => {
    const processor = processorWith({}, { maxQueueBytes: 10_000, maxBatchBytes: 2000 });
    end(processor, 100, { text: 'x'.repeat(500) });
    const { queuedBytes, queued, dropped } = processor.stats();
    expect(queuedBytes).toBeLessThanOrEqual(10_000);
    expect(queued).toBeGreaterThan(10);
    expect(dropped.queue_full).toBe(100 - queued);
  });

  it('counts a span that cannot be encoded and goes on', async () => {
    const processor = processorWith();
    const broken = {
      ...spanOf(),
      get attributes(): never {
        throw new Error('broken');
      },
    };
    processor.onEnd(broken);
    end(processor, 1);
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ exported: 1, dropped: { encoding_failed: 1 } });
    expectConserved(processor);
  });

  it('takes a tracer without a name, as getTracer(process.env.npm_package_name) makes outside npm', async () => {
    const processor = processorWith();
    const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
    const nothing = undefined as unknown as string;
    provider
      .getTracer(nothing, 2 as unknown as string)
      .startSpan('work')
      .end();
    provider
      .getTracer('lib', '1', { schemaUrl: 3 as unknown as string })
      .startSpan(nothing)
      .end();
    await processor.forceFlush();
    expect(collector.spans.map(({ name, scope: from }) => [name, from])).toEqual([
      ['work', expect.any(String)],
      ['', 'lib'],
    ]);
    expect(processor.stats().exported).toBe(2);
  });

  it.each([
    ['when it is flushed', async (processor: FeatureSpanProcessor) => processor.forceFlush()],
    ['at the end of the process', () => sendAllNow()],
  ])('counts what no request can be made of, %s, and goes on', async (_, send) => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    const broken = { attributes: loop as ReadableSpan['attributes'] } as ReadableSpan['resource'];
    const processor = processorWith({ metricsExporter: ['none'] });
    processor.onEnd({ ...spanOf(), resource: broken });
    await send(processor);
    expect(processor.stats()).toMatchObject({ queued: 0, dropped: { encoding_failed: 1 } });
    end(processor, 2);
    expectConserved(processor);
  });

  it('keeps the books under random faults', async () => {
    let seed = 42;
    const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    collector.fault = (_count, spans) => {
      const draw = random();
      if (draw < 0.15) return { status: 503, headers: { 'retry-after': '0' } };
      if (draw < 0.2) return { status: 400 };
      if (draw < 0.25) return { status: 413 };
      if (draw < 0.35) return { status: 200, body: encodePartialSuccess(1, ''), keep: true };
      return spans > 15 ? { status: 413 } : undefined;
    };
    const processor = processorWith({ maxQueueSpans: 200, maxBatchSpans: 20, delayMs: 1 });
    for (let round = 0; round < 40; round += 1) {
      end(processor, Math.floor(random() * 30), random() < 0.5 ? run : {});
      await new Promise((resolve) => setTimeout(resolve, 1));
      expectConserved(processor);
    }
    await processor.forceFlush();
    expectConserved(processor);
    const { exported, dropped } = processor.stats();
    expect(collector.spans.length).toBe(exported + dropped.rejected);
    expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(collector.spans.length);
  });
});

describe('the end', () => {
  it('sends the rest at shutdown, once, and counts what comes after', async () => {
    const processor = processorWith();
    end(processor, 3);
    const first = processor.shutdown();
    expect(processor.shutdown()).toBe(first);
    await first;
    end(processor, 2);
    await processor.forceFlush();
    expect(collector.spans).toHaveLength(3);
    expect(processor.stats().dropped.already_shutdown).toBe(2);
    expectConserved(processor);
  });

  it('gives out what waits when the process exits while it is shut down', async () => {
    const processor = processorWith({ exitUpload: 'detach', metricsExporter: ['none'] });
    end(processor, 5);
    const shutdown = processor.shutdown();
    sendAllNow();
    expect(processor.stats()).toMatchObject({ queued: 0, spooled: 5 });
    await shutdown;
    await vi.waitFor(() => expect(collector.spans).toHaveLength(5), 10_000);
    expect(processor.stats()).toMatchObject({ spooled: 5, dropped: { undelivered: 0 } });
  });

  it('does not wait for a receiver that is gone', async () => {
    const processor = processorWith({ endpoint: 'http://127.0.0.1:1' });
    end(processor, 3);
    const before = Date.now();
    await processor.shutdown();
    expect(Date.now() - before).toBeLessThan(5000);
    expect(processor.stats().dropped.undelivered).toBe(3);
    expectConserved(processor);
  });

  it('does not wait longer than it was told for a receiver that is silent', async () => {
    collector.delayMs = 60_000;
    const processor = processorWith({ flushTimeoutMs: 100 });
    end(processor, 3);
    await processor.shutdown();
    expect(processor.stats().dropped.undelivered).toBe(3);
  });

  it('takes no listener with it', async () => {
    const listeners = (): number =>
      process.listenerCount('exit') + process.listenerCount('beforeExit');
    await Promise.all(opened.splice(0).map(async (processor) => processor.shutdown()));
    const before = listeners();
    const processor = processorWith();
    expect(listeners()).toBe(before + 2);
    await processor.shutdown();
    expect(listeners()).toBe(before);
  });
});
