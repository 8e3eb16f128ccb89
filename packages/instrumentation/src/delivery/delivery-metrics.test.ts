/** The books as metrics: names, units and attributes of the semantic conventions, and sums that agree with stats(). */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  encodePartialSuccess,
  openCollector,
  type Collector,
  type ReceivedPoint,
} from '../../testing/collector.ts';
import { endSpans } from '../../testing/spans.ts';
import { runtime } from '../runtime.ts';
import { adaptDelay } from './adaptive-delay.ts';
import { FeatureSpanProcessor } from './processor.ts';

let collector: Collector;

beforeEach(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  collector = await openCollector();
});

afterEach(async () => {
  await collector[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});

/** `name error.type` to value, of the last collection. */
function values(prefix: string): Record<string, number> {
  const last = Math.max(...collector.points.map(({ timeNs }) => Number(timeNs)));
  return Object.fromEntries(
    collector.points
      .filter(({ metric, timeNs }) => metric.startsWith(prefix) && Number(timeNs) === last)
      .map(({ metric, attributes, value }) => [
        [metric.slice(prefix.length), attributes['error.type']].filter(Boolean).join(' '),
        value,
      ]),
  );
}

it('says what waits, what was sent and what was lost by reason', async () => {
  collector.fault = (count) =>
    count === 1 ? { status: 200, body: encodePartialSuccess(2, 'bad'), keep: true } : undefined;
  const processor = new FeatureSpanProcessor({
    settings: {
      endpoint: collector.url,
      delayMs: 3_600_000,
      maxQueueSpans: 10,
      maxBatchSpans: 100,
    },
  });
  endSpans(processor, 14);
  await processor.forceFlush();
  collector.fault = () => ({ status: 400 });
  endSpans(processor, 3);
  await processor.forceFlush();
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ received: 17, exported: 8 });
  expect(values('otel.sdk.')).toMatchObject({
    'processor.span.queue.size': 0,
    'processor.span.queue.capacity': 10,
    'processor.span.processed': 13,
    'processor.span.processed queue_full': 4,
    'exporter.span.inflight': 0,
    'exporter.span.exported': 8,
    'exporter.span.exported rejected': 2,
    'exporter.span.exported refused': 3,
  });
  const point = collector.points.find(({ metric }) =>
    metric.endsWith('span.exported'),
  ) as ReceivedPoint;
  expect(point).toMatchObject({ unit: '{span}', kind: 'sum', cumulative: true, monotonic: true });
  expect(point.attributes['otel.component.type']).toBe('otlp_http_span_exporter');
  expect(point.attributes['otel.component.name']).toMatch(/^otlp_http_span_exporter\/\d+$/);
  await processor.shutdown();
});

it('counts log records too, and is silent about what never came', async () => {
  const processor = new FeatureSpanProcessor({ settings: { endpoint: collector.url } });
  await processor.forceFlush();
  expect(collector.points).toEqual([]);
  const scope = { name: 'a' };
  const record = { eventName: 'e', time: [1, 0] as [number, number], severity: 9 as const, scope };
  runtime().logs?.add({ ...record, attributes: {}, spanContext: undefined }, 'batch');
  await processor.forceFlush();
  await processor.forceFlush();
  expect(values('otel.sdk.')).toMatchObject({ 'exporter.log.exported': 1 });
  expect(collector.points.every(({ metric }) => metric.includes('.log.'))).toBe(true);
  await processor.shutdown();
});

it.each([
  [0, 1000],
  [0.1, 1000],
  [0.2, 500],
  [0.4, 250],
  [0.5, 0],
  [1, 0],
])('at a fill of %d what waits waits %d ms', (fill, delayMs) => {
  expect(adaptDelay(1000, fill)).toBe(delayMs);
});
