/** What a board makes of clocks that were set, of silence without heartbeats, and of more operations than it has room for. */
import { describe, expect, test } from 'vitest';
import { createTestBoard, type TestBoard } from '../testing/operation-board.ts';
import { operationEvent, OperationStore } from '../testing/operation-events.ts';
import type { OperationSource } from './operation-source.ts';
import { toKeptReport } from './report.ts';

const HOUR_MS = 3_600_000;

describe('a restart', () => {
  test.each([
    ['set forward', HOUR_MS],
    ['set back', -HOUR_MS],
  ])('after the wall clock was %s knows how long there was no news', async (_name, wrongMs) => {
    const on = createTestBoard();
    await on.board.load();
    on.tell(operationEvent('start', 0, { sequence: 0, elapsedS: 0, heartbeatS: 10 }));
    on.passTo(30_000);
    on.clock.wrongMs = wrongMs;
    on.tell(operationEvent('heartbeat', 30_000, { sequence: 1, elapsedS: 30, heartbeatS: 10 }));
    await on.board.flush(true);
    const next = createTestBoard({}, on.store, 32_000, wrongMs);
    await next.board.load();
    expect(next.board.get('op')).toMatchObject({ silentMs: 2000, durationMs: 32_000 });
    next.passTo(200_000);
    expect(next.board.get('op')).toMatchObject({ health: 'lost', silentMs: 170_000 });
  });

  test('counts rows that another version wrote instead of passing them over', async () => {
    const on = createTestBoard();
    on.tell(operationEvent('start', 0));
    await on.board.flush(true);
    const store = new OperationStore();
    store.live = on.store.live.map(({ id }) => ({ id, state: '{"version":99}' }));
    const next = createTestBoard({}, store);
    await next.board.load();
    expect([next.board.unread, next.board.get('op')]).toEqual([1, undefined]);
  });
});

test('an operation that paused and sends no heartbeats is not lost for a day, and then it is said that it paused', () => {
  const on = createTestBoard();
  on.tell(operationEvent('start', 0));
  on.passTo(1000);
  on.tell(operationEvent('paused', 1000, { reason: 'waits for approval' }));
  on.passTo(23 * HOUR_MS);
  expect(on.board.get('op')).toMatchObject({ state: 'paused', health: 'healthy' });
  on.passTo(25 * HOUR_MS);
  expect(on.board.get('op')).toMatchObject({
    state: 'lost',
    reason: expect.stringContaining('it sends no heartbeats; paused: waits for approval') as string,
  });
});

describe('more operations than there is room for', () => {
  const limits = { operations: 10 };

  test('one that left for want of room stays over when its start comes late a second time', async () => {
    const on = createTestBoard({ limits });
    await on.board.load();
    const start = operationEvent('start', 0, { id: 'first', sequence: 0, elapsedS: 0 });
    on.tell(
      start,
      operationEvent('end', 0, { id: 'first', sequence: 1, elapsedS: 0.1, status: 'success' }),
    );
    await on.board.flush(false);
    for (let index = 0; index < 9; index++)
      on.tell(operationEvent('start', 0, { id: `other ${String(index)}` }));
    on.passTo(1000);
    on.tell(operationEvent('start', 1000, { id: 'last' }));
    expect(on.board.get('first')).toBeUndefined();
    on.passTo(3000);
    on.tell(operationEvent('end', 3000, { id: 'other 1', status: 'success' }));
    await on.board.flush(false);
    on.passTo(4000);
    on.tell(start);
    await on.board.flush(false);
    expect(on.board.get('first')).toMatchObject({ state: 'ended', status: 'success' });
  });

  test('those that are not written yet count among them, and one that is written is not written again', async () => {
    const on = createTestBoard({ limits });
    await on.board.load();
    on.store.failure = new Error('the disk is full');
    for (let index = 0; index < 100; index++) {
      const id = `short ${String(index)}`;
      on.tell(operationEvent('start', on.clock.ms, { id }));
      on.tell(operationEvent('end', on.clock.ms, { id, status: 'success' }));
      on.passTo(on.clock.ms + 1000);
    }
    // Ten in memory, and three that only wait to be written.
    expect(on.board.dropped).toBe(2 * (100 - 13));
    on.store.failure = undefined;
    await on.board.flush(false);
    expect(on.store.closed.size).toBe(13);
    const jobs = on.store.jobs.length;
    on.tell(operationEvent('start', on.clock.ms, { id: 'next' }));
    await on.board.flush(false);
    expect(on.store.jobs.slice(jobs).flatMap(({ closed }) => closed)).toEqual([]);
  });

  test('of many that leave the last are told of, and who knows less begins anew', async () => {
    const on = createTestBoard({ limits: { ...limits, left: 20 } });
    await on.board.load();
    const { version } = on.board;
    let before = version;
    for (let index = 0; index < 40; index++) {
      const id = `short ${String(index)}`;
      if (index === 36) before = on.board.version;
      on.tell(operationEvent('start', on.clock.ms, { id }));
      on.tell(operationEvent('end', on.clock.ms, { id, status: 'success' }));
      await on.board.flush(false);
      on.passTo(on.clock.ms + 1000);
    }
    expect(on.board.changedSince(before, {})?.gone).toHaveLength(4);
    expect(on.board.changedSince(version, {})).toBeUndefined();
  });

  test('thousands that come at once from a spool are all looked up within seconds', async () => {
    const on = createTestBoard();
    await on.board.load();
    for (let index = 0; index < 3000; index++)
      on.tell(operationEvent('end', -HOUR_MS, { id: `late ${String(index)}`, status: 'success' }));
    await on.board.flush(false);
    expect(on.store.closed.size).toBe(3000);
  });
});

describe('a server that is killed before the store was asked about one that comes again', () => {
  const given = { description: 'all files', current: 5 };
  const end = operationEvent('end', 1000, { sequence: 1, elapsedS: 1, status: 'success' });
  const start = operationEvent('start', 0, { sequence: 0, elapsedS: 0 });

  test.each([
    ['its end', 'kept alone', end],
    ['its end', 'heard of again first', end],
    ['its start', 'kept alone', start],
    ['its start', 'heard of again first', start],
  ])('by %s leaves its row as full as it was: %s', async (_event, way, again) => {
    const store = new OperationStore();
    const first = createTestBoard({}, store);
    await first.board.load();
    first.tell({ ...start, ...given }, end);
    await first.board.flush(false);
    first.passTo(300_000);
    await first.board.flush(true);
    expect(first.board.get('op')).toBeUndefined();
    let questions = 0;
    const on: TestBoard = createTestBoard({ source: sourceOf(store, tellMore) }, store, 300_000);
    // Some come with each question of one turn, and the last is left for the next turn.
    function tellMore(): void {
      if (!on.board.isLoaded) return;
      questions += 1;
      on.tell(questions === 20 ? again : operationEvent('end', 0, { id: String(questions) }));
    }
    await on.board.load();
    on.passTo(361_000);
    on.tell(operationEvent('end', 0, { id: 'late' }));
    await on.board.flush(false);
    expect([questions, store.live.map(({ id }) => id)]).toEqual([
      20,
      expect.arrayContaining(['op']),
    ]);
    const next = createTestBoard({}, store, on.clock.ms);
    if (way !== 'kept alone') next.board.take(store.rows.slice(-1), true);
    await next.board.load();
    expect(next.board.get('op')).toMatchObject({ ...given, state: 'ended' });
    await next.board.flush(true);
    const row = store.closed.get('op');
    expect(row && toKeptReport(row, row.outcome, 0)).toMatchObject({ ...given, durationMs: 1000 });
  });
});

/** Has something done before each question about what was closed. */
const sourceOf = (store: OperationStore, before: () => void): OperationSource => ({
  readLive: () => store.readLive(),
  readEvents: (after) => store.readEvents(after),
  readHistory: (feature) => store.readHistory(feature),
  readClosed: (ids) => {
    before();
    return store.readClosed(ids);
  },
});
