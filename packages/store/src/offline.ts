/** What is done to databases that nobody has open: verify, restore, recover. Loads the engine. */
export type { BackupManifest } from './backup/manifest.ts';
export type { Check } from './backup/check.ts';
export { type Recovery, recoverDatabase } from './backup/recover.ts';
export { restoreBackup } from './backup/restore.ts';
export { type Verified, verifyBackup, verifyDatabase } from './backup/verify.ts';
