/** Cuts a stretch of a table into pieces of time that one transaction can take without holding up landings. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Partition } from '../../partitions.ts';
import { DAY_NS, readRows, timeLiteral } from './context.ts';

/** Rows of a table from a time until before another. */
export interface Slice {
  readonly from: bigint;
  readonly to: bigint;
  readonly rows: number;
}

const WIDTHS_NS = [DAY_NS, 3_600_000_000_000n, 60_000_000_000n, 1_000_000_000n] as const;

/** Days of the hot table before `before`, oldest first. */
export const readDays = (
  connection: DuckDBConnection,
  partition: Partition,
  before: bigint,
): Promise<Slice[]> => readSlices(connection, partition, 0n, before, DAY_NS);

/** The slice itself when it has at most `most` rows, else shorter ones; a single second is not cut further. */
export async function cut(
  connection: DuckDBConnection,
  partition: Partition,
  slice: Slice,
  most: number,
): Promise<Slice[]> {
  const width = WIDTHS_NS.find((candidate) => candidate < slice.to - slice.from);
  if (slice.rows <= most || width === undefined) return [slice];
  const parts: Slice[] = [];
  let open: Slice | undefined;
  for (const part of await readSlices(connection, partition, slice.from, slice.to, width)) {
    if (open && open.rows + part.rows <= most) {
      open = { from: open.from, to: part.to, rows: open.rows + part.rows };
      continue;
    }
    if (open) parts.push(...(await cut(connection, partition, open, most)));
    open = part;
  }
  if (open) parts.push(...(await cut(connection, partition, open, most)));
  return parts;
}

async function readSlices(
  connection: DuckDBConnection,
  { hotTable, time }: Partition,
  from: bigint,
  to: bigint,
  width: bigint,
): Promise<Slice[]> {
  const rows = await readRows(
    connection,
    `SELECT epoch_ns(${time}) // ${width} AS slot, count(*) FROM ${hotTable}
     WHERE ${time} >= ${timeLiteral(from)} AND ${time} < ${timeLiteral(to)} GROUP BY slot ORDER BY slot`,
  );
  return rows.map(([slot, count]) => ({
    from: (slot as bigint) * width,
    to: ((slot as bigint) + 1n) * width,
    rows: Number(count),
  }));
}
