/** Makes anew what says whose database this is and how far it has come, where other things tell it beyond doubt. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { SCHEMA_VERSION } from '../../migrate.ts';
import { keyOfFile } from '../upkeep/archive-folder.ts';
import { readRows } from '../upkeep/context.ts';

/** What a database cannot be without. */
export const NAME_TABLES = ['meta', 'landed_position'] as const;

/**
 * Fills `table` of a salvaged database from the others; false where that would be a guess: a wrong key would store each
 * text a second time, and a wrong position would store requests of the journal twice or never.
 *
 * @param lost tables with rows that could not be read
 * @param journalKey of the database that the journal belongs to
 */
export function mendName(
  connection: DuckDBConnection,
  table: (typeof NAME_TABLES)[number],
  lost: ReadonlySet<string>,
  journalKey: number | undefined,
): Promise<boolean> {
  return table === 'meta' ? mendMeta(connection, journalKey) : mendPosition(connection, lost);
}

/** What is left of the row knows the key best; the journal and each file of the archive bear it as well. */
async function mendMeta(connection: DuckDBConnection, journalKey?: number): Promise<boolean> {
  const read = await readRows(connection, 'SELECT hash_seed FROM damaged.meta').catch(() => []);
  if (read.length === 1) return writeMeta(connection, Number(read[0]?.[0]));
  const files = await readRows(connection, 'SELECT file FROM archive_files');
  const keys = new Set(files.map(([file]) => keyOfFile(String(file))));
  if (journalKey !== undefined) keys.add(journalKey);
  const [key] = keys;
  return key !== undefined && keys.size === 1 && writeMeta(connection, key);
}

async function writeMeta(connection: DuckDBConnection, key: number): Promise<boolean> {
  await connection.run('DELETE FROM meta');
  await connection.run(`INSERT INTO meta VALUES (${SCHEMA_VERSION}, '', ${key}, now()::TIMESTAMP)`);
  return true;
}

/** Each request that has landed whole has a row, and only one that has landed in part stands in `landed_part`. */
async function mendPosition(
  connection: DuckDBConnection,
  lost: ReadonlySet<string>,
): Promise<boolean> {
  if (lost.has('requests') || lost.has('landed_part')) return false;
  const [[parts, last] = []] = await readRows(
    connection,
    'SELECT (SELECT count(*) FROM landed_part), (SELECT max(record) FROM requests)',
  );
  if (parts !== 0n || typeof last !== 'bigint') return false;
  await connection.run('DELETE FROM landed_position');
  await connection.run(`INSERT INTO landed_position VALUES (${last + 1n}, 0)`);
  return true;
}
