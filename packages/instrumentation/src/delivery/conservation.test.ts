/** The law of conservation: whatever the receiver, the disk and the app do, every record is somewhere, and in one place. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodePartialSuccess, openCollector, type Collector } from '../../testing/collector.ts';
import { endSpans } from '../../testing/spans.ts';
import { runtime } from '../runtime.ts';
import type { LogOutlet, OutletStats } from './ports.ts';
import { FeatureSpanProcessor } from './processor.ts';

// `npm run test:delivery` sets it.
const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 25);

type Weather = 'fair' | 'busy' | 'refuses' | 'too large' | 'partial' | 'torn' | 'garbage';
type Step =
  | { readonly do: 'spans'; readonly count: number; readonly isRun: boolean }
  | { readonly do: 'logs'; readonly count: number; readonly urgent: boolean }
  | { readonly do: 'weather'; readonly weather: Weather }
  | { readonly do: 'flush' | 'wait' | 'crash' | 'restart' | 'break disk' | 'mend disk' };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('spans' as const),
      count: fc.integer({ min: 1, max: 60 }),
      isRun: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('logs' as const),
      count: fc.integer({ min: 1, max: 20 }),
      urgent: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('weather' as const),
      weather: fc.constantFrom<Weather>(
        'fair',
        'busy',
        'refuses',
        'too large',
        'partial',
        'torn',
        'garbage',
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('flush', 'wait', 'crash', 'restart', 'break disk', 'mend disk'),
    }),
  },
);

let collector: Collector;
let home: string;

beforeEach(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  collector = await openCollector();
  home = mkdtempSync(join(tmpdir(), 'heartwood-conservation-'));
});

afterEach(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
  vi.restoreAllMocks();
});

interface Totals {
  exported: number;
  rejected: number;
  lost: number;
}

function lostOf({ dropped }: OutletStats): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, 0);
}

function expectBalanced(stats: OutletStats): void {
  const { received, exported, queued, spooled } = stats;
  assert.equal(exported + lostOf(stats) + queued + spooled, received);
}

/** An app with its restarts, and what was counted over all its lives. */
class App {
  readonly spans: Totals = { exported: 0, rejected: 0, lost: 0 };
  readonly logs: Totals = { exported: 0, rejected: 0, lost: 0 };
  madeSpans = 0;
  madeLogs = 0;
  readonly #spoolDir: string;
  #processor: FeatureSpanProcessor;
  #outlet: LogOutlet;

  constructor(spoolDir: string) {
    this.#spoolDir = spoolDir;
    [this.#processor, this.#outlet] = this.#open();
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'spans':
        endSpans(this.#processor, step.count, {
          attributes: step.isRun ? { 'feature.name': 'checkout' } : {},
        });
        this.madeSpans += step.count;
        break;
      case 'logs':
        for (let i = 0; i < step.count; i += 1) {
          this.#outlet.add(
            {
              eventName: 'progress',
              time: [1_790_000_000, 0],
              severity: 9,
              attributes: { id: this.madeLogs },
              spanContext: undefined,
              scope: SCOPE,
            },
            step.urgent ? 'now' : 'batch',
          );
          this.madeLogs += 1;
        }
        break;
      case 'weather':
        setWeather(step.weather);
        break;
      case 'flush':
        await this.#processor.flush(300);
        break;
      case 'wait':
        await new Promise((resolve) => setTimeout(resolve, 15));
        break;
      case 'crash':
      case 'restart':
        await this.restart();
        break;
      case 'break disk':
        if (this.#spoolDir !== '') breakDisk(this.#spoolDir);
        break;
      case 'mend disk':
        if (this.#spoolDir !== '') mendDisk(this.#spoolDir);
        break;
      default:
        step satisfies never;
    }
    expectBalanced(this.#processor.stats());
    expectBalanced(this.#outlet.stats());
  }

  /** Ends this life; the next one finds what it left on disk. */
  async restart(): Promise<void> {
    await this.end();
    [this.#processor, this.#outlet] = this.#open();
  }

  async end(): Promise<void> {
    await this.#processor.shutdown();
    // What the shutdown cut off is answered in the weather in which it was sent.
    await vi.waitFor(() => assert.equal(collector.underWay, 0), 10_000);
    for (const [totals, stats] of [
      [this.spans, this.#processor.stats()],
      [this.logs, this.#outlet.stats()],
    ] as const) {
      expectBalanced(stats);
      assert.equal(stats.queued, 0);
      totals.exported += stats.exported;
      totals.rejected += stats.dropped['rejected'] ?? 0;
      totals.lost += lostOf(stats);
    }
  }

  async flushInFairWeather(): Promise<void> {
    setWeather('fair');
    if (this.#spoolDir !== '') mendDisk(this.#spoolDir);
    await this.#processor.forceFlush();
  }

  #open(): [FeatureSpanProcessor, LogOutlet] {
    const processor = new FeatureSpanProcessor({
      settings: {
        endpoint: collector.url,
        spoolDir: this.#spoolDir,
        // So little that the oldest sometimes have to go.
        spoolMb: 0.02,
        maxQueueSpans: 150,
        maxBatchSpans: 20,
        delayMs: 5,
        // A shutdown that cuts a request off does not know whether it arrived; then it may arrive twice.
        flushTimeoutMs: 20_000,
        metricsExporter: ['none'],
      },
    });
    const { logs } = runtime();
    if (logs === undefined) throw new Error('no outlet');
    return [processor, logs];
  }
}

const SCOPE = { name: 'events' };

function setWeather(weather: Weather): void {
  const verdict = (records: number): ReturnType<NonNullable<Collector['fault']>> => {
    switch (weather) {
      case 'fair':
        return undefined;
      case 'busy':
        return { status: 503, headers: { 'retry-after': '60' } };
      case 'refuses':
        return { status: 400 };
      case 'too large':
        return records > 4 ? { status: 413 } : undefined;
      case 'partial':
        return { status: 200, body: encodePartialSuccess(1, ''), keep: true };
      case 'torn':
        return 'reset';
      case 'garbage':
        return { status: 200, body: Buffer.from('\u0003<html>'), keep: true };
      default:
        return weather satisfies never;
    }
  };
  collector.fault = (_count, spans) => verdict(spans);
  collector.otherFault = (_path, _count, records) => verdict(records);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.endsWith('.lease'));
  } catch {
    return [];
  }
}

/** Moves the folder away and puts a file in its place: nothing can be written, what was there comes back. */
function breakDisk(folder: string): void {
  if (list(`${folder}.away`).length > 0 || list(folder).length > 0) return;
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(folder, '');
}

function mendDisk(folder: string): void {
  if (list(folder).length === 0) rmSync(folder, { recursive: true, force: true });
}

describe('every record is delivered, lost with a reason, or waiting', () => {
  it.each([
    ['in memory', ''],
    ['with a spool', 'spool'],
  ])(
    '%s',
    async (_, spool) => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyStep, { minLength: 3, maxLength: 20 }), async (steps) => {
          setWeather('fair');
          const spoolDir = spool === '' ? '' : mkdtempSync(join(home, 'spool-'));
          const before = { spans: collector.spans.length, logs: collector.logs.length };
          const app = new App(spoolDir);
          for (const step of steps) await app.take(step);
          // Twice: what a former life left is adopted by the next one.
          await app.flushInFairWeather();
          await app.restart();
          await app.flushInFairWeather();
          await app.restart();
          await app.flushInFairWeather();
          await app.end();
          expect(list(spoolDir)).toEqual([]);
          const spans = collector.spans.slice(before.spans);
          const logs = collector.logs.slice(before.logs);
          // Nothing came twice, and each side counts the same.
          expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
          expect(new Set(logs.map(({ attributes }) => attributes['id'])).size).toBe(logs.length);
          expect(spans.length).toBe(app.spans.exported + app.spans.rejected);
          expect(logs.length).toBe(app.logs.exported + app.logs.rejected);
          expect(app.spans.exported + app.spans.lost).toBe(app.madeSpans);
          expect(app.logs.exported + app.logs.lost).toBe(app.madeLogs);
        }),
        { numRuns: ROUNDS },
      );
    },
    600_000,
  );
});
