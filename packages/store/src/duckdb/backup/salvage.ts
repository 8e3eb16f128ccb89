/** Writes a new database of what can be read of a damaged one, table by table, row group by row group where one is damaged. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { ROW_GROUP_ROWS } from '../../batch.ts';
import { migrate, SCHEMA_VERSION } from '../../migrate.ts';
import { DuckDBInstance } from '../node-api.ts';
import { quote } from '../partition-view.ts';
import { refreshViews } from '../upkeep/archive.ts';
import { ArchiveFolder, hashFile } from '../upkeep/archive-folder.ts';
import { readRows } from '../upkeep/context.ts';
import { readRowGroups } from '../upkeep/row-groups.ts';
import { isUnreadable } from './damage.ts';
import { mendName, NAME_TABLES } from './mend-name.ts';
import { mendRollups } from './mend-rollups.ts';
import { relistArchive } from './relist.ts';

/** A table of which some rows could not be read. */
export interface SalvagedTable {
  readonly table: string;
  /** Rows in row groups with a damaged block. */
  readonly lostRows: number;
}

export interface Salvaged {
  /** The new database. */
  readonly file: string;
  /** Tables that could not be read and were made anew from what other ones and the journal tell. */
  readonly remade: readonly string[];
  readonly lost: readonly SalvagedTable[];
  readonly lostFiles: readonly { readonly file: string; readonly rows: number }[];
  /** Files of the archive that the new database does not list, and would sweep away; paths below the archive. */
  readonly unlisted: readonly string[];
}

/** What says whose database it is cannot be read. */
class NamelessError extends Error {}

/**
 * Saves what `damaged`, a copy of the database `original`, holds. Resolves with undefined when what says whose database
 * it is cannot be read, or not how far it had come; rejects with what has nothing to do with damage.
 */
export async function salvage(
  damaged: string,
  original: string,
  folder: string,
  journalKey?: number,
): Promise<Salvaged | undefined> {
  const file = path.join(folder, 'salvaged.duckdb');
  // What an older program wrote gets its present form first, where that can still be done.
  await withDatabase(damaged, bringUp(damaged)).catch(rethrowUnlessUnreadable);
  try {
    await withDatabase(file, migrateThrough(file));
    const result = await withDatabase(file, async (connection) => {
      await connection.run(`ATTACH ${quote(damaged)} AS damaged (READ_ONLY)`);
      return copyAll(connection, original, journalKey);
    });
    return { file, ...result };
  } catch (error) {
    if (!(error instanceof NamelessError)) rethrowUnlessUnreadable(error);
    return undefined;
  }
}

function rethrowUnlessUnreadable(error: unknown): void {
  if (!isUnreadable(error)) throw error;
}

/** A new database with this key; resolves with its path. */
export async function createDatabase(file: string, key: number | undefined): Promise<string> {
  await withDatabase(file, async (connection) => {
    await migrateThrough(file)(connection);
    if (key !== undefined) await connection.run(`UPDATE meta SET hash_seed = ${key}`);
  });
  return file;
}

/** A database whose `meta` has lost its row would get another key that way. */
const bringUp =
  (file: string) =>
  async (connection: DuckDBConnection): Promise<void> => {
    const [[hasMeta] = []] = await readRows(
      connection,
      "SELECT count(*) > 0 FROM duckdb_tables() WHERE table_name = 'meta'",
    );
    const isNameless =
      hasMeta === true && (await readRows(connection, 'SELECT 1 FROM meta')).length === 0;
    if (!isNameless) await migrateThrough(file)(connection);
  };

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
  original: string,
  journalKey: number | undefined,
): Promise<Omit<Salvaged, 'file'>> {
  const tables = await readNames(connection, 'salvaged');
  const damaged = new Set(await readNames(connection, 'damaged'));
  const lost = new Map<string, number>();
  for (const table of tables) {
    const isThere = damaged.has(table);
    const lostRows = isThere ? await copyTable(connection, table) : 0;
    if (lostRows > 0) lost.set(table, lostRows);
  }
  const remade: string[] = [];
  for (const table of NAME_TABLES) {
    const [[rows] = []] = await readRows(connection, `SELECT count(*) FROM ${table}`);
    if (!lost.delete(table) && rows === 1n) continue;
    // Without its key and its position a database is none.
    if (!(await mendName(connection, table, new Set(lost.keys()), journalKey)))
      throw new NamelessError(`${table} cannot be read`);
    remade.push(table);
  }
  await connection.run('DETACH damaged');
  await connection.run(`UPDATE meta SET schema_version = ${SCHEMA_VERSION}`);
  const [[key] = []] = await readRows(connection, 'SELECT hash_seed FROM meta');
  const folder = new ArchiveFolder(original, Number(key));
  const lostFiles = await dropLostFiles(connection, folder);
  const given = new Set(lostFiles.map(({ file }) => file));
  const { relisted, unlisted } = lost.has(LIST)
    ? await relistArchive(connection, folder, given)
    : { relisted: 0, unlisted: [] };
  await refreshViews(connection, (file) => folder.pathOf(file));
  const mended = await mendRollups(connection, new Set(lost.keys()));
  await connection.run('CHECKPOINT');
  return {
    remade,
    lost: [...lost]
      .filter(([table, rows]) => !mended.has(table) && (table !== LIST || rows > relisted))
      .map(([table, rows]) => ({ table, lostRows: table === LIST ? rows - relisted : rows })),
    lostFiles,
    unlisted: [...unlisted, ...given],
  };
}

const LIST = 'archive_files';

async function readNames(connection: DuckDBConnection, database: string): Promise<string[]> {
  const rows = await readRows(
    connection,
    `SELECT table_name FROM duckdb_tables() WHERE database_name = '${database}' AND NOT temporary ORDER BY table_name`,
  );
  return rows.map(([name]) => String(name));
}

async function copyTable(connection: DuckDBConnection, table: string): Promise<number> {
  // Rows that the new schema put there.
  await connection.run(`DELETE FROM salvaged.${table}`);
  try {
    await connection.run(`INSERT INTO salvaged.${table} SELECT * FROM damaged.${table}`);
    return 0;
  } catch (error) {
    rethrowUnlessUnreadable(error);
    await connection.run(`DELETE FROM salvaged.${table}`);
  }
  const groups = await readGroups(connection, table);
  let lostRows = 0;
  for (const { firstRow, endRow, rows } of groups)
    try {
      await connection.run(
        `INSERT INTO salvaged.${table} SELECT * FROM damaged.${table} WHERE rowid >= ${firstRow} AND rowid < ${endRow}`,
      );
    } catch (error) {
      rethrowUnlessUnreadable(error);
      lostRows += rows;
    }
  return lostRows;
}

/** What may be read or lost as a whole. */
async function readGroups(
  connection: DuckDBConnection,
  table: string,
): Promise<{ readonly firstRow: number; readonly endRow: number; readonly rows: number }[]> {
  await connection.run('USE damaged');
  try {
    return (await readRowGroups(connection)).filter((group) => group.table === table);
  } catch (error) {
    rethrowUnlessUnreadable(error);
  } finally {
    await connection.run('USE salvaged');
  }
  // What describes the groups looks into some of their blocks; numbers of rows lie elsewhere.
  const ids = `SELECT rowid // ${ROW_GROUP_ROWS}, count(*) FROM damaged.${table} GROUP BY 1 ORDER BY 1`;
  return (await readRows(connection, ids)).map(([group, rows]) => ({
    firstRow: Number(group) * ROW_GROUP_ROWS,
    endRow: (Number(group) + 1) * ROW_GROUP_ROWS,
    rows: Number(rows),
  }));
}

async function dropLostFiles(
  connection: DuckDBConnection,
  folder: ArchiveFolder,
): Promise<Salvaged['lostFiles']> {
  const listed = await connection.runAndReadAll('SELECT file, rows, sha256 FROM archive_files');
  const lost: { file: string; rows: number }[] = [];
  for (const [file, rows, sha256] of listed.getRows()) {
    const name = folder.pathOf(String(file));
    if (existsSync(name) && (await hashFile(name)) === sha256) continue;
    lost.push({ file: String(file), rows: Number(rows) });
    await connection.run(`DELETE FROM archive_files WHERE file = ${quote(String(file))}`);
  }
  return lost;
}
