/** What is left of an operation that falls silent. */
import { expect, test } from 'vitest';
import { createTestBoard } from '../testing/operation-board.ts';
import { operationEvent } from '../testing/operation-events.ts';

test('the time left grows no faster than the silence, and has a range', async () => {
  const on = createTestBoard();
  await on.board.load();
  const told = { total: 1000, heartbeatS: 10 };
  on.tell(operationEvent('start', 0, { ...told, sequence: 0, elapsedS: 0 }));
  for (let step = 1; step <= 24; step++) {
    on.clock.ms = step * 5000;
    const at = { sequence: step, elapsedS: step * 5, current: step };
    on.tell(operationEvent('progress', on.clock.ms, { ...told, ...at }));
  }
  expect(on.board.get('op')?.eta).toEqual({
    ms: expect.closeTo(4_880_000, 0),
    lowMs: expect.closeTo(4_880_000, 0),
    highMs: expect.closeTo(4_880_000, 0),
    basis: 'rate',
  });
  on.clock.ms = 420_000;
  // 976 steps that take 5 s, 300 s or 600 s each.
  expect(on.board.get('op')?.eta).toEqual({
    ms: expect.closeTo(292_800_000, 0),
    lowMs: expect.closeTo(4_880_000, 0),
    highMs: expect.closeTo(585_600_000, 0),
    basis: 'rate',
  });
});
