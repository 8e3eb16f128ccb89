/** The board as a whole: restarts, what followers are told, bounds, and operations that do well. */
import { readOperationFacts, type OperationEventKind } from '@heartwood/semconv';
import type { StoredOperation, StoreJob } from '@heartwood/store';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTestBoard, type TestBoard } from '../testing/operation-board.ts';
import { operationEvent, OperationStore, START_MS } from '../testing/operation-events.ts';
import { drawNormal, drawWork, type Work } from '../testing/operation-work.ts';
import { createRandom } from '../testing/world.ts';
import type { OperationEventLike } from './operation-event.ts';
import { toKeptReport, type OperationReport } from './report.ts';

describe('TRAP S2-b restarts', () => {
  const breaksOf = (last: number) =>
    fc.array(fc.record({ at: fc.nat(last), isKilled: fc.boolean(), again: fc.nat(12) }), {
      minLength: 1,
      maxLength: 4,
    });
  const numRuns = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 40);
  const seeds = fc.integer({ min: 1, max: 1_000_000 });

  test('at any event, with or without a last word, leave what there would be without them', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, breaksOf(120), async (seed, breaks) => {
        const work = drawWork({ seed, operations: 6, lengthMs: 200_000 });
        expect(await play(work, breaks)).toEqual(await play(work, []));
      }),
      { numRuns },
    );
  });

  const end = { abandonMs: 30_000, turns: 60, restMs: 200_000 };
  test('at any moment, while operations are given up and leave too, lose no part of a parent', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, breaksOf(170), async (seed, breaks) => {
        const work = drawWork({ seed, operations: 6, lengthMs: 200_000 });
        const { open, closed } = await play(work, breaks, end);
        expect(open).toEqual([]);
        expect(closed).toMatchObject(endsOf(work));
      }),
      { numRuns },
    );
  });

  test('what was lost stays lost on the next server until it is heard of', async () => {
    const on = createTestBoard();
    on.tell(operationEvent('start', 0, { sequence: 0, elapsedS: 0, heartbeatS: 10 }));
    on.passTo(60_000);
    const lost = on.board.get('op');
    expect(lost).toMatchObject({ state: 'lost', health: 'lost' });
    await on.board.flush(true);
    const next = createTestBoard({}, on.store, 60_000);
    await next.board.load();
    next.passTo(62_000);
    const { reason, sinceMs } = next.board.get('op') ?? {};
    expect(next.board.get('op')).toMatchObject({ state: 'lost', health: 'lost' });
    expect(reason).toContain('no news for');
    expect(sinceMs).toBe((lost?.sinceMs ?? 0) + 2000);
    next.tell(operationEvent('heartbeat', 62_500, { sequence: 1, elapsedS: 62.5 }));
    next.passTo(64_000);
    expect(next.board.get('op')).toMatchObject({ state: 'running', health: 'healthy' });
  });

  test('an operation that was closed long ago comes again from a spool, and stays closed', async () => {
    const on = createTestBoard();
    const start = operationEvent('start', 0, {
      sequence: 0,
      elapsedS: 0,
      description: 'all files',
    });
    const end = operationEvent('end', 1000, { sequence: 1, elapsedS: 1, status: 'success' });
    on.tell(start, end);
    await on.board.flush(false);
    on.passTo(300_000);
    expect(on.board.get('op')).toBeUndefined();
    const row = on.store.closed.get('op');
    on.tell(start);
    expect(on.board.get('op')).toMatchObject({ state: 'running' });
    await on.board.flush(false);
    expect(on.board.get('op')).toMatchObject({ state: 'ended', status: 'success' });
    on.passTo(302_000);
    await on.board.flush(false);
    on.passTo(304_000);
    expect(on.board.get('op')).toBeUndefined();
    expect(withoutState(on.store.closed.get('op'))).toEqual({
      ...withoutState(row),
      lastSeq: 3n,
      notes: 64,
    });
  });

  test('what cannot be kept is kept with the next call', async () => {
    const on = createTestBoard();
    on.tell(operationEvent('start', 0), operationEvent('end', 1000, { status: 'failed' }));
    on.store.failure = new Error('no room');
    await expect(on.board.flush(false)).rejects.toThrow('no room');
    on.store.failure = undefined;
    await on.board.flush(false);
    expect(on.store.closed.get('op')).toMatchObject({ outcome: 'failed' });
  });

  test('open operations are kept once a minute when something happened, and at the end', async () => {
    const on = createTestBoard();
    on.tell(operationEvent('start', 0));
    const count = (): number =>
      on.store.jobs.filter(({ underWay }) => underWay !== undefined).length;
    await on.board.flush(false);
    expect(count()).toBe(0);
    on.passTo(61_000);
    await on.board.flush(false);
    expect(count()).toBe(1);
    on.passTo(200_000);
    await on.board.flush(false);
    expect(count()).toBe(1);
    await on.board.flush(true);
    expect(count()).toBe(2);
    expect(on.store.live).toMatchObject([{ id: 'op' }]);
  });

  test('a crash amid a snapshot leaves each as it was or as it is, and the next server tells the same', async () => {
    const store = new OperationStore();
    let left = Infinity;
    const keep = (job: StoreJob): Promise<void> =>
      left-- > 0 ? store.keep(job) : Promise.reject(new Error('gone'));
    const on = createTestBoard({ keep }, store);
    const ids = Array.from({ length: 1200 }, (_, at) => `op ${String(at)}`);
    on.tell(...ids.map((id) => operationEvent('start', 0, { id })));
    await on.board.flush(true);
    const before = new Set(store.live.map(({ state }) => state));
    on.tell(...ids.map((id) => operationEvent('progress', 1000, { id, current: 1, total: 9 })));
    on.tell(operationEvent('end', 1500, { id: 'op 7', status: 'success' }));
    left = 2;
    await expect(on.board.flush(true)).rejects.toThrow('gone');
    expect(store.live).toHaveLength(1200);
    expect(store.live.filter(({ state }) => before.has(state))).toHaveLength(200);
    const next = createTestBoard({}, store);
    await next.board.load();
    const told = ({ board }: TestBoard): object[] =>
      board.list({}, 2000).map(withoutVersion).toSorted(byId);
    expect(told(next)).toEqual(told(on));
  });
});

describe('followers', () => {
  test('are told what changed since a version, what is no longer as asked for, and what is gone', async () => {
    const on = createTestBoard();
    on.tell(operationEvent('start', 0, { id: 'a' }), operationEvent('start', 0, { id: 'b' }));
    const running = { state: ['running'] } as const;
    const { version } = on.board;
    on.tell(operationEvent('end', 1000, { id: 'a', status: 'success' }));
    expect(on.board.changedSince(version, {})).toMatchObject({ changed: [{ id: 'a' }], gone: [] });
    expect(on.board.changedSince(version, running)).toEqual({
      changed: [],
      gone: [{ id: 'a', outcome: 'success' }],
    });
    expect(on.board.changedSince(on.board.version, {})).toEqual({ changed: [], gone: [] });
    expect(on.board.changedSince(on.board.version + 1, {})).toBeUndefined();
    await on.board.flush(false);
    const before = on.board.version;
    on.passTo(125_000);
    expect(on.board.changedSince(before, { ids: ['a'] })).toEqual({
      changed: [],
      gone: [{ id: 'a', outcome: 'success' }],
    });
    on.passTo(300_000);
    expect(on.board.changedSince(before, {})).toBeUndefined();
  });

  test('hear of each change once, until they no longer listen', () => {
    const on = createTestBoard();
    let heard = 0;
    const listening = on.board.onChange(() => (heard += 1));
    on.tell(operationEvent('start', 0, { id: 'a' }), operationEvent('start', 0, { id: 'b' }));
    on.board.look();
    expect(heard).toBe(1);
    listening[Symbol.dispose]();
    on.tell(operationEvent('heartbeat', 0, { id: 'a' }));
    expect(heard).toBe(1);
  });

  test('get what changed exactly, however much else does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.boolean()), { maxLength: 200 }), (steps) => {
        const on = createTestBoard();
        const known = new Map<string, OperationReport>();
        const top = new Map<string, OperationReport>();
        let version = 0;
        for (const [id, isRead] of steps) {
          on.tell(
            operationEvent('progress', id * 7, { id: String(id), current: on.store.rows.length }),
          );
          if (!isRead) continue;
          for (const one of on.board.changedSince(version, {})?.changed ?? [])
            known.set(one.id, one);
          const shown = { ids: new Set(top.keys()), limit: 3 };
          const changes = on.board.changedSince(version, {}, shown);
          for (const one of changes?.changed ?? []) top.set(one.id, one);
          for (const { id } of changes?.gone ?? []) top.delete(id);
          expect([...top.values()].toSorted(byId)).toEqual(on.board.list({}, 3).toSorted(byId));
          ({ version } = on.board);
          expect([...known.values()].toSorted(byId)).toEqual(on.board.list({}, 100).toSorted(byId));
        }
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    [{ feature: 'import' }, ['a', 'c']],
    [{ service: 'other' }, ['b']],
    [{ parent: 'a' }, ['c']],
    [{ ids: ['b', 'x'] }, ['b']],
    [{ state: ['paused'] as const }, ['c']],
    [{ status: ['failed'] }, ['b']],
    [{ health: ['healthy'] as const, component: '' }, ['a', 'c']],
  ])('list by %j', (filter, ids) => {
    const on = createTestBoard();
    on.tell(
      operationEvent('start', 0, { id: 'a' }),
      operationEvent('start', 0, { id: 'b', feature: 'export', service: 'other' }),
      operationEvent('end', 1, { id: 'b', feature: 'export', status: 'failed' }),
      operationEvent('start', 0, { id: 'c', parentId: 'a' }),
      operationEvent('paused', 1, { id: 'c' }),
    );
    expect(
      on.board
        .list(filter, 10)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(ids);
  });
});

describe('parents', () => {
  test('count their parts, those too that are no longer in memory, and over a restart', async () => {
    const on = createTestBoard();
    const part = (kind: OperationEventKind, id: string, status?: 'failed'): void =>
      on.tell(operationEvent(kind, on.clock.ms, { id, parentId: 'op', status }));
    on.tell(operationEvent('start', 0));
    for (const id of ['a', 'b', 'c']) part('start', id);
    part('end', 'a');
    part('end', 'b', 'failed');
    const children = { running: 1, ended: 2, failed: 1, unhealthy: 0 };
    expect(on.board.get('op')?.children).toEqual(children);
    await on.board.flush(false);
    on.passTo(130_000);
    expect(on.board.get('a')).toBeUndefined();
    expect(on.board.get('op')?.children).toEqual(children);
    await on.board.flush(true);
    const after = createTestBoard({}, on.store, on.clock.ms);
    await after.board.load();
    expect(after.board.get('op')?.children).toEqual(children);
  });

  test('count a part once that comes again after it left, on this server or on the next, and one that goes on', async () => {
    const on = createTestBoard({ limits: { abandonMs: 60_000 } });
    const part = (kind: OperationEventKind, id: string, status?: 'failed'): OperationEventLike =>
      operationEvent(kind, 0, { id, parentId: 'op', status, heartbeatS: 10 });
    const endOfB = part('end', 'b', 'failed');
    on.tell(
      operationEvent('start', 0),
      part('start', 'a'),
      part('start', 'b'),
      part('end', 'a'),
      endOfB,
    );
    on.tell(part('start', 'silent'));
    await on.board.flush(false);
    for (let ms = 0; ms <= 400_000; ms += 5000) {
      on.passTo(ms);
      on.tell(operationEvent('heartbeat', ms));
      await on.board.flush(false);
    }
    const ended = { running: 0, ended: 3, failed: 2, unhealthy: 0 };
    expect(on.board.list({}, 10)).toMatchObject([{ id: 'op', children: ended }]);

    on.tell(endOfB);
    await on.board.flush(false);
    expect(on.board.get('b')).toMatchObject({ state: 'ended' });
    expect(on.board.get('op')?.children).toEqual(ended);
    on.passTo(on.clock.ms + 130_000);
    expect(on.board.get('b')).toBeUndefined();
    expect(on.board.get('op')?.children).toEqual(ended);

    on.tell(operationEvent('heartbeat', on.clock.ms, { id: 'silent', parentId: 'op' }));
    await on.board.flush(true);
    const goesOn = { running: 1, ended: 2, failed: 1, unhealthy: 0 };
    expect(on.board.get('op')?.children).toEqual(goesOn);
    const after = createTestBoard({}, on.store, on.clock.ms);
    // Its parts are known again before it is.
    after.board.take(on.store.rows.toReversed(), true);
    await after.board.load();
    expect(after.board.get('op')?.children).toEqual(goesOn);
  });

  test('that are over count parts that leave with them or end after them, in memory and as they are kept', async () => {
    const on = createTestBoard();
    const part = (kind: OperationEventKind, id: string, status?: 'failed'): OperationEventLike =>
      operationEvent(kind, on.clock.ms, { id, parentId: 'op', status, heartbeatS: 10 });
    on.tell(operationEvent('start', 0, { parentId: 'whole' }));
    on.tell(part('start', 'a'), part('start', 'b'), part('start', 'long'));
    on.tell(part('end', 'a'), part('end', 'b', 'failed'), operationEvent('end', 0));
    for (let ms = 0; ms <= 300_000; ms += 10_000) {
      on.passTo(ms);
      on.tell(part('heartbeat', 'long'));
      await on.board.flush(false);
    }
    expect(on.board.get('b')).toBeUndefined();
    expect(on.board.get('op')?.children).toEqual({ running: 1, ended: 2, failed: 1, unhealthy: 0 });
    on.tell(part('end', 'long', 'failed'));
    for (let ms = 300_000; ms <= 500_000; ms += 10_000) {
      on.passTo(ms);
      await on.board.flush(false);
    }
    expect(on.board.get('op')).toBeUndefined();
    const kept = on.store.closed.get('op');
    const report = kept && toKeptReport(kept, kept.outcome, 0);
    expect(report?.children).toEqual({ running: 0, ended: 3, failed: 2, unhealthy: 0 });
  });

  test('that are parts of each other leave when they are over', async () => {
    const on = createTestBoard();
    const circle = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ] as const;
    for (const [id, parentId] of circle)
      on.tell(
        operationEvent('start', 0, { id, parentId }),
        operationEvent('end', 0, { id, parentId }),
      );
    for (let ms = 0; ms <= 150_000; ms += 10_000) {
      on.passTo(ms);
      await on.board.flush(false);
    }
    expect(on.board.list({}, 10)).toEqual([]);
  });

  test('that end leave open parts with a note, and those that name each other harm nobody', () => {
    const on = createTestBoard();
    on.tell(
      operationEvent('start', 0, { id: 'a', parentId: 'b', total: 3 }),
      operationEvent('start', 0, { id: 'b', parentId: 'a', total: 3 }),
      operationEvent('start', 0, { id: 'self', parentId: 'self', total: 3 }),
    );
    on.passTo(200_000);
    on.tell(operationEvent('end', 200_000, { id: 'a', status: 'success' }));
    on.passTo(210_000);
    expect(on.board.get('b')?.notes).toEqual(['parent_ended']);
    expect(on.board.get('self')).toMatchObject({ children: { running: 0 } });
  });
});

describe('bounds', () => {
  test('what has ended, then what is lost, leaves for what is new; without any the new ones are only counted', async () => {
    const on = createTestBoard({ limits: { operations: 10 } });
    for (let index = 0; index < 10; index++)
      on.tell(operationEvent('start', 0, { id: `op${index}`, heartbeatS: 10 }));
    on.tell(operationEvent('start', 0, { id: 'new' }));
    expect(on.board.dropped).toBe(1);
    on.passTo(60_000);
    for (let index = 2; index < 10; index++)
      on.tell(operationEvent('heartbeat', 60_000, { id: `op${index}` }));
    on.tell(operationEvent('end', 60_000, { id: 'op9', status: 'success' }));
    on.board.look();
    const at = operationEvent('start', 60_000);
    on.tell({ ...at, id: 'x' }, { ...at, id: 'y' }, { ...at, id: 'z' }, { ...at, id: 'none' });
    expect(
      on.board
        .list({}, 100)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['op2', 'op3', 'op4', 'op5', 'op6', 'op7', 'op8', 'x', 'y', 'z']);
    expect(on.board.dropped).toBe(2);
    await on.board.flush(false);
    expect([...on.store.closed.values()].toSorted(byId)).toMatchObject([
      { id: 'op0', outcome: 'lost' },
      { id: 'op1', outcome: 'lost' },
      { id: 'op9', outcome: 'success' },
    ]);
  });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  'S2-06 of a hundred healthy operations with uneven steps none is misjudged, draw %d',
  (seed) => {
    const on = createTestBoard();
    on.passTo(60_000);
    const random = createRandom(seed);
    const events = Array.from({ length: 100 }, (_, index) => index).flatMap((index) => {
      const lengthMs = 90_000 * Math.exp(drawNormal(random) / 2);
      const beginMs = 60_000 + random() * 30_000;
      const stepMs = [500, 2000, 5000][index % 3] ?? 5000;
      return healthyEvents(random, { id: `op${index}`, beginMs, lengthMs, stepMs });
    });
    for (const event of events.toSorted((a, b) => Number(a.timeNs - b.timeNs))) {
      on.passTo(Number(event.timeNs) / 1e6 - START_MS);
      on.board.take([event], false);
    }
    expect(on.board.judged).toEqual({ slow: 0, stalled: 0, lost: 0 });
  },
);

describe('TRAP S2-a bad input is told of and harms nothing', () => {
  const attributes = { 'feature.name': 'import', 'feature.operation.id': 'op' };
  type Sent = readonly [OperationEventKind, number, Readonly<Record<string, unknown>>?];
  const start: Sent = ['start', 0, { 'feature.operation.total': 10 }];
  const at = (current: unknown, total: unknown = 10): Record<string, unknown> => ({
    'feature.operation.current': current,
    'feature.operation.total': total,
  });
  const timed = (elapsed: unknown, sequence?: unknown): Record<string, unknown> => ({
    'feature.operation.duration': elapsed,
    'feature.operation.sequence': sequence,
  });
  const ended = (status: unknown): Record<string, unknown> => ({ 'feature.status': status });
  const text = (value: unknown): Record<string, unknown> => ({
    'feature.operation.message': value,
  });
  const HOUR = 3_600_000;

  test.each<readonly [string, readonly Sent[], Partial<OperationReport> | undefined]>([
    [
      'more than the total',
      [start, ['progress', 1000, at(12)]],
      { fraction: 0.99, totalIsEstimate: true, notes: ['over_total'] },
    ],
    [
      'more than the total, then less',
      [start, ['progress', 1, at(12)], ['progress', 2, at(5)]],
      { fraction: 0.5, notes: ['over_total'] },
    ],
    [
      'all of an estimated total',
      [start, ['progress', 1, at(10)]],
      { fraction: 0.99, totalIsEstimate: true },
    ],
    [
      'all, and it ended well',
      [start, ['progress', 1, at(12)], ['end', 2, ended('success')]],
      { fraction: 1, state: 'ended' },
    ],
    [
      'S2-43 less than the total, and it ended well',
      [start, ['progress', 1, at(3)], ['end', 2, { ...ended('success'), 'feature.progress': 1 }]],
      { fraction: 0.3, current: 3, total: 10, state: 'ended' },
    ],
    [
      'a total of which nothing was counted, and it ended well',
      [start, ['end', 1, ended('success')]],
      { fraction: null, current: null, total: 10, state: 'ended' },
    ],
    [
      'half, and it ended badly',
      [start, ['progress', 1, at(5)], ['end', 2, ended('failed')]],
      { fraction: 0.5, status: 'failed' },
    ],
    [
      'a total that grows',
      [start, ['progress', 1, at(5, 20)]],
      { fraction: 0.25, total: 20, totalIsEstimate: false, notes: ['total_changed'] },
    ],
    [
      'a total that shrinks',
      [start, ['progress', 1, at(5, 5)]],
      { fraction: 1, notes: ['total_changed'] },
    ],
    [
      'a total of nothing',
      [
        ['start', 0],
        ['progress', 1, at(5, 0)],
      ],
      { fraction: null, total: 0, notes: ['over_total'] },
    ],
    [
      'a total that is no number',
      [
        ['start', 0],
        ['progress', 1, at(5, 'many')],
      ],
      { total: null, current: 5 },
    ],
    [
      'a negative total',
      [
        ['start', 0],
        ['progress', 1, at(5, -1)],
      ],
      { total: null },
    ],
    [
      'an endless total',
      [
        ['start', 0],
        ['progress', 1, at(5, Infinity)],
      ],
      { total: null },
    ],
    [
      'a huge total',
      [
        ['start', 0],
        ['progress', 1, at(5, Number.MAX_VALUE)],
      ],
      { total: Number.MAX_VALUE },
    ],
    ['a count that is none', [start, ['progress', 1, at(Number.NaN)]], { current: null }],
    ['a negative count', [start, ['progress', 1, at(-3)]], { current: null }],
    ['an endless count', [start, ['progress', 1, at(Infinity)]], { current: null }],
    ['a count in words', [start, ['progress', 1, at('3')]], { current: null }],
    ['a count as a list', [start, ['progress', 1, at([3])]], { current: null }],
    ['a count that is half', [start, ['progress', 1, at(2.5)]], { current: 2.5, fraction: 0.25 }],
    [
      'a count that goes back',
      [start, ['progress', 1, at(8)], ['progress', 2, at(1)]],
      { current: 1 },
    ],
    [
      'a part that is more than all',
      [
        ['start', 0],
        ['progress', 1, { 'feature.progress': 7 }],
      ],
      { fraction: null },
    ],
    [
      'a part without a count',
      [
        ['start', 0],
        ['progress', 1, { 'feature.progress': 0.4 }],
      ],
      { fraction: 0.4 },
    ],
    [
      'a clock an hour ahead',
      [start, ['progress', HOUR, { ...at(1), ...timed(1, 1) }]],
      { current: 1, notes: ['late'] },
    ],
    [
      'a clock that jumps forth',
      [
        ['start', 0, timed(0, 0)],
        ['heartbeat', HOUR, timed(1, 1)],
      ],
      { notes: ['clock_jumped', 'late'], durationMs: 1000 },
    ],
    [
      'a clock that jumps back',
      [
        ['start', 0, timed(0, 0)],
        ['heartbeat', -HOUR, timed(1, 1)],
      ],
      { notes: ['clock_jumped', 'late'], durationMs: 1000 },
    ],
    [
      'a clock that jumps back before the end',
      [
        ['start', 0, timed(0, 0)],
        ['end', -HOUR, { ...timed(9, 1), ...ended('success') }],
      ],
      {
        durationMs: 9000,
        status: 'success',
        startedAt: '2026-11-22T12:00:00.000Z',
        endedAt: '2026-11-22T12:00:09.000Z',
      },
    ],
    [
      'an end before the start',
      [
        ['start', 1000],
        ['end', 0, ended('success')],
      ],
      { durationMs: 0 },
    ],
    ['an elapsed time of ages', [['start', 0, timed(1e300, 0)]], { durationMs: 0 }],
    ['a negative elapsed time', [['start', 0, timed(-5, 0)]], { durationMs: 0 }],
    ['no elapsed time', [['start', 0, timed('long', 0)]], { durationMs: 0 }],
    ['a number of an event that is none', [['start', 0, timed(0, 'first')]], { state: 'running' }],
    ['a number of an event that is half', [['start', 0, timed(0, 0.5)]], { state: 'running' }],
    [
      'two events of one number',
      [
        ['start', 0, timed(0, 0)],
        ['progress', 1, { ...at(1), ...timed(1, 1) }],
        ['progress', 2, { ...at(2), ...timed(2, 1) }],
      ],
      { current: 2 },
    ],
    [
      'an end without a start',
      [['end', 5000, { ...timed(5), ...ended('success') }]],
      {
        notes: ['start_unknown'],
        durationMs: 5000,
        startedAt: '2026-11-22T12:00:00.000Z',
        endedAt: '2026-11-22T12:00:05.000Z',
      },
    ],
    [
      'an end alone, without a length',
      [['end', 5000, ended('failed')]],
      { notes: ['start_unknown'], durationMs: 0, status: 'failed' },
    ],
    [
      'a heartbeat of an unknown one',
      [['heartbeat', 5000, timed(5)]],
      { notes: ['start_unknown'], state: 'running', durationMs: 5000 },
    ],
    [
      'progress of an unknown one',
      [['progress', 0, at(1)]],
      { notes: ['start_unknown'], current: 1 },
    ],
    ['a pause of an unknown one', [['paused', 0]], { notes: ['start_unknown'], state: 'paused' }],
    ['going on without a pause', [start, ['resumed', 1]], { state: 'running', pausedMs: 0 }],
    [
      'two pauses',
      [start, ['paused', 1000, timed(1)], ['paused', 2000, timed(2)], ['resumed', 4000, timed(4)]],
      { state: 'running', pausedMs: 3000 },
    ],
    [
      'an end in a pause',
      [start, ['paused', 1000, timed(1)], ['end', 4000, { ...timed(4), ...ended('success') }]],
      { state: 'ended', pausedMs: 3000, activeMs: 1000 },
    ],
    [
      'a pause behind the end',
      [
        start,
        ['end', 1000, { ...timed(1, 1), ...ended('success') }],
        ['paused', 2000, timed(2, 2)],
      ],
      { state: 'ended', pausedMs: 0, notes: ['progress_after_end'] },
    ],
    [
      'two ends of one word',
      [start, ['end', 1, ended('success')], ['end', 2, ended('success')]],
      { status: 'success', notes: [] },
    ],
    [
      'two ends of two words',
      [start, ['end', 1, ended('success')], ['end', 2, ended('failed')]],
      { status: 'success', notes: ['two_ends'] },
    ],
    [
      'two ends, the later one first',
      [['end', 2, ended('failed')], start, ['end', 1, ended('success')]],
      { status: 'success', notes: ['two_ends'] },
    ],
    [
      'progress behind the end',
      [start, ['end', 1, ended('success')], ['progress', 2, at(3)]],
      { state: 'ended', notes: ['progress_after_end'] },
    ],
    [
      'a heartbeat behind the end',
      [start, ['end', 1, ended('success')], ['heartbeat', 2]],
      { state: 'ended', notes: [] },
    ],
    ['an end that does not say how', [start, ['end', 1]], { status: 'success' }],
    [
      'an end that names an unknown status',
      [start, ['end', 1, ended('exploded')]],
      { status: 'success' },
    ],
    [
      'two starts',
      [
        ['start', 0, { 'feature.operation.description': 'one' }],
        ['start', 1, { 'feature.operation.description': 'two' }],
      ],
      { description: 'one', startedAt: '2026-11-22T12:00:00.000Z' },
    ],
    [
      'a start behind progress',
      [
        ['progress', 1000, at(1)],
        ['start', 0],
      ],
      { current: 1, notes: [] },
    ],
    [
      'a message of a megabyte',
      [start, ['progress', 1, text('x'.repeat(1_000_000))]],
      { message: 'x'.repeat(1024) },
    ],
    ['no message', [start, ['progress', 1, text('')]], { message: null }],
    ['a message that is a number', [start, ['progress', 1, text(5)]], { message: null }],
    [
      'a message that would steer a terminal',
      [start, ['progress', 1, text('\u001B[2J')]],
      { message: '\u001B[2J' },
    ],
    ['half a letter', [start, ['progress', 1, text('\uD83D')]], { message: '\uD83D' }],
    [
      'a heartbeat interval of nothing',
      [['start', 0, { 'feature.operation.heartbeat_interval': 0 }]],
      { health: 'healthy' },
    ],
    [
      'a heartbeat interval of ages',
      [['start', 0, { 'feature.operation.heartbeat_interval': 1e12 }]],
      { health: 'healthy' },
    ],
    [
      'a thread that is blocked for less than nothing',
      [start, ['heartbeat', 1, { 'feature.operation.event_loop.blocked': -1 }]],
      { health: 'healthy' },
    ],
    [
      'an id of a megabyte',
      [['start', 0, { 'feature.operation.id': 'i'.repeat(1_000_000) }]],
      undefined,
    ],
    ['no id', [['start', 0, { 'feature.operation.id': '' }]], undefined],
    ['an id that is a number', [['start', 0, { 'feature.operation.id': 7 }]], undefined],
    [
      'the name of a part of every object',
      [['start', 0, { 'feature.operation.id': '__proto__' }]],
      undefined,
    ],
  ])('%s', async (_title, sent, expected) => {
    const on = createTestBoard();
    for (const [kind, ms, given] of sent) {
      const facts = readOperationFacts({ ...attributes, ...given });
      if (facts !== undefined) on.tell(operationEvent(kind, ms, facts));
      on.board.look();
    }
    const shown = { ...on.board.get('op') };
    expect(shown).toMatchObject(expected ?? {});
    expect(on.board.get('op') === undefined).toBe(expected === undefined);
    await on.board.flush(true);
    const after = createTestBoard({}, on.store);
    await after.board.load();
    expect(after.board.list({}, 10).map(withoutVersion)).toEqual(
      on.board.list({}, 10).map(withoutVersion),
    );
    for (const row of [...on.store.live, ...on.store.closed.values()])
      expect(row.state.length).toBeLessThan(20_000);
  });
});

/**
 * Lives through work, and some turns of 5 s behind it, with breaks at some of its events and of these turns; what there is
 * `restMs` later.
 */
async function play(
  work: Work,
  breaks: readonly { at: number; isKilled: boolean; again: number }[],
  { abandonMs = 1_800_000, turns = 0, restMs = 60_000 } = {},
): Promise<{ open: readonly object[]; closed: readonly object[] }> {
  const limits = { abandonMs };
  let on: TestBoard = createTestBoard({ limits });
  await on.board.load();
  const lastMs = work.at(-1)?.arrivesMs ?? 0;
  const moments: readonly { arrivesMs: number; event?: OperationEventLike }[] = [
    ...work,
    ...Array.from({ length: turns }, (_, turn) => ({ arrivesMs: lastMs + 5000 * (turn + 1) })),
  ];
  for (const [index, { arrivesMs, event }] of moments.entries()) {
    on.passTo(arrivesMs);
    if (event !== undefined) on.tell(event);
    if (event === undefined || index % 5 === 0) await on.board.flush(false);
    const stop = breaks.find(({ at }) => at === index);
    if (stop === undefined) continue;
    if (!stop.isKilled) await on.board.flush(true);
    const again = createTestBoard({ limits }, on.store, on.clock.ms);
    await again.board.load();
    // The journal tells the last ones once more.
    again.board.take(again.store.rows.slice(-stop.again), true);
    on = again;
  }
  for (let restedMs = 0; restedMs < restMs; restedMs += 5000) {
    on.passTo(on.clock.ms + 5000);
    await on.board.flush(false);
  }
  // What is over leaves when it is kept, and a parent when it was kept anew.
  for (let turn = 0; turn < 3; turn++) {
    await on.board.flush(false);
    on.board.look();
  }
  await on.board.flush(true);
  const closed = [...on.store.closed.values()].toSorted(byId).map(withParts);
  return { open: on.board.list({}, 100).toSorted(byId).map(withoutJudgement), closed };
}

/** How each operation ends and how its parts do, by what its events say alone: without an end, it is lost. */
function endsOf(work: Work): object[] {
  const parents = new Map<string, string | undefined>();
  const outcomes = new Map<string, string>();
  for (const { id, kind, parentId, status = 'lost' } of work.map(({ event }) => event)) {
    parents.set(id, parentId);
    if (kind === 'end' || !outcomes.has(id)) outcomes.set(id, status);
  }
  return [...outcomes.keys()].toSorted().map((id) => {
    const parts = [...outcomes.keys()].filter((part) => parents.get(part) === id);
    const failed = parts.filter((part) => outcomes.get(part) !== 'success').length;
    const children = { running: 0, ended: parts.length, failed, unhealthy: 0 };
    return { id, outcome: outcomes.get(id), children };
  });
}

function healthyEvents(
  random: () => number,
  {
    id,
    beginMs,
    lengthMs,
    stepMs,
  }: { id: string; beginMs: number; lengthMs: number; stepMs: number },
): ReturnType<typeof operationEvent>[] {
  let sequence = 0;
  const event = (
    kind: OperationEventKind,
    ms: number,
    current?: number,
  ): ReturnType<typeof operationEvent> =>
    operationEvent(kind, beginMs + ms, {
      id,
      sequence: sequence++,
      elapsedS: ms / 1000,
      heartbeatS: kind === 'start' ? 10 : undefined,
      current,
      status: kind === 'end' ? 'success' : undefined,
    });
  const events = [event('start', 0)];
  let current = 0;
  let toldMs = 0;
  for (let ms = 0; ms < lengthMs;) {
    const nextMs = Math.min(lengthMs, ms + stepMs * Math.exp(drawNormal(random) / 2));
    while (nextMs - toldMs > 10_000) events.push(event('heartbeat', (toldMs += 10_000), current));
    ms = nextMs;
    current += 1;
    // As the app does: at most one a second.
    if (ms - toldMs < 1000) continue;
    toldMs = ms;
    events.push(event('progress', ms, current));
  }
  events.push(event('end', lengthMs, current));
  return events;
}

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

const withoutVersion = ({
  version: _version,
  ...rest
}: OperationReport): Omit<OperationReport, 'version'> => rest;

/** Since when it is judged so depends on who judged it. */
const withoutJudgement = ({
  version: _version,
  sinceMs: _sinceMs,
  suspectedMs: _suspectedMs,
  held: _held,
  reason,
  notes,
  ...rest
}: OperationReport): object => ({
  ...rest,
  reason: reason?.replace(/; all .*/, ''),
  // That a parent ended before is seen at a look, and kept with the next snapshot only.
  notes: notes.filter((note) => note !== 'parent_ended'),
});

function withoutState(row: { state: string } | undefined): object {
  const { state: _state, ...rest } = row ?? { state: '' };
  return rest;
}

function withParts(row: StoredOperation): object {
  const { state: _state, worstHealth: _worst, notes, ...rest } = row;
  return { ...rest, notes: notes & 127, children: toKeptReport(row, row.outcome, 0)?.children };
}
