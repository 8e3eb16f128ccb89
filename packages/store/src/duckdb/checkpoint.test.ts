import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkpointAndMerge } from './checkpoint.ts';
import { type Database, openDatabase } from './database.ts';

/** Two of them fit into a row group of 122,880, three do not. */
const ROWS = 50_000;

let dir: string;
let database: Database;
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'heartwood-checkpoint-'));
  database = await openDatabase({
    path: path.join(dir, 'test.duckdb'),
    threads: 1,
    memoryLimitMiB: 896,
    spillMiB: 512,
    // Each commit checkpoints.
    checkpointMiB: 0,
    readers: 1,
    crashAt: undefined,
  });
});
afterEach(() => {
  database.close();
  rmSync(dir, { recursive: true, force: true });
});

async function countRowGroups(): Promise<number> {
  const found = await database.writer.runAndReadAll(
    "SELECT count(DISTINCT row_group_id) FROM pragma_storage_info('numbers')",
  );
  return Number(found.getRows()[0]?.[0]);
}

describe('checkpoints', () => {
  it('merge small row groups only where no commit waits for them, and once', async () => {
    const { writer } = database;
    await writer.run('CREATE TABLE numbers (n BIGINT)');
    const insert = () => writer.run(`INSERT INTO numbers SELECT * FROM range(${String(ROWS)})`);
    for (let commit = 0; commit < 4; commit++) await insert();
    expect(await countRowGroups()).toBe(4);
    // A checkpoint of nothing does nothing.
    await writer.run("SET GLOBAL checkpoint_threshold = '1GB'");
    await insert();
    await checkpointAndMerge(writer);
    // Of five two have become one.
    expect(await countRowGroups()).toBe(4);
    await writer.run("SET GLOBAL checkpoint_threshold = '0MB'");
    await insert();
    expect(await countRowGroups()).toBe(5);
  });
});
