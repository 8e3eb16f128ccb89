import { expect, test } from 'vitest';
import { SharedRuns } from './shared-runs.ts';

interface Started {
  readonly signal: AbortSignal;
  readonly answer: (value: string) => void;
  readonly fail: (error: Error) => void;
}

function createRuns() {
  const runs = new SharedRuns<string>();
  const started: Started[] = [];
  const ask = (key: string, signal?: AbortSignal): Promise<string> =>
    runs.share(
      key,
      signal,
      (stop) =>
        new Promise((resolve, reject) => {
          started.push({ signal: stop, answer: resolve, fail: reject });
        }),
      () => new Error('cancelled'),
    );
  return { ask, started };
}

test('equal questions get one answer, others their own', async () => {
  const { ask, started } = createRuns();
  const answers = [ask('a'), ask('a'), ask('b')];
  expect(started).toHaveLength(2);
  started[0]?.answer('one');
  started[1]?.answer('two');
  expect(await Promise.all(answers)).toEqual(['one', 'one', 'two']);
});

test('a question after the answer is asked anew', async () => {
  const { ask, started } = createRuns();
  const first = ask('a');
  started[0]?.answer('old');
  await first;
  const second = ask('a');
  started[1]?.answer('new');
  expect(await second).toBe('new');
});

test('who leaves leaves the run to the others; the last one stops it', async () => {
  const { ask, started } = createRuns();
  const [one, two] = [new AbortController(), new AbortController()];
  const answers = [ask('a', one.signal), ask('a', two.signal)];
  one.abort();
  await expect(answers[0]).rejects.toThrow('cancelled');
  expect(started[0]?.signal.aborted).toBe(false);
  two.abort();
  await expect(answers[1]).rejects.toThrow('cancelled');
  expect(started[0]?.signal.aborted).toBe(true);
  const next = ask('a');
  expect(started).toHaveLength(2);
  started[1]?.answer('of a new run');
  expect(await next).toBe('of a new run');
});

test('a failure is that of all, and of nobody after them', async () => {
  const { ask, started } = createRuns();
  const answers = Promise.allSettled([ask('a'), ask('a')]);
  started[0]?.fail(new Error('broken'));
  for (const outcome of await answers)
    expect(outcome).toMatchObject({ reason: { message: 'broken' } });
  const next = ask('a');
  started[1]?.answer('well');
  expect(await next).toBe('well');
});

test('what is cancelled before it is asked begins nothing', async () => {
  const { ask, started } = createRuns();
  await expect(ask('a', AbortSignal.abort())).rejects.toThrow('cancelled');
  expect(started).toHaveLength(0);
});
