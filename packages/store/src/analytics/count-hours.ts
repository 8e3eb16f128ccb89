/** Counts of runs by name and status, from what landing and upkeep have added up by the hour and by the day. */
import type { Statement } from '../statements.ts';
import { FACT_SUMS } from './answer.ts';
import type { Property } from './condition.ts';
import { measureSql, ofSql, unitsOf, valuesOf } from './count-measure.ts';
import { bucketSql, HOUR_NS, inRanges, toSummedRanges, type SummedRanges } from './count-ranges.ts';
import { isOfBuckets, widestOf, writeDurations } from './count-durations.ts';
import { isOfUsers, writeStale, writeUsers } from './count-users.ts';
import { writeEligible } from './eligible.ts';
import { filteredSql, isFilteredApart } from './filtered.ts';
import type { CountQuestion, Measure } from './question.ts';
import type { EventSelector } from './selector.ts';
import { writeSumMask } from './selector-mask.ts';
import { Writer } from './writer.ts';

/** The ranges of a question that sums can answer; undefined of one that only single runs can. */
export function rangesOfSums({
  events,
  slots,
  measures,
  output,
}: CountQuestion): SummedRanges | undefined {
  const { selectors, keepOthers, unit, scope, asOf, group, hold = [] } = events;
  const isPlain =
    output.kind === 'numbers' &&
    !keepOthers &&
    unit === 'user' &&
    (scope ?? asOf ?? group) === undefined &&
    hold.length === 0 &&
    selectors.every(isSummed) &&
    measures.some((measure) => isSum(measure) || isOfUsers(measure, selectors));
  return isPlain ? toSummedRanges(events, slots) : undefined;
}

/** Whether it asks by name and status alone, as roll-ups tell runs apart. */
export function isSummed({ source, minDurationNs, maxDurationNs, where }: EventSelector): boolean {
  return source === 'run' && (minDurationNs ?? maxDurationNs ?? where) === undefined;
}

/** What a question can be answered from, once {@link compileSumState} has told of its range. */
export interface Sums extends SummedRanges {
  /** Measures that come from buckets, by their index: percentiles of so many runs that nobody should wait for exact ones. */
  readonly bucketed: readonly number[];
}

/** Percentiles of more runs come from buckets: a page asks for many numbers, and to read 500,000 runs of 50 million takes longer than all others. */
const EXACT_RUNS = 250_000;

/**
 * Asks whether single runs of the range have been removed, which roll-ups still hold, but members would not have; and how many
 * runs each percentile is of, each by itself: what else is asked for together with it changes no number.
 */
export function compileSumState(
  { events: { selectors, from }, measures }: CountQuestion,
  ranges: SummedRanges,
): {
  readonly statement: Statement;
  readonly params: Readonly<Record<string, unknown>>;
  /** What the question can be answered from; undefined where runs of it have been removed. */
  readonly toSums: (
    row: Readonly<Record<string, unknown>> | undefined,
    exactRuns: number,
  ) => Sums | undefined;
} {
  const writer = new Writer();
  const percentiles = measures.flatMap((measure, index) =>
    isOfBuckets(measure, selectors) ? [{ index, of: widestOf(measure, selectors) }] : [],
  );
  const used = new Set(percentiles.flatMap(({ of }) => of));
  const mask = writeSumMask(writer, selectors, (_, index) => used.has(index));
  const runs = percentiles.map(
    ({ index, of }) =>
      `coalesce(sum(runs) FILTER (WHERE ${ofSql(of)}), 0) AS "runs${String(index)}"`,
  );
  const removed = `SELECT count(*) AS "removed" FROM rollup_state WHERE epoch_ns(raw_since) > ${writer.param('ns', from)}`;
  const sql =
    runs.length === 0
      ? removed
      : `FROM (${removed}), (SELECT ${runs.join(', ')} FROM (
  SELECT ${mask.sql} AS mask, s.runs
  FROM (SELECT feature_id, sum(runs::DOUBLE) AS runs FROM feature_hour WHERE ${inRanges(writer, 'hour', ranges.hours)} GROUP BY feature_id) s
${mask.join}))`;
  const row = {
    removed: 'int' as const,
    ...Object.fromEntries(
      percentiles.map(({ index }) => [`runs${String(index)}`, 'real' as const]),
    ),
  };
  return {
    statement: { name: 'ask/sums', sql, params: writer.kinds, row },
    params: writer.values,
    toSums: (found, exactRuns) => {
      if (found?.['removed'] !== 0) return undefined;
      const isLarge = (index: number): boolean =>
        (found[`runs${String(index)}`] as number) > Math.min(exactRuns, EXACT_RUNS);
      const bucketed = percentiles.map(({ index }) => index).filter(isLarge);
      return { ...ranges, bucketed };
    },
  };
}

type Table = 'nothing' | 'sums' | 'users' | 'durations' | 'singles';

/** The table that a measure comes from. */
function tableOf(
  { events: { selectors }, measures }: CountQuestion,
  index: number,
  bucketed: Sums['bucketed'],
): Table {
  const measure = measures.at(index);
  if (measure === undefined || measure.of?.length === 0) return 'nothing';
  if (isSum(measure)) return 'sums';
  if (isOfUsers(measure, selectors)) return 'users';
  return bucketed.includes(index) ? 'durations' : 'singles';
}

/**
 * Adds the table `cells` as count.ts makes it of single runs. Measures that sums do not tell are made of single runs, of the
 * selectors that they need alone.
 */
export function writeHours(writer: Writer, question: CountQuestion, sums: Sums): void {
  const { slots, measures } = question;
  const bucketOf = bucketSql(writer, slots);
  const tables = new Set<Table>();
  const columns = measures.map((measure, index) => {
    const name = `m${String(index + 1)}`;
    const isCount = measure.agg.startsWith('count');
    const table = tableOf(question, index, sums.bucketed);
    if (isFilteredApart(measure, question.events))
      return `${filteredSql(measure, 'sums.bucket')} AS ${name}`;
    if (table === 'nothing') return `${isCount ? '0' : 'NULL'}::DOUBLE AS ${name}`;
    if (table === 'sums') return `${sumSql(measure)} AS ${name}`;
    tables.add(table);
    const value = `any_value(${table}.${name})::DOUBLE`;
    return `${isCount ? `coalesce(${value}, 0)` : value} AS ${name}`;
  });
  writeSums(writer, question, sums, bucketOf);
  if (sums.days.length > 0 && (tables.has('users') || tables.has('durations')))
    writeStale(writer, sums.days);
  if (tables.has('users')) writeUsers(writer, question, sums, bucketOf);
  if (tables.has('durations')) writeDurations(writer, question, sums, bucketOf);
  if (tables.has('singles')) writeSingles(writer, question, sums.bucketed, bucketOf);
  writer.table(
    'cells',
    `SELECT sums.bucket, NULL::BIGINT AS rank, NULL::VARCHAR AS value,
  min(first_time) AS first_time, max(last_time) AS last_time,
  sum(rows_all)::BIGINT AS rows_all, sum(rows_nobody)::BIGINT AS rows_nobody,
  sum(rows_untimed)::BIGINT AS rows_untimed, sum(rows_filtered)::BIGINT AS rows_filtered, max(last_seq) AS last_seq,
  ${columns.join(',\n  ')}
FROM sums${[...tables].map((table) => `\nLEFT JOIN ${table} ON ${table}.bucket = sums.bucket`).join('')}
GROUP BY sums.bucket`,
  );
}

/** Adds `sums`: what the runs of each bucket and mask add up to; and `cut` with the runs of hours that are cut, if any are. */
function writeSums(
  writer: Writer,
  { events, measures }: CountQuestion,
  { hours, cut }: SummedRanges,
  bucketOf: (ns: string) => string,
): void {
  const isTimed = measures.some(({ agg }) => agg === 'sum' || agg === 'mean');
  const mask = writeSumMask(writer, events.selectors, () => true);
  // Few rows are left to find the mask of when all hours of a bucket are added up.
  const parts = [
    `SELECT s.bucket, ${mask.sql} AS mask, s.* EXCLUDE (bucket, feature_id, feature_status)
FROM (
  SELECT bucket, feature_id, feature_status, sum(runs::DOUBLE) AS rows_all, sum(nobody::DOUBLE) AS rows_nobody,
    sum(untimed::DOUBLE) AS rows_untimed, sum(filtered::DOUBLE) AS rows_filtered, max(last_seq) AS last_seq,
    epoch_ns(min(first_time)) AS first_time, epoch_ns(max(last_time)) AS last_time,
    ${isTimed ? 'sum(duration_ns)' : 'NULL::HUGEINT'} AS duration_ns
  FROM (SELECT *, ${bucketOf(`hour::BIGINT * ${HOUR_NS}`)} AS bucket FROM feature_hour WHERE ${inRanges(writer, 'hour', hours)})
  GROUP BY bucket, feature_id, feature_status
) s
${mask.join}WHERE mask <> 0`,
  ];
  if (cut.length > 0) {
    const names = cut.map(([from, to], index) => {
      const name = `cut${String(index + 1)}`;
      writeEligible(writer, { ...events, from, to }, { duration: true }, { name });
      return `SELECT *, ${bucketOf('t')} AS bucket FROM ${name}`;
    });
    writer.table('cut', names.join('\nUNION ALL\n'));
    parts.push(
      `SELECT bucket, mask, ${FACT_SUMS}, min(t), max(t), sum(duration_ns) FROM cut GROUP BY bucket, mask`,
    );
  }
  writer.table('sums', parts.join('\nUNION ALL\n'));
}

/** Adds `singles`: the measures that are made of single runs, by bucket. */
function writeSingles(
  writer: Writer,
  question: CountQuestion,
  bucketed: Sums['bucketed'],
  bucketOf: (ns: string) => string,
): void {
  const { events, measures } = question;
  const own = measures.flatMap((measure, index) =>
    tableOf(question, index, bucketed) === 'singles' ? [{ measure, index }] : [],
  );
  const needed = [
    ...new Set(own.flatMap(({ measure: { of } }) => of ?? events.selectors.map((_, i) => i))),
  ];
  const selectors = events.selectors.filter((_, index) => needed.includes(index));
  const places = new Map(
    events.selectors
      .map((_, index) => index)
      .filter((index) => needed.includes(index))
      .map((index, place) => [index, place]),
  );
  const moved = own.map(({ measure, index }) => {
    const of = measure.of?.flatMap((selector) => places.get(selector) ?? []);
    return { measure: { ...measure, of }, index };
  });
  const values = valuesOf(moved.map(({ measure }) => measure));
  const units = unitsOf(moved.map(({ measure }) => measure));
  writeEligible(writer, { ...events, selectors }, { units, values }, { name: 'single' });
  const columns = moved.map(
    ({ measure, index }) => `${measureSql(writer, measure, values)} AS m${String(index + 1)}`,
  );
  writer.table(
    'singles',
    `SELECT bucket, ${columns.join(', ')} FROM (SELECT *, ${bucketOf('t')} AS bucket FROM single) GROUP BY bucket`,
  );
}

const isDuration = (property: Property): boolean =>
  property.kind === 'column' && property.name === 'durationMs';

/** Whether `sums` holds what a measure is made of. */
function isSum(measure: Measure): boolean {
  const { agg } = measure;
  if (agg === 'count' || agg === 'count_filtered') return true;
  return (agg === 'count_values' || agg === 'sum' || agg === 'mean') && isDuration(measure.on);
}

function sumSql({ agg, of }: Measure): string {
  const filter = of === undefined ? '' : ` FILTER (WHERE ${ofSql(of)})`;
  if (agg === 'count') return `coalesce(sum(rows_all)${filter}, 0)`;
  if (agg === 'count_filtered') return `coalesce(sum(rows_filtered)${filter}, 0)`;
  const timed = `sum(rows_all - rows_untimed)${filter}`;
  if (agg === 'count_values') return `coalesce(${timed}, 0)`;
  const ms = `(sum(duration_ns)${filter})::DOUBLE / 1e6`;
  return `CASE WHEN ${timed} > 0 THEN ${agg === 'mean' ? `${ms} / ${timed}` : ms} END`;
}
