/** Copies a database that is in use: the data file as its last checkpoint left it, the files of the archive, and a manifest. */
import { constants, existsSync, mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { copyFile, open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  BACKUP_DATABASE,
  type BackupFile,
  type BackupManifest,
  MANIFEST_FILE,
} from '../../backup-manifest.ts';
import { storeError } from '../../errors.ts';
import { readTableRows } from '../backup/table-rows.ts';
import { readArchiveFiles } from './archive.ts';
import { archiveFolder, hashFile, syncPath } from './archive-folder.ts';
import { readRows, type UpkeepContext } from './context.ts';

export interface BackupContext extends UpkeepContext {
  readonly databasePath: string;
  /** Keeps every checkpoint from running until it is let go. */
  holdCheckpoints(held: boolean): void;
}

/** Makes the folder `to`, whole or not at all. Rejects with `STORE_BACKUP_EXISTS` when something has that name. */
export async function writeBackup(context: BackupContext, to: string): Promise<BackupManifest> {
  if (existsSync(to)) throw storeError('STORE_BACKUP_EXISTS', { path: to });
  mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 });
  // A name that nothing has: what lies at another may be anybody's.
  const partial = mkdtempSync(`${to}.partial-`);
  try {
    const manifest = await fill(context, partial);
    context.proceed('backup copied');
    const file = path.join(partial, MANIFEST_FILE);
    await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    await syncPath(file);
    await syncPath(partial);
    await rename(partial, to);
    await syncPath(path.dirname(to));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

interface Moment {
  readonly bytes: number;
  /** Where DuckDB says which checkpoint is the last. */
  readonly head: Buffer;
  readonly rows: Record<string, number>;
  readonly position: BackupManifest['position'];
  readonly schemaVersion: number;
  readonly archive: readonly { readonly file: string; readonly sha256: string }[];
}

async function fill(context: BackupContext, folder: string): Promise<BackupManifest> {
  const created = new Date().toISOString();
  const files: BackupFile[] = [];
  const [[threshold] = []] = await readRows(
    context.connection,
    `SELECT current_setting('checkpoint_threshold')`,
  );
  let moment: Moment;
  try {
    // From here on DuckDB overwrites nothing that the checkpoint refers to: new data goes into blocks that are free in
    // it, and to the WAL. So the file can be copied while batches land.
    moment = await checkpointAndHold(context);
    const copy = path.join(folder, BACKUP_DATABASE);
    await copyTo(context.databasePath, copy);
    await truncate(copy, moment.bytes);
    if (!(await readHead(context.databasePath)).equals(moment.head))
      throw new Error('a checkpoint came in between while the data file was copied');
    files.push(await finish(folder, BACKUP_DATABASE));
  } finally {
    context.holdCheckpoints(false);
    await context.connection.run(`SET GLOBAL checkpoint_threshold = '${String(threshold)}'`);
  }
  for (const { file, sha256 } of moment.archive) {
    context.proceed();
    const name = `${archiveFolder(BACKUP_DATABASE)}/${file}`;
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true, mode: 0o700 });
    await copyTo(context.folder.pathOf(file), path.join(folder, name));
    const copied = await finish(folder, name);
    if (copied.sha256 !== sha256)
      throw storeError('STORE_BACKUP_SOURCE_DAMAGED', { path: context.folder.pathOf(file) });
    files.push(copied);
  }
  const { rows, position, schemaVersion } = moment;
  return { format: 1, created, schemaVersion, position, rows, files };
}

/** More than any WAL: DuckDB makes no checkpoint by itself. */
const NEVER = '1000TB';
const TRIES = 60;
const PAUSE_MS = 50;

async function checkpointAndHold(context: BackupContext): Promise<Moment> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await context.write(async (writer) => {
        // No question runs, or in the end none may begin before those that run have ended.
        await writer.run(attempt < TRIES ? 'CHECKPOINT' : 'FORCE CHECKPOINT');
        context.holdCheckpoints(true);
        return readMoment(context, writer);
      });
    } catch (error) {
      const isBusy = error instanceof Error && error.message.includes('Cannot CHECKPOINT');
      if (!isBusy || attempt >= TRIES) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

async function readMoment(context: BackupContext, writer: DuckDBConnection): Promise<Moment> {
  await writer.run(`SET GLOBAL checkpoint_threshold = '${NEVER}'`);
  const [[record, rows] = []] = await readRows(writer, 'SELECT record, rows FROM landed_position');
  const [[version] = []] = await readRows(writer, 'SELECT schema_version FROM meta');
  return {
    bytes: statSync(context.databasePath).size,
    head: await readHead(context.databasePath),
    rows: await readTableRows(writer),
    position: { record: String(record), rows: Number(rows) },
    schemaVersion: Number(version),
    archive: await readArchiveFiles(writer),
  };
}

/** The three headers of a data file. */
async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer;
  } finally {
    await handle.close();
  }
}

const HEAD_BYTES = 3 * 4096;

const copyTo = (from: string, to: string): Promise<void> =>
  copyFile(from, to, constants.COPYFILE_FICLONE);

async function finish(folder: string, name: string): Promise<BackupFile> {
  const file = path.join(folder, name);
  const handle = await open(file, 'r+');
  try {
    await handle.chmod(0o600);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncPath(path.dirname(file));
  return { path: name, bytes: statSync(file).size, sha256: await hashFile(file) };
}
