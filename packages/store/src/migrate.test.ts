import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TABLES } from './columns.ts';
import { type ColumnKind } from './table-definition.ts';
import { refuseOldEngine } from './duckdb/database.ts';
import { openDuckdb } from './duckdb/engine.ts';
import {
  migrate,
  type MigrationTarget,
  readSchema,
  SCHEMA_VERSION,
  type SchemaSource,
} from './migrate.ts';
import { landingTable, PARTITIONS } from './partitions.ts';

let instance: DuckDBInstance;
let target: MigrationTarget;
let rows: (sql: string) => Promise<unknown[][]>;

beforeEach(async () => {
  instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  rows = async (sql) => (await connection.runAndReadAll(sql)).getRowsJson();
  target = {
    execute: async (sql, values) => void (await connection.run(sql, values)),
    firstRow: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson()[0],
  };
});
afterEach(() => instance.closeSync());

const SQL_TYPE: Readonly<Record<ColumnKind, string>> = {
  uuid: 'UUID',
  id: 'UBIGINT',
  time: 'TIMESTAMP_NS',
  i64: 'BIGINT',
  f64: 'DOUBLE',
  u32: 'UINTEGER',
  i32: 'INTEGER',
  u8: 'UTINYINT',
  text: 'VARCHAR',
  u64s: 'UBIGINT[]',
  f64s: 'DOUBLE[]',
};

const version = (n: number, over: Partial<SchemaSource> = {}): SchemaSource => ({
  ...readSchema(),
  version: n,
  step: (step) => `ALTER TABLE vocabulary ADD COLUMN step_${step} INTEGER DEFAULT ${step}`,
  ...over,
});

describe('migrate', () => {
  it('makes the tables that batches land in, column by column', async () => {
    await migrate(target, 'x');
    for (const { name, columns } of TABLES)
      expect(
        await rows(
          `SELECT column_name, data_type, is_nullable FROM duckdb_columns() WHERE table_name = '${landingTable(name)}' ORDER BY column_index`,
        ),
      ).toEqual(Object.entries(columns).map(([column, kind]) => [column, SQL_TYPE[kind], false]));
  });

  it('makes no index, which would halve the landing', async () => {
    await migrate(target, 'x');
    expect(await rows('SELECT * FROM duckdb_indexes()')).toEqual([]);
    expect(
      await rows(
        `SELECT constraint_type FROM duckdb_constraints() WHERE constraint_type <> 'NOT NULL'`,
      ),
    ).toEqual([]);
  });

  it('does nothing the second time', async () => {
    await migrate(target, 'x');
    const before = await rows('SELECT * FROM meta');
    await migrate({ ...target, execute: () => Promise.reject(new Error('nothing to do')) }, 'x');
    expect(await rows('SELECT * FROM meta')).toEqual(before);
  });

  it('S4-76: takes an old database forward step by step and keeps its rows and key', async () => {
    await migrate(target, 'x');
    await target.execute(`INSERT INTO vocabulary VALUES (1, 2, 'kept')`);
    const [before = []] = await rows('SELECT hash_seed FROM meta');
    await migrate(target, 'x', version(SCHEMA_VERSION + 2));
    const steps = [SCHEMA_VERSION + 1, SCHEMA_VERSION + 2];
    expect(
      await rows(`SELECT text, ${steps.map((n) => `step_${n}`).join(', ')} FROM vocabulary`),
    ).toEqual([['kept', ...steps]]);
    expect(await rows('SELECT schema_version, hash_seed FROM meta')).toEqual([
      [SCHEMA_VERSION + 2, ...before],
    ]);
  });

  it('gives a database of the first version the tables that came later', async () => {
    await migrate(target, 'x');
    for (const { name, hotTable } of PARTITIONS) {
      await target.execute(`DROP VIEW ${name}`);
      await target.execute(`ALTER TABLE ${hotTable} RENAME TO ${name}`);
    }
    await target.execute('DROP TABLE logs');
    await target.execute(
      `INSERT INTO span_extras VALUES (7, '2026-11-21', 'kept', '', '', '', '', 0, 0, 0)`,
    );
    await target.execute('UPDATE meta SET schema_version = 1');
    await migrate(target, 'x');
    expect(await rows('SELECT count(*) FROM logs')).toEqual([['0']]);
    expect(await rows('SELECT status_message FROM span_extras')).toEqual([['kept']]);
    expect(await rows('SELECT schema_version FROM meta')).toEqual([[SCHEMA_VERSION]]);
  });

  it('leaves an old database as it was when a step fails', async () => {
    await migrate(target, 'x');
    const broken = version(SCHEMA_VERSION + 2, {
      step: (n) => (n === SCHEMA_VERSION + 2 ? 'SELECT no_such' : 'DROP TABLE requests'),
    });
    await expect(migrate(target, 'x', broken)).rejects.toThrow('no_such');
    expect(await rows('SELECT schema_version FROM meta')).toEqual([[SCHEMA_VERSION]]);
    expect(await rows('SELECT count(*) FROM requests')).toEqual([['0']]);
  });

  it('replaces views whose text has changed', async () => {
    await migrate(target, 'x');
    const changed = version(SCHEMA_VERSION, {
      views: [...readSchema().views, 'CREATE OR REPLACE VIEW all_spans AS SELECT 42 AS answer'],
    });
    await migrate(target, 'x', changed);
    expect(await rows('SELECT * FROM all_spans')).toEqual([[42]]);
  });

  it('refuses a database of a newer program', async () => {
    await migrate(target, 'x', version(SCHEMA_VERSION));
    await target.execute(`UPDATE meta SET schema_version = ${SCHEMA_VERSION + 1}`);
    await expect(migrate(target, '/the/file')).rejects.toMatchObject({
      code: 'STORE_SCHEMA_TOO_NEW',
      retryable: false,
      message: expect.stringContaining(
        `/the/file has schema version ${SCHEMA_VERSION + 1}, this program knows up to ${SCHEMA_VERSION}`,
      ),
    });
  });
});

describe('opening', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'heartwood-open-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('refuses a newer schema and lets the file go', async () => {
    const file = path.join(dir, 'test.duckdb');
    const store = await openDuckdb({ path: file }, new Map());
    await store.close();
    const other = await DuckDBInstance.create(file);
    const connection = await other.connect();
    await connection.run('UPDATE meta SET schema_version = 999');
    connection.disconnectSync();
    other.closeSync();
    for (let n = 0; n < 2; n++)
      await expect(openDuckdb({ path: file }, new Map())).rejects.toMatchObject({
        code: 'STORE_SCHEMA_TOO_NEW',
      });
  });

  it('says what is wrong with a file that is no database', async () => {
    const file = path.join(dir, 'notes.txt');
    writeFileSync(file, 'no database '.repeat(1000));
    await expect(openDuckdb({ path: file }, new Map())).rejects.toMatchObject({
      code: 'STORE_OPEN_FAILED',
      message: expect.stringContaining(file),
    });
    expect(readFileSync(file, 'utf8')).toBe('no database '.repeat(1000));
    expect(readdirSync(dir)).toEqual(['notes.txt']);
  });

  it.each(['v1.4.4', 'v1.5.5', 'v1.0.0', '0.10.2', 'nonsense'])('refuses DuckDB %s', (found) => {
    expect(() => refuseOldEngine(found)).toThrow(
      expect.objectContaining({ code: 'STORE_ENGINE_TOO_OLD' }),
    );
  });

  it.each(['v1.5.6', 'v1.5.7', 'v1.6.0-dev12', 'v2.0.0'])('takes DuckDB %s', (found) => {
    expect(() => refuseOldEngine(found)).not.toThrow();
  });
});
