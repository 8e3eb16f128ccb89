/** Opens a store: picks the engine and imports only that one. */
import path from 'node:path';
import type { DuckdbOptions } from './duckdb/engine.ts';
import { queries } from './queries.ts';
import { loadStatements } from './statements.ts';
import type { Store } from './store.ts';

/** Where the database is: a data folder, or a file of one's own choice. */
export type StoreOptions = Omit<DuckdbOptions, 'path'> &
  ({ readonly path: string } | { readonly dataDir: string });

/** Name of the database in a data folder. */
export const DATABASE_FILE = 'heartwood.duckdb';

/**
 * Opens the database, making or migrating it where needed; close it when done.
 * Rejects with a `CodedError`: `STORE_LOCKED` when another owner lives, `STORE_SCHEMA_TOO_NEW`, `STORE_OPEN_FAILED`,
 * `STORE_NOT_BUILT`, `STORE_MEMORY_TOO_LOW`, `STORE_QUERIES_INVALID`; the file is then untouched.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const statements = loadStatements(queries);
  const { openDuckdb } = await import('./duckdb/engine.ts');
  const file = 'path' in options ? options.path : path.join(options.dataDir, DATABASE_FILE);
  return openDuckdb({ ...options, path: file }, statements);
}
