/** Lets what is known of errors go with the records that tell of them. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { readSqlFile } from '../../sql-file.ts';
import { timeLiteral } from './context.ts';

/** What the records that are there make anew. */
export const ERROR_TABLES = ['error_occurrences', 'error_state'];

/** Forgets errors from before `end`; the kinds that were seen last stay known. */
export async function dropErrors(writer: DuckDBConnection, end: bigint): Promise<void> {
  await writer.run(`DELETE FROM error_occurrences WHERE time < ${timeLiteral(end)}`);
  await writer.run(readSqlFile('upkeep/drop-error-groups.sql'));
}

/** Has all records that are there looked at again: numbers of lost ones may be given to others. */
export async function clearErrors(
  connection: DuckDBConnection,
  lost: ReadonlySet<string>,
): Promise<void> {
  await connection.run('DELETE FROM error_occurrences');
  await connection.run('DELETE FROM error_state');
  // Titles and first times of the others are as good as before.
  if (lost.has('error_groups')) await connection.run('DELETE FROM error_groups');
}
