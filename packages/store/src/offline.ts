/** What is done to databases that nobody has open: verify, restore, recover. Loads the engine. */
export type { BackupManifest } from './backup-manifest.ts';
export type { Check } from './duckdb/backup/check.ts';
export { type Recovery, recoverDatabase } from './duckdb/backup/recover.ts';
export { restoreBackup } from './duckdb/backup/restore.ts';
export {
  readPosition,
  type Verified,
  verifyBackup,
  verifyDatabase,
} from './duckdb/backup/verify.ts';
export { canonicalPath, lockDatabase } from './duckdb/database-lock.ts';
