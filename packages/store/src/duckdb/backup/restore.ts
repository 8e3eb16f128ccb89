/** Makes a data folder of a backup: verified first, whole or not at all, never over anything. */
import { constants, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { copyFile, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { syncPath } from '../upkeep/archive-folder.ts';
import { storeError } from '../../errors.ts';
import { type BackupManifest, readManifest } from '../../backup-manifest.ts';
import { verifyBackup } from './verify.ts';

/**
 * Resolves with what was restored. Rejects with `STORE_RESTORE_TARGET` when the folder holds anything, and with
 * `STORE_BACKUP_INVALID` when a check of the backup fails; the folder is then as it was.
 */
export async function restoreBackup(backup: string, dataDir: string): Promise<BackupManifest> {
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0)
    throw storeError('STORE_RESTORE_TARGET', { path: dataDir });
  const wrong = (await verifyBackup(backup)).checks.find(({ ok }) => !ok);
  if (wrong !== undefined)
    throw storeError('STORE_BACKUP_INVALID', {
      path: backup,
      reason: `${wrong.name}: ${wrong.detail}`,
    });
  const manifest = readManifest(backup);
  mkdirSync(path.dirname(path.resolve(dataDir)), { recursive: true, mode: 0o700 });
  // A name that nothing has: what lies at another may be anybody's.
  const partial = mkdtempSync(`${path.resolve(dataDir)}.restoring-`);
  try {
    for (const { path: name } of manifest.files) {
      const to = path.join(partial, name);
      mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 });
      await copyFile(path.join(backup, name), to, constants.COPYFILE_FICLONE);
      await syncPath(to);
      await syncPath(path.dirname(to));
    }
    await syncPath(partial);
    // An empty folder in the way is what was asked for; anything that came meanwhile stops the renaming.
    if (existsSync(dataDir)) await rmdir(dataDir);
    await rename(partial, dataDir);
    await syncPath(path.dirname(path.resolve(dataDir)));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
  return manifest;
}
