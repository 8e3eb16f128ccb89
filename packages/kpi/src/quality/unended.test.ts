/** Operations without an end: each is told once, whenever on the day it began and whenever it fell silent. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlainLog } from '../testing/plain-log.ts';
import { landWorld, openTestStore } from '../testing/world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FROM_MS = Date.UTC(2026, 10, 21);
const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

/** Hours from the first day: start and last sign, between which there is one each quarter of an hour. */
const OPERATIONS = {
  'ended at once': { start: 5, last: 5.5, hasEnded: true },
  'died at noon': { start: 12, last: 12, hasEnded: false },
  'began shortly before midnight and died': { start: 23.75, last: 23.75, hasEnded: false },
  'began in time and died after midnight': { start: 20, last: 24.25, hasEnded: false },
  'began and died days later': { start: 1, last: 49, hasEnded: false },
  'ran over midnight and ended': { start: 23, last: 25, hasEnded: true },
} as const;

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  let seq = 0n;
  const logs = Object.entries(OPERATIONS).flatMap(([id, { start, last, hasEnded }]) =>
    Array.from({ length: 4 * (last - start) + 1 }, (_, index): PlainLog => {
      const hour = start + index / 4;
      const word = index === 0 ? 'start' : hasEnded && hour === last ? 'end' : 'heartbeat';
      return {
        seq: (seq += 1n),
        timeNs: ns(FROM_MS + hour * HOUR_MS),
        event: `feature.operation.${word}`,
        traceId: null,
        service: 'jobs',
        feature: null,
        component: null,
        errorType: null,
        session: null,
        user: null,
        attributes: JSON.stringify({ 'feature.operation.id': id }),
      };
    }),
  );
  await landWorld(store, [], logs);
});
afterAll(() => store.close());

test.each([
  ['the first day', 0, 2, ['died at noon']],
  [
    'the second',
    1,
    3,
    ['began in time and died after midnight', 'began shortly before midnight and died'],
  ],
  ['the third', 2, 1, ['began and died days later']],
  ['the fourth', 3, 0, []],
] as const)('operations without an end of %s', async (_case, day, looked, found) => {
  const fromMs = FROM_MS + day * DAY_MS;
  const answer = await store.ask({
    kind: 'trouble',
    trouble: 'unended',
    from: ns(fromMs),
    to: ns(fromMs + DAY_MS),
    until: ns(fromMs + DAY_MS + 10 * 60_000),
    toleranceNs: ns(HOUR_MS / 2),
    output: { kind: 'numbers' },
  } as const);
  const rows = answer.rows.map((row) => [
    row.looked,
    row.reasons.flatMap(({ samples }) => samples),
  ]);
  expect(rows).toEqual(looked === 0 ? [] : [[looked, found]]);
});
