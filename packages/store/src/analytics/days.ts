/** Who ran anything on which day, where a question about it can be told from whole days: a twentieth of the rows. */
import type { EligibleEvents } from './eligible-events.ts';
import type { Slots } from './unit.ts';
import type { Writer } from './writer.ts';

const DAY_NS = 86_400_000_000_000n;

/** Whether days (UTC) of users who ran any feature are all that the question asks for, in whole days as the table has them. */
export const isOfDays = (events: EligibleEvents, { origin, width }: Slots): boolean =>
  isOfUsers(events) && isWholeDays(origin, width);

/** Whether users who ran any feature are all that the question asks for. */
export function isOfUsers(events: EligibleEvents): boolean {
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
    )
  );
}

/** How many runs of the table that {@link writeDays} adds were sampled. */
export const SAMPLED_OF_DAYS = '(SELECT coalesce(sum(sampled), 0) FROM eligible)';

/** The bucket of a row of the table that {@link writeDays} adds, where slots are whole days. */
export function bucketOfDay(
  writer: Writer,
  { to }: EligibleEvents,
  { origin, width, buckets }: Slots,
): string {
  const since = `day - ${writer.param('int', Number(origin / DAY_NS))}`;
  const slot =
    width === DAY_NS ? since : `(${since}) // ${writer.param('int', Number(width / DAY_NS))}`;
  const first = Number(buckets[0]);
  const isInOrder =
    origin + width * BigInt(buckets.length) >= to &&
    buckets.every((bucket, index) => Number(bucket) === first + index);
  if (isInOrder) return `(${slot} + ${writer.param('int', first)})`;
  return `list_extract((${writer.param('texts', buckets)})::INTEGER[], 1 + ${slot})`;
}

/** Whether all of these times and lengths are whole days. */
export const isWholeDays = (...times: readonly bigint[]): boolean =>
  times.every((ns) => ns % DAY_NS === 0n);

/**
 * Adds the table `eligible` with `actor`, `day`, `t` (its start), `first_t` (the first run's), `mask` (all selectors), `n` (runs),
 * `sampled` (runs), and the columns of FACT_SUMS: a few rows each actor and day. The days that the range cuts, runs that are
 * not summed yet and those of days that an earlier answer knew in part are told from single runs.
 */
export function writeDays(writer: Writer, { from, to, selectors, asOf }: EligibleEvents): void {
  const [firstDay, endDay] = [(from + DAY_NS - 1n) / DAY_NS, to / DAY_NS];
  const day = (value: bigint): string => writer.param('int', Number(value));
  const range = (first: bigint, last: bigint): string =>
    `start_time >= fa_time(${writer.param('ns', first)}) AND start_time < fa_time(${writer.param('ns', last)})`;
  const known = asOf === undefined ? undefined : `(${writer.param('ns', asOf)})::UBIGINT`;
  const isKnown = known === undefined ? '' : ` AND seq <= ${known}`;
  const hasDays = firstDay < endDay;
  const edges = hasDays
    ? [
        [from, firstDay * DAY_NS],
        [endDay * DAY_NS, to],
      ].filter(([first, last]) => first !== last)
    : [[from, to]];
  const runs = edges.map(
    ([first = 0n, last = 0n]) =>
      `SELECT ${RUN_COLUMNS} FROM run_uses WHERE ${range(first, last)}${isKnown}`,
  );
  if (hasDays) {
    const whole = range(firstDay * DAY_NS, endDay * DAY_NS);
    const days = `FROM active_day WHERE day >= ${day(firstDay)} AND day < ${day(endDay)}`;
    runs.push(
      `SELECT ${RUN_COLUMNS} FROM hot_spans WHERE feature_id <> 0 AND ${whole}${isKnown} AND seq > ${SUMMED}`,
    );
    if (known !== undefined) {
      // By way of a list, which counts as one row: then these, mostly none, are what is looked up in, and no run is read.
      writer.table(
        'partly',
        `SELECT key.actor_id, key.day FROM (
  SELECT unnest(list(DISTINCT {actor_id: actor_id, day: day})) AS key ${days} AND last_seq > ${known}
)`,
      );
      runs.push(`SELECT run.* FROM (
  SELECT ${RUN_COLUMNS} FROM run_uses WHERE ${whole}${isKnown} AND seq <= ${SUMMED}
) run SEMI JOIN partly ON partly.actor_id = coalesce(run.actor, 0) AND partly.day = run.day`);
    }
    writer.table('days_of_actors', `SELECT * ${days}`, 'NOT MATERIALIZED');
  }
  writer.table(
    'single',
    `SELECT actor, day, min(t) AS first_t, count(*) AS n, count(*) FILTER (WHERE fa_marked(marks, 0)) AS untimed,
  count(*) FILTER (WHERE fa_marked(marks, 17)) AS filtered, count(*) FILTER (WHERE fa_marked(marks, 23)) AS sampled,
  max(seq) AS last_seq
FROM (
${runs.join('\nUNION ALL\n')}
)
GROUP BY actor, day`,
  );
  const mask = `${String(2 ** selectors.length - 1)}::BIGINT AS mask`;
  const parts = [
    ...(hasDays
      ? [
          `SELECT nullif(actor_id, 0) AS actor, day::BIGINT AS day, epoch_ns(first_time) AS first_t, runs::BIGINT AS n,
    untimed::BIGINT AS untimed, filtered::BIGINT AS filtered, sampled::BIGINT AS sampled, last_seq
  FROM days_of_actors${known === undefined ? '' : ' ANTI JOIN partly USING (actor_id, day)'}`,
        ]
      : []),
    'FROM single',
  ];
  // To read it again is cheaper than to keep so many rows.
  writer.table(
    'eligible',
    `SELECT actor, day, day * ${DAY_NS} AS t, first_t, ${mask}, n, sampled, n AS rows_all,
  CASE WHEN actor IS NULL THEN n ELSE 0 END AS rows_nobody, untimed AS rows_untimed, filtered AS rows_filtered, last_seq
FROM (
  ${parts.join('\n  UNION ALL\n  ')}
)`,
    'NOT MATERIALIZED',
  );
}

const SUMMED = '(SELECT actor_seq FROM rollup_state)';

const RUN_COLUMNS = `fa_actor(user_id, session_id) AS actor, epoch_ns(start_time) // ${DAY_NS} AS day, epoch_ns(start_time) AS t, marks, seq`;
