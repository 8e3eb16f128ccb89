/**
 * What comes of senders that leave out others: of runs by the names that a question asks for, whatever else it asks of them,
 * because who sends failures alone sends none of the successes that it counts.
 */
import { FILTERED } from './count-measure.ts';
import { HOUR_NS, inRanges, type SummedRanges } from './count-ranges.ts';
import { writeEligible } from './eligible.ts';
import type { EligibleEvents } from './eligible-events.ts';
import type { Measure } from './question.ts';
import type { EventSelector } from './selector.ts';
import { bitsOf, writeSumMask } from './selector-mask.ts';
import type { Writer } from './writer.ts';

/** Whether some selector asks more of runs than their name, and no other takes all runs of that name. */
export function isBeyondNames(selectors: readonly EventSelector[]): boolean {
  const runs = selectors.filter(({ source }) => source === 'run');
  const whole = runs.filter(isWhole);
  if (whole.some(({ names }) => names === 'any')) return false;
  const known = new Set(whole.flatMap(({ names }) => names));
  return runs.some(
    (one) => !isWhole(one) && (one.names === 'any' || one.names.some((name) => !known.has(name))),
  );
}

const isWhole = ({ statuses, minDurationNs, maxDurationNs, where }: EventSelector): boolean =>
  (statuses ?? minDurationNs ?? maxDurationNs ?? where) === undefined;

/** All runs of the names that selectors ask for; of events those that they match. */
const toNamesakes = ({ selectors, ...events }: EligibleEvents): EligibleEvents => ({
  ...events,
  selectors: selectors.map((one): EventSelector =>
    one.source === 'run' ? { source: 'run', names: one.names } : one,
  ),
  group: undefined,
  hold: undefined,
});

/** Adds them; without log records, which say nothing of what their sender leaves out. */
function writeNamesakes(writer: Writer, name: string, namesakes: EligibleEvents): void {
  const sources = ['run', 'spanEvent'] as const;
  writeEligible(writer, namesakes, {}, { name, kept: 'NOT MATERIALIZED', sources });
}

/** Where no run is marked so or higher, the least and greatest marks of its pages say it, and none is read. */
const IS_FILTERED = `marks >= ${String(2 ** 17)} AND ${FILTERED}`;

/** SQL for how many there are. */
export function countFiltered(writer: Writer, events: EligibleEvents): string {
  const name = 'namesakes';
  writeNamesakes(writer, name, toNamesakes(events));
  return `(SELECT count(*) FROM ${name} WHERE ${IS_FILTERED})`;
}

/**
 * SQL for how many a strict order meets whose rows `kept` has, others included: those by the names that are asked for, and
 * whatever else they did who did the first step, because what was left out might stand between steps.
 */
export function countFilteredBetween(writer: Writer, events: EligibleEvents, kept: string): string {
  const begun = `SELECT actor FROM ${kept} WHERE mask & ${bitsOf([0])} <> 0`;
  const met = `FROM ${kept} WHERE ${IS_FILTERED} AND (mask <> 0 OR actor IN (${begun}))`;
  if (!isBeyondNames(events.selectors)) return `(SELECT count(*) ${met})`;
  const name = 'namesakes';
  writeNamesakes(writer, name, toNamesakes({ ...events, keepOthers: false }));
  return `(SELECT count(*) FROM (SELECT seq FROM ${name} WHERE ${IS_FILTERED} UNION SELECT seq ${met}))`;
}

/** Adds `filtered`: how many (`n`) there are by `bucket` and `mask`, from hours where these are added up. */
export function writeFiltered(
  writer: Writer,
  events: EligibleEvents,
  bucketOf: (ns: string) => string,
  sums?: SummedRanges,
): void {
  const alike = toNamesakes(events);
  const ranges = sums === undefined ? [[events.from, events.to] as const] : sums.cut;
  const parts = ranges.map(([from, to], index) => {
    const name = `namesakes${String(index + 1)}`;
    writeNamesakes(writer, name, { ...alike, from, to });
    return `SELECT ${bucketOf('t')} AS bucket, mask, count(*) AS n FROM ${name} WHERE ${IS_FILTERED} GROUP BY ALL`;
  });
  if (sums !== undefined) {
    const mask = writeSumMask(writer, alike.selectors, () => true);
    parts.push(`SELECT s.bucket, ${mask.sql} AS mask, s.n
FROM (
  SELECT ${bucketOf(`hour::BIGINT * ${HOUR_NS}`)} AS bucket, feature_id, sum(filtered::DOUBLE)::BIGINT AS n
  FROM feature_hour WHERE filtered > 0 AND ${inRanges(writer, 'hour', sums.hours)} GROUP BY ALL
) s
${mask.join}WHERE mask <> 0`);
  }
  writer.table('filtered', parts.join('\nUNION ALL\n'));
}

/** SQL for all of {@link writeFiltered}. */
export const ALL_FILTERED = '(SELECT coalesce(sum(n), 0)::BIGINT FROM filtered)';

/** Whether a measure comes from {@link writeFiltered}, not from the rows that match. */
export const isFilteredApart = ({ agg, of }: Measure, { selectors }: EligibleEvents): boolean =>
  agg === 'count_filtered' &&
  isBeyondNames(of === undefined ? selectors : of.flatMap((index) => selectors[index] ?? []));

/** Such a measure in a bucket. */
export const filteredSql = ({ of }: Measure, bucket: string): string =>
  `coalesce((SELECT sum(f.n) FROM filtered f WHERE f.bucket = ${bucket}${of === undefined ? '' : ` AND f.mask & ${bitsOf(of)} <> 0`}), 0)`;
