/** Writes a new database of what can be read of a damaged one, table by table, row group by row group where one is damaged. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { readRowGroups } from '../upkeep/row-groups.ts';
import { hashFile } from '../upkeep/archive-folder.ts';
import { migrate, SCHEMA_VERSION } from '../../migrate.ts';
import { quote } from '../partition-view.ts';

/** A table of which some rows could not be read. */
export interface SalvagedTable {
  readonly table: string;
  /** Rows in row groups with a damaged block. */
  readonly lostRows: number;
}

export interface Salvaged {
  /** The new database. */
  readonly file: string;
  readonly lost: readonly SalvagedTable[];
  readonly lostFiles: readonly { readonly file: string; readonly rows: number }[];
}

/** Resolves with undefined when what says whose database it is cannot be read. */
export async function salvage(
  damaged: string,
  archive: string,
  folder: string,
): Promise<Salvaged | undefined> {
  const file = path.join(folder, 'salvaged.duckdb');
  // What an older program wrote gets its present form first, where that can still be done.
  await withDatabase(damaged, migrateThrough(damaged)).catch(() => undefined);
  try {
    await withDatabase(file, migrateThrough(file));
    const result = await withDatabase(file, async (connection) => {
      await connection.run(`ATTACH ${quote(damaged)} AS damaged (READ_ONLY)`);
      return copyAll(connection, archive);
    });
    return { file, ...result };
  } catch {
    return undefined;
  }
}

/** A new database with this key; resolves with its path. */
export async function createDatabase(file: string, key: number | undefined): Promise<string> {
  await withDatabase(file, async (connection) => {
    await migrateThrough(file)(connection);
    if (key !== undefined) await connection.run(`UPDATE meta SET hash_seed = ${key}`);
  });
  return file;
}

const migrateThrough =
  (file: string) =>
  (connection: DuckDBConnection): Promise<void> =>
    migrate(
      {
        execute: async (sql, values) => {
          await connection.run(sql, values);
        },
        firstRow: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson()[0],
      },
      file,
    );

async function withDatabase<T>(
  file: string,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(file, {
    storage_compatibility_version: 'latest',
    memory_limit: '1GiB',
  });
  try {
    const connection = await instance.connect();
    try {
      return await use(connection);
    } finally {
      connection.disconnectSync();
    }
  } finally {
    instance.closeSync();
  }
}

async function copyAll(
  connection: DuckDBConnection,
  archive: string,
): Promise<Omit<Salvaged, 'file'>> {
  const tables = await connection.runAndReadAll(
    `SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT temporary ORDER BY table_name`,
  );
  const lost: SalvagedTable[] = [];
  for (const [name] of tables.getRows()) {
    const table = String(name);
    const lostRows = await copyTable(connection, table);
    // Without its key and its position a database is none.
    if (lostRows > 0 && (table === 'meta' || table === 'landed_position'))
      throw new Error(`${table} cannot be read`);
    if (lostRows > 0) lost.push({ table, lostRows });
  }
  await connection.run(`UPDATE meta SET schema_version = ${SCHEMA_VERSION}`);
  const lostFiles = await dropLostFiles(connection, archive);
  await connection.run('DETACH damaged');
  await connection.run('CHECKPOINT');
  return { lost, lostFiles };
}

async function copyTable(connection: DuckDBConnection, table: string): Promise<number> {
  // Rows that the new schema put there.
  await connection.run(`DELETE FROM salvaged.${table}`);
  try {
    await connection.run(`INSERT INTO salvaged.${table} SELECT * FROM damaged.${table}`);
    return 0;
  } catch {
    await connection.run(`DELETE FROM salvaged.${table}`);
  }
  await connection.run('USE damaged');
  const groups = (await readRowGroups(connection)).filter((group) => group.table === table);
  await connection.run('USE salvaged');
  let lostRows = 0;
  for (const { firstRow, endRow, rows } of groups)
    try {
      await connection.run(
        `INSERT INTO salvaged.${table} SELECT * FROM damaged.${table} WHERE rowid >= ${firstRow} AND rowid < ${endRow}`,
      );
    } catch {
      lostRows += rows;
    }
  return lostRows;
}

async function dropLostFiles(
  connection: DuckDBConnection,
  archive: string,
): Promise<Salvaged['lostFiles']> {
  const listed = await connection.runAndReadAll('SELECT file, rows, sha256 FROM archive_files');
  const lost: { file: string; rows: number }[] = [];
  for (const [file, rows, sha256] of listed.getRows()) {
    const name = path.join(archive, String(file));
    if (existsSync(name) && (await hashFile(name)) === sha256) continue;
    lost.push({ file: String(file), rows: Number(rows) });
    await connection.run(`DELETE FROM archive_files WHERE file = ${quote(String(file))}`);
  }
  return lost;
}
