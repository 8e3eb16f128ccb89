/** Keeps what does not add up of hours that are over, distinct users and sessions and exact percentiles, by feature. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { inTransaction } from '../transaction.ts';
import { HOUR_NS, readRows, timeLiteral, type UpkeepContext } from './context.ts';

/** Tables of the hours. */
export const EXACT_HOUR_TABLES = ['exact_hour'] as const;

/** How many runs are read. */
interface ExactHourLimits {
  /** By one upkeep, the newest hours first. An hour with more is never kept. */
  readonly mostRuns: number;
  /** By one statement, but at least an hour and at most a day. */
  readonly atOnce: number;
}
/** Three and a half seconds of a core, and memory for the durations and actors of a million runs. */
const LIMITS: ExactHourLimits = { mostRuns: 5_000_000, atOnce: 1_000_000 };

/** Columns of the table. */
type Row = readonly (bigint | number | string | null)[];

/** Makes the hours that are over, where they are not made or others have landed since. */
export async function makeExactHours(
  { connection, write, proceed }: Pick<UpkeepContext, 'connection' | 'write' | 'proceed'>,
  nowNs: bigint,
  limits: ExactHourLimits = LIMITS,
): Promise<void> {
  const stale = await readRows(connection, staleSql(nowNs / HOUR_NS));
  for (const hours of cutHours(stale as [bigint, number][], limits)) {
    proceed();
    // On the connection of upkeep, so that no landing waits for it. What lands meanwhile makes the rows stale.
    const rows = (await readRows(connection, exactSql(hours))) as Row[];
    await write((writer) =>
      inTransaction(writer, async () => {
        await writer.run(`DELETE FROM exact_hour WHERE hour IN (${hours.join()})`);
        if (rows.length > 0)
          await writer.run(`INSERT INTO exact_hour VALUES ${rows.map(toSql).join()}`);
      }),
    );
  }
}

/** Forgets hours whose runs are gone. */
export async function dropExactHours(writer: DuckDBConnection, endNs: bigint): Promise<void> {
  await writer.run(`DELETE FROM exact_hour WHERE hour < ${endNs / HOUR_NS}`);
}

/** Forgets hours from one on: those that are built anew may have other runs, just as many. */
export async function clearExactHours(writer: DuckDBConnection, fromHour: bigint): Promise<void> {
  await writer.run(`DELETE FROM exact_hour WHERE hour >= ${fromHour}`);
}

/** Hours before this one that all have their runs, newest first, with how many. */
const staleSql = (endHour: bigint): string => `SELECT hour::BIGINT, sum(in_hours)
FROM (
  SELECT hour, runs::DOUBLE AS in_hours, 0 AS in_exact
  FROM feature_hour, rollup_state
  WHERE hour < ${endHour} AND fa_hour_start(hour) >= raw_since
  UNION ALL
  SELECT hour, 0, runs::DOUBLE FROM exact_hour WHERE feature_id = 0
)
GROUP BY hour
HAVING sum(in_hours) <> sum(in_exact) AND sum(in_hours) > 0
ORDER BY hour DESC`;

/** Those that one upkeep makes, in pieces of which each is a statement. */
function cutHours(
  stale: readonly [bigint, number][],
  { mostRuns, atOnce }: ExactHourLimits,
): bigint[][] {
  const pieces: bigint[][] = [];
  let all = 0;
  let held = 0;
  for (const [hour, runs] of stale) {
    if (all + runs > mostRuns) continue;
    all += runs;
    const piece = pieces.at(-1);
    const isNear = (piece?.[0] ?? hour + 24n) - hour < 24n;
    if (piece && isNear && held + runs <= atOnce) {
      piece.push(hour);
      held += runs;
    } else {
      pieces.push([hour]);
      held = runs;
    }
  }
  return pieces;
}

const exactSql = (hours: readonly bigint[]): string => `SELECT
  hour::BIGINT, coalesce(feature_id, 0)::VARCHAR, runs, users, sessions, quantiles[1], quantiles[2], quantiles[3]
FROM (
  SELECT
    fa_hour(start_time) AS hour, feature_id,
    count(*) AS runs,
    count(DISTINCT nullif(user_id, 0)) AS users,
    count(DISTINCT nullif(session_id, 0)) AS sessions,
    quantile_cont(duration_ns, [0.5, 0.95, 0.99]) FILTER (WHERE NOT fa_marked(marks, 0)) AS quantiles
  FROM run_uses
  WHERE start_time >= ${timeLiteral((hours.at(-1) ?? 0n) * HOUR_NS)}
    AND start_time < ${timeLiteral(((hours[0] ?? 0n) + 1n) * HOUR_NS)}
    AND fa_hour(start_time) IN (${hours.join()})
  GROUP BY GROUPING SETS ((hour, feature_id), (hour))
)
ORDER BY hour, feature_id`;

/** A number in quotes becomes the very same double; without, a decimal that is rounded. */
const toSql = (row: Row): string =>
  `(${row.map((value) => (value === null ? 'NULL' : `'${String(value)}'`)).join()})`;
