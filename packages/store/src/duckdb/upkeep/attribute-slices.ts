/** Keeps filters over the attributes of runs: of each slice of rows once all of them have landed. */
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  filterSql,
  partSql,
  piecesSql,
  SLICE_PROBE_SQL,
  SLICE_ROWS,
  slotsSql,
  strangeSql,
} from '../../attribute-slice.ts';
import { readSqlFile } from '../../sql-file.ts';
import { inTransaction } from '../transaction.ts';
import { readRows, timeLiteral, type UpkeepContext } from './context.ts';

/** Tables of the slices. */
export const ATTRIBUTE_SLICE_TABLES = ['attribute_slice', 'attribute_filter'] as const;

/** Read at once: a tenth of a second of the writing connection. */
const MOST_SLICES = 4;

const PART_BEGIN = readSqlFile('resume/part-begin.sql');
/** The first slice that has no filter, and the first that may still get rows. */
const FRONTIER = `SELECT
  (coalesce((SELECT max(slice) + 1 FROM attribute_slice), (SELECT min(seq) FROM spans) // ${String(SLICE_ROWS)}))::BIGINT,
  (least((SELECT max(seq) FROM hot_spans), (${PART_BEGIN})) // ${String(SLICE_ROWS)})::BIGINT`;

/** Adds the filters of slices that are full; what was archived before is read there. */
export async function addAttributeSlices({
  connection,
  write,
  proceed,
}: Pick<UpkeepContext, 'connection' | 'write' | 'proceed'>): Promise<void> {
  const [[first, end] = []] = await readRows(connection, FRONTIER);
  if (typeof first !== 'bigint' || typeof end !== 'bigint') return;
  if (first >= end) return;
  const held = await readRows(connection, heldSql(first, end));
  let from = first;
  for (let read = 0; from < end; read += MOST_SLICES) {
    proceed();
    const next = held.at(read + MOST_SLICES)?.[0];
    const [begin, to] = [from, typeof next === 'bigint' ? next : end];
    await write((writer) =>
      inTransaction(writer, async () => {
        await writer.run(filtersSql(begin, to));
        await writer.run(slicesSql(begin, to));
      }),
    );
    from = to;
  }
}

/** Forgets the first slices, whose every run is older; not the last one, behind which the next is added. */
export async function dropAttributeSlices(writer: DuckDBConnection, end: bigint): Promise<void> {
  await writer.run(`DELETE FROM attribute_slice
WHERE slice < (SELECT min(slice) FROM attribute_slice WHERE last_time >= ${timeLiteral(end)})`);
  await writer.run(
    'DELETE FROM attribute_filter WHERE slice < (SELECT min(slice) FROM attribute_slice)',
  );
}

/** Forgets all slices: numbers of rows that were lost may be given again. */
export async function clearAttributeSlices(writer: DuckDBConnection): Promise<void> {
  for (const table of ATTRIBUTE_SLICE_TABLES) await writer.run(`DELETE FROM ${table}`);
}

/** Slices that hold runs: numbers of log records and of runs that are gone lie between them. */
const heldSql = (from: bigint, to: bigint): string =>
  `SELECT DISTINCT (seq // ${String(SLICE_ROWS)})::BIGINT AS slice FROM spans
  WHERE seq >= ${from * BigInt(SLICE_ROWS)} AND seq < ${to * BigInt(SLICE_ROWS)} AND feature_id <> 0 ORDER BY slice`;

const runsSql = (from: bigint, to: bigint): string =>
  `SELECT seq // ${String(SLICE_ROWS)} AS slice, start_time, attributes
  FROM spans
  WHERE seq >= ${from * BigInt(SLICE_ROWS)} AND seq < ${to * BigInt(SLICE_ROWS)} AND feature_id <> 0`;

const filtersSql = (from: bigint, to: bigint): string => `INSERT INTO attribute_filter
WITH piece AS (
  SELECT DISTINCT slice, hash(unnest(${piecesSql('attributes')})) AS h FROM (${runsSql(from, to)})
)
SELECT slice, part, ${filterSql('slot')}
FROM (SELECT slice, ${partSql('h')} AS part, unnest([${slotsSql('h').join(', ')}]) AS slot FROM piece)
GROUP BY part, slice
ORDER BY part, slice`;

const slicesSql = (from: bigint, to: bigint): string => `INSERT INTO attribute_slice
SELECT
  s.slice,
  CASE WHEN bool_or(${strangeSql('r.attributes')}) THEN 0 ELSE ${SLICE_PROBE_SQL} END,
  coalesce(min(r.start_time), make_timestamp_ns(0)),
  coalesce(max(r.start_time), make_timestamp_ns(0))
FROM (SELECT unnest(range(${from}, ${to}))::UBIGINT AS slice) s
LEFT JOIN (${runsSql(from, to)}) r ON r.slice = s.slice
GROUP BY s.slice
ORDER BY s.slice`;
