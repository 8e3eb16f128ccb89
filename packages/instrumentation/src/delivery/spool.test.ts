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
    return readdirSync(folder)
      .filter((name) => !name.endsWith('.lease'))
      .toSorted();
  } catch {
    return [];
  }
}

const again = { status: 503, headers: { 'retry-after': '0' } };

const leases = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.lease'));

/** As if others had written the files: each process a name of `<pid>-<place>-<token>`. */
function giveTo({ pid, place }: { readonly pid?: number; readonly place?: string }): void {
  for (const name of files()) {
    const [ownPid, ownPlace, ...rest] = name.split('-');
    const owned = [pid ?? ownPid, place ?? ownPlace, ...rest].join('-');
    renameSync(join(folder, name), join(folder, owned));
  }
}

/** As if the owner had said nothing for so long. */
function ageLeases(seconds: number): void {
  const then = Date.now() / 1000 - seconds;
  for (const name of leases()) utimesSync(join(folder, name), then, then);
}

/** A process that goes on while its receiver is away. */
async function waitInVain(count: number): Promise<FeatureSpanProcessor> {
  const processor = open({ endpoint: 'http://127.0.0.1:1', flushTimeoutMs: 100 });
  endSpans(processor, count);
  await processor.forceFlush();
  await vi.waitFor(() => expect(processor.stats()).toMatchObject({ spooled: count, queued: 0 }));
  return processor;
}

const { pid: DEAD } = spawnSync(process.execPath, ['--version']);
const SOME_TIME_MS = 300;

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
    const next = open({ delayMs: 20 });
    await vi.waitFor(() => expect(next.stats()).toMatchObject({ received: 7, exported: 7 }));
    expect(collector.spans).toHaveLength(7);
    expect(files()).toEqual([]);
    expectConserved(next);
  });

  it.each<[string, (owner: FeatureSpanProcessor) => void]>([
    ['was killed', () => giveTo({ pid: DEAD })],
    ['had the same process id before: containers give everyone the same one', () => ageLeases(1e6)],
    [
      'is on another host and silent for minutes',
      () => {
        giveTo({ place: '0badcafe' });
        ageLeases(200);
      },
    ],
  ])('is sent by the next process when its owner %s', async (_, lose) => {
    const owner = await waitInVain(4);
    lose(owner);
    const next = open({ delayMs: 20 });
    await vi.waitFor(() => expect(next.stats()).toMatchObject({ received: 4, exported: 4 }));
    // What is gone is somebody else's: no loss, and no warning of one.
    await owner.forceFlush();
    expect(owner.stats()).toMatchObject({ spooled: 4, queued: 0, dropped: { undelivered: 0 } });
    expectConserved(owner);
    expect(vi.mocked(console.warn).mock.calls.flat().join()).not.toContain('lost');
  });

  it.each<[string, (owner: FeatureSpanProcessor) => void]>([
    ['lives', () => {}],
    [
      'is on another host and was heard of a minute ago',
      () => {
        giveTo({ place: '0badcafe' });
        ageLeases(60);
      },
    ],
    ['is a process that sends what another one left', () => giveTo({ pid: process.ppid })],
  ])('is left alone while its owner %s', async (_, keep) => {
    keep(await waitInVain(2));
    // However long the outage is.
    for (const name of files()) utimesSync(join(folder, name), 1_790_000_000, 1_790_000_000);
    const before = files();
    const next = open({ delayMs: 20 });
    await new Promise((resolve) => setTimeout(resolve, SOME_TIME_MS));
    expect(next.stats().received).toBe(0);
    expect(files()).toEqual(before);
  });

  it('is nobody’s when its owner has ended, and no lease stays', async () => {
    await waitInVain(2);
    expect(leases()).toHaveLength(1);
    await opened.pop()?.shutdown();
    expect(leases()).toEqual([]);
  });

  it('is not taken on by a process whose receiver is away too', async () => {
    await waitInVain(2);
    giveTo({ pid: DEAD });
    // It looks after a second for the first time, and by then knows of the outage.
    const other = open({ endpoint: 'http://127.0.0.1:1', maxBatchSpans: 3, delayMs: 1000 });
    endSpans(other, 3);
    await new Promise((resolve) => setTimeout(resolve, 1000 + SOME_TIME_MS));
    expect(other.stats()).toMatchObject({ received: 3, spooled: 3 });
  });

  it('of others is taken on only as far as there is room, the rest when that is sent', async () => {
    for (let i = 0; i < 10; i += 1) await leaveBehind(10);
    const sizeBytes = files().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    let away = true;
    collector.fault = () => (away ? again : undefined);
    // Room for all of them, and half of it is for what others left.
    const next = open({ delayMs: 20, spoolMb: (sizeBytes * 1.1) / 1024 ** 2 });
    await vi.waitFor(() => expect(collector.requests.length).toBeGreaterThan(0));
    endSpans(next, 10);
    await vi.waitFor(() => expect(next.stats().queued).toBe(0));
    expect(next.stats().dropped.spool_full).toBe(0);
    expect(next.stats().received).toBeLessThanOrEqual(60);
    away = false;
    await vi.waitFor(async () => {
      await next.forceFlush();
      expect(next.stats()).toMatchObject({ received: 110, exported: 110 });
    }, 10_000);
    expect(files()).toEqual([]);
  });

  it('takes apart what is too large for the receiver', async () => {
    await leaveBehind(20);
    collector.fault = (_count, spans) => (spans > 3 ? { status: 413 } : undefined);
    const next = open({ delayMs: 20 });
    await vi.waitFor(() => expect(next.stats()).toMatchObject({ received: 20, exported: 20 }));
    expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(20);
    expect(files()).toEqual([]);
    expectConserved(next);
  });

  it('goes to one of several that start at the same time', async () => {
    await leaveBehind(9);
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
