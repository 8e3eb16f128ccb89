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
