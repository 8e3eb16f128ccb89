/** How many bytes the parts of the data take on disk. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

export interface DataSizes {
  readonly dataBytes: number;
  readonly walBytes: number;
  readonly archiveBytes: number;
  readonly journalBytes: number;
}

/** Looks at the files of a database and its journal; what is not there takes nothing. */
export async function measureData(databaseFile: string, journalDir: string): Promise<DataSizes> {
  const [dataBytes, walBytes, archiveBytes, journalBytes] = await Promise.all([
    sizeOf(databaseFile),
    sizeOf(`${databaseFile}.wal`),
    sizeOfArchive(archiveOf(databaseFile)),
    sizeOfFolder(journalDir),
  ]);
  return { dataBytes, walBytes, archiveBytes, journalBytes };
}

/** The folder of a database's archive. */
export const archiveOf = (databaseFile: string): string => `${databaseFile}.archive`;

/** Bytes of a file; 0 where there is none. */
export async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    // There is no write-ahead log behind a checkpoint, and a segment may go while it is looked at.
    return 0;
  }
}

/** A folder a table in it, which begins with the first day that goes there. */
async function sizeOfArchive(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const tables = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => sizeOfFolder(path.join(folder, name)));
  return (await Promise.all(tables)).reduce((total, size) => total + size, 0);
}

async function sizeOfFolder(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => sizeOf(path.join(folder, name)));
  return (await Promise.all(sizes)).reduce((total, size) => total + size, 0);
}
