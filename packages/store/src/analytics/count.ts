/** How much there is in each bucket of time and group, and the members of each such number. */
import { storeError } from '../errors.ts';
import { compileEnding, FACT_SUMS, writeFacts, writeFactsOf, type Compiled } from './answer.ts';
import type { Property } from './condition.ts';
import { bitsOf, writeEligible } from './eligible.ts';
import { checkGroup, groupSql, RANKED_JOIN, toGroup, writeRanked } from './group.ts';
import { compileMembers, type MemberKind } from './members.ts';
import type { CountCell, CountQuestion, CountRow, Measure, MemberRow } from './question.ts';
import type { Unit } from './unit.ts';
import { Writer } from './writer.ts';

/** The statement of a count. Throws `STORE_QUESTION_INVALID`. */
export function compileCount(question: CountQuestion): Compiled<CountRow> | Compiled<MemberRow> {
  checkSlots(question);
  const writer = new Writer();
  const { events, slots, measures, output } = question;
  const values = valuesOf(measures);
  const units = unitsOf(measures);
  writeEligible(writer, events, { trace: output.kind === 'members', units, values });
  if (events.group !== undefined) writeRanked(writer, events);
  const [origin, width] = [writer.param('ns', slots.origin), writer.param('ns', slots.width)];
  const buckets = `(${writer.param('texts', slots.buckets)})::INTEGER[]`;
  writer.table(
    'placed',
    `SELECT e.*, list_extract(${buckets}, 1 + (e.t - ${origin}) // ${width}) AS bucket, ${
      events.group === undefined ? 'NULL::BIGINT AS rank' : 'ranked.rank'
    }
FROM eligible e${events.group === undefined ? '' : `\n${RANKED_JOIN}`}`,
  );
  if (output.kind === 'members') return compileCell(writer, question, output.cell, values);

  const columns = measures.map(
    (measure, index) => `${measureSql(writer, measure, values)} AS m${String(index + 1)}`,
  );
  writer.table(
    'cells',
    `SELECT bucket, rank, ${events.group === undefined ? 'NULL::VARCHAR' : 'min(grp)'} AS value,
  min(t) AS first_time, max(t) AS last_time, ${[FACT_SUMS, ...columns].join(',\n  ')}
FROM placed GROUP BY bucket, rank`,
  );
  writeFactsOf(writer, 'cells');
  return compileEnding<CountRow>(writer, {
    name: 'ask/count',
    events,
    output,
    source: 'cells',
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
      firstTime: row['firstTime'] as string,
      lastTime: row['lastTime'] as string,
      values: measures.map((_, i) => row[`m${String(i + 1)}`] as number | null),
    }),
  });
}

function compileCell(
  writer: Writer,
  { events, measures, output }: CountQuestion,
  { bucket, group, measure: index }: CountCell,
  values: readonly Property[],
): Compiled<MemberRow> {
  checkGroup(events, group);
  const measure = measures[index];
  if (measure === undefined)
    throw storeError('STORE_QUESTION_INVALID', { reason: `it has no measure ${String(index)}` });
  const kind: MemberKind = measure.agg === 'count_distinct' ? measure.on : 'row';
  const conditions = [
    `bucket = ${writer.param('int', bucket)}`,
    ...(events.group === undefined ? [] : [groupSql(writer, group)]),
    ...(measure.of === undefined ? [] : [ofSql(measure.of)]),
    ...(measure.agg === 'count_filtered' ? [FILTERED] : []),
    ...(isOfProperty(measure) ? [`${valueSql(measure.on, values)} IS NOT NULL`] : []),
  ];
  writeFacts(writer, 'placed');
  writer.table(
    'cell',
    `SELECT *${kind === 'row' ? '' : `, as_${kind} AS key`} FROM placed WHERE ${conditions.join(' AND ')}`,
  );
  return compileMembers(writer, kind, events, output);
}

function measureSql(writer: Writer, measure: Measure, values: readonly Property[]): string {
  const filter = measure.of === undefined ? '' : ` FILTER (WHERE ${ofSql(measure.of)})`;
  switch (measure.agg) {
    case 'count':
      return `count(*)${filter}`;
    case 'count_distinct':
      return `count(DISTINCT as_${measure.on})${filter}`;
    case 'count_values':
      return `count(${valueSql(measure.on, values)})${filter}`;
    case 'count_filtered':
      return `count(CASE WHEN ${FILTERED} THEN 1 END)${filter}`;
    case 'percentile':
      return `quantile_cont(${valueSql(measure.on, values)}, ${writer.param('real', measure.p)})${filter}`;
    case 'sum':
    case 'mean':
    case 'min':
    case 'max':
      return `${AGGREGATE[measure.agg]}(${valueSql(measure.on, values)})${filter}`;
    default:
      throw storeError('STORE_QUESTION_INVALID', { reason: 'it asks for no known aggregate' });
  }
}

/** Whether a row is of a sender that leaves out others; marks as in src/marks.ts. */
const FILTERED = 'fa_marked(marks, 17)';

type OfProperty = Extract<Measure, { readonly on: Property }>;

const isOfProperty = (measure: Measure): measure is OfProperty =>
  measure.agg !== 'count' && measure.agg !== 'count_distinct' && measure.agg !== 'count_filtered';

/** Sums that lose no digits by the order of their parts (Kahan). */
const AGGREGATE = { sum: 'fsum', mean: 'favg', min: 'min', max: 'max' } as const;

const ofSql = (of: readonly number[]): string => `mask & ${bitsOf(of)} <> 0`;

const keyOf = (property: Property): string => JSON.stringify(property);

/** Properties that measures are made of, each once. */
function valuesOf(measures: readonly Measure[]): Property[] {
  const found = new Map<string, Property>();
  for (const measure of measures)
    if (isOfProperty(measure)) found.set(keyOf(measure.on), measure.on);
  return [...found.values()];
}

const valueSql = (property: Property, values: readonly Property[]): string =>
  `v${String(values.findIndex((value) => keyOf(value) === keyOf(property)) + 1)}`;

const unitsOf = (measures: readonly Measure[]): Exclude<Unit, 'attempt'>[] => [
  ...new Set(measures.flatMap((measure) => (measure.agg === 'count_distinct' ? [measure.on] : []))),
];

function checkSlots({ events: { from, to }, slots, measures }: CountQuestion): void {
  const { origin, width, buckets } = slots;
  if (origin > from || width <= 0n || origin + width * BigInt(buckets.length) < to)
    throw storeError('STORE_QUESTION_INVALID', { reason: 'its slots do not cover its range' });
  if (measures.length === 0)
    throw storeError('STORE_QUESTION_INVALID', { reason: 'it asks for no measure' });
}
