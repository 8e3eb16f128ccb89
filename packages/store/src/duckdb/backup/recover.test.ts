import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Batch } from '../../batch.ts';
import type { Store } from '../../store.ts';
import { CONTRACT_STATEMENTS, readTest } from '../../testing/store-fixture.ts';
import { writeRow } from '../../testing/write-row.ts';
import { openDuckdb } from '../engine.ts';
import { ArchiveFolder } from '../upkeep/archive-folder.ts';
import { mendRollups } from './mend-rollups.ts';
import { recoverDatabase } from './recover.ts';
import { relistArchive } from './relist.ts';
import { recoveryFolder, replace } from './replacement.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const DAY_NS = 86_400_000_000_000n;
const ENGINE = import.meta.resolve('@duckdb/node-api');

let dir: string;
let file: string;
/** The folder as every test finds it: made once, and put back at the same path, which the views name. */
let pristine: string;
beforeAll(async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'heartwood-recover-'));
  [dir, pristine] = [path.join(home, 'data'), path.join(home, 'pristine')];
  file = path.join(dir, 'heartwood.duckdb');
  const store = await openDuckdb({ path: file, threads: 1 }, CONTRACT_STATEMENTS);
  try {
    await land(store, 1, 60, 9);
    await land(store, 2, 40, 0);
    await store.keepUp({
      nowMs: NOW_MS,
      keepDays: 0,
      hotDays: 1,
      maxBytes: 0,
      otherBytes: 0,
      archive: { leastRows: 10 },
    });
  } finally {
    await store.close();
  }
  renameSync(dir, pristine);
});
afterAll(() => rmSync(path.dirname(dir), { recursive: true, force: true }));
beforeEach(() => cpSync(pristine, dir, { recursive: true }));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Lands runs of one feature, so many days ago. */
async function land(store: Store, record: number, count: number, daysAgo: number): Promise<void> {
  const batch = new Batch(count);
  const start = BigInt(NOW_MS) * 1_000_000n - BigInt(daysAgo) * DAY_NS;
  for (let i = 0; i < count; i++)
    writeRow(batch.spans, {
      seq: BigInt(record * 1000 + i),
      start_time: start + BigInt(i),
      duration_ns: 5n,
      feature_id: 7n,
      user_id: BigInt(1 + (i % 5)),
    });
  await store.land(batch, { record: BigInt(record), rows: 0 });
}

async function withConnection<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(file, { storage_compatibility_version: 'latest' });
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.disconnectSync();
    instance.closeSync();
  }
}

const rowsOf = async (connection: DuckDBConnection, sql: string): Promise<unknown[]> =>
  (await connection.runAndReadAll(sql)).getRowsJson();

const files = (): string[] => readdirSync(dir, { recursive: true, encoding: 'utf8' }).toSorted();

describe('recover leaves as it is', () => {
  it('a database that another process has open', async () => {
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { DuckDBInstance } = await import(${JSON.stringify(ENGINE)});
         globalThis.held = await DuckDBInstance.create(process.argv[1]);
         console.log('open');
         setInterval(() => globalThis.held, 1000);`,
        file,
      ],
      { env: { ...process.env, NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      await said(child, 'open');
      const before = files();
      await expect(recoverDatabase(file)).rejects.toThrow('Conflicting lock');
      expect(files()).toEqual(before);
    } finally {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
  });

  it('a database of a newer version', async () => {
    await withConnection((connection) => connection.run('UPDATE meta SET schema_version = 99'));
    const before = files();
    await expect(recoverDatabase(file)).rejects.toMatchObject({ code: 'STORE_SCHEMA_TOO_NEW' });
    expect(files()).toEqual(before);
  });

  it('a database of a version that had no archive', async () => {
    await withConnection(async (connection) => {
      await connection.run('DROP TABLE archive_files');
      await connection.run('UPDATE meta SET schema_version = 2');
    });
    expect(await recoverDatabase(file)).toMatchObject({ outcome: 'sound', aside: undefined });
  });

  it('a database of another program', async () => {
    rmSync(file);
    await withConnection((connection) => connection.run('CREATE TABLE other AS SELECT 1'));
    await expect(recoverDatabase(file)).rejects.toMatchObject({ code: 'STORE_OPEN_FAILED' });
  });
});

async function said(child: ChildProcess, word: string): Promise<void> {
  for await (const text of child.stdout?.iterator({ destroyOnReturn: false }) ?? [])
    if (String(text).includes(word)) return;
  throw new Error('the process ended');
}

describe('what lost rows can be made anew', () => {
  it('lists whole files of the archive again, and no others', async () => {
    await withConnection(async (connection) => {
      const [[key] = []] = (await rowsOf(connection, 'SELECT hash_seed FROM meta')) as number[][];
      const folder = new ArchiveFolder(file, key ?? 0);
      const LIST = 'SELECT * EXCLUDE (archived) FROM archive_files ORDER BY file';
      const listed = (await rowsOf(connection, LIST)) as string[][];
      expect(listed.length).toBeGreaterThan(0);
      const broken = folder.newName('spans', 0n);
      writeFileSync(folder.pathOf(broken), 'no Parquet');
      const leftover = folder.newName('spans', 0n);
      await connection.run(`COPY hot_spans TO '${folder.pathOf(leftover)}' (FORMAT parquet)`);
      await connection.run('DELETE FROM archive_files');
      const { relisted, unlisted } = await relistArchive(connection, folder, new Set());
      expect(relisted).toBe(listed.length);
      expect(unlisted.toSorted()).toEqual([broken, leftover].toSorted());
      expect(await rowsOf(connection, LIST)).toEqual(listed);
    });
  });

  it.each([
    [['rollup_state']],
    [['feature_hour', 'feature_duration', 'actor_hour']],
    [['rollup_state', 'feature_hour']],
    [['feature_use', 'active_day']],
    [['span_event_day']],
  ])('counts the roll-ups again when %s lost rows', async (tables) => {
    await withConnection(async (connection) => {
      const sums = (): Promise<unknown> =>
        rowsOf(
          connection,
          `SELECT (SELECT sum(runs) FROM feature_hour), (SELECT sum(runs) FROM feature_duration),
             (SELECT sum(runs) FROM actor_hour), (SELECT count(*) FROM rollup_state),
             (SELECT count(*) FROM run_uses), (SELECT count(*) FROM span_event_day)`,
        );
      const whole = await sums();
      expect(whole).toEqual([['100', '100', '100', '1', '100', expect.not.stringMatching(/^0$/u)]]);
      for (const table of tables) await connection.run(`DELETE FROM ${table}`);
      expect([...(await mendRollups(connection, new Set(tables)))]).toEqual(
        expect.arrayContaining(tables),
      );
      expect(await sums()).toEqual(whole);
    });
  });

  it.each(['operations', 'live_operations', 'operation_state'])(
    'has the next start read all records of operations when %s lost rows',
    async (table) => {
      await withConnection(async (connection) => {
        await connection.run('INSERT INTO operation_state VALUES (7)');
        await mendRollups(connection, new Set([table]));
        expect(await rowsOf(connection, 'SELECT count(*) FROM operation_state')).toEqual([['0']]);
      });
    },
  );

  it('has all records looked at for errors again, whatever lost rows', async () => {
    await withConnection(async (connection) => {
      await connection.run('INSERT INTO error_state VALUES (7, 7)');
      await connection.run(
        'INSERT INTO error_occurrences SELECT now()::TIMESTAMP_NS, 1, 0, 1, uuid(), 0, 0, 0, 0, 0, 0',
      );
      expect([...(await mendRollups(connection, new Set(['hot_logs'])))]).toEqual([]);
      expect([...(await mendRollups(connection, new Set(['error_state'])))]).toEqual([
        'error_state',
      ]);
      expect(
        await rowsOf(
          connection,
          'SELECT (SELECT count(*) FROM error_state), (SELECT count(*) FROM error_occurrences)',
        ),
      ).toEqual([['0', '0']]);
    });
  });

  it('keeps hours of roll-ups whose spans have been removed when the state is lost', async () => {
    await withConnection(async (connection) => {
      await connection.run("DELETE FROM archive_files WHERE table_name = 'spans'");
      await connection.run('CREATE OR REPLACE VIEW spans AS SELECT * FROM hot_spans');
      await connection.run('DELETE FROM rollup_state');
      await mendRollups(connection, new Set(['rollup_state']));
      expect(await rowsOf(connection, 'SELECT sum(runs) FROM feature_hour')).toEqual([['100']]);
    });
  });
});

describe('what says whose database it is and how far it has come', () => {
  const KEY = 'SELECT hash_seed FROM meta';
  const POSITION = 'SELECT record, rows FROM landed_position';
  const REQUEST = 'INSERT INTO requests VALUES (uuid(), 2, current_timestamp, 1, 40, 0, 9)';

  /** Destroys the block with the text of `meta`, and no other: what is written last lies in a block of its own. */
  async function destroy(): Promise<void> {
    let at = 0;
    await withConnection(async (connection) => {
      await connection.run("UPDATE meta SET views_digest = 'other'");
      await connection.run('CHECKPOINT');
      const [[block] = []] = (await rowsOf(
        connection,
        "SELECT block_id FROM pragma_storage_info('meta') WHERE persistent AND block_id >= 0",
      )) as string[][];
      // Behind three headers of 4 KiB; a block begins with its checksum.
      at = 12_288 + Number(block) * 262_144 + 20;
    });
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(file, bytes);
  }

  const read = (sql: string): Promise<unknown> =>
    withConnection(async (connection) => (await rowsOf(connection, sql))[0]);

  async function change(...statements: readonly string[]): Promise<void> {
    for (const sql of statements) await withConnection((connection) => connection.run(sql));
  }

  it.each([
    ['the key from what is left of its row', ['meta'], []],
    ['the key from files of the archive', ['meta'], ['DELETE FROM meta']],
    [
      'the position from the requests',
      ['meta', 'landed_position'],
      ['DELETE FROM landed_position'],
    ],
  ])('is made anew: %s', async (_name, remade, statements) => {
    const key = await read(KEY);
    await change(REQUEST, 'UPDATE landed_position SET record = 3');
    const position = await read(POSITION);
    await destroy();
    await change(...statements);
    const recovery = await recoverDatabase(file);
    expect(recovery).toMatchObject({ outcome: 'salvaged', remade, lost: [] });
    expect(await read(KEY)).toEqual(key);
    expect(await read(POSITION)).toEqual(position);
    expect(await read('SELECT count(*) FROM hot_spans')).toEqual(['40']);
    const store = await openDuckdb({ path: file, threads: 1 }, CONTRACT_STATEMENTS);
    try {
      expect(await readTest(store, 'count')).toMatchObject([{ rows: 100 }]);
    } finally {
      await store.close();
    }
  });

  it('is made anew: the key from the journal', async () => {
    await change('DELETE FROM meta', 'DELETE FROM archive_files');
    expect(await recoverDatabase(file, 5)).toMatchObject({ outcome: 'salvaged', remade: ['meta'] });
    expect(await read(KEY)).toEqual([5]);
  });

  it.each([
    [
      'a request has landed in part',
      ['DELETE FROM landed_position', 'INSERT INTO landed_part VALUES (1, 2040)'],
    ],
    [
      'nothing tells which requests have landed',
      ['DELETE FROM landed_position', 'DELETE FROM requests'],
    ],
    ['the archive bears another key than the journal', ['DELETE FROM meta']],
  ])('is not guessed when %s: all is kept aside', async (_name, statements) => {
    await change(REQUEST);
    await destroy();
    await change(...statements);
    const damaged = readFileSync(file);
    const { outcome, aside = '' } = await recoverDatabase(file, 5);
    expect(outcome).toBe('empty');
    expect(readFileSync(path.join(aside, 'heartwood.duckdb')).equals(damaged)).toBe(true);
    expect(await read('SELECT count(*) FROM hot_spans')).toEqual(['0']);
  });
});

it('finishes a replacement that a crash has interrupted, and opens nothing before', async () => {
  const fresh = path.join(recoveryFolder(file), 'new');
  const pristine = readFileSync(file);
  // The damaged one with a WAL; its recovery got as far as to write down what it is to do.
  const aside = path.join(dir, 'heartwood.duckdb.damaged-x');
  mkdirSync(aside);
  mkdirSync(recoveryFolder(file));
  writeFileSync(fresh, pristine);
  const result = { outcome: 'cut', aside, cutWalBytes: 9, lost: [], lostFiles: [] };
  await replace(file, fresh, { aside: path.basename(aside), putAside: [], result });
  writeFileSync(file, 'damaged');
  writeFileSync(`${file}.wal`, 'damaged');
  const open = (): Promise<Store> => openDuckdb({ path: file, threads: 1 }, CONTRACT_STATEMENTS);
  await expect(open()).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  expect(await recoverDatabase(file)).toEqual(result);
  expect(readdirSync(dir).toSorted()).toEqual([
    'heartwood.duckdb',
    'heartwood.duckdb.archive',
    'heartwood.duckdb.damaged-x',
  ]);
  const store = await open();
  try {
    expect(await readTest(store, 'count')).toMatchObject([{ rows: 100 }]);
  } finally {
    await store.close();
  }
});
