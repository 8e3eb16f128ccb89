/** Parents that are over: they stay for their parts, over a restart and a crash too, and leave when none is under way. */
import { describe, expect, test } from 'vitest';
import { createTestBoard, type TestBoard } from '../testing/operation-board.ts';
import { operationEvent } from '../testing/operation-events.ts';
import { toKeptReport, type OperationReport } from './report.ts';

const limits = { abandonMs: 60_000 };

/** Goes on to a time as a server does, `beating` telling that it is alive. */
async function live(on: TestBoard, toMs: number, beating: readonly string[] = []): Promise<void> {
  while (on.clock.ms < toMs) {
    on.passTo(Math.min(toMs, on.clock.ms + 5000));
    for (const id of beating)
      on.tell(operationEvent('heartbeat', on.clock.ms, { id, parentId: 'whole' }));
    await on.board.flush(false);
  }
}

/** The next server over what is kept, after the last words of this one or without them. */
async function restart(on: TestBoard, isKilled = false): Promise<TestBoard> {
  if (!isKilled) await on.board.flush(true);
  const next = createTestBoard({ limits }, on.store, on.clock.ms);
  await next.board.load();
  return next;
}

function keptChildren(on: TestBoard, id: string): OperationReport['children'] | undefined {
  const row = on.store.closed.get(id);
  return row && toKeptReport(row, row.outcome, 0)?.children;
}

const start = (id: string, parentId?: string) =>
  operationEvent('start', 0, { id, parentId, heartbeatS: 10 });

describe('a parent that was given up while a part of it goes on', () => {
  test('is there after a restart, counts the part when it ends, and leaves behind it', async () => {
    const on = createTestBoard({ limits });
    on.tell(start('whole'), start('long', 'whole'), start('silent', 'whole'));
    await live(on, 300_000, ['long']);
    const running = { running: 1, ended: 1, failed: 1, unhealthy: 0 };
    const lost = { state: 'lost', health: null, children: running };
    expect(on.board.get('whole')).toMatchObject(lost);

    const next = await restart(on);
    const before = on.board.get('whole');
    expect(next.board.get('whole')).toMatchObject({ ...lost, endedAt: before?.endedAt });
    await live(next, 310_000, ['long']);
    next.tell(operationEvent('end', 310_000, { id: 'long', parentId: 'whole', status: 'failed' }));
    await live(next, 450_000);
    expect(next.board.list({}, 10)).toEqual([]);
    expect(next.store.closed.get('whole')).toMatchObject({ outcome: 'lost' });
    expect(keptChildren(next, 'whole')).toMatchObject({ running: 0, ended: 2, failed: 2 });
  });

  test('goes on when it is heard of after the restart', async () => {
    const on = createTestBoard({ limits });
    on.tell(start('whole'), start('long', 'whole'));
    await live(on, 300_000, ['long']);
    const next = await restart(on);
    next.tell(operationEvent('heartbeat', 300_000, { id: 'whole' }));
    await live(next, 315_000, ['long']);
    expect(next.board.get('whole')).toMatchObject({ state: 'running' });
    expect(next.store.closed.has('whole')).toBe(false);
  });

  test('leaves no room for others while its part is under way, and is kept with the count of it', async () => {
    const on = createTestBoard({ limits: { ...limits, operations: 4 } });
    on.tell(start('whole'), start('a', 'whole'), start('b'), start('c'));
    on.tell(operationEvent('end', 0, { id: 'whole' }), operationEvent('end', 0, { id: 'c' }));
    on.board.look();
    on.tell(start('d'), start('e'));
    expect(on.board.get('whole')).toMatchObject({ children: { running: 1 } });
    expect(on.board.dropped).toBe(1);
  });
});

test.each([1, 3, 150])(
  'after a crash the row of a parent that is over still counts %d parts that had left',
  async (parts) => {
    const on = createTestBoard({ limits });
    on.tell(start('whole'), start('long', 'whole'));
    for (let index = 0; index < parts; index++) on.tell(start(`part ${String(index)}`, 'whole'));
    on.tell(operationEvent('end', 0, { id: 'whole' }));
    // All fall silent: they are given up, and leave behind the last snapshot.
    await live(on, 400_000);
    const all = { running: 0, ended: parts + 1, failed: parts + 1, unhealthy: 0 };
    expect(keptChildren(on, 'whole')).toEqual(all);
    expect(on.board.list({}, 10)).toEqual([]);

    const next = await restart(on, true);
    await live(next, 420_000);
    expect(next.board.list({}, 10)).toEqual([]);
    expect(keptChildren(next, 'whole')).toEqual(all);
  },
);

test.each([60_000, 110_000, 121_000, 125_000, 131_000, 185_000])(
  'parts beyond those that are known by id count once after a crash at %d ms',
  async (atMs) => {
    const on = createTestBoard({ limits });
    on.tell(start('whole'), start('long', 'whole'));
    for (let index = 0; index < 150; index++) {
      const given = { id: `part ${String(index)}`, parentId: 'whole' };
      on.tell(operationEvent('start', 0, given), operationEvent('end', 0, given));
    }
    on.tell(operationEvent('end', 0, { id: 'whole' }));
    await live(on, atMs, ['long']);
    const next = await restart(on, true);
    next.board.take(next.store.rows.slice(-5), true);
    const counted = { running: 1, ended: 150, failed: 0, unhealthy: 0 };
    expect(next.board.get('whole')?.children).toEqual(counted);
    await live(next, 300_000, ['long']);
    expect(next.board.get('whole')?.children).toEqual(counted);
  },
);

test.each([2, 3, 17, 40])('%d operations that are parts of each other leave', async (size) => {
  const on = createTestBoard({ limits });
  for (let index = 0; index < size; index++) {
    const given = { id: `op ${String(index)}`, parentId: `op ${String((index + 1) % size)}` };
    on.tell(operationEvent('start', 0, given), operationEvent('end', 0, given));
  }
  await live(on, 200_000);
  expect(on.board.list({}, 10)).toEqual([]);
  for (let index = 0; index < size; index++)
    expect(keptChildren(on, `op ${String(index)}`)).toMatchObject({ running: 0, ended: 1 });
});

test('a chain of 5000 parents that are over waits for the part at its end, leaves behind it, and holds up no look', async () => {
  const on = createTestBoard();
  for (let index = 0; index < 5000; index++) {
    const given = { id: `op ${String(index)}`, parentId: `op ${String(index + 1)}` };
    on.tell(operationEvent('start', 0, given));
    if (index > 0) on.tell(operationEvent('end', 0, given));
  }
  await on.board.flush(false);
  on.clock.ms = 60_000;
  const { user } = process.cpuUsage();
  for (let look = 1; look <= 5; look++) on.board.look();
  // 33 ms; were each to look at all above it, 1,250.
  expect((process.cpuUsage().user - user) / 1000).toBeLessThan(400);
  on.clock.ms = 130_000;
  on.board.look();
  expect(on.board.list({}, 10_000)).toHaveLength(5000);
  on.tell(operationEvent('end', 130_000, { id: 'op 0', parentId: 'op 1' }));
  for (let look = 1; look <= 3; look++) {
    await on.board.flush(false);
    on.clock.ms = 260_000;
    on.board.look();
  }
  expect(on.board.list({}, 10_000)).toEqual([]);
  const counted = [...on.store.closed.keys()].filter((id) => keptChildren(on, id)?.ended === 1);
  expect(counted).toHaveLength(4999);
});
