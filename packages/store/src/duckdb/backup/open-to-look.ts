/** Opens a database only to look at it: read-only, its archive where it lies beside it. */
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { storeError } from '../../errors.ts';
import { SCHEMA_VERSION } from '../../migrate.ts';
import { DuckDBInstance } from '../node-api.ts';
import { readArchiveFiles } from '../upkeep/archive.ts';
import { archiveFolder } from '../upkeep/archive-folder.ts';
import { PARTITIONS } from '../../partitions.ts';
import { partitionSelect } from '../partition-view.ts';
import { isHalfReplaced } from './replacement.ts';

export interface Looked {
  readonly connection: DuckDBConnection;
  /** Undefined in a database without a table. */
  readonly schemaVersion: number | undefined;
  readonly files: Awaited<ReturnType<typeof readArchiveFiles>>;
  pathOf(file: string): string;
  close(): void;
}

/**
 * Throws what DuckDB throws, and `STORE_OPEN_FAILED` when it is no database of ours or half replaced; a WAL is read, not replayed into the file. Views over an archive with a missing file cannot
 * be made: leave them out to look at the tables alone.
 */
export async function openToLook(file: string, withViews = true): Promise<Looked> {
  if (isHalfReplaced(file))
    throw storeError('STORE_DAMAGED', { path: file, reason: 'its recovery was interrupted' });
  const instance = await DuckDBInstance.create(file, {
    access_mode: 'READ_ONLY',
    threads: '2',
    memory_limit: '1GiB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  let connection: DuckDBConnection | undefined;
  const close = (): void => {
    connection?.disconnectSync();
    instance.closeSync();
  };
  try {
    connection = await instance.connect();
    const root = archiveFolder(file);
    const pathOf = (name: string): string => path.join(root, name);
    const tables = await readTables(connection);
    const schemaVersion = await readSchemaVersion(connection, tables, file);
    if (withViews && (schemaVersion ?? 0) < SCHEMA_VERSION)
      throw storeError('STORE_OPEN_FAILED', {
        path: file,
        reason: `its schema is that of an older version, ${schemaVersion ?? 'none'}; start the server once, which brings it to ${SCHEMA_VERSION}`,
      });
    // A list came with version 3.
    const files = tables.has('archive_files') ? await readArchiveFiles(connection) : [];
    // The views in the file may name another folder.
    for (const partition of withViews ? PARTITIONS : []) {
      const own = files.filter(({ table }) => table === partition.name);
      await connection.run(
        `CREATE TEMP VIEW ${partition.name} AS ${partitionSelect(
          partition,
          own.map((entry) => pathOf(entry.file)),
        )}`,
      );
    }
    return { connection, schemaVersion, files, pathOf, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function readTables(connection: DuckDBConnection): Promise<ReadonlySet<string>> {
  const tables = await connection.runAndReadAll(
    'SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT temporary',
  );
  return new Set(tables.getRows().map(([name]) => String(name)));
}

async function readSchemaVersion(
  connection: DuckDBConnection,
  tables: ReadonlySet<string>,
  file: string,
): Promise<number | undefined> {
  if (tables.size === 0) return undefined;
  if (!tables.has('meta'))
    throw storeError('STORE_OPEN_FAILED', {
      path: file,
      reason: 'its tables are not of Heartwood',
    });
  const meta = await connection.runAndReadAll('SELECT schema_version FROM meta');
  const [[version] = []] = meta.getRows();
  return version === undefined ? undefined : Number(version);
}
