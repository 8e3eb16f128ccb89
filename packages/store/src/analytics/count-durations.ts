/** Percentiles of durations in buckets: at most 3.2 % off, and as fast over very many runs as over few. */
import { ofSql } from './count-measure.ts';
import { DAY_NS, HOUR_NS, inRanges, type SummedRanges } from './count-ranges.ts';
import { isByNames, toHours } from './count-users.ts';
import type { CountQuestion, Measure } from './question.ts';
import type { EventSelector } from './selector.ts';
import { writeSumMask } from './selector-mask.ts';
import type { Writer } from './writer.ts';

/** The middle of a bucket is off by so much at most, as a share of the duration; see fa_duration_bucket. */
export const BUCKET_ERROR = 0.032;

type Percentile = Extract<Measure, { readonly agg: 'percentile' }>;

/** Whether buckets may stand for what a measure is made of: a day has them by feature, not by status. */
export const isOfBuckets = (
  measure: Measure,
  selectors: readonly EventSelector[],
): measure is Percentile =>
  measure.agg === 'percentile' &&
  measure.exact !== true &&
  measure.on.kind === 'column' &&
  measure.on.name === 'durationMs' &&
  isByNames(measure.of, selectors);

/**
 * Adds `durations`: the percentiles that come from buckets, of these measures, by bucket of time. There must be `stale` where there are whole days,
 * and `cut` with `bucket`, `mask` and `duration_ns` where hours are cut.
 */
export function writeDurations(
  writer: Writer,
  { events: { selectors }, measures }: CountQuestion,
  { days, loose, cut, bucketed }: SummedRanges & { readonly bucketed: readonly number[] },
  bucketOf: (ns: string) => string,
): void {
  const own = measures.flatMap((measure, index) =>
    bucketed.includes(index) && isOfBuckets(measure, selectors)
      ? [{ p: measure.p, of: widestOf(measure, selectors), name: `m${String(index + 1)}` }]
      : [],
  );
  const used = new Set(own.flatMap(({ of }) => of));
  const maskOf = (isMeant: (names: EventSelector['names']) => boolean) =>
    writeSumMask(
      writer,
      selectors,
      (selector, index) => used.has(index) && isMeant(selector.names),
    );
  const all = maskOf(() => true);
  const hourly = `SELECT ${bucketOf(`s.hour::BIGINT * ${HOUR_NS}`)} AS bucket, ${all.sql} AS mask, s.bucket AS place, s.runs
FROM feature_duration s
${all.join}WHERE `;
  const parts = [
    ...(loose.length === 0 ? [] : [`${hourly}${inRanges(writer, 's.hour', loose)}`]),
    ...(cut.length === 0
      ? []
      : [
          'SELECT bucket, mask, fa_duration_bucket(duration_ns) AS place, 1 AS runs FROM cut WHERE duration_ns IS NOT NULL',
        ]),
  ];
  if (days.length > 0) {
    const made = `${inRanges(writer, 's.day', days)} AND s.day NOT IN (SELECT day FROM stale)`;
    const daily = (mask: ReturnType<typeof maskOf>, which: string): string =>
      `SELECT ${bucketOf(`s.day::BIGINT * ${DAY_NS}`)} AS bucket, ${mask.sql} AS mask, s.bucket AS place, s.runs
FROM day_duration s
${mask.join}WHERE ${made}${which}`;
    const [any, named] = [maskOf((names) => names === 'any'), maskOf((names) => names !== 'any')];
    // Feature 0 is all features together.
    if (any.isNeverZero) parts.push(daily(any, ' AND s.feature_id = 0'));
    if (named.join !== '') parts.push(daily(named, ''));
    parts.push(
      `${hourly}${inRanges(writer, 's.hour', days.map(toHours))} AND s.hour // 24 IN (SELECT day FROM stale)`,
    );
  }
  const counts = own.map(
    ({ of, name }) => `coalesce(sum(runs::DOUBLE) FILTER (WHERE ${ofSql(of)}), 0) AS ${name}`,
  );
  const ranks = own.flatMap(({ name }) => [
    `sum(${name}) OVER (PARTITION BY bucket ORDER BY place) AS upto_${name}`,
    `sum(${name}) OVER (PARTITION BY bucket) - 1 AS last_${name}`,
  ]);
  const places = own.map(
    ({ p, name }) =>
      `fa_bucket_place(place, upto_${name}, last_${name}, ${writer.param('real', p)})`,
  );
  const columns = own.map(({ name }, index) => `fa_ms(found[${String(index + 1)}]) AS ${name}`);
  writer.table(
    'durations',
    `SELECT bucket, ${columns.join(', ')} FROM (
  SELECT bucket, fa_bucket_durations([${places.join(', ')}]) AS found
  FROM (
    SELECT bucket, place, ${ranks.join(', ')}
    FROM (SELECT bucket, place, ${counts.join(', ')} FROM (\n${parts.join('\nUNION ALL\n')}\n) GROUP BY bucket, place)
  )
  GROUP BY bucket
)`,
  );
}

/** Selectors that match what a measure is made of, none twice: any name has all others in it. */
export function widestOf({ of }: Measure, selectors: readonly EventSelector[]): number[] {
  const all = of ?? selectors.map((_, index) => index);
  const any = all.filter((index) => selectors.at(index)?.names === 'any');
  return any.length > 0 ? any : [...all];
}
