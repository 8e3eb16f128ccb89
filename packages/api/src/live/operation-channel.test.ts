import { beforeEach, describe, expect, test } from 'vitest';
import { createTestBoard, type TestBoard } from '../../../kpi/src/testing/operation-board.ts';
import { operationEvent } from '../../../kpi/src/testing/operation-events.ts';
import { createRandom, pickFrom } from '../../../kpi/src/testing/world.ts';
import { EventStreamParser } from '../event-stream.ts';
import {
  applyOperationsEvent,
  type FollowedOperation,
  type FollowedOperations,
  type OperationsEvent,
} from '../operation-list.ts';
import { OperationChannel } from './operation-channel.ts';

const UNDER_WAY = { state: ['running', 'paused', 'lost'] } as const;
const WORLDS = Number(process.env['HEARTWOOD_WORLDS'] ?? 20);

let on: TestBoard;
beforeEach(async () => {
  on = createTestBoard();
  await on.board.load();
});

/** Somebody who reads frames as a client does: by events, and back with the last id. */
class Reader {
  #list: FollowedOperations | undefined;
  readonly seen: string[] = [];
  id: string | undefined;
  /** Where the server knows it to be. */
  since: string | undefined;

  take(channel: OperationChannel): void {
    const found = channel.read(this.since);
    if (found === undefined) return;
    this.since = found.id;
    for (const { event, id, data } of new EventStreamParser().read(found.frame.toString())) {
      this.seen.push(event);
      this.id = id ?? this.id;
      const told = { event, id, data: JSON.parse(data) as unknown };
      this.#list = applyOperationsEvent(this.#list, told as OperationsEvent);
    }
  }

  get shown(): ReadonlyMap<string, FollowedOperation> {
    return new Map(this.#list?.operations.map((one) => [one.id, one]));
  }

  /** Comes back with what it has. */
  comeBack(): void {
    this.since = this.id;
  }
}

const open = (limit = 100, filter: object = UNDER_WAY): OperationChannel =>
  new OperationChannel(on.board, { filter, limit }, undefined);

test('S2-05 the list comes first, then what changes of it and what leaves it', () => {
  const channel = open();
  const reader = new Reader();
  on.tell(operationEvent('start', 0, { id: 'a', total: 10 }));
  reader.take(channel);
  expect(reader.shown.get('a')).toMatchObject({ id: 'a', state: 'running', total: 10 });
  on.tell(operationEvent('progress', 10, { id: 'a', current: 4 }));
  reader.take(channel);
  expect(reader.shown.get('a')).toMatchObject({ current: 4, fraction: 0.4 });
  on.tell(operationEvent('end', 20, { id: 'a', status: 'success' }));
  reader.take(channel);
  expect([reader.seen, reader.shown.size]).toEqual([['snapshot', 'operation', 'gone'], 0]);
  expect(channel.read(reader.since)).toBeUndefined();
});

describe('who comes back', () => {
  test('to the same server is given what changed since', () => {
    const reader = new Reader();
    on.tell(operationEvent('start', 0, { id: 'a' }), operationEvent('start', 0, { id: 'b' }));
    reader.take(open());
    on.tell(operationEvent('end', 9, { id: 'a', status: 'failed' }));
    on.tell(operationEvent('start', 9, { id: 'c' }));
    reader.comeBack();
    reader.take(open());
    expect(reader.seen).toEqual(['snapshot', 'operation', 'gone']);
    expect([...reader.shown.keys()]).toEqual(['c', 'b']);
  });

  test('to another server begins anew', async () => {
    const reader = new Reader();
    on.tell(operationEvent('start', 0, { id: 'a' }));
    reader.take(open());
    on = createTestBoard();
    await on.board.load();
    on.tell(operationEvent('start', 0, { id: 'b' }));
    reader.comeBack();
    reader.take(open());
    expect(reader.seen).toEqual(['snapshot', 'reset', 'snapshot']);
    expect([...reader.shown.keys()]).toEqual(['b']);
  });
});

test('changes of others advance the place and say nothing', () => {
  const channel = open(100, { ...UNDER_WAY, feature: 'export' });
  const reader = new Reader();
  reader.take(channel);
  on.tell(operationEvent('start', 0, { id: 'a' }));
  expect(channel.read(reader.since)?.frame).toHaveLength(0);
  reader.take(channel);
  expect(reader.since).toBe(`${on.board.boot}-${String(on.board.version)}`);
  expect(reader.seen).toEqual(['snapshot']);
});

test('before the server knows what is under way it says so, and an id of no board is refused', () => {
  expect(
    () => new OperationChannel(createTestBoard().board, { filter: {}, limit: 1 }, undefined),
  ).toThrow('reading the operations');
  expect(() => new OperationChannel(on.board, { filter: {}, limit: 1 }, '17')).toThrow('no id');
});

test('S2-02 whenever they look, stop and come back, readers end with the list as it is', async () => {
  for (let seed = 1; seed <= WORLDS; seed++) {
    on = createTestBoard();
    await on.board.load();
    const random = createRandom(seed);
    const limit = pickFrom([2, 5, 100], random());
    const filter = pickFrom([UNDER_WAY, {}, { ...UNDER_WAY, feature: 'export' }], random());
    const channel = open(limit, filter);
    const readers = [new Reader(), new Reader(), new Reader()];
    for (let step = 0; step < 120; step++) {
      const id = `op${String(Math.floor(random() * 12))}`;
      const feature = Number(id.slice(2)) % 2 === 0 ? 'import' : 'export';
      const kind = pickFrom(
        ['start', 'progress', 'progress', 'paused', 'resumed', 'end'],
        random(),
      );
      const facts = { id, feature, current: step, total: 120, status: 'success' } as const;
      on.tell(operationEvent(kind as 'start', on.clock.ms, facts));
      if (random() < 0.2) on.passTo(on.clock.ms + random() * 15_000);
      for (const reader of readers) {
        if (random() < 0.05) reader.comeBack();
        if (random() < 0.4) reader.take(random() < 0.9 ? channel : open(limit, filter));
      }
    }
    const list = on.board.list(filter, limit);
    for (const reader of readers) {
      reader.take(channel);
      const shown = [...reader.shown.values()];
      expect([seed, shown.map(versionOf).toSorted()]).toEqual([
        seed,
        list.map(versionOf).toSorted(),
      ]);
      // Those of one urgency and one start stand in any order.
      expect([seed, shown.map(placeOf)]).toEqual([seed, list.map(placeOf)]);
    }
  }
});

type Named = Pick<FollowedOperation, 'id' | 'version' | 'health' | 'startedAt'>;
const versionOf = ({ id, version }: Named): string => `${id} ${String(version)}`;
const placeOf = ({ health, startedAt }: Named): string => `${String(health)} ${startedAt}`;
