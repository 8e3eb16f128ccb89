/** How much there is in each bucket of time and group, and the members of each such number. */
import { storeError } from '../errors.ts';
import { compileEnding, FACT_SUMS, writeFacts, writeFactsOf, type Compiled } from './answer.ts';
import type { Property } from './condition.ts';
import { writeHours, type Sums } from './count-hours.ts';
import { BUCKET_ERROR } from './count-durations.ts';
import { isOfProperty, measureSql, ofSql, unitsOf, valuesOf, valueSql } from './count-measure.ts';
import { bucketSql } from './count-ranges.ts';
import { checkEvents, writeEligible } from './eligible.ts';
import {
  ALL_FILTERED,
  filteredSql,
  isBeyondNames,
  isFilteredApart,
  writeFiltered,
} from './filtered.ts';
import { checkGroup, groupSql, RANKED_JOIN, toGroup, writeRanked } from './group.ts';
import { compileMembers, type MemberKind } from './members.ts';
import type { CountCell, CountQuestion, CountRow, MemberRow } from './question.ts';
import { countSampledOfAny } from './sampled.ts';
import { Writer } from './writer.ts';

/** The statement of a count, from roll-ups where they can answer it. Throws `STORE_QUESTION_INVALID`. */
export function compileCount(
  question: CountQuestion,
  sums?: Sums,
): Compiled<CountRow> | Compiled<MemberRow> {
  checkCount(question);
  const writer = new Writer();
  const { events, slots, measures, output } = question;
  if (output.kind === 'members') return compileCell(writer, question, output.cell);
  const isBeyond = isBeyondNames(events.selectors);
  const isApart = measures.some((one) => isFilteredApart(one, events));
  if (isBeyond || isApart) writeFiltered(writer, events, bucketSql(writer, slots), sums);
  if (sums !== undefined) writeHours(writer, question, sums);
  else {
    const values = valuesOf(measures);
    writePlaced(writer, question, values);
    const columns = measures.map((measure, index) => {
      const sql = isFilteredApart(measure, events)
        ? filteredSql(measure, 'placed.bucket')
        : measureSql(writer, measure, values);
      return `${sql} AS m${String(index + 1)}`;
    });
    writer.table(
      'cells',
      `SELECT bucket, rank, ${events.group === undefined ? 'NULL::VARCHAR' : 'min(grp)'} AS value,
  min(t) AS first_time, max(t) AS last_time, ${[FACT_SUMS, ...columns].join(',\n  ')}
FROM placed GROUP BY bucket, rank`,
    );
  }
  writeFactsOf(writer, 'cells');
  const hasUnmatched = isApart && events.group === undefined;
  if (hasUnmatched) writeUnmatched(writer, question);
  const approximate = sums?.bucketed ?? [];
  return compileEnding<CountRow>(writer, {
    name: 'ask/count',
    approximate:
      approximate.length === 0 ? undefined : { relativeError: BUCKET_ERROR, measures: approximate },
    events,
    sampled: sums === undefined ? undefined : countSampledOfAny(writer, events),
    filtered: isBeyond ? ALL_FILTERED : 'facts.rows_filtered',
    output,
    source: hasUnmatched ? 'cells_with_unmatched' : 'cells',
    order: 'rank NULLS LAST, bucket',
    columns: {
      bucket: { sql: 'bucket', kind: 'int' },
      rank: { sql: 'rank', kind: 'int' },
      value: { sql: 'CASE WHEN rank IS NOT NULL THEN value END', kind: 'text' },
      rows: { sql: 'rows_all', kind: 'int' },
      firstTime: { sql: 'first_time', kind: 'ns' },
      lastTime: { sql: 'last_time', kind: 'ns' },
      ...Object.fromEntries(
        measures.map((_, i) => [`m${String(i + 1)}`, { sql: `m${String(i + 1)}`, kind: 'real' }]),
      ),
    },
    toRow: (row) => ({
      bucket: row['bucket'] as number,
      group: toGroup(events, row['rank'] as number | null, row['value'] as string | null),
      rows: row['rows'] as number,
      firstTime: row['firstTime'] as string | null,
      lastTime: row['lastTime'] as string | null,
      values: measures.map((_, i) => row[`m${String(i + 1)}`] as number | null),
    }),
  });
}

/** Adds `cells_with_unmatched`: `cells`, and those where nothing matched of what was sent beside runs that were left out. */
function writeUnmatched(writer: Writer, { events, measures }: CountQuestion): void {
  const columns = measures.map((measure, index) => {
    const nothing = measure.agg.startsWith('count') ? '0' : 'NULL::DOUBLE';
    const sql = isFilteredApart(measure, events) ? filteredSql(measure, 'lone.bucket') : nothing;
    return `${sql} AS m${String(index + 1)}`;
  });
  writer.table(
    'cells_with_unmatched',
    `SELECT * FROM cells
UNION ALL BY NAME
SELECT bucket, 0 AS rows_all, ${columns.join(', ')}
FROM (SELECT DISTINCT bucket FROM filtered WHERE bucket NOT IN (SELECT bucket FROM cells)) lone`,
  );
}

/** Adds the table `placed`: the rows of a count with their `bucket` and the `rank` of their group. */
function writePlaced(
  writer: Writer,
  { events, slots, measures, output }: CountQuestion,
  values: readonly Property[],
): void {
  const units = unitsOf(measures);
  writeEligible(writer, events, { trace: output.kind === 'members', units, values });
  if (events.group !== undefined) writeRanked(writer, events);
  writer.table(
    'placed',
    `SELECT e.*, ${bucketSql(writer, slots)('e.t')} AS bucket, ${
      events.group === undefined ? 'NULL::BIGINT AS rank' : 'ranked.rank'
    }
FROM eligible e${events.group === undefined ? '' : `\n${RANKED_JOIN}`}`,
  );
}

function compileCell(
  writer: Writer,
  question: CountQuestion,
  { bucket, group, measure: index }: CountCell,
): Compiled<MemberRow> {
  const { events, measures, output } = question;
  const values = valuesOf(measures);
  writePlaced(writer, question, values);
  checkGroup(events, group);
  const measure = measures[index];
  if (measure === undefined)
    throw storeError('STORE_QUESTION_INVALID', { reason: `it has no measure ${String(index)}` });
  if (measure.agg === 'count_filtered')
    throw storeError('STORE_QUESTION_INVALID', { reason: 'what is filtered has no members' });
  const kind: MemberKind = measure.agg === 'count_distinct' ? measure.on : 'row';
  const conditions = [
    `bucket = ${writer.param('int', bucket)}`,
    ...(events.group === undefined ? [] : [groupSql(writer, group)]),
    ...(measure.of === undefined ? [] : [ofSql(measure.of)]),
    ...(isOfProperty(measure) ? [`${valueSql(measure.on, values)} IS NOT NULL`] : []),
  ];
  writeFacts(writer, 'placed');
  writer.table(
    'cell',
    `SELECT *${kind === 'row' ? '' : `, as_${kind} AS key`} FROM placed WHERE ${conditions.join(' AND ')}`,
  );
  return compileMembers(writer, kind, events, output);
}

function checkCount({ events, slots, measures }: CountQuestion): void {
  checkEvents(events);
  const { from, to } = events;
  const { origin, width, buckets } = slots;
  if (origin > from || width <= 0n || origin + width * BigInt(buckets.length) < to)
    throw storeError('STORE_QUESTION_INVALID', { reason: 'its slots do not cover its range' });
  if (measures.length === 0)
    throw storeError('STORE_QUESTION_INVALID', { reason: 'it asks for no measure' });
  const beyond = measures.find((one) => one.agg === 'percentile' && !(one.p >= 0 && one.p <= 1));
  if (beyond?.agg === 'percentile')
    throw storeError('STORE_QUESTION_INVALID', {
      reason: `it asks for the percentile ${String(beyond.p)}, 0 to 1 may be`,
    });
}
