/** The spool: what nobody takes lies on disk, leaves it when somebody does, and is counted wherever it is. */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openCollector, type Collector } from '../../testing/collector.ts';
import { endSpans, expectConserved } from '../../testing/spans.ts';
import type { FeatureConfig } from '../settings/config.ts';
import { FeatureSpanProcessor } from './processor.ts';

let collector: Collector;
let folder: string;
const opened: FeatureSpanProcessor[] = [];

beforeEach(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  collector = await openCollector();
  folder = join(mkdtempSync(join(tmpdir(), 'heartwood-spool-')), 'spool');
});

afterEach(async () => {
  collector.fault = undefined;
  await Promise.all(opened.splice(0).map(async (processor) => processor.shutdown()));
  await collector[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
});

function open(settings: Partial<FeatureConfig> = {}): FeatureSpanProcessor {
  const processor = new FeatureSpanProcessor({
    settings: {
      endpoint: collector.url,
      spoolDir: folder,
      delayMs: 3_600_000,
      flushTimeoutMs: 10_000,
      metricsExporter: ['none'],
      ...settings,
    },
  });
  opened.push(processor);
  return processor;
}

function files(): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

const again = { status: 503, headers: { 'retry-after': '0' } };

/** As if the process that wrote the files had been killed. */
function orphanFiles(): void {
  const { pid } = spawnSync(process.execPath, ['--version']);
  for (const name of files()) {
    renameSync(join(folder, name), join(folder, name.replace(/^\d+/, String(pid))));
  }
}

async function leaveBehind(count: number): Promise<void> {
  const processor = open({ endpoint: 'http://127.0.0.1:1' });
  endSpans(processor, count);
  await processor.shutdown();
  expect(processor.stats()).toMatchObject({ spooled: count, queued: 0, exported: 0 });
  expectConserved(processor);
}

describe('the spool', () => {
  it('holds a request while it is on its way, readable for nobody else, and nothing afterwards', async () => {
    let during: string[] = [];
    let modes: number[] = [];
    collector.fault = () => {
      during = files();
      modes = [folder, ...during.map((name) => join(folder, name))].map(
        (path) => statSync(path).mode & 0o777,
      );
      return undefined;
    };
    const processor = open();
    endSpans(processor, 3);
    await processor.forceFlush();
    expect(during).toEqual([
      expect.stringMatching(new RegExp(`^${process.pid}-.*-3-\\d+\\.traces\\.otlp$`)),
    ]);
    expect(modes).toEqual([0o700, 0o600]);
    expect(files()).toEqual([]);
    expect(processor.stats()).toMatchObject({ exported: 3, spooled: 0 });
  });

  it('takes what waits out of memory while the receiver is away, and sends it when it is back', async () => {
    let away = true;
    collector.fault = () => (away ? again : undefined);
    const processor = open({ maxBatchSpans: 5, delayMs: 20 });
    endSpans(processor, 12);
    await vi.waitFor(() => expect(processor.stats()).toMatchObject({ queued: 0, spooled: 12 }));
    endSpans(processor, 4);
    await vi.waitFor(() => expect(processor.stats()).toMatchObject({ queued: 0, spooled: 16 }));
    expectConserved(processor);
    away = false;
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ exported: 16, spooled: 0 });
    expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(16);
    expect(files()).toEqual([]);
  });

  it('is sent by the next process, which counts it as its own', async () => {
    await leaveBehind(7);
    orphanFiles();
    const next = open({ delayMs: 20 });
    await vi.waitFor(() => expect(next.stats()).toMatchObject({ received: 7, exported: 7 }));
    expect(collector.spans).toHaveLength(7);
    expect(files()).toEqual([]);
    expectConserved(next);
  });

  it('is left alone while its owner lives', async () => {
    await leaveBehind(2);
    const before = files();
    const next = open({ delayMs: 20 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(next.stats().received).toBe(0);
    expect(files()).toEqual(before);
  });

  it('of a former process with the same id is sent: containers give everyone the same one', async () => {
    await leaveBehind(4);
    for (const name of files()) {
      const path = join(folder, name);
      renameSync(path, path.replace(/-[0-9a-f]{8}-/, '-0badcafe-'));
      utimesSync(path.replace(/-[0-9a-f]{8}-/, '-0badcafe-'), 1_790_000_000, 1_790_000_000);
    }
    const next = open({ delayMs: 20 });
    await vi.waitFor(() => expect(next.stats()).toMatchObject({ received: 4, exported: 4 }));
  });

  it('goes to one of several that start at the same time', async () => {
    await leaveBehind(9);
    orphanFiles();
    const all = Array.from({ length: 4 }, () => open({ delayMs: 20 }));
    await vi.waitFor(() => expect(collector.spans).toHaveLength(9));
    await Promise.all(all.map(async (processor) => processor.forceFlush()));
    expect(collector.spans).toHaveLength(9);
    expect(all.reduce((sum, processor) => sum + processor.stats().exported, 0)).toBe(9);
  });

  it('says what is torn, and sends the rest', async () => {
    await leaveBehind(3);
    await leaveBehind(2);
    const [torn] = files().filter((name) => name.includes('-3-'));
    truncateSync(join(folder, torn ?? ''), 10);
    orphanFiles();
    const next = open({ delayMs: 20 });
    await vi.waitFor(() => expect(next.stats()).toMatchObject({ received: 5, exported: 2 }));
    expect(next.stats().dropped.undelivered).toBe(3);
    expect(files()).toEqual([]);
    expectConserved(next);
  });

  it('ignores files that are none of ours', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const next = open({ delayMs: 20 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(next.stats().received).toBe(0);
    expect(files()).toEqual(['notes.txt']);
  });

  it('is bounded: the oldest go, and are counted', async () => {
    collector.fault = () => again;
    const processor = open({ spoolMb: 0.01, maxBatchSpans: 10, delayMs: 10 });
    for (let i = 0; i < 20; i += 1) {
      endSpans(processor, 10);
      await vi.waitFor(() => expect(processor.stats().queued).toBe(0));
      expectConserved(processor);
    }
    const size = files().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(size).toBeLessThanOrEqual(0.01 * 1024 ** 2);
    expect(processor.stats().dropped.spool_full).toBeGreaterThan(0);
    collector.fault = undefined;
    await processor.forceFlush();
    expect(processor.stats().spooled).toBe(0);
    expectConserved(processor);
  });

  it('that cannot be written changes nothing: what waits stays in memory and is sent', async () => {
    writeFileSync(folder, 'a file where the folder should be');
    let away = true;
    collector.fault = () => (away ? again : undefined);
    const processor = open({ delayMs: 10 });
    endSpans(processor, 5);
    await vi.waitFor(() => expect(collector.requests.length).toBeGreaterThan(0));
    expect(processor.stats()).toMatchObject({ queued: 5, spooled: 0 });
    away = false;
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ exported: 5, queued: 0 });
    expect(vi.mocked(console.warn).mock.calls.flat().join()).toContain('the spool does not take');
  });
});
