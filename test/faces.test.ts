/** The trackers of earlier systems against a real server: what is recorded comes back as it was. */
import type { QueryOf } from '@heartwood/api/client';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  configure,
  FeatureCategory,
  FeatureSpanProcessor,
  FeatureStatus,
  type FeatureConfig,
} from '@heartwood/instrumentation';
import { AnalyticsManager, FeatureTracker } from '@heartwood/instrumentation/faces';
import { openCollector } from '../packages/instrumentation/testing/collector.ts';
import { registerMemory } from '../packages/instrumentation/testing/memory.ts';
import { clientOf } from './system/api.ts';
import { eventually, withServer } from './system/server-process.ts';

const memory = registerMemory();
const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});

afterEach(() => {
  memory.take();
  warned.mockClear();
});

/** Sends the runs of this process to the address, each time that `hand` is called. */
async function sendingTo<R>(
  endpoint: string,
  settings: Partial<FeatureConfig>,
  use: (processor: FeatureSpanProcessor, hand: () => void) => Promise<R>,
): Promise<R> {
  const processor = new FeatureSpanProcessor({
    settings: { endpoint, delayMs: 3_600_000, flushTimeoutMs: 5000, ...settings },
  });
  try {
    return await use(processor, () => {
      for (const span of memory.take()) processor.onEnd(span);
    });
  } finally {
    await processor.shutdown();
  }
}

describe('the feature tracker', () => {
  test('S1-06, S1-07: reads back from a server what it recorded', async () => {
    configure({ hashKey: 'test' });
    await withServer(async (server) => {
      await sendingTo(server.otlpUrl, {}, async (processor, hand) => {
        const tracker = new FeatureTracker({ url: server.appUrl });
        const id = tracker.startCustomTracking('complex_operation', 'other', 'ada', { rows: 3 });
        tracker.completeCustomTracking(id, FeatureStatus.FAILED, {
          inputSize: 1000,
          outputSize: 2500,
          efficiencyScore: 0.25,
          iterations: 3,
          errorMessage: 'out of paper',
        });
        const search = tracker.trackFeature('search', FeatureCategory.DATABASE_OPERATION);
        for (let i = 0; i < 3; i++) search(() => i)();
        hand();
        await processor.forceFlush();
        const records = await eventually(
          async () => tracker.getAllRecords({ since: '1h' }),
          (rows) => rows.length === 4,
        );
        expect(records.filter(({ featureName }) => featureName === 'search')).toHaveLength(3);
        const own = await tracker.getAllRecords({ userId: 'ada' });
        expect(own).toEqual([
          {
            recordId: id,
            featureName: 'complex_operation',
            category: 'other',
            status: 'failed',
            duration: expect.any(Number),
            startTime: expect.any(Date),
            endTime: expect.any(Date),
            inputSize: 1000,
            outputSize: 2500,
            metadata: { rows: 3 },
            userId: expect.stringMatching(/^[0-9a-f]{32}$/),
            sessionId: expect.any(String),
            errorMessage: 'out of paper',
            efficiencyScore: 0.25,
            iterations: 3,
          },
        ]);
        expect(await tracker.getFeatureStats('search', { since: '1h' })).toMatchObject({
          runs: 3,
          success: 3,
          successRate: 1,
        });
        expect(await tracker.getFeatureStats()).toMatchObject({ runs: 4, failed: 1 });
        await expect(tracker.getFeatureStats('serch')).rejects.toMatchObject({
          code: 'TRACKER_REFUSED',
          problem: 'FEATURE_UNKNOWN',
        });
        const analytics = new AnalyticsManager({ url: server.appUrl });
        expect(await analytics.getUsageStatistics()).toMatchObject({ runs: 4 });
        expect((await analytics.getTimeline({ interval: '1h' })).length).toBeGreaterThan(0);
      });
    });
  });

  test('S4-98: thirty days at a glance: who was active, work with files, how extraction went', async () => {
    configure({ hashKey: 'test' });
    await withServer(async (server) => {
      await sendingTo(server.otlpUrl, {}, async (processor, hand) => {
        const tracker = new FeatureTracker({ url: server.appUrl });
        const end = (
          name: string,
          category: FeatureCategory,
          user: string,
          status: FeatureStatus,
        ) =>
          tracker.completeCustomTracking(tracker.startCustomTracking(name, category, user), status);
        end('file.upload', FeatureCategory.FILE_OPERATION, 'ada', FeatureStatus.SUCCESS);
        end('file.upload', FeatureCategory.FILE_OPERATION, 'bob', FeatureStatus.SUCCESS);
        end('extract', FeatureCategory.OTHER, 'ada', FeatureStatus.FAILED);
        hand();
        await processor.forceFlush();
        const month = { since: '30d' };
        const glance = async (query: QueryOf<'/api/stats'>) =>
          (await clientOf(server).get('/api/stats', { query: { ...month, ...query } })).data;
        await eventually(
          () => glance({}),
          ({ runs, users }) => runs === 3 && users === 2,
        );
        expect(await glance({ category: 'file_operation' })).toMatchObject({ runs: 2, success: 2 });
        const { data, meta } = await clientOf(server).get('/api/v1/features', { query: month });
        expect(data.find(({ feature }) => feature === 'extract')).toMatchObject({ successRate: 0 });
        expect(Date.parse(meta.to) - Date.parse(meta.from)).toBe(30 * 86_400_000);
      });
    });
  });

  test('S1-121: sends in batches: so many waiting runs leave at once, so many in a request', async () => {
    const collector = await openCollector();
    await sendingTo(
      collector.url,
      { flushInterval: 10, maxBatchRuns: 5 },
      async (processor, hand) => {
        const f = new FeatureTracker().trackFeature('f', 'other')(() => 1);
        for (let i = 0; i < 9; i++) f();
        hand();
        expect(collector.requests).toEqual([]);
        f();
        hand();
        await vi.waitUntil(() => collector.spans.length === 10);
        expect(collector.requests.map(({ spanCount }) => spanCount)).toEqual([5, 5]);
        f();
        hand();
        await processor.forceFlush();
        expect(collector.spans).toHaveLength(11);
      },
    );
    await collector[Symbol.asyncDispose]();
  });

  test('S1-125: goes on without a server, counts what waits, and says what is lost', async () => {
    const collector = await openCollector();
    await collector[Symbol.asyncDispose]();
    await sendingTo(
      collector.url,
      { flushInterval: 5, maxQueueSpans: 20, flushTimeoutMs: 500 },
      async (processor, hand) => {
        const f = new FeatureTracker().trackFeature('f', 'other')(() => 'result');
        for (let i = 0; i < 50; i++) expect(f()).toBe('result');
        hand();
        await processor.forceFlush();
        const { received, exported, dropped, queued } = processor.stats();
        expect({ received, exported }).toEqual({ received: 50, exported: 0 });
        const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
        expect(lost).toBeGreaterThan(0);
        expect(lost + queued).toBe(50);
        expect(warned.mock.calls.flat().join()).toContain('heartwood:');
      },
    );
  });
});
