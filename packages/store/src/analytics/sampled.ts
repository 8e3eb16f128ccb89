/** Runs and span events of a question that were sampled, and how many they stand for. */
import type { RowKind } from '../query.ts';
import type { Statement } from '../statements.ts';
import { writeEligible } from './eligible.ts';
import type { EligibleEvents } from './eligible-events.ts';
import { landedSeq, REACH_NS, SAMPLED_PLACE } from './span-events.ts';
import { Writer } from './writer.ts';

/**
 * Adds the table `sampled`: `seq` (of the span) and `t` of what was sampled of these events. No other mark of a run is as high:
 * where nothing was sampled, the least and greatest marks of its pages say so, and none is read.
 */
function writeSampled(writer: Writer, events: EligibleEvents): void {
  const alone = { ...events, group: undefined, hold: undefined };
  writeEligible(writer, alone, { sampled: true }, { name: 'weighable', kept: 'NOT MATERIALIZED' });
  writer.table(
    'sampled',
    `SELECT ${landedSeq('seq')} AS seq, t FROM weighable WHERE ${IS_SAMPLED}`,
  );
}

const IS_SAMPLED = `marks >= ${String(2 ** SAMPLED_PLACE)} AND fa_marked(marks, ${String(SAMPLED_PLACE)})`;

/** How many of these events were sampled; from `kept` where a table keeps all rows of them in memory anyway. */
export function countSampled(writer: Writer, events: EligibleEvents, kept?: string): string {
  if (kept !== undefined) return `(SELECT count(*) FROM ${kept} WHERE ${IS_SAMPLED})`;
  writeSampled(writer, events);
  return '(SELECT count(*) FROM sampled)';
}

/**
 * How many runs of the range were sampled, of any name: at least as many as of these events, and 0 where none was. Planned in a
 * third of the time; {@link compileAdjusted} tells the number itself.
 */
export function countSampledOfAny(writer: Writer, { from, to }: EligibleEvents): string {
  const time = (ns: bigint): string => `fa_time(${writer.param('ns', ns)})`;
  return `(SELECT count(*) FROM run_uses WHERE start_time >= ${time(from)} AND start_time < ${time(to)} AND ${IS_SAMPLED})`;
}

/** The statement that gives how many of these events were `sampled`, and `adjusted`: the sum of their adjusted counts. */
export function compileAdjusted(
  events: EligibleEvents,
  asOf: bigint,
): { readonly statement: Statement; readonly params: Readonly<Record<string, unknown>> } {
  const writer = new Writer();
  writeSampled(writer, { ...events, asOf });
  const time = (ns: bigint): string => `fa_time(${writer.param('ns', ns)})`;
  writer.table(
    'thresholds',
    `SELECT seq, regexp_extract(trace_state, '${THRESHOLD}', 1) AS threshold
FROM span_extras WHERE start_time >= ${time(events.from - REACH_NS)} AND start_time < ${time(events.to)} AND trace_state <> ''`,
  );
  const sql = writer.toSql(
    `SELECT (SELECT count(*) FROM sampled) AS "sampled",
  coalesce(fsum(${ALL}::DOUBLE / (${ALL} - coalesce(('0x' || rpad(nullif(threshold, ''), 14, '0'))::BIGINT, 0))), 0) AS "adjusted"
FROM sampled LEFT JOIN thresholds USING (seq)`,
  );
  const row: Readonly<Record<string, RowKind>> = { sampled: 'int', adjusted: 'real' };
  return {
    statement: { name: 'ask/adjusted', sql, params: writer.kinds, row },
    params: writer.values,
  };
}

/** The digits after `th:` in the member `ot` of a trace state; those at the end that are not given are zeros. */
const THRESHOLD = '(?:^|,)[ \\t]*ot=(?:[^,;]*;)*?th:([0-9a-f]{1,14})[ \\t]*(?:[,;]|$)';
/** 2^56: one more than the greatest threshold. */
const ALL = '72057594037927936';
