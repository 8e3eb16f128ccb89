/** Saves what can be read of a damaged database: a copy is kept untouched, a torn WAL is cut at its damage, unreadable rows are left out and counted. */
import { constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { copyFile, rename, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { isDamage } from '../failures.ts';
import { archiveFolder, hashFile, syncPath } from '../upkeep/archive-folder.ts';
import { openToLook } from './open-to-look.ts';
import { createDatabase, salvage, type Salvaged, type SalvagedTable } from './salvage.ts';

/** What became of a database. */
export interface Recovery {
  /**
   * `sound`: nothing was wrong and nothing was changed; `cut`: the WAL was damaged and is cut; `salvaged`: rows of
   * damaged blocks are missing; `empty`: nothing of the database could be read.
   */
  readonly outcome: 'sound' | 'cut' | 'salvaged' | 'empty';
  /** Folder with the files as they were found; undefined when nothing was changed. */
  readonly aside: string | undefined;
  /** Bytes of the WAL behind its damage, which are not replayed. */
  readonly cutWalBytes: number;
  /** Tables with rows that could not be read. */
  readonly lost: readonly SalvagedTable[];
  /** Files of the archive that are missing or damaged and were taken off its list, with their rows. */
  readonly lostFiles: readonly { readonly file: string; readonly rows: number }[];
}

/**
 * Works on a database that nobody has open. An error leaves everything where it was. `lostKey` is the key that a new
 * database gets when that of the damaged one cannot be read: the journal's owner, so that it is read into the new one.
 */
export async function recoverDatabase(
  file: string,
  lostKey?: number,
  now: Date = new Date(),
): Promise<Recovery> {
  const lostFiles = await findLostFiles(file);
  if (lostFiles?.length === 0 && (await canReadAll(file)))
    return { outcome: 'sound', aside: undefined, cutWalBytes: 0, lost: [], lostFiles: [] };
  const aside = await keepAside(file, now);
  const work = `${file}.recovering`;
  await rm(work, { recursive: true, force: true });
  mkdirSync(work, { mode: 0o700 });
  try {
    const copy = path.join(work, path.basename(file));
    const cutWalBytes = await openable(file, copy);
    const found = existsSync(copy) ? await readable(copy, file, work) : undefined;
    // Before the new database takes its place: files of the old one say nothing without its dictionaries.
    if (found === undefined) await putArchiveAside(file, aside);
    await replace(file, found?.file ?? (await createDatabase(path.join(work, 'new'), lostKey)));
    const lost = found?.lost ?? [];
    return {
      outcome: found === undefined ? 'empty' : lost.length > 0 ? 'salvaged' : 'cut',
      aside,
      cutWalBytes,
      lost,
      lostFiles: found?.lostFiles ?? [],
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The copy itself when nothing in it is damaged, else what can be saved of it. */
async function readable(copy: string, file: string, work: string): Promise<Salvaged | undefined> {
  const lostFiles = await findLostFiles(copy, archiveFolder(file));
  if (lostFiles?.length === 0 && (await canReadAll(copy)))
    return { file: copy, lost: [], lostFiles: [] };
  return salvage(copy, archiveFolder(file), work);
}

/** Files of the archive that are listed and not as written; undefined when the list cannot be read. */
async function findLostFiles(
  file: string,
  archive: string = archiveFolder(file),
): Promise<readonly string[] | undefined> {
  try {
    const looked = await openToLook(file, false);
    try {
      const lost: string[] = [];
      for (const entry of looked.files) {
        const name = path.join(archive, entry.file);
        if (!existsSync(name) || (await hashFile(name)) !== entry.sha256) lost.push(entry.file);
      }
      return lost;
    } finally {
      looked.close();
    }
  } catch {
    return undefined;
  }
}

async function canReadAll(file: string): Promise<boolean> {
  const looked = await openToLook(file, false).catch(() => undefined);
  if (looked === undefined) return false;
  try {
    const tables = await looked.connection.runAndReadAll(
      'SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT temporary',
    );
    for (const [table] of tables.getRows())
      await looked.connection.runAndReadAll(`SELECT bit_xor(hash(t)) FROM ${String(table)} AS t`);
    return true;
  } catch {
    return false;
  } finally {
    looked.close();
  }
}

/** A copy of database and WAL in a folder of its own, which nothing here writes to again. */
async function keepAside(file: string, now: Date): Promise<string> {
  const folder = `${file}.damaged-${now.toISOString().replaceAll(/[:.]/gu, '-')}`;
  mkdirSync(folder, { mode: 0o700 });
  for (const name of [file, `${file}.wal`]) {
    if (!existsSync(name)) continue;
    const to = path.join(folder, path.basename(name));
    await copyFile(name, to, constants.COPYFILE_FICLONE);
    await syncPath(to);
  }
  await syncPath(folder);
  await syncPath(path.dirname(folder));
  return folder;
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

/** Replays the WAL into the data file; tells what stands against it. */
async function replayProblem(copy: string): Promise<string | undefined> {
  let instance: DuckDBInstance | undefined;
  try {
    instance = await DuckDBInstance.create(copy, { storage_compatibility_version: 'latest' });
    const connection = await instance.connect();
    await connection.run('CHECKPOINT');
    connection.disconnectSync();
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // A block that cannot be read is no matter of the WAL.
    return instance !== undefined && isDamage(reason) ? undefined : reason;
  } finally {
    instance?.closeSync();
  }
}

/** Puts the recovered database in the place of the damaged one, of which a copy is kept. */
async function replace(file: string, fresh: string): Promise<void> {
  await syncPath(fresh);
  // The WAL first: replayed into another file it would do harm, while its content is in the new one already.
  await rm(`${file}.wal`, { force: true });
  await syncPath(path.dirname(file));
  await rename(fresh, file);
  await syncPath(path.dirname(file));
}

/** Without the dictionaries of their database its files say nothing; a backup of that database may need them. */
async function putArchiveAside(file: string, aside: string): Promise<void> {
  const archive = archiveFolder(file);
  if (!existsSync(archive)) return;
  await rename(archive, path.join(aside, path.basename(archive)));
}
