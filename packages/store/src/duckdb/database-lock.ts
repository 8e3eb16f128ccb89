/** The lock beside a database file, which whoever opens or replaces it has to hold. */
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { storeError } from '../errors.ts';
import { type Lock, openLock } from '../lock.ts';

/** The same file has one name, whatever links lead to it; else two locks would guard it. Makes its folder. */
export function canonicalPath(given: string): string {
  const file = path.resolve(given);
  try {
    // Telemetry names users and sessions: a new folder is its owner's alone.
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    return existsSync(file)
      ? realpathSync(file)
      : path.join(realpathSync(path.dirname(file)), path.basename(file));
  } catch (error) {
    throw storeError('STORE_OPEN_FAILED', { path: file, reason: (error as Error).message }, error);
  }
}

/** Takes it for a {@link canonicalPath}. Rejects with `STORE_LOCKED` while its owner lives. */
export function lockDatabase(file: string): Lock {
  try {
    return openLock(`${file}.lock`, file);
  } catch (error) {
    if (error instanceof Error && 'retryable' in error) throw error;
    throw storeError('STORE_OPEN_FAILED', { path: file, reason: (error as Error).message }, error);
  }
}
