/** Makes the database file shorter: rewrites row groups that are mostly deleted rows, and those at its end into free room before them. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { inTransaction } from '../transaction.ts';
import { checkpoint, readRows, type UpkeepContext } from './context.ts';
import { readRowGroups, readSparseRowGroups, type RowGroup } from './row-groups.ts';

/** What of the database file holds data. */
export interface FileUse {
  readonly usedBytes: number;
  readonly freeBytes: number;
}

export async function readFileUse(connection: DuckDBConnection): Promise<FileUse> {
  const [[block = 0n, used = 0n, free = 0n] = []] = (await readRows(
    connection,
    'SELECT block_size, used_blocks, free_blocks FROM pragma_database_size() WHERE database_name = current_database()',
  )) as readonly (readonly bigint[])[];
  return { usedBytes: Number(block * used), freeBytes: Number(block * free) };
}

export interface ShrinkLimits {
  /** Free room that may stay, as a share of the file. */
  readonly freeShare: number;
  /** Free room that is not worth the writing. */
  readonly freeBytes: number;
  /** Deleted rows that may stay in a row group, as a share of it. */
  readonly deadShare: number;
  /** Row groups that are moved at most. */
  readonly groups: number;
}

/** Row groups moved between two checkpoints: each checkpoint costs up to half a second of the writing connection. */
const GROUPS_A_ROUND = 8;

/**
 * DuckDB drops a row group when its last row is deleted, fills free blocks from the front and cuts the file behind the
 * last used one at each checkpoint, but moves nothing by itself: without this a file that once was large stays so.
 * Resolves with the rows that were moved.
 */
export async function shrinkFile(context: UpkeepContext, limits: ShrinkLimits): Promise<number> {
  let moved = await rewriteSparse(context, limits);
  for (let left = limits.groups; left > 0; left -= GROUPS_A_ROUND) {
    if (!(await checkpoint(context))) break;
    const before = await readFileUse(context.connection);
    if (!isWorthIt(before, limits)) break;
    const rows = await moveTail(context, before);
    moved += rows;
    if (!(await checkpoint(context))) break;
    const after = await readFileUse(context.connection);
    if (rows === 0 || fileBytes(after) >= fileBytes(before)) break;
  }
  return moved;
}

/** Rewrites row groups with too many deleted rows, without these; their blocks are free after the next checkpoint. */
export async function rewriteSparse(
  context: UpkeepContext,
  { deadShare, groups }: ShrinkLimits,
): Promise<number> {
  // A table of which less is deleted may have a row group with more; it is left to a later run.
  const counted = await readSparseRowGroups(context.connection, deadShare / 8);
  const sparse = counted.filter(({ rows, live }) => live < rows && live <= rows * (1 - deadShare));
  let moved = 0;
  // The last ones first: a group that goes changes no row number before it.
  for (const group of sparse.slice(0, groups).toReversed()) moved += await move(context, group);
  return moved;
}

const fileBytes = ({ usedBytes, freeBytes }: FileUse): number => usedBytes + freeBytes;

const isWorthIt = (use: FileUse, limits: ShrinkLimits): boolean =>
  use.freeBytes > limits.freeBytes && use.freeBytes > fileBytes(use) * limits.freeShare;

async function moveTail(context: UpkeepContext, use: FileUse): Promise<number> {
  const groups = await readRowGroups(context.connection);
  const last = groups.reduce((most, { block }) => Math.max(most, block), 0);
  // Only what lies behind the place where the file could end.
  const end = Math.floor((last * use.usedBytes) / fileBytes(use));
  const tail = groups
    .filter(({ block }) => block > end)
    .toSorted((a, b) => b.block - a.block)
    .slice(0, GROUPS_A_ROUND);
  let moved = 0;
  for (const group of tail) moved += await move(context, group);
  return moved;
}

/** Writes the rows of a row group anew; DuckDB takes the first free blocks. */
async function move(
  context: UpkeepContext,
  { table, firstRow, endRow }: RowGroup,
): Promise<number> {
  context.proceed();
  // A checkpoint since may have given these numbers to other rows of the table: then those move, all the same.
  const range = `rowid >= ${firstRow} AND rowid < ${endRow}`;
  const moved = await context.write((writer) =>
    inTransaction(writer, async () => {
      const inserted = await writer.run(
        `INSERT INTO ${table} SELECT * FROM ${table} WHERE ${range}`,
      );
      const deleted = await writer.run(`DELETE FROM ${table} WHERE ${range}`);
      if (inserted.rowsChanged !== deleted.rowsChanged)
        throw new Error(
          `${inserted.rowsChanged} rows of ${table} copied, ${deleted.rowsChanged} deleted`,
        );
      return inserted.rowsChanged;
    }),
  );
  context.proceed('move committed');
  return moved;
}
