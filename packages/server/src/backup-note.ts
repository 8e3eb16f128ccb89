/** When the data were last backed up, kept in a file beside them: backups lie elsewhere. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BackupFacts } from '@heartwood/kpi';
import { MANIFEST_FILE } from '@heartwood/store';

const NOTE_FILE = 'last-backup.json';

/** Notes a backup that is whole. A data folder that cannot be written costs the note, not the backup. */
export function noteBackup(dataDir: string, folder: string, atMs: number): void {
  const file = path.join(dataDir, NOTE_FILE);
  try {
    writeFileSync(`${file}.new`, JSON.stringify({ atMs, folder }), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // The next backup is noted again.
  }
}

/** The last one that was noted; null when none was. */
export function readBackupNote(dataDir: string): BackupFacts | null {
  let note: unknown;
  try {
    note = JSON.parse(readFileSync(path.join(dataDir, NOTE_FILE), 'utf8'));
  } catch {
    return null;
  }
  if (typeof note !== 'object' || note === null) return null;
  const { atMs, folder } = note as Partial<BackupFacts>;
  if (typeof atMs !== 'number' || typeof folder !== 'string') return null;
  return { atMs, folder, isThere: existsSync(path.join(folder, MANIFEST_FILE)) };
}
