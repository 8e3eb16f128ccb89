/** The row groups of the tables: which rows they hold, how many of them live, and where they end in the file. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { readRows } from './context.ts';

export interface RowGroup {
  readonly table: string;
  readonly firstRow: number;
  readonly endRow: number;
  /** Rows in the file, deleted ones included. */
  readonly rows: number;
  /** Rows that are not deleted; as many as `rows` when nobody looked. */
  readonly live: number;
  /** Last block of the file that holds some of it. */
  readonly block: number;
}

/**
 * Row groups that are in the file, of all tables. Living rows are counted, at some milliseconds a group, where at least
 * an eighth of `deadShare` of the table is deleted.
 */
export async function readRowGroups(
  connection: DuckDBConnection,
  deadShare?: number,
): Promise<RowGroup[]> {
  const tables = await readRows(
    connection,
    'SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT temporary ORDER BY table_name',
  );
  const groups: RowGroup[] = [];
  for (const [name] of tables) {
    const own = await readGroupsOf(connection, String(name));
    const isCounted = deadShare !== undefined && (await isSparse(connection, own, deadShare / 8));
    for (const group of own)
      if (group.block >= 0)
        groups.push(isCounted ? { ...group, live: await countLive(connection, group) } : group);
  }
  return groups;
}

async function readGroupsOf(connection: DuckDBConnection, table: string): Promise<RowGroup[]> {
  const rows = await readRows(
    connection,
    `SELECT
       max(CASE WHEN column_id = 0 AND segment_type <> 'VALIDITY' THEN start + count ELSE 0 END)::BIGINT,
       coalesce(max(greatest(block_id, coalesce(list_max(additional_block_ids), -1))) FILTER (WHERE persistent), -1)::BIGINT
     FROM pragma_storage_info('${table}') GROUP BY row_group_id ORDER BY row_group_id`,
  );
  let next = 0;
  return rows.map(([count, block]) => {
    const firstRow = next;
    next += Number(count);
    const size = next - firstRow;
    return { table, firstRow, endRow: next, rows: size, live: size, block: Number(block) };
  });
}

async function isSparse(
  connection: DuckDBConnection,
  groups: readonly RowGroup[],
  share: number,
): Promise<boolean> {
  const rows = groups.at(-1)?.endRow ?? 0;
  if (rows === 0) return false;
  const [[live] = []] = await readRows(
    connection,
    `SELECT count(*) FROM ${groups[0]?.table} WHERE rowid < ${rows}`,
  );
  return Number(live) < rows * (1 - share);
}

async function countLive(
  connection: DuckDBConnection,
  { table, firstRow, endRow }: RowGroup,
): Promise<number> {
  const [[live] = []] = await readRows(
    connection,
    `SELECT count(*) FROM ${table} WHERE rowid >= ${firstRow} AND rowid < ${endRow}`,
  );
  return Number(live);
}
