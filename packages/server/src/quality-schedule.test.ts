import { createEmptySet, QualityRuns } from '@heartwood/kpi';
import type { QualityRun, Reader } from '@heartwood/store';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { QualitySchedule } from './quality-schedule.ts';

/** Nothing, whatever is asked: what checks make of that is not what is looked at here. */
const EMPTY = {
  rows: [],
  truncated: false,
  total: 0,
  facts: {
    rows: 0,
    nobody: 0,
    untimed: 0,
    filtered: 0,
    sampled: 0,
    adjusted: 0,
    removedBefore: null,
  },
  asOf: 0n,
  statement: { sql: '', params: {} },
  elapsedMs: 0,
};

let keptRuns: QualityRun[];
/** How the store answers. */
let ask: Reader['ask'];
let lines: string[];
const schedules: QualitySchedule[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  keptRuns = [];
  lines = [];
  ask = async () => EMPTY;
});
afterEach(async () => {
  for (const schedule of schedules.splice(0)) await schedule.close();
  vi.useRealTimers();
});

function lastDaily(): string | null {
  const last = keptRuns.findLast(({ isDaily }) => isDaily);
  return last === undefined ? null : String(BigInt(last.atMs) * 1_000_000n);
}

function start(now: string): QualitySchedule {
  vi.setSystemTime(new Date(now));
  const reader: Reader = {
    exactRuns: 0,
    isSummed: () => false,
    read: async (name) => (name === 'quality/last-daily' ? [{ at: lastDaily() }] : []) as never,
    ask: (question, options) => ask(question, options),
  };
  const runs = new QualityRuns({
    reader,
    keep: async (run) => {
      keptRuns.push(run);
    },
  });
  const schedule = new QualitySchedule({
    runs,
    reader,
    definitions: () => createEmptySet(0),
    timeZone: 'Europe/Berlin',
    log: (line) => lines.push(line),
  });
  schedules.push(schedule);
  return schedule;
}

const pass = async (minutes: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(minutes * 60_000);
};
const times = (): string[] => keptRuns.map(({ atMs }) => new Date(atMs).toISOString());

describe('the schedule of checks', () => {
  test('runs them at ten past two on the clock of the project, once a day', async () => {
    keptRuns.push({
      id: '',
      atMs: Date.parse('2026-11-21T02:00:00Z'),
      isDaily: true,
      results: [],
    });
    start('2026-11-21T22:00:30Z');
    await pass(3 * 60 + 9);
    expect(keptRuns).toHaveLength(1);
    await pass(2);
    expect(times().slice(1)).toEqual(['2026-11-22T01:10:30.000Z']);
    await pass(23 * 60);
    expect(keptRuns).toHaveLength(2);
    await pass(60);
    expect(times().slice(2)).toEqual(['2026-11-23T01:10:30.000Z']);
    expect(keptRuns.every(({ isDaily }) => isDaily)).toBe(true);
  });

  test('does not run them again after a restart, but makes good what was missed', async () => {
    const first = start('2026-11-22T09:00:00Z');
    await pass(1);
    expect(keptRuns).toHaveLength(1);
    await first.close();
    const second = start('2026-11-22T09:05:00Z');
    await pass(60);
    expect(keptRuns).toHaveLength(1);
    await second.close();
    start('2026-11-24T12:00:00Z');
    await pass(2);
    expect(times()).toHaveLength(2);
  });

  test('keeps the hour on the days on which the clock changes', async () => {
    keptRuns.push({
      id: '',
      atMs: Date.parse('2026-03-28T02:00:00Z'),
      isDaily: true,
      results: [],
    });
    start('2026-03-29T00:00:00Z');
    // 02:10 does not exist on that day: the clock goes from 02:00 to 03:00, which is 01:00 UTC.
    await pass(59);
    expect(keptRuns).toHaveLength(1);
    await pass(3);
    expect(keptRuns).toHaveLength(2);
    await pass(24 * 60);
    expect(times().slice(2)).toEqual(['2026-03-30T00:10:00.000Z']);
  });

  test('cancels the run under way when it is closed, and keeps nothing of it', async () => {
    ask = (_question, { signal } = {}) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const schedule = start('2026-11-22T09:00:00Z');
    await pass(1);
    await schedule.close();
    expect(keptRuns).toEqual([]);
    expect(lines).toEqual([]);
  });
});
