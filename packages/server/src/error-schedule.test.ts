import { afterEach, expect, test, vi } from 'vitest';
import { ErrorSchedule } from './error-schedule.ts';

let schedule: ErrorSchedule | undefined;
afterEach(async () => {
  await schedule?.close();
});

/** A schedule over turns that end as is said, the last one again and again. */
function start(...turns: readonly (boolean | Error)[]): { asked: number; lines: string[] } {
  const seen = { asked: 0, lines: [] as string[] };
  const turn = async (): Promise<boolean> => {
    const end = turns.at(Math.min(seen.asked++, turns.length - 1)) ?? false;
    if (end instanceof Error) throw end;
    return end;
  };
  schedule = new ErrorSchedule({
    index: { turn },
    lookEveryMs: 5,
    retryMs: 5,
    log: (line) => seen.lines.push(line),
  });
  return seen;
}

test('S3-81 it is looked for errors again and again, at once while more waits', async () => {
  const seen = start(true, true, false);
  await vi.waitFor(() => {
    expect(seen.asked).toBeGreaterThan(5);
  });
  expect(seen.lines).toEqual([]);
});

test('what fails is said once, and looked at again until it succeeds', async () => {
  const seen = start(new Error('busy'), new Error('busy'), false, new Error('busy'), false);
  await vi.waitFor(() => {
    expect(seen.asked).toBeGreaterThan(5);
  });
  expect(seen.lines).toEqual(Array(2).fill('errors will be looked for again: busy'));
});

test('after its end no turn begins', async () => {
  const seen = start(false);
  await schedule?.close();
  const { asked } = seen;
  await schedule?.close();
  expect(seen.asked).toBe(asked);
});
