/** The DuckDB instance: opened with measured settings, migrated, and locked down. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection, Json } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { storeError } from '../errors.ts';
import { migrate, type MigrationTarget } from '../migrate.ts';
import { readSqlFile } from '../sql-file.ts';
import { NO_MERGES } from './checkpoint.ts';
import { DuckDBInstance } from './node-api.ts';
import { sweepExports } from './export-files.ts';
import { quote } from './partition-view.ts';
import type { WorkerSettings } from './protocol.ts';
import { setAsideStaleWal } from './stale-wal.ts';
import { inTransaction } from './transaction.ts';
import { readArchiveFiles, readStaleViews, refreshViews } from './upkeep/archive.ts';
import { ArchiveFolder } from './upkeep/archive-folder.ts';
import { readRows } from './upkeep/context.ts';

/** 1.4 loses acknowledged rows when the disk fills during a checkpoint; 1.5.6 does not. */
const OLDEST_ENGINE = [1, 5, 6] as const;

/** Connections of a database that is ready. */
export interface Database {
  readonly writer: DuckDBConnection;
  readonly readers: readonly DuckDBConnection[];
  /** For upkeep, which reads for long. */
  readonly keeper: DuckDBConnection;
  readonly archive: ArchiveFolder;
  /** Closes every connection, and the file with the last of them; again without effect. */
  close(): void;
}

export async function openDatabase(settings: WorkerSettings): Promise<Database> {
  refuseOldEngine(duckdb.library_version());
  refuseLittleMemory(settings.memoryLimitMiB);
  // What questions of a process that was killed had put there; nobody else reads it.
  rmSync(`${settings.path}.tmp`, { recursive: true, force: true });
  const instance = await openInstance(settings.path, {
    threads: String(settings.threads),
    memory_limit: `${settings.memoryLimitMiB - UNCOUNTED_MIB}MiB`,
    // Row groups go straight to the data file, so the WAL holds side tables and tails; a checkpoint of it stalls commits.
    checkpoint_threshold: `${settings.checkpointMiB}MiB`,
    max_vacuum_tasks: NO_MERGES,
    // By default a commit that checkpoints skips the WAL. Where that WAL was torn in its first commit, DuckDB then leaves
    // it as it is beside a file one checkpoint ahead, and refuses both at the next opening.
    auto_checkpoint_skip_wal_threshold: String(2n ** 64n - 1n),
    // The default is a format of 2024, whose text compression is slower and takes 26.7 instead of 15.0 bytes a row.
    storage_compatibility_version: 'latest',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // What a question frees goes back to the system soon: kept by malloc it came on top of what the next one takes, 0.4 to
    // 0.7 GiB beyond the limit; with 32 MiB it still did. With 1 MiB short questions took 10 to 30 % longer.
    allocator_bulk_deallocation_flush_threshold: '8MiB',
    // What nobody allocates from for a second goes back, too: 18 MiB with 10,000 log records a second.
    allocator_background_threads: 'true',
    max_temp_directory_size: `${settings.spillMiB}MiB`,
  });
  const connections: DuckDBConnection[] = [];
  const connect = async (): Promise<DuckDBConnection> => {
    const connection = await instance.connect();
    connections.push(connection);
    return connection;
  };
  // DuckDB keeps the file open as long as one connection is: a further opening would then be a second instance on it.
  const close = (): void => {
    for (const connection of connections) connection.disconnectSync();
    instance.closeSync();
  };
  try {
    const writer = await connect();
    await migrate(targetOf(writer), settings.path);
    const archive = await openArchive(writer, settings.path);
    const folders = [archive.root, sweepExports(settings.path)];
    const allowed = folders.map((folder) => quote(folder + path.sep)).join(', ');
    await writer.run(`SET GLOBAL allowed_directories = [${allowed}]`);
    await writer.run(readSqlFile('upkeep/lock-down.sql'));
    const readers: DuckDBConnection[] = [];
    while (readers.length < settings.readers) readers.push(await connect());
    const keeper = await connect();
    return { writer, readers, keeper, archive, close };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * What the database takes and DuckDB does not count: row groups and segments as they are listed in memory, plans, and what
 * malloc keeps of one question for the next. With 12.5 million runs in the file and 37.5 in the archive at most 354 MiB,
 * whether DuckDB might take 256 or 1,536.
 */
const UNCOUNTED_MIB = 384;

/** DuckDB takes a negative limit for none: with less than 384 it would take most of the machine's memory. */
const LEAST_MIB = 512;

function refuseLittleMemory(given: number): void {
  if (!(given >= LEAST_MIB)) throw storeError('STORE_MEMORY_TOO_LOW', { given, least: LEAST_MIB });
}

async function openInstance(
  file: string,
  options: Readonly<Record<string, string>>,
): Promise<InstanceType<typeof DuckDBInstance>> {
  try {
    return await DuckDBInstance.create(file, options);
  } catch (error) {
    const wal = setAsideStaleWal(file, error);
    if (wal === undefined) throw error;
    process.emitWarning(
      `The WAL of ${file} was torn before its first commit and is older than the file; it lies in ${wal} now, holds nothing that ever landed, and may be deleted.`,
    );
    return DuckDBInstance.create(file, options);
  }
}

/** Takes up the archive where the last process left it: leftovers go, and the views find the files where they lie now. */
async function openArchive(writer: DuckDBConnection, file: string): Promise<ArchiveFolder> {
  const [[seed] = []] = await readRows(writer, 'SELECT hash_seed FROM meta');
  const archive = new ArchiveFolder(file, Number(seed));
  const listed = await readArchiveFiles(writer);
  const missing = archive.sweep(listed);
  if (missing.length > 0)
    throw storeError('STORE_ARCHIVE_DAMAGED', { path: file, files: missing.join(', ') });
  const pathOf = (name: string): string => archive.pathOf(name);
  // Nothing is written when nothing has moved, so that a full disk keeps no sound database closed.
  const stale = await readStaleViews(writer, listed, pathOf);
  if (stale.length > 0) await inTransaction(writer, () => refreshViews(writer, pathOf, stale));
  return archive;
}

/** Exported for its test: no older engine can be installed beside this one. */
export function refuseOldEngine(version: string): void {
  const found = version.replace(/^v/, '').split(/[.-]/).map(Number);
  for (const [index, needed] of OLDEST_ENGINE.entries()) {
    const part = found[index] ?? 0;
    if (part > needed) return;
    if (!(part >= needed))
      throw storeError('STORE_ENGINE_TOO_OLD', { found: version, needed: OLDEST_ENGINE.join('.') });
  }
}

const targetOf = (connection: DuckDBConnection): MigrationTarget => ({
  execute: async (sql, values) => {
    await connection.run(sql, values);
  },
  firstRow: async (sql): Promise<Record<string, Json> | undefined> => {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRowObjectsJson()[0];
  },
});
