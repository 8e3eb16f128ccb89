/** The watchdog: what it says of a blocked thread, over the way that the events of the app take, and when there is none. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Worker } from 'node:worker_threads';
import { openCollector } from '../../testing/collector.ts';
import type { ReceivedLog } from '../../testing/otlp-decoder.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { FeatureSpanProcessor } from '../delivery/processor.ts';
import { configure } from '../settings/config.ts';
import { startOperation } from './operation.ts';
import { type OperationOptions } from './operation-handle.ts';

const threads: Worker[] = [];
const note = (worker: Worker): unknown => threads.push(worker);

beforeEach(() => {
  configure({ quiet: true, exclude: ['secret'], watchdog: true, heartbeatS: 10 });
  process.on('worker', note);
});
afterEach(() => {
  process.off('worker', note);
  threads.length = 0;
  vi.useRealTimers();
});

const online = new WeakSet<Worker>();

const block = (ms: number): unknown =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

const BLOCKED = 'feature.operation.event_loop.blocked';
const DURATION = 'feature.operation.duration';

describe('while the event loop is blocked', () => {
  it('S2-03: a thread of its own says so, with what the events of the app say, and ends with the last operation', async () => {
    await using collector = await openCollector();
    const processor = new FeatureSpanProcessor({
      settings: { endpoint: collector.url, headers: 'x-tenant=a', compression: 'gzip' },
    });
    // It was there before and is heard of less often, which holds up nobody.
    const second = startOperation('export', { heartbeatMs: 60_000 });
    const first = startOperation('import', { heartbeatMs: 250, component: 'files' });
    await vi.waitFor(() => expect(threads).toHaveLength(1), 5000);
    const [thread] = threads;
    thread?.on('online', () => online.add(thread));
    await vi.waitFor(() => expect(thread !== undefined && online.has(thread)).toBe(true), 5000);
    const told = (): ReceivedLog[] =>
      collector.logs.filter(({ attributes }) => BLOCKED in attributes);
    // Until the thread has read its first message nothing is said: three heartbeats each time, until one is told of.
    await vi.waitFor(() => {
      block(750);
      expect(told()).not.toEqual([]);
    }, 10_000);
    const [own] = collector.logs;
    const [blocked] = told();
    expect(blocked).toMatchObject({
      eventName: 'feature.operation.heartbeat',
      severity: 9,
      resource: own?.resource,
      scope: own?.scope,
      traceId: own?.traceId,
      attributes: {
        'feature.name': 'import',
        'feature.component': 'files',
        'feature.operation.id': first.id,
        'session.id': own?.attributes['session.id'],
      },
    });
    const { [BLOCKED]: blockedS, [DURATION]: elapsedS } = blocked?.attributes ?? {};
    expect(blockedS).toBeGreaterThanOrEqual(0.375);
    expect(blockedS).toBeLessThan(Number(elapsedS));
    // By the same clocks as the events of the app itself.
    const sinceStartS = Number((blocked?.timeNs ?? 0n) - (own?.timeNs ?? 0n)) / 1e9;
    expect(sinceStartS).toBeCloseTo(Number(elapsedS), 1);
    expect(collector.otherRequests.every(({ headers }) => headers['x-tenant'] === 'a')).toBe(true);
    first.complete();
    second.complete();
    await vi.waitFor(() => expect(thread?.threadId).toBe(-1), 5000);
    await processor.shutdown();
  });
});

describe('no thread is made', () => {
  const cases: readonly [string, string, OperationOptions, boolean, number][] = [
    ['before an operation has lasted two heartbeats', 'import', {}, true, 19_900],
    ['where it is switched off', 'import', {}, false, 120_000],
    ['for operations without heartbeats', 'import', { heartbeatMs: 0 }, true, 120_000],
    ['for what is not sent', 'secret', {}, true, 120_000],
    ['where others deliver the events', 'import', {}, true, 120_000],
  ];
  it.each(cases)('%s', (_case, name, options, watchdog, ms) => {
    using _outlets = installOutlets();
    configure({ watchdog });
    vi.useFakeTimers({
      toFake: ['Date', 'hrtime', 'performance', 'setTimeout', 'clearTimeout', 'setImmediate'],
    });
    const operation = startOperation(name, options);
    vi.advanceTimersByTime(ms);
    operation.complete();
    expect(threads).toEqual([]);
  });
});
