/** Who is healthy, slow, stalled or lost, when that is said, and in which words. */
import { describe, expect, test } from 'vitest';
import { createTestBoard, type TestBoard } from '../testing/operation-board.ts';
import { operationEvent, START_MS } from '../testing/operation-events.ts';
import type { OperationEventLike } from './operation-event.ts';
import { toLength } from './reasons.ts';
import { toKeptReport } from './report.ts';

const SETTLED_MS = 60_000;

/** Tells an event of an operation that began at {@link SETTLED_MS}, at the present time of the test. */
function tell(
  on: TestBoard,
  kind: OperationEventLike['kind'],
  given: Partial<OperationEventLike> = {},
): void {
  const elapsedS = (on.clock.ms - SETTLED_MS) / 1000;
  on.tell(operationEvent(kind, on.clock.ms, { elapsedS, ...given }));
}

/** A board that is past its beginning, with one operation. */
function started(given: Partial<OperationEventLike> = {}): TestBoard {
  const on = createTestBoard();
  on.passTo(SETTLED_MS);
  tell(on, 'start', { heartbeatS: 10, ...given });
  return on;
}

/** Heartbeats and looks until a time. */
function beatTo(on: TestBoard, ms: number, given: Partial<OperationEventLike> = {}): void {
  while (on.clock.ms < ms) {
    on.passTo(Math.min(ms, on.clock.ms + 10_000));
    tell(on, 'heartbeat', given);
  }
}

describe('S2-06 lost', () => {
  test('without a sign of life for four intervals, and healthy again with the next one', () => {
    const on = started({ message: 'file 3' });
    on.passTo(SETTLED_MS + 30_000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy', suspectedMs: null });
    on.passTo(SETTLED_MS + 35_000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy', suspectedMs: 4000 });
    on.passTo(SETTLED_MS + 40_000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy', state: 'running' });
    on.passTo(SETTLED_MS + 42_000);
    expect(on.board.get('op')).toMatchObject({
      health: 'lost',
      state: 'lost',
      eta: null,
      reason:
        'no news for 42 s, heartbeats come every 10 s; last: file 3; service importer, process 4711 on host a',
    });
    expect(on.board.judged).toEqual({ slow: 0, stalled: 0, lost: 1 });
    tell(on, 'heartbeat');
    on.passTo(on.clock.ms + 1000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy', state: 'running' });
  });

  test('says when all of its process are silent, and not when one is heard of', () => {
    const on = started();
    on.tell(operationEvent('start', on.clock.ms, { id: 'b', heartbeatS: 10 }));
    on.tell(operationEvent('start', on.clock.ms, { id: 'c', heartbeatS: 10, instance: 'i2' }));
    on.passTo(SETTLED_MS + 45_000);
    expect(on.board.get('op')?.reason).toContain('all 2 operations of this process are silent');
    expect(on.board.get('c')?.reason).not.toContain('all ');
  });

  test('after half an hour where no heartbeats were promised', () => {
    const on = started({ heartbeatS: 0 });
    on.passTo(SETTLED_MS + 1_800_000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy' });
    on.passTo(SETTLED_MS + 1_802_000);
    expect(on.board.get('op')).toMatchObject({ health: 'lost' });
    expect(on.board.get('op')?.reason).toContain('no news for 30 min 2 s, it sends no heartbeats');
  });

  test('is closed half an hour later, and opened again by a late event', async () => {
    const on = started();
    on.passTo(SETTLED_MS + 1_830_000);
    await on.board.flush(false);
    expect(on.store.closed.get('op')).toMatchObject({ outcome: 'lost', worstHealth: 'lost' });
    expect(on.board.get('op')).toMatchObject({ state: 'lost', health: null, durationMs: 0 });
    expect(on.board.list({ health: ['lost'] }, 10)).toEqual([]);
    on.passTo(on.clock.ms + 1000);
    expect(on.board.get('op')).toBeUndefined();
    tell(on, 'heartbeat', { message: 'here I am' });
    await on.board.flush(false);
    on.passTo(on.clock.ms + 1000);
    expect(on.board.get('op')).toMatchObject({
      health: 'healthy',
      message: 'here I am',
      notes: [],
      durationMs: on.clock.ms - SETTLED_MS,
    });
    on.passTo(on.clock.ms + 10_000);
    await on.board.flush(false);
    expect(on.store.closed.has('op')).toBe(false);
    expect(on.store.live).toMatchObject([{ id: 'op' }]);
  });
});

test('an operation that was given up is told as of when it was last heard of, from memory and as it was kept', async () => {
  const on = started({ total: 100 });
  for (let step = 1; step <= 10; step++) {
    on.passTo(on.clock.ms + 5000);
    tell(on, 'progress', { current: step * 4, total: 100 });
  }
  const endedMs = on.clock.ms;
  on.passTo(endedMs + 1_830_000);
  await on.board.flush(false);
  const told = {
    state: 'lost',
    health: null,
    eta: null,
    sinceMs: null,
    beyondP95: false,
    durationMs: 50_000,
    activeMs: 50_000,
    endedAt: new Date(START_MS + endedMs).toISOString(),
    reason: expect.stringContaining('no news for'),
  };
  expect(on.board.get('op')).toMatchObject(told);
  const row = on.store.closed.get('op');
  expect(row && toKeptReport(row, row.outcome, START_MS + 259_200_000)).toMatchObject(told);
});

test('an operation that goes on after it was given up keeps its beginning when the server is killed', async () => {
  const on = started({ description: 'all files' });
  on.passTo(SETTLED_MS + 61_000);
  await on.board.flush(false);
  on.passTo(SETTLED_MS + 1_840_000);
  await on.board.flush(false);
  on.board.look();
  expect(on.board.get('op')).toBeUndefined();
  for (const laterMs of [1000, 60_000, 62_000]) {
    on.passTo(SETTLED_MS + 1_840_000 + laterMs);
    tell(on, 'heartbeat');
    await on.board.flush(false);
    const after = createTestBoard({}, on.store, on.clock.ms);
    await after.board.load();
    after.passTo(on.clock.ms + 2000);
    expect(after.board.get('op')).toMatchObject({ state: 'running', description: 'all files' });
  }
  expect(on.store.closed.get('op')).toBeUndefined();
});

test('an operation that was given up stays so when the server is killed', async () => {
  const on = started();
  on.passTo(SETTLED_MS + 61_000);
  await on.board.flush(false);
  expect(on.store.live).toHaveLength(1);
  on.passTo(SETTLED_MS + 1_830_000);
  await on.board.flush(false);
  expect(on.store.closed.get('op')).toMatchObject({ outcome: 'lost' });
  const after = createTestBoard({}, on.store, on.clock.ms);
  await after.board.load();
  expect(after.board.get('op')).toMatchObject({ state: 'lost', health: null });
  expect(after.board.counts()).toMatchObject({ lost: 0 });
  await after.board.flush(false);
  after.board.look();
  expect(after.board.list({}, 10)).toEqual([]);
  expect(on.store.closed.get('op')).toMatchObject({ outcome: 'lost' });
});

test('the time left is a number, however long the silence', () => {
  const on = started({ total: 100 });
  for (let step = 1; step <= 10; step++) {
    on.passTo(on.clock.ms + 5000);
    tell(on, 'progress', { current: step * 4, total: 100 });
  }
  on.clock.ms += 86_400_000;
  tell(on, 'heartbeat');
  on.board.look();
  expect(Number.isFinite(on.board.get('op')?.eta?.highMs ?? 0)).toBe(true);
});

describe('stalled', () => {
  test('alive, but without a step for a minute', () => {
    const on = started();
    for (let file = 1; file <= 3; file++) {
      on.passTo(on.clock.ms + 1000);
      tell(on, 'progress', { current: file, total: 20, unit: 'files' });
    }
    beatTo(on, SETTLED_MS + 63_000, { current: 3, total: 20 });
    expect(on.board.get('op')).toMatchObject({ health: 'healthy' });
    beatTo(on, SETTLED_MS + 133_000, { current: 3, total: 20 });
    // Told from the last event before the step, when more than eight came since.
    expect(on.board.get('op')).toMatchObject({
      health: 'stalled',
      reason: 'alive, but at 3 of 20 files for 2 min 11 s; advances usually come every 1 s',
    });
    tell(on, 'progress', { current: 4, total: 20 });
    on.passTo(on.clock.ms + 1000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy' });
  });

  test('on a server that often stands still too, once its own news says so', () => {
    const on = started();
    on.passTo(on.clock.ms + 1000);
    tell(on, 'progress', { current: 3, total: 20 });
    while (on.clock.ms < SETTLED_MS + 120_000) {
      on.clock.ms += 10_000;
      tell(on, 'heartbeat', { current: 3, total: 20 });
      on.board.look();
    }
    expect(on.board.get('op')).toMatchObject({ health: 'stalled', held: null });
    tell(on, 'progress', { current: 4, total: 20 });
    on.board.look();
    expect(on.board.get('op')).toMatchObject({ health: 'healthy' });
  });

  test('by its event loop, as the watchdog says, until it is heard of itself', () => {
    const on = started();
    on.passTo(on.clock.ms + 25_000);
    tell(on, 'heartbeat', { blockedS: 24, elapsedS: undefined });
    on.passTo(on.clock.ms + 1000);
    expect(on.board.get('op')).toMatchObject({
      health: 'stalled',
      reason: 'the event loop of process 4711 on host a has been blocked for 25 s',
    });
    tell(on, 'heartbeat');
    on.passTo(on.clock.ms + 1000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy' });
  });

  test('no: while it pauses, and right after', () => {
    const on = started({ total: 20 });
    tell(on, 'progress', { current: 1, total: 20 });
    tell(on, 'paused', { reason: 'night' });
    beatTo(on, SETTLED_MS + 600_000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy', reason: 'paused: night' });
    expect(on.board.counts()).toMatchObject({ paused: 1, healthy: 0 });
    tell(on, 'resumed');
    beatTo(on, on.clock.ms + 30_000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy', pausedMs: 600_000 });
  });

  test('no: a parent whose parts go on, until they do not', () => {
    const on = started({ total: 20 });
    tell(on, 'progress', { current: 1, total: 20 });
    for (let step = 1; step <= 20; step++) {
      beatTo(on, on.clock.ms + 10_000);
      const kind = step === 1 ? 'start' : 'progress';
      tell(on, kind, { id: 'child', parentId: 'op', current: step, heartbeatS: 10 });
    }
    expect(on.board.get('op')).toMatchObject({
      health: 'healthy',
      children: { running: 1, ended: 0, failed: 0, unhealthy: 0 },
    });
    for (let step = 1; step <= 7; step++) {
      beatTo(on, on.clock.ms + 10_000);
      tell(on, 'heartbeat', { id: 'child' });
    }
    // The child's own steps come each ten seconds: it may take its time.
    expect(on.board.get('op')).toMatchObject({ health: 'stalled' });
  });

  test('never one that counts nothing', () => {
    const on = started();
    beatTo(on, SETTLED_MS + 3_600_000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy', reason: 'on its way' });
  });

  test('later where its steps take long', () => {
    const on = started();
    for (let step = 1; step <= 6; step++) {
      beatTo(on, on.clock.ms + 40_000);
      tell(on, 'progress', { current: step });
    }
    beatTo(on, on.clock.ms + 200_000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy' });
    beatTo(on, on.clock.ms + 400_000);
    expect(on.board.get('op')).toMatchObject({ health: 'stalled' });
  });
});

describe('S0-74 S3-80 slow', () => {
  const history = { n: 40, p50Ms: 60_000, p95Ms: 80_000, longestMs: 90_000 };

  test('what is left is told by the median until it has passed, and by nothing from then on', async () => {
    const on = started();
    on.store.histories.set('import', history);
    on.board.look();
    await on.board.flush(false);
    beatTo(on, SETTLED_MS + 40_000);
    expect(on.board.get('op')?.eta).toEqual({
      ms: 20_000,
      lowMs: 20_000,
      highMs: 40_000,
      basis: 'history',
    });
    beatTo(on, SETTLED_MS + 70_000);
    expect(on.board.get('op')).toMatchObject({
      health: 'healthy',
      reason: 'on its way',
      eta: null,
    });
  });

  test('beyond all that is usual, and beyond the 95th percentile only told', async () => {
    const on = started();
    on.store.histories.set('import', history);
    on.board.look();
    await on.board.flush(false);
    beatTo(on, SETTLED_MS + 100_000);
    expect(on.board.get('op')).toMatchObject({
      health: 'healthy',
      beyondP95: true,
      expected: { n: 40, p50Ms: 60_000, p95Ms: 80_000, slowAfterMs: 136_000 },
      eta: null,
    });
    beatTo(on, SETTLED_MS + 240_000);
    expect(on.board.get('op')).toMatchObject({
      health: 'slow',
      reason: 'takes 4 min; 95 % of 40 successful ones took at most 1 min 20 s',
    });
  });

  test('is not said with fewer than ten to compare with', async () => {
    const on = started();
    on.store.histories.set('import', { ...history, n: 9 });
    on.board.look();
    await on.board.flush(false);
    beatTo(on, SETTLED_MS + 600_000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy', expected: null });
  });

  test('history is read again when another one succeeded', async () => {
    const on = started();
    on.board.look();
    await on.board.flush(false);
    await on.board.flush(false);
    expect(on.store.asked).toBe(1);
    on.store.histories.set('import', history);
    tell(on, 'end', { status: 'success' });
    await on.board.flush(false);
    expect(on.store.asked).toBe(2);
    expect(on.board.get('op')).toMatchObject({ expected: null, health: null });
    tell(on, 'start', { id: 'next' });
    expect(on.board.get('next')).toMatchObject({ expected: { n: 40 } });
  });
});

describe('held', () => {
  test('while the receiver takes nothing, and until news had time to come', () => {
    const on = started();
    on.refusal = 'the disk is full';
    on.passTo(SETTLED_MS + 300_000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy', held: 'the disk is full' });
    on.refusal = undefined;
    on.passTo(on.clock.ms + 5000);
    expect(on.board.get('op')).toMatchObject({ health: 'healthy', held: null });
    on.passTo(on.clock.ms + 60_000);
    expect(on.board.get('op')).toMatchObject({ health: 'lost', held: null });
  });

  test('after the server itself stood still, until news had time to come', () => {
    const on = started();
    on.clock.ms += 600_000;
    on.board.look();
    on.passTo(on.clock.ms + 39_000);
    expect(on.board.get('op')).toMatchObject({
      health: 'healthy',
      held: 'the server has just begun to listen',
    });
    on.passTo(on.clock.ms + 12_000);
    expect(on.board.get('op')).toMatchObject({ health: 'lost' });
  });

  test('after the start of the server', async () => {
    const before = started();
    await before.board.flush(true);
    const on = createTestBoard({}, before.store, SETTLED_MS + 3_600_000);
    await on.board.load();
    on.passTo(on.clock.ms + 35_000);
    expect(on.board.get('op')).toMatchObject({
      health: 'healthy',
      held: 'the server has just begun to listen',
    });
    on.passTo(on.clock.ms + 20_000);
    expect(on.board.get('op')).toMatchObject({ state: 'lost' });
  });
});

test('wall clocks of the server that are set change no judgement', () => {
  const on = started();
  on.clock.wrongMs = 3_600_000;
  beatTo(on, SETTLED_MS + 120_000);
  on.clock.wrongMs = -3_600_000;
  beatTo(on, SETTLED_MS + 240_000);
  expect(on.board.get('op')).toMatchObject({ health: 'healthy', durationMs: 240_000, silentMs: 0 });
});

describe('time left', () => {
  const stepped = (ms: readonly number[], total: number | undefined): TestBoard => {
    const on = started();
    for (const [index, gapMs] of ms.entries()) {
      on.passTo(on.clock.ms + gapMs);
      tell(on, 'progress', { current: index + 1, total });
    }
    return on;
  };

  test.each([
    [
      'a point where the steps are even',
      [1000, 1000, 1000, 1000],
      10,
      { lowMs: 6000, highMs: 6000 },
    ],
    ['nothing before three steps', [1000, 1000], 1000, null],
    ['nothing without a total', [1000, 1000, 1000, 1000], undefined, null],
  ])('%s', (_title, gaps, total, eta) => {
    const report = stepped(gaps, total).board.get('op');
    expect(
      report?.eta === null ? null : { lowMs: report?.eta.lowMs, highMs: report?.eta.highMs },
    ).toEqual(eta);
    expect(report?.ratePerS).toBeCloseTo(1, 6);
  });

  test('a range where they are not', () => {
    const eta = stepped([200, 4000, 300, 5000, 200, 3000], 20).board.get('op')?.eta;
    expect(eta?.basis).toBe('rate');
    expect(eta?.lowMs).toBeLessThan(eta?.ms ?? 0);
    expect(eta?.highMs).toBeGreaterThan(eta?.ms ?? 0);
  });
});

test.each([
  [0, '0 s'],
  [1234, '1.2 s'],
  [41_000, '41 s'],
  [59_700, '1 min'],
  [130_000, '2 min 10 s'],
  [3_660_000, '1 h 1 min'],
  [90_000_000, '1 d 1 h'],
])('%d ms are told as %s', (ms, words) => {
  expect(toLength(ms)).toBe(words);
});
