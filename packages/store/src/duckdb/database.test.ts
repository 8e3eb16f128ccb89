import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DATABASE_FILE, openStore } from '../open.ts';
import { openDatabase } from './database.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'heartwood-database-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

it.each([
  [4096, '3.6 GiB'],
  [1408, '1.0 GiB'],
  [512, '128.0 MiB'],
])('of %i MiB that the database may use DuckDB is told %s', async (memoryLimitMiB, told) => {
  const file = path.join(dir, 'test.duckdb');
  const sizes = { threads: 1, memoryLimitMiB, spillMiB: 64, checkpointMiB: 24, readers: 1 };
  const database = await openDatabase({ path: file, ...sizes, crashAt: undefined });
  try {
    const found = await database.writer.runAndReadAll("SELECT current_setting('memory_limit')");
    expect(found.getRows()).toEqual([[told]]);
  } finally {
    database.close();
  }
});

it.each([511, 384, 0, Number.NaN])(
  'with %d MiB nothing is opened, and what helps is said',
  async (memoryLimitMiB) => {
    await expect(openStore({ dataDir: dir, memoryLimitMiB })).rejects.toMatchObject({
      code: 'STORE_MEMORY_TOO_LOW',
      message: expect.stringContaining('at least 512. Raise HEARTWOOD_MEMORY_MB'),
    });
    expect(existsSync(path.join(dir, DATABASE_FILE))).toBe(false);
  },
);

it('what questions may put on disk is told', async () => {
  const sizes = { threads: 1, memoryLimitMiB: 512, spillMiB: 48, checkpointMiB: 24, readers: 1 };
  const file = path.join(dir, 'test.duckdb');
  const database = await openDatabase({ path: file, ...sizes, crashAt: undefined });
  try {
    const found = await database.writer.runAndReadAll(
      "SELECT current_setting('max_temp_directory_size')",
    );
    expect(found.getRows()).toEqual([['48.0 MiB']]);
  } finally {
    database.close();
  }
});
