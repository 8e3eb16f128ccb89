/** Use of the data folder and its database while nobody else has them. */
import { existsSync, mkdirSync } from 'node:fs';
import { openReceiver } from '@heartwood/receiver';
import { type Lock, openLock, openStore, type Store } from '@heartwood/store';
import { canonicalPath, lockDatabase } from '@heartwood/store/offline';
import type { Config } from './config.ts';
import { serverError } from './errors.ts';
import type { Folders } from './folders.ts';

/** Runs `use` on the database while nobody else has it or the data folder. */
export async function withDatabase<T>(
  folders: Folders,
  use: (database: string) => Promise<T>,
): Promise<T> {
  if (!existsSync(folders.database))
    throw serverError('SERVER_NO_DATA', { path: folders.database });
  return locked(folders, () => {
    const database = canonicalPath(folders.database);
    // Its own lock too: with FEATURE_TRACKING_DB_PATH a server of another data folder may have it.
    return holding(lockDatabase(database), () => use(database));
  });
}

/** Runs `use` while nobody else has the data folder. */
function locked<T>({ lockFile, dataDir }: Folders, use: () => Promise<T>): Promise<T> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return holding(openLock(lockFile, dataDir), use);
}

async function holding<T>(lock: Lock, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } finally {
    lock.release();
  }
}

/** Opens the store, lands what the journal holds, and closes both. */
export function withStore<T>(
  folders: Folders,
  config: Config,
  log: (message: string) => void,
  use: (store: Store) => Promise<T>,
): Promise<T> {
  return locked(folders, async () => {
    const store = await openStore({ path: folders.database, memoryLimitMiB: config.memoryMb });
    try {
      const receiver = await openReceiver({
        store,
        journalDir: folders.journalDir,
        onTrouble: (message) => log(message),
      });
      await receiver.close();
      return await use(store);
    } finally {
      await store.close();
    }
  });
}
