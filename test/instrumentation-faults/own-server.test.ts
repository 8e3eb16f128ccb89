/** What the outlets of the instrumentation send, through a Heartwood server and back through its API. */
import { resourceFromAttributes } from '@opentelemetry/resources';
import { expect, test } from 'vitest';
import { FeatureSpanProcessor } from '../../packages/instrumentation/src/delivery/processor.ts';
import { runtime } from '../../packages/instrumentation/src/runtime.ts';
import { endSpans } from '../../packages/instrumentation/testing/spans.ts';
import { clientOf } from '../system/api.ts';
import { eventually, withServer } from '../system/server-process.ts';

test('spans, log records and metrics of ours come back as sent', async () => {
  await withServer(async (server) => {
    const processor = new FeatureSpanProcessor({
      settings: { endpoint: server.otlpUrl, compression: 'gzip' },
    });
    processor.onStart({
      resource: resourceFromAttributes({ 'service.name': 'shop', 'service.version': '1.4.0' }),
    });
    endSpans(processor, 5);
    const now = Date.now();
    runtime().logs?.add(
      {
        eventName: 'feature.operation.progress',
        time: [Math.floor(now / 1000), (now % 1000) * 1e6],
        severity: 9,
        body: 'half way — żółć',
        attributes: { 'feature.name': 'import', 'feature.operation.current': 5 },
        spanContext: { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 },
        scope: { name: 'test', version: '1' },
      },
      'now',
    );
    const startNs = BigInt(now - 1000) * 1_000_000n;
    runtime().metrics?.addSource({
      collect(writer) {
        writer.histogram(
          { name: 'feature.duration', unit: 's', description: 'Duration of runs' },
          {
            attributes: { 'feature.name': 'import' },
            startNs,
            bounds: [0.5, 1],
            counts: [1, 0, 2],
            sum: 7.25,
            min: 0.25,
            max: 5,
          },
        );
      },
    });
    await processor.shutdown();
    const client = clientOf(server);
    const logs = await eventually(
      async () => (await client.get('/api/v1/logs', { query: { since: '1h' } })).data,
      (found) => found.length === 1,
    );
    expect(logs).toMatchObject([
      {
        event: 'feature.operation.progress',
        body: 'half way — żółć',
        severity: 'info',
        service: 'shop',
        feature: 'import',
        traceId: 'ab'.repeat(16),
        spanId: 'cd'.repeat(8),
      },
    ]);
    const names = await eventually(
      async () => (await client.get('/api/v1/metrics', { query: { service: 'shop' } })).data,
      (found) => found.some(({ name }) => name === 'feature.duration'),
    );
    expect(names.map(({ name }) => name)).toContain('otel.sdk.processor.span.queue.size');
    const exported = { name: 'otel.sdk.exporter.span.exported' };
    expect((await client.get('/api/v1/metrics/points', { query: exported })).data).toMatchObject([
      { value: 5, unit: '{span}' },
    ]);
    const query = { name: 'feature.duration' };
    expect((await client.get('/api/v1/metrics/points', { query })).data).toMatchObject([
      {
        attributes: { 'feature.name': 'import' },
        distribution: {
          count: 3,
          sum: 7.25,
          min: 0.25,
          max: 5,
          bounds: [0.5, 1],
          bucketCounts: [1, 0, 2],
        },
      },
    ]);
  });
});
