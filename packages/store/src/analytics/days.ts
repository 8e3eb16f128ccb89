/** Who ran anything on which day, where a question about it can be told from whole days: a twentieth of the rows. */
import type { EligibleEvents } from './question.ts';
import type { Slots } from './unit.ts';
import type { Writer } from './writer.ts';

const DAY_NS = 86_400_000_000_000n;

/** Whether days (UTC) of users who ran any feature are all that the question asks for, in whole days as the table has them. */
export function isOfDays(events: EligibleEvents, { origin, width }: Slots): boolean {
  const { selectors, keepOthers, unit, scope, group, hold = [] } = events;
  return (
    unit === 'user' &&
    !keepOthers &&
    scope === undefined &&
    group === undefined &&
    hold.length === 0 &&
    selectors.every(
      ({ source, names, statuses, minDurationNs, maxDurationNs, where }) =>
        source === 'run' &&
        names === 'any' &&
        (statuses ?? minDurationNs ?? maxDurationNs ?? where) === undefined,
    ) &&
    isWholeDays(origin, width)
  );
}

/** Whether all of these times and lengths are whole days. */
export const isWholeDays = (...times: readonly bigint[]): boolean =>
  times.every((ns) => ns % DAY_NS === 0n);

/**
 * Adds the table `eligible` with `actor`, `t` (start of the day), `mask` (all selectors), `n` (runs), and the columns of
 * FACT_SUMS; a few rows each actor and day, and one without actor that holds facts alone. The days that the range cuts, and runs that an earlier answer did not know,
 * are told from single runs.
 */
export function writeDays(writer: Writer, { from, to, selectors, asOf }: EligibleEvents): void {
  const [firstDay, endDay] = [(from + DAY_NS - 1n) / DAY_NS, to / DAY_NS];
  const day = (value: bigint): string => writer.param('int', Number(value));
  const whole = `day >= ${day(firstDay)} AND day < ${day(endDay)}`;
  const known = (column: string): string =>
    asOf === undefined ? '' : ` AND ${column} <= (${writer.param('ns', asOf)})::UBIGINT`;
  const range = (first: bigint, last: bigint): string =>
    `start_time >= fa_time(${writer.param('ns', first)}) AND start_time < fa_time(${writer.param('ns', last)})`;
  // Where the range lies within one day, both edges are that day.
  const edges =
    firstDay >= endDay
      ? [range(from, to)]
      : [range(from, firstDay * DAY_NS), range(endDay * DAY_NS, to)];
  const columns = `fa_actor(user_id, session_id) AS actor, (epoch_ns(start_time) // ${DAY_NS})::INTEGER AS day, marks, seq`;
  // Days of somebody with runs that an earlier answer did not know are told from those that it did.
  const news =
    asOf === undefined
      ? ''
      : `(SELECT (actor_id, day::BIGINT) FROM actor_day WHERE ${whole} AND last_seq > (${writer.param('ns', asOf)})::UBIGINT)`;
  const runs = [
    `SELECT ${columns} FROM hot_spans WHERE feature_id <> 0 AND ${range(from, to)}${known('seq')}`,
    ...edges.map((edge) => `SELECT ${columns} FROM feature_use WHERE ${edge}${known('seq')}`),
    ...(asOf === undefined
      ? []
      : [
          `SELECT ${columns} FROM feature_use WHERE ${range(from, to)}${known('seq')}
  AND (coalesce(fa_actor(user_id, session_id), 0), epoch_ns(start_time) // ${DAY_NS}) IN ${news}`,
        ]),
  ];
  const mask = `${String(2 ** selectors.length - 1)}::BIGINT AS mask`;
  // Not to be kept in memory: it is two scans of few columns then.
  writer.table('single', runs.join('\nUNION ALL\n'), 'NOT MATERIALIZED');
  writer.table(
    'eligible',
    `SELECT *, ${mask}, rows_all AS n FROM (
  SELECT nullif(actor_id, 0) AS actor, day::BIGINT * ${DAY_NS} AS t, runs::BIGINT AS rows_all,
    CASE WHEN actor_id = 0 THEN runs ELSE 0 END::BIGINT AS rows_nobody,
    untimed::BIGINT AS rows_untimed, filtered::BIGINT AS rows_filtered, last_seq
  FROM actor_day WHERE ${whole}${asOf === undefined ? '' : ` AND (actor_id, day::BIGINT) NOT IN ${news}`}
  UNION ALL
  SELECT actor, day::BIGINT * ${DAY_NS}, runs, CASE WHEN actor IS NULL THEN runs ELSE 0 END, 0, 0, 0::UBIGINT
  FROM (SELECT actor, day, count(*) AS runs FROM single GROUP BY actor, day)
  UNION ALL
  SELECT NULL, NULL, 0, 0, count(*) FILTER (WHERE fa_marked(marks, 0)), count(*) FILTER (WHERE fa_marked(marks, 17)),
    coalesce(max(seq), 0)
  FROM single
)`,
  );
}
