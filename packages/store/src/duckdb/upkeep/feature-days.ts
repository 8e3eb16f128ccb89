/** Keeps what whole days add up to, for questions over many runs: made of the roll-ups by the hour once a day is over. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { inTransaction } from '../transaction.ts';
import { DAY_NS, readRows, type UpkeepContext } from './context.ts';

/** Tables of the days. */
export const FEATURE_DAY_TABLES = [
  'feature_day',
  'day_user',
  'day_far_user',
  'day_session',
  'day_guest',
  'day_duration',
  'day_run',
  'day_visit',
] as const;

/** Ids from here on are hashes: they lie too far apart for bits. */
const FIRST_HASH = 2n ** 32n;

/** Makes the days that are over and have at least so many runs, where they are not made or others have landed since. */
export async function makeFeatureDays(
  { connection, write, proceed }: Pick<UpkeepContext, 'connection' | 'write' | 'proceed'>,
  nowNs: bigint,
  leastRuns: number,
): Promise<void> {
  const stale = await readRows(
    connection,
    `SELECT day::BIGINT FROM fa_stale_days(0, ${nowNs / DAY_NS}) WHERE runs >= ${leastRuns} ORDER BY day`,
  );
  for (const [day] of stale) {
    proceed();
    await write((writer) => inTransaction(writer, () => makeDay(writer, day as bigint)));
  }
}

/** Forgets days that are made of hours which are built anew. */
export async function clearFeatureDays(writer: DuckDBConnection, fromDay: bigint): Promise<void> {
  for (const table of FEATURE_DAY_TABLES)
    await writer.run(`DELETE FROM ${table} WHERE day >= ${fromDay}`);
}

async function makeDay(writer: DuckDBConnection, day: bigint): Promise<void> {
  const hours = `hour >= ${day * 24n} AND hour < ${(day + 1n) * 24n}`;
  for (const table of FEATURE_DAY_TABLES)
    await writer.run(`DELETE FROM ${table} WHERE day = ${day}`);
  await writer.run(`INSERT INTO day_user
SELECT ${day}, feature_id, user_id >> 13 AS chunk, bitstring_agg((user_id & 8191)::BIGINT, 0::BIGINT, 8191::BIGINT)
FROM actor_uses WHERE ${hours} AND user_id <> 0 AND user_id < ${FIRST_HASH}
GROUP BY feature_id, chunk ORDER BY feature_id, chunk`);
  await writer.run(`INSERT INTO day_far_user
SELECT DISTINCT ${day}, unnest([0, feature_id]) AS feature, user_id
FROM actor_uses WHERE ${hours} AND user_id >= ${FIRST_HASH}
ORDER BY feature, user_id`);
  // Of other days too, which may have been made before this one.
  await writer.run(`INSERT INTO day_session
WITH repeated AS MATERIALIZED (
  SELECT DISTINCT session_id FROM actor_uses
  WHERE session_id <> 0 AND NOT (${hours}) AND session_id IN (SELECT session_id FROM actor_uses WHERE ${hours})
)
SELECT DISTINCT hour // 24 AS day, unnest([0, feature_id]) AS feature_id, session_id
FROM actor_uses WHERE session_id IN (FROM repeated)
EXCEPT FROM day_session
ORDER BY day, feature_id, session_id`);
  await writer.run(`INSERT INTO day_guest
SELECT DISTINCT ${day}, unnest([0, feature_id]) AS feature, session_id
FROM actor_uses WHERE ${hours} AND user_id = 0
ORDER BY feature, session_id`);
  await writer.run(`INSERT INTO day_visit
SELECT DISTINCT ${day}, session_id FROM actor_uses WHERE ${hours} AND session_id <> 0 ORDER BY session_id`);
  await writer.run(`INSERT INTO day_duration
SELECT ${day}, coalesce(feature_id, 0) AS feature, bucket, sum(runs)
FROM feature_duration WHERE ${hours}
GROUP BY GROUPING SETS ((feature_id, bucket), (bucket)) ORDER BY feature, bucket`);
  await writer.run(`INSERT INTO day_run
SELECT
  ${day}, feature_id, category_id, component_id, feature_status,
  sum(runs), sum(untimed), sum(filtered), sum(nobody),
  sum(excellent), sum(good), sum(acceptable), sum(slow), sum(very_slow),
  sum(scored), fsum(efficiency), sum(duration_ns), min(first_time), max(last_time), max(last_seq)
FROM feature_hour WHERE ${hours}
GROUP BY feature_id, category_id, component_id, feature_status ORDER BY feature_id, feature_status`);
  await writer.run(`INSERT INTO feature_day
SELECT ${day}, coalesce(feature_id, 0) AS feature, count(DISTINCT session_id)
FROM actor_uses WHERE ${hours} AND session_id <> 0
GROUP BY GROUPING SETS ((feature_id), ()) ORDER BY feature`);
}
