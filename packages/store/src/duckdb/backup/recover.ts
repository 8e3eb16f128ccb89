/** Saves what can be read of a damaged database: a copy is kept untouched, a torn WAL is cut at its damage, unreadable rows are left out and counted. */
import { constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { copyFile, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { storeError } from '../../errors.ts';
import { SCHEMA_VERSION } from '../../migrate.ts';
import { DuckDBInstance } from '../node-api.ts';
import { archiveFolder, hashFile, syncPath } from '../upkeep/archive-folder.ts';
import { readRows } from '../upkeep/context.ts';
import { isUnreadable } from './damage.ts';
import { NAME_TABLES } from './mend-name.ts';
import { openToLook } from './open-to-look.ts';
import { finishReplacement, recoveryFolder, replace } from './replacement.ts';
import { createDatabase, salvage, type Salvaged, type SalvagedTable } from './salvage.ts';

/** What became of a database. */
export interface Recovery {
  /**
   * `sound`: nothing was wrong and nothing was changed; `cut`: the WAL was damaged and is cut; `salvaged`: what damaged
   * blocks or files held is missing, unless it could be made anew; `empty`: nothing of the database could be read, or not
   * how far it had come, so that the journal could not go on behind it.
   */
  readonly outcome: 'sound' | 'cut' | 'salvaged' | 'empty';
  /** Folder with the files as they were found; undefined when nothing was changed. */
  readonly aside: string | undefined;
  /** Bytes of the WAL behind its damage, which are not replayed. */
  readonly cutWalBytes: number;
  /** Tables that could not be read and were made anew from what other ones and the journal tell. */
  readonly remade: readonly string[];
  /** Tables with rows that could not be read. */
  readonly lost: readonly SalvagedTable[];
  /** Files of the archive that are missing or damaged and were taken off its list, with their rows. */
  readonly lostFiles: readonly { readonly file: string; readonly rows: number }[];
}

/**
 * Works on a database that nobody has open, and whose lock the caller holds. An error leaves everything where it was, such
 * as a full disk: only what DuckDB calls damage is taken for it. `lostKey` is the key that a new database gets when that
 * of the damaged one cannot be read: the journal's owner, so that it is read into the new one.
 */
export async function recoverDatabase(
  file: string,
  lostKey?: number,
  now: Date = new Date(),
): Promise<Recovery> {
  const interrupted = await finishReplacement(file);
  if (interrupted !== undefined) return interrupted as Recovery;
  if (await isSound(file, archiveFolder(file)))
    return {
      outcome: 'sound',
      aside: undefined,
      cutWalBytes: 0,
      remade: [],
      lost: [],
      lostFiles: [],
    };
  const work = recoveryFolder(file);
  await rm(work, { recursive: true, force: true });
  const aside = `${file}.damaged-${now.toISOString().replaceAll(/[:.]/gu, '-')}`;
  mkdirSync(aside, { mode: 0o700 });
  try {
    await keepAside(file, aside);
    mkdirSync(work, { mode: 0o700 });
    await prepare(file, work, aside, lostKey);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
  return (await finishReplacement(file)) as Recovery;
}

/** Makes the database that is to take the place of the damaged one, and writes down that it shall. */
async function prepare(
  file: string,
  work: string,
  aside: string,
  lostKey: number | undefined,
): Promise<void> {
  const copy = path.join(work, path.basename(file));
  const cutWalBytes = await openable(file, copy);
  const found = existsSync(copy) ? await readable(copy, file, work, lostKey) : undefined;
  const result: Recovery = {
    outcome: found === undefined ? 'empty' : found.file === copy ? 'cut' : 'salvaged',
    aside,
    cutWalBytes,
    remade: found?.remade ?? [],
    lost: found?.lost ?? [],
    lostFiles: found?.lostFiles ?? [],
  };
  const archive = path.basename(archiveFolder(file));
  await replace(file, found?.file ?? (await createDatabase(path.join(work, 'new'), lostKey)), {
    aside: path.basename(aside),
    // Without the dictionaries of their database its files say nothing; a backup of that database may need them.
    putAside: found === undefined ? [archive] : found.unlisted.map((name) => `${archive}/${name}`),
    result,
  });
}

/** The copy itself when nothing in it is damaged, else what can be saved of it; undefined when that is nothing. */
async function readable(
  copy: string,
  file: string,
  work: string,
  journalKey: number | undefined,
): Promise<Salvaged | undefined> {
  if (await isSound(copy, archiveFolder(file)))
    return { file: copy, remade: [], lost: [], lostFiles: [], unlisted: [] };
  return salvage(copy, file, work, journalKey);
}

/** Can each block be read, and is each file of the archive as it was written? */
async function isSound(file: string, archive: string): Promise<boolean> {
  try {
    const looked = await openToLook(file, false);
    try {
      const { schemaVersion, files, connection } = looked;
      // Made and never filled, or its WAL is lost.
      if (schemaVersion === undefined) return false;
      if (schemaVersion > SCHEMA_VERSION)
        throw storeError('STORE_SCHEMA_TOO_NEW', {
          path: file,
          found: schemaVersion,
          known: SCHEMA_VERSION,
        });
      for (const entry of files) {
        const name = path.join(archive, entry.file);
        if (!existsSync(name) || (await hashFile(name)) !== entry.sha256) return false;
      }
      const tables = await connection.runAndReadAll(
        'SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT temporary',
      );
      for (const [table] of tables.getRows())
        await connection.runAndReadAll(`SELECT bit_xor(hash(t)) FROM ${String(table)} AS t`);
      for (const table of NAME_TABLES) {
        const [[rows] = []] = await readRows(connection, `SELECT count(*) FROM ${table}`);
        if (rows !== 1n) return false;
      }
      return true;
    } finally {
      looked.close();
    }
  } catch (error) {
    if (isUnreadable(error)) return false;
    throw error;
  }
}

/** A copy of database and WAL, which nothing here writes to again. */
async function keepAside(file: string, folder: string): Promise<void> {
  for (const name of [file, `${file}.wal`]) {
    if (!existsSync(name)) continue;
    const to = path.join(folder, path.basename(name));
    await copyFile(name, to, constants.COPYFILE_FICLONE);
    await syncPath(to);
  }
  await syncPath(folder);
  await syncPath(path.dirname(folder));
}

/**
 * Leaves a copy that DuckDB opens, its WAL replayed as far as it can be; no copy when the data file itself cannot be
 * opened. Resolves with the bytes of the WAL that were given up.
 */
async function openable(file: string, copy: string): Promise<number> {
  const wal = `${file}.wal`;
  const walBytes = existsSync(wal) ? statSync(wal).size : 0;
  const tried = new Set<number>();
  let ends = [walBytes];
  while (ends.length > 0) {
    const end = ends.shift() ?? 0;
    if (tried.has(end) || end < 0 || end > walBytes) continue;
    tried.add(end);
    await copyFile(file, copy, constants.COPYFILE_FICLONE);
    await rm(`${copy}.wal`, { force: true });
    if (end > 0) {
      await copyFile(wal, `${copy}.wal`);
      await truncate(`${copy}.wal`, end);
    }
    const problem = await replayProblem(copy);
    if (problem === undefined) return walBytes - end;
    const at = /entry at byte position (\d+)/u.exec(problem)?.[1];
    // DuckDB names the place behind the damaged entry's head of 16 bytes: with a tail of zeros that head is not there,
    // else what lies before the place is whole.
    if (at !== undefined) ends = [Number(at), Number(at) - 16, ...ends];
    else if (end > 0) ends = [...ends, 0];
    if (ends.length === 0 && end > 0) ends = [0];
  }
  await rm(copy, { force: true });
  await rm(`${copy}.wal`, { force: true });
  return walBytes;
}

/** Replays the WAL into the data file; tells what damage stands against it. */
async function replayProblem(copy: string): Promise<string | undefined> {
  let instance: InstanceType<typeof DuckDBInstance> | undefined;
  let connection: DuckDBConnection | undefined;
  try {
    instance = await DuckDBInstance.create(copy, { storage_compatibility_version: 'latest' });
    connection = await instance.connect();
    await connection.run('CHECKPOINT');
    return undefined;
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    // A block that cannot be read is no matter of the WAL.
    return instance === undefined ? (error as Error).message : undefined;
  } finally {
    // With a connection left open the instance would keep the file.
    connection?.disconnectSync();
    instance?.closeSync();
  }
}
