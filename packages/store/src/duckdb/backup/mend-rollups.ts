/** Builds roll-ups anew that have lost rows, from the raw data that are there. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { LIVE_OPERATIONS, OPERATIONS } from '../../operation-columns.ts';
import { readSqlFile } from '../../sql-file.ts';
import { Rollups } from '../rollups.ts';
import { rebuildSpanEventDays, SPAN_EVENT_TABLES } from '../span-event-days.ts';
import { clearExactHours, EXACT_HOUR_TABLES } from '../upkeep/exact-hours.ts';
import { clearFeatureDays, FEATURE_DAY_TABLES } from '../upkeep/feature-days.ts';
import { clearErrors, ERROR_TABLES } from '../upkeep/old-errors.ts';
import { rebuildRunIndex, RUN_INDEX_TABLES } from '../upkeep/run-index.ts';
import { clearSliceFilters, SLICE_TABLES } from '../upkeep/slice-filters.ts';

/**
 * `lost` names tables that have lost rows. Resolves with those of them that are whole again: hours whose raw data are gone
 * stay as they were found.
 */
export async function mendRollups(
  connection: DuckDBConnection,
  lost: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const indexed = [
    ...(await mendIndex(connection, lost)),
    ...(await mendDays(connection, lost)),
    ...(await mendHours(connection, lost)),
    ...(await mendNames(connection, lost)),
    ...(await mendSlices(connection, lost)),
    ...(await mendOperations(connection, lost)),
    ...(await mendErrors(connection, lost)),
  ];
  if (![...ROLLUP_TABLES, STATE].some((table) => lost.has(table))) return new Set(indexed);
  if (lost.has(STATE)) await connection.run(readSqlFile('rollup/find-state.sql'));
  await new Rollups(connection).rebuild();
  const state = await connection.runAndReadAll('SELECT epoch_ns(raw_since) FROM rollup_state');
  const isWhole = state.getRows()[0]?.[0] === 0n;
  return new Set(isWhole ? [...ROLLUP_TABLES, STATE, ...indexed] : [STATE, ...indexed]);
}

/** The archive holds all that the index does. */
async function mendIndex(
  connection: DuckDBConnection,
  lost: ReadonlySet<string>,
): Promise<readonly string[]> {
  if (!RUN_INDEX_TABLES.some((table) => lost.has(table))) return [];
  await rebuildRunIndex(connection);
  return RUN_INDEX_TABLES;
}

/** The next upkeep makes the days of the hours, and until then the hours are read. */
async function mendDays(
  connection: DuckDBConnection,
  lost: ReadonlySet<string>,
): Promise<readonly string[]> {
  if (!FEATURE_DAY_TABLES.some((table) => lost.has(table))) return [];
  await clearFeatureDays(connection, 0n);
  return FEATURE_DAY_TABLES;
}

/** As days; single runs are read until then. */
async function mendHours(
  connection: DuckDBConnection,
  lost: ReadonlySet<string>,
): Promise<readonly string[]> {
  if (!EXACT_HOUR_TABLES.some((table) => lost.has(table))) return [];
  await clearExactHours(connection, 0n);
  return EXACT_HOUR_TABLES;
}

/** The span events hold all names that are known of them. */
async function mendNames(
  connection: DuckDBConnection,
  lost: ReadonlySet<string>,
): Promise<readonly string[]> {
  if (!SPAN_EVENT_TABLES.some((table) => lost.has(table))) return [];
  await rebuildSpanEventDays(connection);
  return SPAN_EVENT_TABLES;
}

/** Whatever was lost: the numbers of lost rows may be given again. The next upkeep makes them anew. */
async function mendSlices(
  connection: DuckDBConnection,
  lost: ReadonlySet<string>,
): Promise<readonly string[]> {
  await clearSliceFilters(connection);
  return SLICE_TABLES.some((table) => lost.has(table)) ? SLICE_TABLES : [];
}

/** The next start reads all records that tell of operations; those that are over and whose records are gone are not known again. */
async function mendOperations(
  connection: DuckDBConnection,
  lost: ReadonlySet<string>,
): Promise<readonly string[]> {
  if (!OPERATION_TABLES.some((table) => lost.has(table))) return [];
  await connection.run('DELETE FROM operation_state');
  return [LIVE_OPERATIONS.name, 'operation_state'];
}

/** Whatever was lost, as with slices. The server looks at all records again; first times of kinds whose records are gone stay lost. */
async function mendErrors(
  connection: DuckDBConnection,
  lost: ReadonlySet<string>,
): Promise<readonly string[]> {
  await clearErrors(connection, lost);
  return ERROR_TABLES.filter((table) => lost.has(table));
}

const OPERATION_TABLES = [OPERATIONS.name, LIVE_OPERATIONS.name, 'operation_state'];
const ROLLUP_TABLES = ['feature_hour', 'feature_duration', 'actor_hour'];
const STATE = 'rollup_state';
