/** What a backup says of itself: its files with their digests, and what is in them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { storeError } from './errors.ts';

/** Name of the manifest in a backup; it is written last. */
export const MANIFEST_FILE = 'backup.json';
/** Name of the database in a backup; its archive lies beside it. */
export const BACKUP_DATABASE = 'heartwood.duckdb';

export interface BackupFile {
  /** Path within the backup, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface BackupManifest {
  readonly format: 1;
  /** ISO 8601. */
  readonly created: string;
  readonly schemaVersion: number;
  /** Every request before this journal record is in the backup, and `rows` records of it. */
  readonly position: { readonly record: string; readonly rows: number };
  /** Rows of each table and view cut by time, the archive included. */
  readonly rows: Readonly<Record<string, number>>;
  readonly files: readonly BackupFile[];
}

/** Rejects with `STORE_BACKUP_INVALID` when there is none or it is unreadable. */
export function readManifest(folder: string): BackupManifest {
  const file = path.join(folder, MANIFEST_FILE);
  let manifest: BackupManifest;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8')) as BackupManifest;
  } catch (error) {
    const reason = `${file} cannot be read: ${(error as Error).message}`;
    throw storeError('STORE_BACKUP_INVALID', { path: folder, reason }, error);
  }
  if (manifest.format !== 1 || !Array.isArray(manifest.files))
    throw storeError('STORE_BACKUP_INVALID', {
      path: folder,
      reason: `${file} is of another format`,
    });
  for (const { path: name } of manifest.files)
    if (path.isAbsolute(name) || name.split('/').includes('..'))
      throw storeError('STORE_BACKUP_INVALID', { path: folder, reason: `${name} lies outside it` });
  return manifest;
}
