/** How many different users there are in each bucket: by bits of whole days, by the hour for the rest of a range. */
import { ofSql } from './count-measure.ts';
import { DAY_NS, HOUR_NS, inRanges, type Range, type SummedRanges } from './count-ranges.ts';
import { SESSION_BIT } from './eligible.ts';
import type { CountQuestion, Measure } from './question.ts';
import type { EventSelector } from './selector.ts';
import { bitsOf, writeSumMask } from './selector-mask.ts';
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
  const mask = writeSumMask(writer, selectors, isByName, 'names');
  const byHour = `SELECT ${bucketOf(`s.hour::BIGINT * ${HOUR_NS}`)} AS bucket, ${mask.sql} AS mask, fa_actor(s.user_id, s.session_id) AS actor
FROM actor_uses s
${mask.join}WHERE `;
  const seen = [
    ...(loose.length === 0 ? [] : [`${byHour}${inRanges(writer, 's.hour', loose)}`]),
    ...(cut.length === 0 ? [] : ['SELECT bucket, mask, actor FROM cut WHERE actor IS NOT NULL']),
  ];
  /** Who is counted one by one, and who by bits. */
  const [apart, bits]: [string[], string[]] = [[], []];
  if (days.length > 0) {
    const byDay = `SELECT ${bucketOf(`s.day::BIGINT * ${DAY_NS}`)} AS bucket`;
    const made = `${inRanges(writer, 's.day', days)} AND s.day NOT IN (SELECT day FROM stale)`;
    // By feature where some are named, by the day where any will do: feature 0 is all features together.
    const any = selectors.flatMap((one, index) =>
      one.names === 'any' && isByName(one) ? [index] : [],
    );
    const kept = [
      ...(mask.join === '' ? [] : ['SELECT id, bits FROM names']),
      ...(any.length === 0 ? [] : [`SELECT 0::UBIGINT AS id, ${bitsOf(any)} AS bits`]),
    ];
    writer.table('kept_names', kept.join('\nUNION ALL\n'));
    const daily = (actor: string, table: string): string =>
      `${byDay}, kept.bits AS mask, ${actor} AS actor
FROM ${table} s JOIN kept_names kept ON kept.id = s.feature_id WHERE ${made}`;
    apart.push(
      daily(`xor(s.session_id, ${SESSION_BIT})`, 'day_guest'),
      daily('s.user_id', 'day_far_user'),
      `SELECT bucket, mask, actor FROM seen WHERE actor >= ${FIRST_FAR}`,
    );
    bits.push(
      `${byDay}, ${mask.sql} AS mask, s.chunk, s.users FROM day_user s\n${mask.join}WHERE ${made}`,
      `SELECT bucket, mask, actor >> 13 AS chunk, bitstring_agg((actor & 8191)::BIGINT, 0::BIGINT, 8191::BIGINT) AS users
FROM seen WHERE actor < ${FIRST_FAR} GROUP BY ALL`,
    );
    // Nothing is read where no day is stale.
    seen.push(
      `${byHour}${inRanges(writer, 's.hour', days.map(toHours))} AND s.hour // 24 IN (SELECT day FROM stale)`,
    );
  }
  const byActor = (rows: readonly string[]): string =>
    `SELECT bucket, actor, bit_or(mask) AS mask FROM (\n${rows.join('\nUNION ALL\n')}\n) WHERE mask <> 0 GROUP BY bucket, actor`;
  writer.table('seen', byActor(seen));
  const own = measures.flatMap((measure, index) =>
    isOfUsers(measure, selectors)
      ? [{ of: ofSql(measure.of ?? selectors.map((_, i) => i)), name: `m${String(index + 1)}` }]
      : [],
  );
  const counts = [
    `SELECT bucket, ${own.map(({ of, name }) => `count(*) FILTER (WHERE ${of}) AS ${name}`).join(', ')}
FROM ${apart.length === 0 ? 'seen' : `(${byActor(apart)})`} GROUP BY bucket`,
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
