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

/**
 * Builds days anew from the runs that are left, as far as actors are summed: all of them, or those of some whole days (UTC)
 * in the transaction that removes runs of these.
 */
export async function rebuildActiveDays(
  connection: DuckDBConnection,
  { from, end }: { readonly from: bigint; readonly end: bigint } = { from: 0n, end: END_NS },
): Promise<void> {
  await connection.run(
    `DELETE FROM active_day WHERE day >= ${from / DAY_NS} AND day < ${end / DAY_NS}`,
  );
  const days = await readRows(
    connection,
    `SELECT DISTINCT epoch_ns(start_time) // ${DAY_NS} AS day FROM run_uses WHERE ${within(from, end)} ORDER BY day`,
  );
  // A day at a time, so that the memory it takes has a bound.
  for (const [day] of days as [bigint][])
    await connection.run(
      sumOf(
        `run_uses WHERE ${within(day * DAY_NS, (day + 1n) * DAY_NS)} AND seq <= (SELECT actor_seq FROM rollup_state)`,
        true,
      ),
    );
}

/** The last moment that a time can say, and the end of its day. */
const MAX_NS = 2n ** 63n - 2n;
const END_NS = (MAX_NS / DAY_NS + 1n) * DAY_NS;

const within = (from: bigint, end: bigint): string =>
  `start_time BETWEEN ${timeLiteral(from)} AND ${timeLiteral(end <= MAX_NS ? end - 1n : MAX_NS)}`;

/** Marks as in src/marks.ts. */
const sumOf = (runs: string, isMerged: boolean): string => `INSERT INTO active_day
SELECT coalesce(fa_actor(user_id, session_id), 0) AS actor_id, (epoch_ns(start_time) // ${DAY_NS})::UINTEGER AS day,
  count(*), count(*) FILTER (WHERE fa_marked(marks, 0)), count(*) FILTER (WHERE fa_marked(marks, 17)),
  count(*) FILTER (WHERE fa_marked(marks, 23)), min(start_time), max(seq), ${isMerged}
FROM ${runs}
GROUP BY actor_id, day
ORDER BY day, actor_id`;
