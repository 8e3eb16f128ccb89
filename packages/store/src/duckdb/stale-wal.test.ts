import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Batch } from '../batch.ts';
import type { Store } from '../store.ts';
import { addSpans, at, CONTRACT_STATEMENTS, readTest } from '../testing/store-fixture.ts';
import { openDuckdb } from './engine.ts';
import { DuckDBInstance } from './node-api.ts';

const ROWS = 5000;
/** Less than the first entries of a landing. */
const TORN_BYTES = 3000;
const BEHIND = /File checkpoint iteration: \d+, WAL checkpoint iteration: \d+/;

let dir: string;
beforeEach(() => (dir = mkdtempSync(path.join(tmpdir(), 'heartwood-wal-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const fileOf = (name: string): string => path.join(dir, `${name}.duckdb`);
const open = (name: string, checkpointMiB: number): Promise<Store> =>
  openDuckdb({ path: fileOf(name), checkpointMiB }, CONTRACT_STATEMENTS);

async function land(store: Store, record: number): Promise<void> {
  const batch = new Batch(ROWS);
  addSpans(batch, (record - 1) * ROWS + 1, ROWS);
  await store.land(batch, at(BigInt(record)));
}

/** What lies on the disk after a kill at this moment. */
function copyAsKilled(from: string, to: string): void {
  copyFileSync(fileOf(from), fileOf(to));
  if (existsSync(`${fileOf(from)}.wal`)) copyFileSync(`${fileOf(from)}.wal`, `${fileOf(to)}.wal`);
}

/** A database of one landing, killed in the second, which was the first commit after a checkpoint. */
async function makeTorn(name: string): Promise<void> {
  const store = await open('first', 24);
  await land(store, 1);
  await store.checkpoint();
  await land(store, 2);
  copyAsKilled('first', name);
  copyAsKilled('first', 'whole');
  truncateSync(`${fileOf(name)}.wal`, TORN_BYTES);
  await store.close();
}

/** A commit of DuckDB as it is by default: one that checkpoints goes past the WAL into the data file. */
async function commitPastWal(name: string): Promise<void> {
  const instance = await DuckDBInstance.create(fileOf(name), { checkpoint_threshold: '0MiB' });
  const connection = await instance.connect();
  await connection.run('CREATE TABLE filler AS SELECT range::VARCHAR AS word FROM range(60000)');
  connection.disconnectSync();
  instance.closeSync();
}

const filesWith = (part: string): string[] =>
  readdirSync(dir).filter((name) => name.includes(part));
const countOf = async (store: Store): Promise<Record<string, unknown> | undefined> =>
  (await readTest(store, 'count'))[0];

describe('a kill in the first commit after a checkpoint', () => {
  it('and one after the next commit that checkpoints leave a database that opens', async () => {
    await makeTorn('torn');
    const second = await open('torn', 0);
    expect(await countOf(second)).toMatchObject({ rows: ROWS, record: 1 });
    await land(second, 2);
    copyAsKilled('torn', 'killed');
    await second.close();
    for (const name of ['torn', 'killed']) {
      const store = await open(name, 24);
      expect(await countOf(store)).toMatchObject({ rows: 2 * ROWS, seqs: 2 * ROWS, record: 2 });
      await store.close();
    }
    expect(filesWith('set-aside')).toEqual([]);
  });
});

describe('a WAL that is one checkpoint behind its file', () => {
  it('is set aside where nothing in it was ever committed', async () => {
    await makeTorn('behind');
    await commitPastWal('behind');
    await expect(DuckDBInstance.create(fileOf('behind'))).rejects.toThrow(BEHIND);
    const store = await open('behind', 24);
    expect(await countOf(store)).toMatchObject({ rows: ROWS, record: 1 });
    await land(store, 2);
    expect(await countOf(store)).toMatchObject({ rows: 2 * ROWS, seqs: 2 * ROWS, record: 2 });
    await store.close();
    const [aside = '', ...others] = filesWith('set-aside');
    expect(others).toEqual([]);
    expect(aside).toMatch(/^behind\.duckdb\.wal\.set-aside-\d+$/);
    expect(statSync(path.join(dir, aside)).size).toBe(TORN_BYTES);
  });

  it.each([
    ['it holds a commit', (wal: string) => copyFileSync(`${fileOf('whole')}.wal`, wal)],
    [
      'commits were made during a checkpoint',
      (wal: string) => writeFileSync(`${wal}.checkpoint`, 'any'),
    ],
  ])('stays where it is and is told of when %s', async (_when, change) => {
    await makeTorn('behind');
    await commitPastWal('behind');
    const wal = `${fileOf('behind')}.wal`;
    change(wal);
    const size = statSync(wal).size;
    await expect(open('behind', 24)).rejects.toMatchObject({ code: 'STORE_OPEN_FAILED' });
    expect(statSync(wal).size).toBe(size);
    expect(filesWith('set-aside')).toEqual([]);
  });
});
