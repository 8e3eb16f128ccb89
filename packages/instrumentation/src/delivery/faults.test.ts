/** Every way a receiver can fail, for every signal: nothing throws, nothing hangs, and the books say what happened. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodePartialSuccess, openCollector, type Collector } from '../../testing/collector.ts';
import { endSpans } from '../../testing/spans.ts';
import { runtime } from '../runtime.ts';
import type { FeatureConfig } from '../settings/config.ts';
import type { Signal } from './signal.ts';
import type { OutletStats } from './ports.ts';
import { FeatureSpanProcessor } from './processor.ts';

type Answer = ReturnType<NonNullable<Collector['fault']>>;

interface Fault {
  readonly name: string;
  readonly settings?: (collector: Collector) => Partial<FeatureConfig>;
  /** What the receiver does with request `count`, the first being 1. */
  readonly answer?: (count: number) => Answer;
  /** What the books say after a flush of six records. */
  readonly books: {
    readonly exported: number;
    readonly queued: number;
    readonly dropped?: Readonly<Record<string, number>>;
  };
  /** After another flush in fair weather. */
  readonly later?: { readonly exported: number };
  readonly leastMs?: number;
}

const COUNT = 6;
const DELIVERED = { exported: COUNT, queued: 0 };
const WAITING = { exported: 0, queued: COUNT };

const FAULTS: readonly Fault[] = [
  {
    name: 'is down',
    settings: () => ({ endpoint: 'http://127.0.0.1:1', flushTimeoutMs: 300 }),
    books: WAITING,
  },
  {
    name: 'takes the connection and never answers',
    settings: () => ({ requestTimeoutMs: 100, flushTimeoutMs: 300 }),
    answer: () => 'hang',
    books: WAITING,
    later: { exported: COUNT },
  },
  {
    name: 'tears the connection',
    answer: (count) => (count === 1 ? 'reset' : undefined),
    books: DELIVERED,
  },
  {
    name: 'answers 400',
    answer: () => ({ status: 400 }),
    books: { exported: 0, queued: 0, dropped: { refused: COUNT } },
  },
  {
    name: 'answers 413 to anything',
    answer: () => ({ status: 413 }),
    books: { exported: 0, queued: 0, dropped: { too_large: COUNT } },
  },
  {
    name: 'answers 429 with Retry-After',
    answer: (count) => (count === 1 ? { status: 429, headers: { 'retry-after': '1' } } : undefined),
    books: DELIVERED,
    leastMs: 900,
  },
  {
    name: 'answers 503 once',
    answer: (count) => (count === 1 ? { status: 503 } : undefined),
    books: DELIVERED,
  },
  {
    name: 'answers 503 for as long as the flush may take',
    settings: () => ({ flushTimeoutMs: 300 }),
    answer: () => ({ status: 503 }),
    books: WAITING,
    later: { exported: COUNT },
  },
  {
    name: 'answers with garbage',
    answer: () => ({ status: 200, body: Buffer.from('\u0003<html>'), keep: true }),
    books: DELIVERED,
  },
  {
    name: 'takes only a part',
    answer: () => ({ status: 200, body: encodePartialSuccess(2, 'bad'), keep: true }),
    books: { exported: 4, queued: 0, dropped: { rejected: 2 } },
  },
  {
    name: 'answers 503 while the spool cannot be written',
    settings: () => ({ spoolDir: notAFolder, flushTimeoutMs: 300 }),
    answer: () => ({ status: 503 }),
    books: WAITING,
    later: { exported: COUNT },
  },
];

let collector: Collector;
let processor: FeatureSpanProcessor;
let home: string;
let notAFolder: string;

beforeEach(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  collector = await openCollector();
  home = mkdtempSync(join(tmpdir(), 'heartwood-faults-'));
  notAFolder = join(home, 'file');
  writeFileSync(notAFolder, '');
});

afterEach(async () => {
  collector.fault = undefined;
  collector.otherFault = undefined;
  await processor.shutdown();
  await collector[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
  vi.restoreAllMocks();
});

const PUT: Readonly<Record<Signal, (count: number) => OutletStats>> = {
  traces(count) {
    endSpans(processor, count);
    return processor.stats();
  },
  logs(count) {
    for (let i = 0; i < count; i += 1) {
      runtime().logs?.add(
        {
          eventName: 'progress',
          time: [1_790_000_000, 0],
          severity: 9,
          attributes: {},
          spanContext: undefined,
          scope: { name: 'events' },
        },
        'batch',
      );
    }
    return runtime().logs?.stats() ?? NOTHING;
  },
  metrics(count) {
    // Told once, as the points of one collection.
    let told = false;
    runtime().metrics?.addSource({
      collect(writer) {
        if (told) return;
        told = true;
        for (let i = 0; i < count; i += 1) {
          writer.sum(
            { name: 'jobs', unit: '{job}', description: 'Jobs' },
            { attributes: { i }, startNs: 1n, value: i, monotonic: true },
          );
        }
      },
    });
    return runtime().metrics?.stats() ?? NOTHING;
  },
};

const NOTHING: OutletStats = {
  received: 0,
  exported: 0,
  dropped: {},
  queued: 0,
  queuedBytes: 0,
  spooled: 0,
};

function statsOf(signal: Signal): OutletStats {
  if (signal === 'traces') return processor.stats();
  return runtime()[signal]?.stats() ?? NOTHING;
}

describe.each<Signal>(['traces', 'logs', 'metrics'])('%s to a receiver', (signal) => {
  it.each(FAULTS)('that $name', async ({ settings, answer, books, later, leastMs = 0 }) => {
    let count = 0;
    if (signal === 'traces') collector.fault = () => answer?.((count += 1));
    else {
      collector.otherFault = (path) =>
        path === `/v1/${signal}` ? answer?.((count += 1)) : undefined;
    }
    processor = new FeatureSpanProcessor({
      settings: {
        endpoint: collector.url,
        delayMs: 3_600_000,
        flushTimeoutMs: 10_000,
        ...settings?.(collector),
      },
    });
    PUT[signal](COUNT);
    const before = performance.now();
    await processor.forceFlush();
    const tookMs = performance.now() - before;
    expect(tookMs).toBeGreaterThanOrEqual(leastMs);
    expect(tookMs).toBeLessThan(8000);
    const { exported, queued, dropped } = statsOf(signal);
    const lost = Object.fromEntries(
      Object.entries(dropped).filter(([, lostCount]) => lostCount > 0),
    );
    expect({ exported, queued, dropped: lost }).toEqual({ dropped: {}, ...books });
    if (later === undefined) return;
    collector.fault = undefined;
    collector.otherFault = undefined;
    // The pause after the failure may still last.
    await vi.waitFor(async () => {
      await processor.forceFlush();
      expect(statsOf(signal)).toMatchObject({ ...later, queued: 0 });
    }, 10_000);
  });
});
