/** Facts of errors with more kinds than an answer lists. */
import { expect, onTestFinished, test } from 'vitest';
import { ErrorIndex } from '../error/index-runner.ts';
import type { PlainLog } from '../testing/plain-log.ts';
import { createLanded, landWorld, openTestStore } from '../testing/world.ts';
import { readTroubleFacts } from './stored-facts.ts';

const NOW_MS = Date.UTC(2026, 10, 22);
const OLD_KINDS = 1100;

/** Words without digits, which would make one kind of them all. */
const nameOf = (index: number): string =>
  String(index).replaceAll(/\d/gu, (digit) => 'ghijklmnop'.charAt(Number(digit)));

test('the rarest of very many kinds are counted, as new and as ones that become many', async () => {
  const store = await openTestStore();
  onTestFinished(() => store.close());
  let seq = 0n;
  const logs = (kind: string, minutesAgo: number, times: number): PlainLog[] =>
    Array.from({ length: times }, () => ({
      seq: ++seq,
      timeNs: BigInt(NOW_MS - minutesAgo * 60_000) * 1_000_000n + seq,
      event: null,
      traceId: null,
      service: 'shop',
      feature: null,
      component: null,
      errorType: null,
      session: null,
      user: null,
      attributes: '{}',
      severity: 17,
      body: `no ${kind}`,
    }));
  const steady = Array.from({ length: OLD_KINDS }, (_, index) => `old ${nameOf(index)}`);
  const world = [
    ...steady.flatMap((kind) => [...logs(kind, 90, 6), ...logs(kind, 30, 11)]),
    ...logs('rise', 90, 1),
    ...logs('rise', 30, 10),
    ...['apple', 'birch', 'cedar', 'date', 'elm', 'fir'].flatMap((kind, index) =>
      logs(kind, 20, index + 1),
    ),
  ];
  await landWorld(store, [], world, createLanded());
  const index = new ErrorIndex({ reader: store, keep: (job) => store.apply(job) });
  while (await index.turn());

  expect(await readTroubleFacts(store, NOW_MS, {})).toEqual({
    runs: 0,
    failed: 0,
    errors: OLD_KINDS * 11 + 10 + 21,
    freshKinds: 6,
    fresh: [
      { title: 'no fir', occurrences: 6 },
      { title: 'no elm', occurrences: 5 },
      { title: 'no date', occurrences: 4 },
      { title: 'no cedar', occurrences: 3 },
      { title: 'no birch', occurrences: 2 },
    ],
    rising: [{ title: 'no rise', occurrences: 10 }],
  });
});
