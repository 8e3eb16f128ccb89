/** The outlets of logs and metrics against a real receiver: what arrives, when, and what is counted. */
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openCollector, type Collector } from '../../testing/collector.ts';
import { sendAllNow } from '../host/exit.ts';
import type { LogRecordLike } from '../otlp/log-record.ts';
import { runtime } from '../runtime.ts';
import type { FeatureConfig } from '../settings/config.ts';
import type { LogOutlet, MetricOutlet } from './ports.ts';
import { FeatureSpanProcessor } from './processor.ts';

let collector: Collector;
const opened: FeatureSpanProcessor[] = [];

beforeEach(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  collector = await openCollector();
});

afterEach(async () => {
  collector.otherFault = undefined;
  await Promise.all(opened.splice(0).map(async (processor) => processor.shutdown()));
  await collector[Symbol.asyncDispose]();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function open(settings: Partial<FeatureConfig> = {}): {
  processor: FeatureSpanProcessor;
  logs: LogOutlet;
  metrics: MetricOutlet;
} {
  const processor = new FeatureSpanProcessor({
    settings: { endpoint: collector.url, delayMs: 3_600_000, flushTimeoutMs: 10_000, ...settings },
  });
  opened.push(processor);
  const { logs, metrics } = runtime();
  if (logs === undefined || metrics === undefined) throw new Error('no outlets');
  return { processor, logs, metrics };
}

function eventOf(parts: Partial<LogRecordLike> = {}): LogRecordLike {
  return {
    eventName: 'feature.operation.progress',
    time: [1_790_000_000, 123_456_789],
    severity: 9,
    attributes: { 'feature.name': 'import', n: 3, list: ['a', 'b'] },
    spanContext: undefined,
    scope,
    ...parts,
  };
}

const scope = { name: 'events', version: '1.0' };

describe('log records', () => {
  it('arrive with all they say', async () => {
    const { processor, logs } = open();
    processor.onStart({ resource: resourceFromAttributes({ 'service.name': 'shop' }) });
    const spanContext = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 };
    logs.add(eventOf({ body: 'half way', severity: 13, spanContext }), 'batch');
    await processor.forceFlush();
    expect(collector.logs).toMatchObject([
      {
        eventName: 'feature.operation.progress',
        timeNs: 1_790_000_000_123_456_789n,
        severity: 13,
        severityText: 'WARN',
        body: 'half way',
        attributes: { 'feature.name': 'import', n: 3, list: ['a', 'b'] },
        traceId: spanContext.traceId,
        spanId: spanContext.spanId,
        scope: 'events',
        resource: { 'service.name': 'shop' },
      },
    ]);
    expect(logs.stats()).toMatchObject({ received: 1, exported: 1, queued: 0 });
  });

  it('leave at once when they are urgent, in company', async () => {
    const { logs } = open();
    const before = performance.now();
    logs.add(eventOf(), 'batch');
    for (let i = 0; i < 9; i += 1) logs.add(eventOf(), 'now');
    await vi.waitFor(() => expect(collector.logs).toHaveLength(10), { interval: 1 });
    expect(collector.otherRequests).toHaveLength(1);
    // The promise is 50 ms; the rest is what a machine at work may take.
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it('are urgent one by one: the next ordinary one waits', async () => {
    const { logs } = open();
    logs.add(eventOf(), 'now');
    await vi.waitFor(() => expect(logs.stats().exported).toBe(1), { interval: 1 });
    logs.add(eventOf(), 'batch');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(logs.stats()).toMatchObject({ exported: 1, queued: 1 });
  });

  it('go with a resource from the environment while no span was seen', async () => {
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=test,team=a%20b');
    vi.stubEnv('OTEL_SERVICE_NAME', 'cli');
    const { processor, logs } = open();
    logs.add(eventOf(), 'batch');
    await processor.forceFlush();
    expect(collector.logs[0]?.resource).toEqual({
      'service.name': 'cli',
      'deployment.environment.name': 'test',
      team: 'a b',
    });
  });

  it('are cut when they are huge, and marked', async () => {
    const { processor, logs } = open();
    logs.add(eventOf({ attributes: { text: 'x'.repeat(1_000_000) } }), 'batch');
    await processor.forceFlush();
    expect(collector.logs[0]?.attributes).toEqual({
      text: 'x'.repeat(256),
      'feature.truncated': true,
    });
  });

  it('are bounded in number while nobody takes them, and what had to go is counted', async () => {
    const { logs } = open({ endpoint: 'http://127.0.0.1:1' });
    for (let i = 0; i < 9000; i += 1) logs.add(eventOf(), 'batch');
    const { received, queued, dropped } = logs.stats();
    expect({ received, queued, lost: dropped['queue_full'] }).toEqual({
      received: 9000,
      queued: 8192,
      lost: 808,
    });
  });

  it('go to their own address with their own headers', async () => {
    const { processor, logs } = open({
      endpoint: 'http://127.0.0.1:1',
      logsEndpoint: `${collector.url}/v1/logs`,
      headers: 'a=1,b=1',
      logsHeaders: 'b=2',
      logsCompression: 'gzip',
    });
    logs.add(eventOf(), 'batch');
    await processor.forceFlush();
    expect(collector.otherRequests[0]?.headers).toMatchObject({
      a: '1',
      b: '2',
      'content-encoding': 'gzip',
    });
  });

  it('are sent again after a failure, halved when too large, and the books balance', async () => {
    collector.otherFault = (_path, count, records) =>
      count === 1
        ? { status: 503, headers: { 'retry-after': '0' } }
        : records > 3
          ? { status: 413 }
          : undefined;
    const { processor, logs } = open();
    for (let i = 0; i < 10; i += 1) logs.add(eventOf({ attributes: { i } }), 'batch');
    await processor.forceFlush();
    expect(collector.logs.map(({ attributes }) => attributes['i'])).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    expect(logs.stats()).toMatchObject({ received: 10, exported: 10, queued: 0 });
  });

  it.each([
    ['by the loop', async (processor: FeatureSpanProcessor) => processor.forceFlush()],
    ['at the end', () => sendAllNow()],
  ])('are sent again %s as the same request, which a receiver stores once', async (_, send) => {
    // Taken, but its answer says otherwise.
    collector.otherFault = (_path, count) => (count === 1 ? { status: 503 } : undefined);
    const { processor, logs } = open({ exitUpload: 'detach', compression: 'gzip' });
    for (let i = 0; i < 5; i += 1) logs.add(eventOf(), 'batch');
    await processor.flush(100);
    for (let i = 0; i < 3; i += 1) logs.add(eventOf(), 'batch');
    await send(processor);
    await vi.waitFor(() => expect(collector.logs).toHaveLength(8), 10_000);
    const logRequests = collector.otherRequests.filter(({ path }) => path === '/v1/logs');
    expect(logRequests.map(({ recordCount }) => recordCount)).toEqual([5, 5, 3]);
    const [first, second] = logRequests.map(({ headers }) => headers);
    expect(second?.['content-encoding']).toBe('gzip');
    expect(second?.['content-length']).toBe(first?.['content-length']);
  });

  it('are given up with one word when the receiver takes spans alone', async () => {
    collector.otherFault = () => ({ status: 404 });
    const { processor, logs } = open();
    logs.add(eventOf(), 'batch');
    await processor.forceFlush();
    logs.add(eventOf(), 'batch');
    await processor.forceFlush();
    expect(logs.stats().dropped['refused']).toBe(2);
    expect(vi.mocked(console.warn).mock.calls.flat()).toEqual([
      expect.stringContaining('OTEL_LOGS_EXPORTER=none'),
    ]);
  });
});

describe('metrics', () => {
  const duration = { name: 'feature.duration', unit: 's', description: 'Duration of runs' };
  const active = { name: 'feature.active', unit: '{run}', description: 'Runs under way' };
  const startNs = 1_790_000_000_000_000_001n;

  it('arrive as cumulative points of one collection', async () => {
    const { processor, metrics } = open();
    metrics.addSource({
      collect(writer) {
        writer.histogram(duration, {
          attributes: { 'feature.name': 'a' },
          startNs,
          bounds: [0.5, 1],
          counts: [1, 0, 2],
          sum: 7.25,
          min: 0.25,
          max: 5,
        });
        writer.sum(active, { attributes: { ok: true }, startNs, value: -2, monotonic: false });
        writer.sum(active, { attributes: { n: 1 }, startNs, value: 1.5, monotonic: false });
      },
    });
    await processor.forceFlush();
    const ours = collector.points.filter(({ metric }) => metric.startsWith('feature.'));
    expect(ours).toMatchObject([
      {
        metric: 'feature.duration',
        unit: 's',
        description: 'Duration of runs',
        kind: 'histogram',
        cumulative: true,
        startNs,
        attributes: { 'feature.name': 'a' },
        count: 3,
        sum: 7.25,
        min: 0.25,
        max: 5,
        bounds: [0.5, 1],
        counts: [1, 0, 2],
      },
      {
        metric: 'feature.active',
        kind: 'sum',
        monotonic: false,
        value: -2,
        attributes: { ok: true },
      },
      { metric: 'feature.active', value: 1.5, attributes: { n: 1 } },
    ]);
    expect(ours[0]?.timeNs).toBeGreaterThan(startNs);
    expect(metrics.stats()).toMatchObject({ queued: 0 });
  });

  it('are asked for every interval, by a timer that stops with the last source', async () => {
    const { metrics } = open({ metricIntervalMs: 5 });
    let asked = 0;
    const remove = metrics.addSource({
      collect(writer) {
        asked += 1;
        writer.sum(active, { attributes: {}, startNs, value: asked, monotonic: true });
      },
    });
    await vi.waitFor(() => expect(asked).toBeGreaterThan(2));
    remove();
    const until = asked;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(asked).toBe(until);
  });

  it('of other sources survive a source that throws', async () => {
    const { processor, metrics } = open();
    metrics.addSource({
      collect() {
        throw new Error('broken');
      },
    });
    metrics.addSource({
      collect: (writer) =>
        writer.sum(active, { attributes: {}, startNs, value: 4, monotonic: true }),
    });
    await processor.forceFlush();
    expect(collector.points.filter(({ metric }) => metric === 'feature.active')).toMatchObject([
      { value: 4, monotonic: true },
    ]);
  });
});

describe('the outlets', () => {
  it('are in force while the processor runs, and end with it', async () => {
    const { processor, logs } = open();
    expect(runtime().logs).toBe(logs);
    await processor.shutdown();
    expect(runtime().logs).toBeUndefined();
    expect(runtime().metrics).toBeUndefined();
    logs.add(eventOf(), 'now');
    expect(logs.stats().dropped['already_shutdown']).toBe(1);
  });

  it('send what waits when the processor shuts down', async () => {
    const { processor, logs } = open();
    logs.add(eventOf(), 'batch');
    await processor.shutdown();
    expect(collector.logs).toHaveLength(1);
  });

  it.each<Partial<FeatureConfig>>([
    { logsExporter: ['none'], metricsExporter: ['console'] },
    { logsProtocol: 'grpc', metricsProtocol: 'http/json' },
  ])('stay away where the environment says that logs and metrics are not sent: %j', (settings) => {
    const processor = new FeatureSpanProcessor({
      settings: { endpoint: collector.url, ...settings },
    });
    opened.push(processor);
    expect(runtime()).toMatchObject({ logs: undefined, metrics: undefined });
  });
});
