/** Operations on disk: lines for programs, files that are never half, and what becomes of processes that died. */
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configure } from '../settings/config.ts';
import { tryLock } from './folder-lock.ts';
import { LiveOperation } from './live-operation.ts';
import type { Operation, OperationOptions } from './operation-handle.ts';
import { createFiles } from './operation-files.ts';
import { toStatusEntry, type StatusEntry } from './operation-record.ts';
import { appendRotating } from './rotating-file.ts';
import { startOperation } from './operation.ts';

let folder: string;
let files: ReturnType<typeof createFiles>;
const open: Operation[] = [];

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['Date', 'hrtime', 'performance', 'setTimeout', 'clearTimeout', 'setImmediate'],
    now: 1_750_000_000_000,
  });
  folder = join(mkdtempSync(join(tmpdir(), 'operations-')), 'logs');
  files = createFiles(folder);
});

afterEach(() => {
  for (const operation of open.splice(0)) operation.complete();
  files[Symbol.dispose]();
  vi.advanceTimersByTime(1);
  vi.useRealTimers();
  rmSync(join(folder, '..'), { recursive: true });
});

function start(name: string, options: OperationOptions = {}): LiveOperation {
  const operation = new LiveOperation(name, options, {
    run: undefined,
    context: ROOT_CONTEXT,
    heartbeatMs: 10_000,
    isSent: false,
    isGuarded: false,
    outputs: [files],
  });
  open.push(operation);
  return operation;
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const active = (): StatusEntry[] => read('active_processes.json') as StatusEntry[];
const completed = (): StatusEntry[] => read('completed_processes.json') as StatusEntry[];
const lines = (): Record<string, unknown>[] =>
  readFileSync(join(folder, 'progress.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('progress.jsonl', () => {
  it('S2-15, S2-73: has a line for each event, with time and everything known', () => {
    const operation = start('sync', { estimatedItems: 100, unit: 'files', component: 'sync' });
    vi.advanceTimersByTime(2000);
    operation.update({ message: 'first\nbatch', current: 50, total: 100, batch: { n: 1 } });
    vi.advanceTimersByTime(2000);
    operation.complete('done', { files: 50 });
    vi.advanceTimersByTime(200);
    const same = { operation: operation.id, name: 'sync', component: 'sync', pid: process.pid };
    expect(lines()).toEqual([
      {
        ...same,
        time: '2025-06-15T15:06:40.000Z',
        event: 'start',
        total: 100,
        unit: 'files',
        percent: 0,
        duration_s: 0,
      },
      {
        ...same,
        time: '2025-06-15T15:06:42.000Z',
        event: 'progress',
        message: 'first\nbatch',
        current: 50,
        total: 100,
        unit: 'files',
        percent: 50,
        rate_per_s: 25,
        eta_s: 2,
        duration_s: 2,
        facts: { 'batch.n': 1 },
      },
      {
        ...same,
        time: '2025-06-15T15:06:44.000Z',
        event: 'end',
        message: 'done',
        current: 50,
        total: 100,
        unit: 'files',
        percent: 50,
        rate_per_s: 12.5,
        duration_s: 4,
        status: 'success',
        facts: { files: 50 },
      },
    ]);
  });

  it('is put aside when it is full, and five full ones are kept', () => {
    const path = join(folder, 'small.jsonl');
    mkdirSync(folder, { recursive: true });
    const limits = { maxBytes: 100, backups: 5 };
    for (let i = 0; i < 40; i++)
      appendRotating(path, `${JSON.stringify({ i, pad: 'x'.repeat(30) })}\n`, limits);
    const names = readdirSync(folder).toSorted();
    expect(names).toEqual(['small.jsonl', ...[1, 2, 3, 4, 5].map((i) => `small.jsonl.${i}`)]);
    const numbers = names
      .toReversed()
      .flatMap((name) => (name === 'small.jsonl' ? [] : [name]))
      .concat('small.jsonl')
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'))
      .map((line) => (JSON.parse(line) as { i: number }).i);
    expect(numbers).toEqual(
      Array.from({ length: numbers.length }, (_, k) => 40 - numbers.length + k),
    );
    for (const name of names) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(100);
  });

  it('has every line of a burst', () => {
    const operation = start('burst');
    for (let i = 0; i < 3000; i++)
      files.happened?.('progress', operation, { i, pad: 'x'.repeat(400) });
    vi.advanceTimersByTime(200);
    const all = readdirSync(folder)
      .filter((name) => name.startsWith('progress.jsonl'))
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(all.join('').match(/"event":"progress"/g)).toHaveLength(3000);
  });

  it('is written while the thread is busy, too', () => {
    const operation = start('busy');
    const nowMs = performance.now();
    // Time passes without a turn of the event loop.
    const clock = vi.spyOn(performance, 'now');
    for (let i = 1; i <= 10; i++) {
      clock.mockReturnValue(nowMs + i * 1500);
      operation.update({ current: i });
    }
    clock.mockRestore();
    expect(lines().length).toBeGreaterThan(0);
  });
});

describe('the status files', () => {
  it('S2-62, S2-74: say what is under way and what has ended', () => {
    const first = start('sync', { estimatedItems: 10 });
    const second = start('index');
    vi.advanceTimersByTime(200);
    expect(active()).toMatchObject([
      { id: first.id, name: 'sync', status: 'running', pid: process.pid, total: 10 },
      { id: second.id, name: 'index', status: 'running' },
    ]);
    first.fail(new TypeError('no'));
    vi.advanceTimersByTime(200);
    expect(active().map(({ id }) => id)).toEqual([second.id]);
    expect(completed()).toMatchObject([
      { id: first.id, status: 'failed', error_type: 'TypeError', message: 'no' },
    ]);
    expect(read('status.json')).toMatchObject({ active: 1, operation: { id: first.id } });
    expect(read('status_summary.json')).toMatchObject({
      active: 1,
      completed: 1,
      by_status: { failed: 1 },
    });
  });

  it('S2-65, S2-112: are written at start and end only', () => {
    const operation = start('sync');
    vi.advanceTimersByTime(200);
    const before = readFileSync(join(folder, 'status.json'), 'utf8');
    for (let i = 0; i < 20; i++) {
      vi.advanceTimersByTime(1000);
      operation.update({ current: i });
    }
    expect(readFileSync(join(folder, 'status.json'), 'utf8')).toBe(before);
    expect(lines().length).toBeGreaterThan(10);
  });

  it('S2-63: keep the last two hundred that have ended', () => {
    for (let i = 0; i < 250; i++) start(`f${i}`).complete();
    vi.advanceTimersByTime(200);
    expect(completed()).toHaveLength(200);
    expect(completed().at(-1)?.name).toBe('f249');
  });

  it('TRAP S2-b: what a process left that died is lost, what another one does stays', () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const entry = toStatusEntry(start('model'));
    const write = (entries: StatusEntry[]): void =>
      writeFileSync(join(folder, 'active_processes.json'), JSON.stringify(entries));
    mkdirSync(folder, { recursive: true });
    write([
      { ...entry, id: 'dead', pid: dead },
      { ...entry, id: 'same-pid-earlier', process_started_at: '2001-01-01T00:00:00.000Z' },
      { ...entry, id: 'parent', pid: process.ppid },
      { ...entry, id: 'other-host', host: 'elsewhere', pid: dead },
      {
        ...entry,
        id: 'other-host-long-ago',
        host: 'elsewhere',
        updated_at: '2001-01-01T00:00:00.000Z',
      },
    ]);
    const mine = start('mine');
    vi.advanceTimersByTime(200);
    expect(active().map(({ id }) => id)).toEqual(['parent', 'other-host', entry.id, mine.id]);
    expect(completed().map(({ id, status }) => [id, status])).toEqual([
      ['dead', 'lost'],
      ['same-pid-earlier', 'lost'],
      ['other-host-long-ago', 'lost'],
    ]);
  });

  it('TRAP S2-b: wait for another process that writes them, but not for one that died', () => {
    mkdirSync(folder, { recursive: true });
    const unlock = tryLock(join(folder, 'status.lock'));
    start('sync');
    vi.advanceTimersByTime(500);
    expect(existsSync(join(folder, 'status.json'))).toBe(false);
    unlock?.();
    vi.advanceTimersByTime(200);
    expect(active()).toHaveLength(1);
    tryLock(join(folder, 'status.lock'));
    utimesSync(join(folder, 'status.lock'), 1, 1);
    start('index');
    vi.advanceTimersByTime(200);
    expect(active()).toHaveLength(2);
  });

  it.each(['', '{', '{}', 'null', '[1, null, {}]'])('are made anew when they hold %j', (text) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'active_processes.json'), text);
    start('sync');
    vi.advanceTimersByTime(200);
    expect(active()).toHaveLength(1);
  });

  it('are for their owner alone', () => {
    start('sync');
    vi.advanceTimersByTime(200);
    for (const file of readdirSync(folder)) {
      expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
    }
    expect(statSync(folder).mode & 0o077).toBe(0);
  });
});

describe('a folder that cannot be written', () => {
  it('harms nobody, and is said', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    writeFileSync(folder, 'a file in its place');
    const operation = start('sync');
    vi.advanceTimersByTime(2000);
    operation.update({ current: 1 });
    operation.complete();
    vi.advanceTimersByTime(200);
    expect(warned.mock.calls.flat().join()).toContain('cannot be written');
    warned.mockRestore();
    rmSync(folder);
  });
});

describe('the setting', () => {
  it('S2-81: names the folder; what is denied does not get there either', () => {
    configure({ quiet: true, logDir: folder });
    const operation = startOperation('sync');
    operation.update({ message: 'signed in', password: 'hunter2' });
    operation.complete();
    vi.advanceTimersByTime(200);
    expect(lines().map(({ event }) => event)).toEqual(['start', 'end']);
    expect(readFileSync(join(folder, 'progress.jsonl'), 'utf8')).not.toContain('hunter2');
    configure({ quiet: false, logDir: '' });
  });
});
