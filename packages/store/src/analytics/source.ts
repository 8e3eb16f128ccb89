/** Which table runs are read from. Both hold the same runs, so that the choice changes no number. */
import type { EligibleColumns } from './eligible-columns.ts';
import type { Properties } from './property-sql.ts';
import type { EligibleEvents } from './eligible-events.ts';
import type { Writer } from './writer.ts';

/** Where rows are read from; `run_uses` is both `hot_spans` and `feature_use`. */
export type RowTable = 'spans' | 'run_uses' | 'hot_spans' | 'feature_use' | 'event_uses';

/**
 * The table for what has been written with these properties. `run_uses` has few columns, and of archived runs it reads no
 * archive: that takes a sixth of the time, a tenth for a single feature.
 */
export function chooseTable(
  source: 'run' | 'event',
  { unit }: EligibleEvents,
  { trace, units = [] }: EligibleColumns,
  properties: Properties,
): RowTable {
  if (source === 'event') return 'event_uses';
  const needsTrace = trace === true || unit === 'trace' || units.includes('trace');
  return needsTrace || properties.needsSpans ? 'spans' : 'run_uses';
}

/** The table, of runs only those that are asked for. Ranges apart, because a scan skips by the least and the greatest number alone. */
export function withinSql(writer: Writer, table: RowTable, { within }: EligibleEvents): string {
  if (table !== 'spans' || within === undefined) return table;
  const number = (seq: bigint): string => `(${writer.param('ns', seq)})::UBIGINT`;
  const parts = within.map(
    ({ first, last }) =>
      `SELECT * FROM spans WHERE seq >= ${number(first)} AND seq <= ${number(last)}`,
  );
  return `(\n${parts.join('\nUNION ALL\n')}\n)`;
}
