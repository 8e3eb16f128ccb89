/** Where the parts of the data lie. */
import path from 'node:path';
import { DATABASE_FILE } from '@heartwood/store';

export interface Folders {
  readonly dataDir: string;
  readonly lockFile: string;
  readonly database: string;
  readonly journalDir: string;
  /** Tells commands on this machine how to reach the server that runs. */
  readonly controlFile: string;
}

export function foldersOf({
  dataDir,
  databasePath,
}: {
  readonly dataDir: string;
  readonly databasePath: string | undefined;
}): Folders {
  const ownDatabase = path.join(dataDir, DATABASE_FILE);
  const database = databasePath ?? ownDatabase;
  return {
    dataDir,
    lockFile: path.join(dataDir, 'heartwood.lock'),
    database,
    // The position in a journal stands in one database; another one would take in what is not its own.
    journalDir: database === ownDatabase ? path.join(dataDir, 'journal') : `${database}.journal`,
    controlFile: path.join(dataDir, 'control.json'),
  };
}
