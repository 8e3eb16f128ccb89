/** Keeps filters over the texts of runs and log records: of each slice of rows once all of them have landed. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { piecesSql, strangeSql } from '../../attribute-slice.ts';
import { readSqlFile } from '../../sql-file.ts';
import { SLICE_ROWS } from '../../slice.ts';
import { inTransaction } from '../transaction.ts';
import { readRows, timeLiteral, type UpkeepContext } from './context.ts';

/** Rows that are found by filters. */
interface SlicedRows {
  readonly table: string;
  readonly hotTable: string;
  readonly time: string;
  /** Which rows of the table, SQL. */
  readonly which: string;
  /** Its tables: the slices that have been looked at, and the filters of those. */
  readonly slices: string;
  readonly filters: string;
  /** `slice` and hash `h` of every text of the rows `sliced`, SQL. */
  readonly hashes: string;
  /** True of rows that no filter may speak for, SQL. */
  readonly strange: string;
}

const SLICED: readonly SlicedRows[] = [
  {
    table: 'spans',
    hotTable: 'hot_spans',
    time: 'start_time',
    which: 'feature_id <> 0',
    slices: 'attribute_slice',
    filters: 'attribute_filter',
    hashes: `SELECT DISTINCT slice, hash(unnest(${piecesSql('attributes')})) AS h FROM sliced`,
    strange: strangeSql('attributes'),
  },
  {
    table: 'logs',
    hotTable: 'hot_logs',
    time: 'time',
    which: 'true',
    slices: 'log_slice',
    filters: 'log_filter',
    hashes: readSqlFile('upkeep/log-grams.sql'),
    strange: 'false',
  },
];

/** All tables of slices and filters. */
export const SLICE_TABLES: readonly string[] = SLICED.flatMap(({ slices, filters }) => [
  slices,
  filters,
]);

/** Read at once: a tenth of a second of the writing connection. */
const MOST_SLICES = 4;

const PART_BEGIN = readSqlFile('resume/part-begin.sql');
/** The first slice that has no filter, and the first that may still get rows. */
const frontierSql = ({ table, hotTable, slices }: SlicedRows): string => `SELECT
  (coalesce((SELECT max(slice) + 1 FROM ${slices}), (SELECT min(seq) FROM ${table}) // ${String(SLICE_ROWS)}))::BIGINT,
  (least((SELECT max(seq) FROM ${hotTable}), (${PART_BEGIN})) // ${String(SLICE_ROWS)})::BIGINT`;

/** Adds the filters of slices that are full; what was archived before is read there. */
export async function addSliceFilters(
  context: Pick<UpkeepContext, 'connection' | 'write' | 'proceed'>,
): Promise<void> {
  for (const rows of SLICED) await addFilters(context, rows);
}

async function addFilters(
  { connection, write, proceed }: Pick<UpkeepContext, 'connection' | 'write' | 'proceed'>,
  rows: SlicedRows,
): Promise<void> {
  const [[first, end] = []] = await readRows(connection, frontierSql(rows));
  if (typeof first !== 'bigint' || typeof end !== 'bigint') return;
  if (first >= end) return;
  const held = await readRows(connection, heldSql(rows, first, end));
  let from = first;
  for (let read = 0; from < end; read += MOST_SLICES) {
    proceed();
    const next = held.at(read + MOST_SLICES)?.[0];
    const [begin, to] = [from, typeof next === 'bigint' ? next : end];
    await write((writer) =>
      inTransaction(writer, async () => {
        await writer.run(filtersSql(rows, begin, to));
        await writer.run(slicesSql(rows, begin, to));
      }),
    );
    from = to;
  }
}

/** Forgets the first slices, whose every row is older; not the last one, behind which the next is added. */
export async function dropSliceFilters(writer: DuckDBConnection, end: bigint): Promise<void> {
  for (const { slices, filters } of SLICED) {
    await writer.run(`DELETE FROM ${slices}
WHERE slice < (SELECT min(slice) FROM ${slices} WHERE last_time >= ${timeLiteral(end)})`);
    await writer.run(`DELETE FROM ${filters} WHERE slice < (SELECT min(slice) FROM ${slices})`);
  }
}

/** Forgets all slices: numbers of rows that were lost may be given again. */
export async function clearSliceFilters(writer: DuckDBConnection): Promise<void> {
  for (const table of SLICE_TABLES) await writer.run(`DELETE FROM ${table}`);
}

/** Slices that hold such rows: numbers of others and of rows that are gone lie between them. */
const heldSql = ({ table, which }: SlicedRows, from: bigint, to: bigint): string =>
  `SELECT DISTINCT (seq // ${String(SLICE_ROWS)})::BIGINT AS slice FROM ${table}
  WHERE seq >= ${from * BigInt(SLICE_ROWS)} AND seq < ${to * BigInt(SLICE_ROWS)} AND ${which} ORDER BY slice`;

const slicedSql = ({ table, which }: SlicedRows, from: bigint, to: bigint): string =>
  `SELECT seq // ${String(SLICE_ROWS)} AS slice, *
  FROM ${table}
  WHERE seq >= ${from * BigInt(SLICE_ROWS)} AND seq < ${to * BigInt(SLICE_ROWS)} AND ${which}`;

const filtersSql = (rows: SlicedRows, from: bigint, to: bigint): string =>
  `INSERT INTO ${rows.filters}
WITH sliced AS (${slicedSql(rows, from, to)})
SELECT slice, part, bitstring_agg(slot, 0, 16383)
FROM (SELECT slice, fa_filter_part(h) AS part, unnest(fa_filter_bits(h)) AS slot FROM (${rows.hashes}))
GROUP BY part, slice
ORDER BY part, slice`;

const slicesSql = (rows: SlicedRows, from: bigint, to: bigint): string =>
  `INSERT INTO ${rows.slices}
SELECT
  s.slice,
  CASE WHEN bool_or(r.is_strange) THEN 0 ELSE fa_filter_probe() END,
  coalesce(min(r.time), make_timestamp_ns(0)),
  coalesce(max(r.time), make_timestamp_ns(0))
FROM (SELECT unnest(range(${from}, ${to}))::UBIGINT AS slice) s
LEFT JOIN (
  SELECT slice, ${rows.time} AS time, ${rows.strange} AS is_strange FROM (${slicedSql(rows, from, to)})
) r ON r.slice = s.slice
GROUP BY s.slice
ORDER BY s.slice`;
