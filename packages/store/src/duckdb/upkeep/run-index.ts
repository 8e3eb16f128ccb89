/** Keeps in the database file what most questions ask of archived runs and traces: exactly those of the files that are listed. */
import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { SPANS } from '../../columns.ts';
import { inTransaction } from '../transaction.ts';
import { rebuildActiveDays } from './active-days.ts';
import { DAY_NS, dayOf, readRows, timeLiteral } from './context.ts';

/** Tables of the index. */
export const RUN_INDEX_TABLES = ['feature_use', 'active_day', 'trace_hour', 'run_index'] as const;

/** Adds the runs and traces of the `rows`, SQL of a FROM clause and conditions; to be called in the transaction that lists their file. */
export async function addToRunIndex(writer: DuckDBConnection, rows: string): Promise<void> {
  // By feature, and within one by actor: zone maps skip the other features, and equal ids compress to nothing.
  await writer.run(`INSERT INTO feature_use
SELECT start_time, duration_ns, seq, feature_id, session_id, user_id, marks, feature_status
FROM ${rows} AND feature_id <> 0
ORDER BY feature_id, user_id, session_id, start_time`);
  // Distinct before the tail is cut off, which costs 250 ns each.
  await writer.run(`INSERT INTO trace_hour
SELECT fa_trace_tail(trace_id) AS tail, hour
FROM (SELECT DISTINCT trace_id, fa_hour(start_time) AS hour FROM ${rows})
ORDER BY hour, tail`);
}

/** Removes what files held that are listed no longer; `end` is the start of a day (UTC). */
export async function dropFromRunIndex(writer: DuckDBConnection, end: bigint): Promise<void> {
  await writer.run(`DELETE FROM feature_use WHERE start_time < ${timeLiteral(end)}`);
  await writer.run(`DELETE FROM trace_hour WHERE fa_hour_start(hour) < ${timeLiteral(end)}`);
}

/** Says that the index holds the files that are listed now; to be called in the transaction that changes the list. */
export async function stampRunIndex(writer: DuckDBConnection): Promise<void> {
  const files = await digestFiles(writer);
  await writer.run('DELETE FROM run_index');
  await writer.run(`INSERT INTO run_index VALUES ('${files}')`);
}

/** Builds the index where it does not hold the files that are listed: after a migration, or when some were given up. */
export async function mendRunIndex(connection: DuckDBConnection): Promise<void> {
  const found = await readRows(connection, 'SELECT files FROM run_index');
  if (found.length !== 1 || found[0]?.[0] !== (await digestFiles(connection)))
    await rebuildRunIndex(connection);
}

/** Builds the index from the archive, a day at a time: about a second a million runs. */
export async function rebuildRunIndex(connection: DuckDBConnection): Promise<void> {
  await inTransaction(connection, async () => {
    await connection.run('DELETE FROM feature_use');
    await connection.run('DELETE FROM trace_hour');
    const listed = await readRows(
      connection,
      `SELECT DISTINCT epoch_ns(first_time) FROM archive_files WHERE table_name = '${SPANS.name}'`,
    );
    const days = new Set(listed.map(([first]) => dayOf(first as bigint)));
    for (const day of [...days].toSorted((a, b) => Number(a - b))) {
      const within = (time: string): string =>
        `${time} >= ${timeLiteral(day)} AND ${time} < ${timeLiteral(day + DAY_NS)}`;
      await addToRunIndex(
        connection,
        `spans WHERE ${within('start_time')} AND seq NOT IN (SELECT seq FROM hot_spans WHERE ${within('start_time')})`,
      );
    }
    // They hold archived runs too.
    await rebuildActiveDays(connection);
    await stampRunIndex(connection);
  });
}

async function digestFiles(connection: DuckDBConnection): Promise<string> {
  const listed = await readRows(
    connection,
    `SELECT file FROM archive_files WHERE table_name = '${SPANS.name}' ORDER BY file`,
  );
  // With the tables, so that an index without one of them counts as none.
  return createHash('sha256')
    .update([...RUN_INDEX_TABLES, ...listed].join('\n'))
    .digest('hex')
    .slice(0, 16);
}
