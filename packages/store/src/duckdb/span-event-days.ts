/** Keeps which names of span events occur on which days, so that questions for other names need not look at span events. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { REACH_NS } from '../analytics/span-events.ts';
import { ColumnBatch, type ColumnBatchParts } from '../column-batch.ts';
import { SPAN_EXTRAS } from '../columns.ts';
import { readSqlFile } from '../sql-file.ts';
import { inTransaction } from './transaction.ts';
import { DAY_NS, readRows } from './upkeep/context.ts';

const TABLE = 'span_event_day';

/** Tables of the names. */
export const SPAN_EVENT_TABLES = [TABLE] as const;

/** Adds the names of the batch of span extras that is loaded; to be called in the transaction that lands it. */
export async function landSpanEventDays(
  writer: DuckDBConnection,
  extras: ColumnBatchParts,
): Promise<void> {
  if (hasEvents(extras)) await writer.run(readSqlFile('rollup/land-span-event-day.sql'));
}

/** The statement takes 4 ms though it finds nothing, and most batches have no events. */
function hasEvents(parts: ColumnBatchParts): boolean {
  const extras = new ColumnBatch(SPAN_EXTRAS, 0);
  extras.adopt(parts);
  const { words, offset } = extras;
  // The first word of a text is its length.
  const first = offset.events >> 2;
  for (let row = 0; row < parts.rows; row++) if (words[first + row * 4] !== 0) return true;
  return false;
}

/** Reads the names from all spans where that has never been done: after a migration. */
export async function mendSpanEventDays(connection: DuckDBConnection): Promise<void> {
  const whole = await readRows(connection, `SELECT 1 FROM ${TABLE} WHERE day = 0 AND name = ''`);
  if (whole.length === 0) await rebuildSpanEventDays(connection);
}

/** Reads the names from all spans. */
export async function rebuildSpanEventDays(connection: DuckDBConnection): Promise<void> {
  await inTransaction(connection, async () => {
    await connection.run(`DELETE FROM ${TABLE}`);
    await connection.run(readSqlFile('rollup/sum-span-event-day.sql'));
  });
}

/**
 * Forgets the days before one but the last; `end` is the start of a day (UTC). Events of that last day may be of the next
 * one: a question for such a name has to say that some are gone. The row of day 0 stays.
 */
export async function dropSpanEventDays(writer: DuckDBConnection, end: bigint): Promise<void> {
  await writer.run(`DELETE FROM ${TABLE} WHERE day > 0 AND day < ${(end - REACH_NS) / DAY_NS}`);
}
