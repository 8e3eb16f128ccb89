import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { readRows } from './context.ts';
import { readSparseRowGroups } from './row-groups.ts';

const GROUP_ROWS = 122_880;

let dir: string;
let database: Database;
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'heartwood-row-groups-'));
  await open();
});
afterEach(() => {
  database.close();
  rmSync(dir, { recursive: true, force: true });
});

async function open(): Promise<void> {
  const file = path.join(dir, 'test.duckdb');
  const sizes = { threads: 1, memoryLimitMiB: 512, spillMiB: 64, checkpointMiB: 24, readers: 1 };
  database = await openDatabase({ path: file, ...sizes, crashAt: undefined });
}

/** Words, whose segments DuckDB reads to say where they lie. */
async function reopenWith(words: number, deleted: string): Promise<void> {
  const { writer } = database;
  await writer.run(
    `CREATE TABLE words AS SELECT 'word ' || (range * 7919) % 9000 AS word FROM range(${String(words)})`,
  );
  await writer.run('CHECKPOINT');
  await writer.run(`DELETE FROM words WHERE ${deleted}`);
  await writer.run('CHECKPOINT');
  database.close();
  await open();
}

const blocksInMemory = async (): Promise<number> => {
  const [[bytes] = []] = await readRows(
    database.keeper,
    "SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'BASE_TABLE'",
  );
  return Number(bytes);
};

it('row groups of a table with many deleted rows are counted', async () => {
  await reopenWith(2 * GROUP_ROWS, `rowid < ${String(GROUP_ROWS / 2)}`);
  const groups = await readSparseRowGroups(database.keeper, 0.1);
  expect(groups).toMatchObject([
    { table: 'words', firstRow: 0, rows: GROUP_ROWS, live: GROUP_ROWS / 2 },
    { table: 'words', firstRow: GROUP_ROWS, rows: GROUP_ROWS, live: GROUP_ROWS },
  ]);
});

it('a table with few deleted rows is not read from the file', async () => {
  await reopenWith(4 * GROUP_ROWS, 'rowid < 9');
  const before = await blocksInMemory();
  expect(await readSparseRowGroups(database.keeper, 0.1)).toEqual([]);
  expect(await blocksInMemory()).toBe(before);
});
