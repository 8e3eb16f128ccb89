/** Keeps who ran anything on which day, as far as actors are summed: exactly the runs that are there. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { DAY_NS, readRows, timeLiteral } from './context.ts';

/** Adds the runs that landed after `after` and until `until`: none of them is archived before. */
export async function addActiveDays(
  writer: DuckDBConnection,
  after: bigint,
  until: bigint,
): Promise<number> {
  const { rowsChanged } = await writer.run(
    sumOf(`hot_spans WHERE feature_id <> 0 AND seq > ${after} AND seq <= ${until}`, false),
  );
  return rowsChanged;
}

/** Builds the days anew from all runs, as far as actors are summed; to be called in a transaction. */
export async function rebuildActiveDays(connection: DuckDBConnection): Promise<void> {
  await connection.run('DELETE FROM active_day');
  const days = await readRows(
    connection,
    `SELECT DISTINCT epoch_ns(start_time) // ${DAY_NS} AS day FROM run_uses ORDER BY day`,
  );
  // A day at a time, so that the memory it takes has a bound.
  for (const [day] of days as [bigint][]) {
    const last = (day + 1n) * DAY_NS - 1n;
    const within = `start_time BETWEEN ${timeLiteral(day * DAY_NS)} AND ${timeLiteral(last < MAX_NS ? last : MAX_NS)}`;
    await connection.run(
      sumOf(`run_uses WHERE ${within} AND seq <= (SELECT actor_seq FROM rollup_state)`, true),
    );
  }
}

/** Forgets the days of runs that are removed; `end` is the start of a day (UTC). */
export async function dropActiveDays(writer: DuckDBConnection, end: bigint): Promise<void> {
  await writer.run(`DELETE FROM active_day WHERE day < ${end / DAY_NS}`);
}

/** The last moment that a time can say. */
const MAX_NS = 2n ** 63n - 2n;

/** Marks as in src/marks.ts. */
const sumOf = (runs: string, isMerged: boolean): string => `INSERT INTO active_day
SELECT coalesce(fa_actor(user_id, session_id), 0) AS actor_id, (epoch_ns(start_time) // ${DAY_NS})::UINTEGER AS day,
  count(*), count(*) FILTER (WHERE fa_marked(marks, 0)), count(*) FILTER (WHERE fa_marked(marks, 17)),
  count(*) FILTER (WHERE fa_marked(marks, 23)), min(start_time), max(seq), ${isMerged}
FROM ${runs}
GROUP BY actor_id, day
ORDER BY day, actor_id`;
