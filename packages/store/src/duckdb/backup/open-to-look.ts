/** Opens a database only to look at it: read-only, its archive where it lies beside it. */
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { readArchiveFiles } from '../upkeep/archive.ts';
import { archiveFolder } from '../upkeep/archive-folder.ts';
import { PARTITIONS } from '../../partitions.ts';
import { partitionSelect } from '../partition-view.ts';

export interface Looked {
  readonly connection: DuckDBConnection;
  readonly files: Awaited<ReturnType<typeof readArchiveFiles>>;
  pathOf(file: string): string;
  close(): void;
}

/**
 * Throws what DuckDB throws; a WAL is read, not replayed into the file. Views over an archive with a missing file cannot
 * be made: leave them out to look at the tables alone.
 */
export async function openToLook(file: string, withViews = true): Promise<Looked> {
  const instance = await DuckDBInstance.create(file, {
    access_mode: 'READ_ONLY',
    threads: '2',
    memory_limit: '1GiB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    const root = archiveFolder(file);
    const pathOf = (name: string): string => path.join(root, name);
    const files = await readArchiveFiles(connection);
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
    return {
      connection,
      files,
      pathOf,
      close: () => {
        connection.disconnectSync();
        instance.closeSync();
      },
    };
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}
