/** The folder of the archive: names that tell whose file it is, files that are durable before they are listed, leftovers swept away. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Where the archive of a database lies. */
export const archiveFolder = (databasePath: string): string => `${databasePath}.archive`;

/** The key of the database that a listed file belongs to; undefined when its name says none. */
export function keyOfFile(file: string): number | undefined {
  const key = /\.(?<key>[\da-f]{8})\.[\da-f]{12}\.parquet$/u.exec(file)?.groups?.['key'];
  return key === undefined ? undefined : Number.parseInt(key, 16);
}

const PARTIAL = '.partial';

/** A file of the archive as the manifest lists it. */
export interface ArchiveFile {
  /** Path below the folder, with `/`. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The archive of one database, told by its key: files of another one are never touched. */
export class ArchiveFolder {
  readonly root: string;
  readonly #key: string;

  /** @param hashSeed the database's own random number */
  constructor(databasePath: string, hashSeed: number) {
    this.root = archiveFolder(databasePath);
    this.#key = hashSeed.toString(16).padStart(8, '0');
    mkdirSync(this.root, { recursive: true, mode: 0o700 });
  }

  /** Absolute path of a listed file. */
  pathOf(file: string): string {
    return path.join(this.root, file);
  }

  /** A name that no other file has, for rows of a table from a time on. */
  newName(table: string, fromNs: bigint): string {
    const day = new Date(Number(fromNs / 1_000_000n)).toISOString().slice(0, 10);
    mkdirSync(path.join(this.root, table), { recursive: true, mode: 0o700 });
    return `${table}/${day}.${this.#key}.${randomBytes(6).toString('hex')}.parquet`;
  }

  /** Where a file is written until it is whole. */
  partialPathOf(file: string): string {
    return this.pathOf(file) + PARTIAL;
  }

  /** Gives a whole file its name; it would survive a power cut then. */
  async finish(file: string): Promise<ArchiveFile> {
    const partial = this.partialPathOf(file);
    await syncPath(partial);
    const sha256 = await hashFile(partial);
    await rename(partial, this.pathOf(file));
    await syncPath(path.dirname(this.pathOf(file)));
    await syncPath(this.root);
    return { file, bytes: statSync(this.pathOf(file)).size, sha256 };
  }

  /** Removes files that are listed no more; one that is gone already is as good as removed. */
  async remove(files: readonly string[]): Promise<void> {
    for (const file of files) {
      await rm(this.pathOf(file), { force: true });
      await rm(this.partialPathOf(file), { force: true });
    }
  }

  /** Removes what a crash has left: files of this database that are not listed. Tells which listed ones are missing or cut. */
  sweep(listed: readonly ArchiveFile[]): string[] {
    const known = new Set(listed.map(({ file }) => file));
    for (const file of this.ownFiles())
      if (!known.has(file)) rmSync(this.pathOf(file), { force: true });
    return listed
      .filter(({ file, bytes }) => {
        const found = statSync(this.pathOf(file), { throwIfNoEntry: false });
        return found?.size !== bytes;
      })
      .map(({ file }) => this.pathOf(file));
  }

  /** Every file of this database, listed or not, unfinished ones too. */
  ownFiles(): string[] {
    return readdirSync(this.root, { recursive: true, encoding: 'utf8' })
      .map((entry) => entry.replaceAll('\\', '/'))
      .filter((file) => this.#isOwn(file));
  }

  #isOwn(file: string): boolean {
    return new RegExp(`\\.${this.#key}\\.[0-9a-f]{12}\\.parquet(?:${PARTIAL})?$`, 'u').test(file);
  }
}

/** SHA-256 of a file, hexadecimal. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file, { highWaterMark: 1024 * 1024 }))
    hash.update(part as Buffer);
  return hash.digest('hex');
}

/** Makes a file, or the names in a folder, durable. */
export async function syncPath(target: string): Promise<void> {
  const handle = await open(target, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
