/** How many different users there are in each bucket: by bits of whole days, by the hour for the rest of a range. */
import { ofSql } from './count-measure.ts';
import { DAY_NS, HOUR_NS, inRanges, type Range, type SummedRanges } from './count-ranges.ts';
import { SESSION_BIT } from './eligible.ts';
import type { CountQuestion, Measure } from './question.ts';
import type { EventSelector } from './selector.ts';
import { writeSumMask } from './selector-mask.ts';
import type { Writer } from './writer.ts';

/** Whether a measure counts users of runs by name alone, which is all that is known of the users of an hour. */
export const isOfUsers = (measure: Measure, selectors: readonly EventSelector[]): boolean =>
  measure.agg === 'count_distinct' && measure.on === 'user' && isByNames(measure.of, selectors);

/** Whether these selectors, by their index, take all runs of a name. */
export const isByNames = (
  of: readonly number[] | undefined,
  selectors: readonly EventSelector[],
): boolean =>
  selectors.every((selector, index) => of?.includes(index) === false || isByName(selector));

const isByName = ({ statuses }: EventSelector): boolean => statuses === undefined;

/** Ids from here on have no bits: sessions without a user, and hashes. */
const FIRST_FAR = '4294967296';

/** Adds `users`: the measures of users by bucket. There must be `stale` where there are whole days, and `cut` with
 * `bucket`, `mask` and `actor` where hours are cut. */
export function writeUsers(
  writer: Writer,
  { events: { selectors }, measures }: CountQuestion,
  { days, loose, cut }: SummedRanges,
  bucketOf: (ns: string) => string,
): void {
  const mask = writeSumMask(writer, selectors, isByName);
  const byHour = `SELECT ${bucketOf(`s.hour::BIGINT * ${HOUR_NS}`)} AS bucket, ${mask.sql} AS mask, fa_actor(s.user_id, s.session_id) AS actor
FROM actor_uses s
${mask.join}WHERE `;
  const seen = [
    ...(loose.length === 0 ? [] : [`${byHour}${inRanges(writer, 's.hour', loose)}`]),
    ...(cut.length === 0 ? [] : ['SELECT bucket, mask, actor FROM cut WHERE actor IS NOT NULL']),
  ];
  const bits: string[] = [];
  if (days.length > 0) {
    const byDay = `SELECT ${bucketOf(`s.day::BIGINT * ${DAY_NS}`)} AS bucket, ${mask.sql} AS mask`;
    const made = `${inRanges(writer, 's.day', days)} AND s.day NOT IN (SELECT day FROM stale)`;
    bits.push(
      `SELECT bucket, mask, actor >> 13 AS chunk, bitstring_agg((actor & 8191)::BIGINT, 0::BIGINT, 8191::BIGINT) AS users
FROM seen WHERE actor < ${FIRST_FAR} GROUP BY ALL`,
      `${byDay}, s.chunk, s.users FROM day_user s\n${mask.join}WHERE ${made}`,
    );
    // By feature where some are named, by the day where any will do.
    const asked = [
      ...(mask.join === '' ? [] : ['named.id IS NOT NULL']),
      ...(selectors.some((one) => one.names === 'any' && isByName(one))
        ? ['s.feature_id = 0']
        : []),
    ];
    const isFar = `${made} AND (${['false', ...asked].join(' OR ')})`;
    seen.push(
      `${byDay}, xor(s.session_id, ${SESSION_BIT}) AS actor FROM day_guest s\n${mask.join}WHERE ${isFar}`,
      `${byDay}, s.user_id AS actor FROM day_far_user s\n${mask.join}WHERE ${isFar}`,
      // Nothing is read where no day is stale.
      `${byHour}${inRanges(writer, 's.hour', days.map(toHours))} AND s.hour // 24 IN (SELECT day FROM stale)`,
    );
  }
  writer.table(
    'seen',
    `SELECT bucket, actor, bit_or(mask) AS mask FROM (\n${seen.join('\nUNION ALL\n')}\n) WHERE mask <> 0 GROUP BY bucket, actor`,
  );
  const own = measures.flatMap((measure, index) =>
    isOfUsers(measure, selectors)
      ? [{ of: ofSql(measure.of ?? selectors.map((_, i) => i)), name: `m${String(index + 1)}` }]
      : [],
  );
  const counts = [
    `SELECT bucket, ${own.map(({ of, name }) => `count(*) FILTER (WHERE ${of}) AS ${name}`).join(', ')}
FROM seen${bits.length === 0 ? '' : ` WHERE actor >= ${FIRST_FAR}`} GROUP BY bucket`,
    ...(bits.length === 0
      ? []
      : [
          `SELECT bucket, ${own.map(({ of }) => `bit_count(bit_or(users) FILTER (WHERE ${of}))`).join(', ')}
FROM (${bits.join('\nUNION ALL\n')}) WHERE mask <> 0
GROUP BY bucket, chunk`,
        ]),
  ];
  writer.table(
    'users',
    `SELECT bucket, ${own.map(({ name }) => `sum(${name}) AS ${name}`).join(', ')} FROM (\n${counts.join('\nUNION ALL\n')}\n) GROUP BY bucket`,
  );
}

/** The hours of days. */
export const toHours = ([from, to]: Range): Range => [from * 24n, to * 24n];

/** Adds `stale`: days from the first to the last of these that upkeep has not made, or made before others landed. */
export function writeStale(writer: Writer, days: readonly Range[]): void {
  const firsts = days.map(([first]) => Number(first));
  const ends = days.map(([, end]) => Number(end));
  writer.table(
    'stale',
    `SELECT day FROM fa_stale_days(${writer.param('int', Math.min(...firsts))}, ${writer.param('int', Math.max(...ends))})`,
  );
}
