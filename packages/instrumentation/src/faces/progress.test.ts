/** Progress and status of operations, by the calls of earlier systems. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { configure } from '../settings/config.ts';
import { FeatureStatus } from '../index.ts';
import type { OperationEvent } from '../work/operation-view.ts';
import { ProgressBroadcaster, progressBroadcaster } from './progress.ts';
import { StatusTracker } from './status-tracker.ts';

const memory = registerMemory();
const outlets = installOutlets();
configure({ quiet: true });
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'heartwood-status-'));
});

afterEach(() => {
  configure({ progressEnabled: true });
  rmSync(directory, { recursive: true, force: true });
  outlets.takeEvents();
  memory.take();
});

interface Heard {
  readonly events: OperationEvent[];
  [Symbol.dispose](): void;
}

/** Keeps what a subscriber is told. */
function listen(broadcaster: ProgressBroadcaster): Heard {
  const events: OperationEvent[] = [];
  const listening = broadcaster.onProgress((event) => events.push(event));
  return { events, [Symbol.dispose]: () => listening[Symbol.dispose]() };
}

describe('a progress broadcaster', () => {
  it('S2-10, S2-11, S2-12: starts, updates and completes an operation, with any facts', () => {
    using heard = listen(progressBroadcaster);
    const id = progressBroadcaster.startOperation('sync_conversations', 'Syncing', {
      estimatedItems: 1000,
    });
    progressBroadcaster.updateProgress('Batch 1', { current: 200, total: 1000, batch: 1 });
    progressBroadcaster.completeOperation('Done', { conversations: 987, duration: 45.2 });
    expect(heard.events).toMatchObject([
      { kind: 'start', id, description: 'Syncing', total: 1000, totalIsEstimate: true },
      { kind: 'progress', message: 'Batch 1', current: 200, fraction: 0.2, facts: { batch: 1 } },
      { kind: 'end', status: 'success', facts: { conversations: 987, duration: 45.2 } },
    ]);
    expect(memory.take().map(({ name }) => name)).toEqual(['sync_conversations']);
  });

  it('TRAP S2-a: nested and concurrent ones are told apart; failed and cancelled ends are kept apart', () => {
    const broadcaster = new ProgressBroadcaster();
    using heard = listen(broadcaster);
    const outer = broadcaster.startOperation('outer');
    const inner = broadcaster.startOperation('inner');
    broadcaster.updateProgress('in');
    broadcaster.updateProgress('out', { operationId: outer, current: 1 });
    broadcaster.failOperation(new Error('no'), 'broken');
    broadcaster.cancelOperation('enough', outer);
    broadcaster.completeOperation('nobody', { operationId: inner });
    broadcaster.completeOperation();
    expect(
      heard.events.map(({ kind, name, message, status }) => [kind, name, message, status]),
    ).toEqual([
      ['start', 'outer', undefined, undefined],
      ['start', 'inner', undefined, undefined],
      ['progress', 'inner', 'in', undefined],
      ['progress', 'outer', 'out', undefined],
      ['end', 'inner', 'broken', 'failed'],
      ['end', 'outer', expect.anything(), 'cancelled'],
    ]);
  });

  it('S2-13: events have a time', () => {
    using heard = listen(progressBroadcaster);
    progressBroadcaster.startOperation('f');
    progressBroadcaster.completeOperation();
    for (const { time } of heard.events)
      expect(Math.abs(time.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('S2-16: tells several subscribers, until each is disposed', () => {
    using first = listen(progressBroadcaster);
    const second = listen(progressBroadcaster);
    progressBroadcaster.startOperation('f');
    second[Symbol.dispose]();
    progressBroadcaster.completeOperation();
    expect([first.events.length, second.events.length]).toEqual([2, 1]);
  });

  it('S2-17: does nothing at all when progress is off', () => {
    configure({ progressEnabled: false });
    using heard = listen(progressBroadcaster);
    expect(progressBroadcaster.startOperation('f')).toBe('');
    progressBroadcaster.updateProgress('x');
    progressBroadcaster.failOperation(new Error('no'));
    expect(heard.events).toEqual([]);
    expect(outlets.takeEvents()).toEqual([]);
  });
});

describe('a status tracker', () => {
  it('S2-60: follows an operation from start over updates to its end', () => {
    using tracker = new StatusTracker();
    const id = tracker.startProcess('sync', { estimatedItems: 10 });
    expect(tracker.getActiveProcesses()).toMatchObject([{ id, name: 'sync', status: 'running' }]);
    tracker.updateProcess(id, { current: 4, total: 8, message: 'half' });
    expect(tracker.getActiveProcesses()).toMatchObject([
      { current: 4, percent: 50, message: 'half' },
    ]);
    tracker.completeProcess(id, FeatureStatus.FAILED, 'no network');
    tracker.completeProcess(id);
    tracker.completeProcess('unknown');
    expect(tracker.getActiveProcesses()).toEqual([]);
    expect(tracker.getCompletedProcesses()).toMatchObject([{ id, status: 'failed' }]);
  });

  it.each([
    [FeatureStatus.PARTIAL, 'partial', undefined],
    [FeatureStatus.TIMEOUT, 'timeout', 'timeout'],
    [FeatureStatus.CANCELLED, 'cancelled', undefined],
    [FeatureStatus.FAILED, 'failed', '_OTHER'],
    ['SUCCESS' as FeatureStatus, 'success', undefined],
    ['finished' as FeatureStatus, 'failed', '_OTHER'],
  ])('S2-60: ends an operation as %s', (given, status, errorType) => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    using heard = listen(progressBroadcaster);
    using tracker = new StatusTracker();
    tracker.completeProcess(tracker.startProcess('sync'), given, 'so far', { synced: 3 });
    expect(tracker.getCompletedProcesses()).toMatchObject([{ status, message: 'so far' }]);
    expect(heard.events.at(-1)).toMatchObject({ kind: 'end', status, errorType });
    const attributes = memory.take()[0]?.attributes;
    expect(attributes).toMatchObject({ 'feature.status': status, 'feature.metadata.synced': 3 });
    expect(attributes?.['error.type']).toBe(errorType);
    expect(attributes?.['feature.metadata.cancel_reason']).toBe(
      status === 'cancelled' ? 'so far' : undefined,
    );
    expect(outlets.takeEvents().at(-1)?.attributes).toMatchObject({ 'feature.status': status });
    expect(warned.mock.calls.length).toBe(given === ('finished' as string) ? 1 : 0);
    warned.mockRestore();
  });

  it('S2-60: follows operations that others start, until it is disposed', () => {
    const tracker = new StatusTracker();
    progressBroadcaster.startOperation('f');
    progressBroadcaster.cancelOperation();
    tracker[Symbol.dispose]();
    progressBroadcaster.startOperation('g');
    progressBroadcaster.completeOperation();
    expect(tracker.getCompletedProcesses()).toMatchObject([{ name: 'f', status: 'cancelled' }]);
  });

  it('S2-63: what is never completed is bounded: the oldest are cancelled', () => {
    using tracker = new StatusTracker();
    const ids = Array.from({ length: 1002 }, () => tracker.startProcess('left'));
    const cancelled = tracker.getCompletedProcesses();
    expect(cancelled.map(({ id, status }) => [id, status])).toEqual(
      ids.slice(0, 2).map((id) => [id, 'cancelled']),
    );
    expect(tracker.getActiveProcesses()).toHaveLength(1000);
    for (const id of ids) tracker.completeProcess(id);
  });

  it('S2-64: sums up as JSON', () => {
    using tracker = new StatusTracker();
    for (const status of [FeatureStatus.SUCCESS, FeatureStatus.SUCCESS, FeatureStatus.FAILED]) {
      tracker.completeProcess(tracker.startProcess('f'), status);
    }
    tracker.startProcess('open');
    const summary = JSON.parse(JSON.stringify(tracker.getStatusSummary()));
    expect(summary).toEqual({ active: 1, completed: 3, by_status: { success: 2, failed: 1 } });
    tracker.completeProcess(tracker.getActiveProcesses()[0]?.id ?? '');
  });

  it('S2-61, S2-62: keeps the log of each operation in a folder of its own choice', () => {
    using tracker = new StatusTracker({ directory });
    const id = tracker.startProcess('sync');
    tracker.updateProcess(id, { current: 1 });
    tracker.updateProcess(id, { current: 2 });
    tracker.completeProcess(id, FeatureStatus.SUCCESS, 'done', { synced: 2 });
    const log = readFileSync(path.join(directory, 'aggregated_logs', `${id}.jsonl`), 'utf8');
    const lines = log
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ event }) => event)).toEqual(['start', 'progress', 'progress', 'end']);
    expect(lines.at(-1)).toMatchObject({ operation: id, status: 'success', facts: { synced: 2 } });
  });

  it('S2-114: holds no more than a MiB of logs, those of the longest operations shortened', () => {
    using tracker = new StatusTracker({ directory });
    const ids = Array.from({ length: 20 }, (_, i) => tracker.startProcess(`loud${i}`));
    const quiet = tracker.startProcess('quiet');
    tracker.updateProcess(quiet, { message: 'only this' });
    for (let i = 0; i < 1000; i++) {
      for (const id of ids) tracker.updateProcess(id, { current: i, message: 'x'.repeat(100) });
    }
    for (const id of [...ids, quiet]) tracker.completeProcess(id);
    const folder = path.join(directory, 'aggregated_logs');
    const logs = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
    expect(logs.reduce((sum, log) => sum + log.length, 0)).toBeLessThan(1.1 * 1024 ** 2);
    const linesOf = (id: string): Record<string, unknown>[] =>
      readFileSync(path.join(folder, `${id}.jsonl`), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    expect(linesOf(quiet)).toMatchObject([
      { event: 'start' },
      { message: 'only this' },
      { event: 'end' },
    ]);
    for (const lines of ids.map(linesOf)) {
      expect(lines[0]).toMatchObject({ event: 'start' });
      expect(lines.slice(-2)).toMatchObject([{ current: 999 }, { event: 'end', current: 999 }]);
    }
  });

  it('S2-114: what one operation has let go of, the next may take', () => {
    using tracker = new StatusTracker({ directory });
    const folder = path.join(directory, 'aggregated_logs');
    const sizes = Array.from({ length: 6 }, () => {
      const id = tracker.startProcess('loud');
      for (let i = 0; i < 1000; i++) tracker.updateProcess(id, { message: 'x'.repeat(100) });
      tracker.completeProcess(id);
      return readFileSync(path.join(folder, `${id}.jsonl`), 'utf8').split('\n').length;
    });
    expect(new Set(sizes)).toEqual(new Set([1003]));
  });

  it('S2-65: touches the disk only when an operation ends, and harms nobody when it cannot', () => {
    using tracker = new StatusTracker({ directory });
    const id = tracker.startProcess('sync');
    for (let i = 0; i < 5000; i++) tracker.updateProcess(id, { current: i });
    expect(existsSync(path.join(directory, 'aggregated_logs'))).toBe(false);
    rmSync(directory, { recursive: true });
    writeFileSync(directory, 'a file');
    expect(() => tracker.completeProcess(id)).not.toThrow();
    expect(tracker.getCompletedProcesses()).toHaveLength(1);
  });

  it('S2-62, TRAP S2-b: reads what other processes do, and tells those that died without a word', () => {
    const entry = {
      name: 'other',
      status: 'running',
      host: hostname(),
      process_started_at: 'then',
      started_at: new Date().toISOString(),
      updated_at: new Date().toISOString(),
    };
    const alive = { ...entry, id: 'alive', pid: process.ppid };
    const dead = { ...entry, id: 'dead', pid: 2 ** 22 + 1 };
    const write = (file: string, content: unknown): void =>
      writeFileSync(path.join(directory, file), JSON.stringify(content));
    write('active_processes.json', [alive, dead, null, 7]);
    write('completed_processes.json', [{ ...entry, id: 'ended', pid: 7, status: 'success' }]);
    using tracker = new StatusTracker({ directory });
    expect(tracker.getActiveProcesses().map(({ id }) => id)).toEqual(['alive']);
    expect(tracker.getCompletedProcesses().map(({ id, status }) => [id, status])).toEqual([
      ['ended', 'success'],
      ['dead', 'lost'],
    ]);
    write('active_processes.json', '{ broken');
    expect(tracker.getActiveProcesses()).toEqual([]);
  });

  it('S2-63: keeps the last 200 ends, and deletes old logs on request', () => {
    using tracker = new StatusTracker({ directory });
    for (let i = 0; i < 210; i++) tracker.completeProcess(tracker.startProcess(`f${i}`));
    expect(tracker.getCompletedProcesses()).toHaveLength(200);
    expect(tracker.getCompletedProcesses()[0]?.name).toBe('f10');
    const folder = path.join(directory, 'aggregated_logs');
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder).slice(0, 4)) {
      utimesSync(path.join(folder, file), 0, Date.now() / 1000 - 8 * 86_400);
    }
    expect(tracker.cleanup(7)).toBe(4);
    expect(readdirSync(folder)).toHaveLength(206);
    expect(new StatusTracker({ directory: '/no/such' }).cleanup()).toBe(0);
  });
});
