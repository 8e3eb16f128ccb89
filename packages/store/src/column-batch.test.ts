import { expect, test } from 'vitest';
import { ColumnBatch } from './column-batch.ts';
import { VOCABULARY } from './columns.ts';

const MIB = 1024 * 1024;

test.each([
  ['keeps an arena that has grown a little', 2 * MIB, 3 * MIB, 4 * MIB],
  ['lets an arena go that one huge text has grown', 2 * MIB, 9 * MIB, 2 * MIB],
  ['lets an arena go where none was expected', 0, 5 * MIB, 0],
])('a batch that comes back %s', (_name, first, grown, expected) => {
  const batch = new ColumnBatch(VOCABULARY, 4, first);
  batch.reserveArena(grown);
  batch.adopt(batch.release());
  expect(batch.arena.length).toBe(expected);
  expect(batch.arenaView.byteLength).toBe(batch.arena.length);
  batch.reserveArena(100);
  expect(batch.arena.length).toBeGreaterThanOrEqual(100);
});

test('an arena that is filled each time is kept, and goes with the first batch that leaves it empty', () => {
  const batch = new ColumnBatch(VOCABULARY, 4);
  batch.reserveArena(5 * MIB);
  const { arena } = batch;
  batch.arenaBytes = 5 * MIB;
  batch.adopt(batch.release());
  expect(batch.arena.buffer).toBe(arena.buffer);
  batch.adopt(batch.release());
  expect(batch.arena.length).toBe(0);
});
