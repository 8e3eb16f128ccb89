/** How many rows each table holds, views over the archive in place of the tables behind them. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { PARTITIONS } from '../../partitions.ts';

const BEHIND_VIEWS = new Set(PARTITIONS.map(({ hotTable }) => hotTable));

export async function readTableRows(connection: DuckDBConnection): Promise<Record<string, number>> {
  const tables = await connection.runAndReadAll(
    `SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT temporary ORDER BY table_name`,
  );
  const names = tables.getRows().map(([name]) => String(name));
  const counted = [
    ...names.filter((name) => !BEHIND_VIEWS.has(name)),
    ...PARTITIONS.map(({ name }) => name),
  ];
  const rows: Record<string, number> = {};
  for (const name of counted) {
    const count = await connection.runAndReadAll(`SELECT count(*) FROM ${name}`);
    rows[name] = Number(count.getRows()[0]?.[0]);
  }
  return rows;
}
