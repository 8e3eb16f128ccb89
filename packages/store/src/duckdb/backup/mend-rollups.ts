/** Builds roll-ups anew that have lost rows, from the raw data that are there. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { readSqlFile } from '../../sql-file.ts';
import { Rollups } from '../rollups.ts';

/**
 * `lost` names tables that have lost rows. Resolves with those of them that are whole again: hours whose raw data are gone
 * stay as they were found.
 */
export async function mendRollups(
  connection: DuckDBConnection,
  lost: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  if (![...ROLLUP_TABLES, STATE].some((table) => lost.has(table))) return new Set();
  if (lost.has(STATE)) await connection.run(readSqlFile('rollup/find-state.sql'));
  await new Rollups(connection).rebuild();
  const state = await connection.runAndReadAll('SELECT epoch_ns(raw_since) FROM rollup_state');
  const isWhole = state.getRows()[0]?.[0] === 0n;
  return new Set(isWhole ? [...ROLLUP_TABLES, STATE] : [STATE]);
}

const ROLLUP_TABLES = ['feature_hour', 'feature_duration', 'actor_hour'];
const STATE = 'rollup_state';
