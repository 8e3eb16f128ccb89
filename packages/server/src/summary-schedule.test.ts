import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SummarySchedule } from './summary-schedule.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('S3-13 looks every minute for days to sum up, goes on after a failure, and stops when it is closed', async () => {
  const lines: string[] = [];
  const zones: string[] = [];
  let failure: Error | undefined = new Error('the store is busy');
  const schedule = new SummarySchedule({
    summaries: {
      makeMissing: async ({ name }) => {
        zones.push(name);
        if (failure !== undefined) throw failure;
        return [];
      },
    },
    timeZone: 'Europe/Berlin',
    log: (line) => lines.push(line),
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lines).toEqual(['days will be summed up later: the store is busy']);
  failure = undefined;
  await vi.advanceTimersByTimeAsync(120_000);
  expect(zones).toEqual(['Europe/Berlin', 'Europe/Berlin', 'Europe/Berlin']);
  await schedule.close();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(zones).toHaveLength(3);
  expect(lines).toHaveLength(1);
});

test('cancels the summary under way when it is closed, and says nothing of it', async () => {
  const lines: string[] = [];
  const schedule = new SummarySchedule({
    summaries: {
      makeMissing: (_zone, { signal } = {}) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    },
    timeZone: 'UTC',
    log: (line) => lines.push(line),
  });
  await vi.advanceTimersByTimeAsync(60_000);
  await schedule.close();
  expect(lines).toEqual([]);
});
