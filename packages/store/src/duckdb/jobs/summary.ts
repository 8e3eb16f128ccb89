/** Keeps days that were summed up. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { SummaryJob } from '../../job.ts';
import { readSqlFile } from '../../sql-file.ts';
import { BIGINT, BOOLEAN, VARCHAR } from '../node-api.ts';
import { inTransaction } from '../transaction.ts';

/** In place of what was kept of the day before. */
export async function writeSummary(
  connection: DuckDBConnection,
  { day, zone, madeMs, partial, content }: SummaryJob,
): Promise<void> {
  const key = { day, zone };
  const types = { day: VARCHAR, zone: VARCHAR };
  await inTransaction(connection, async () => {
    await connection.run(readSqlFile('upkeep/forget-summary.sql'), key, types);
    await connection.run(
      readSqlFile('upkeep/write-summary.sql'),
      { ...key, made: BigInt(madeMs) * 1_000_000n, partial, content: JSON.stringify(content) },
      { ...types, made: BIGINT, partial: BOOLEAN, content: VARCHAR },
    );
  });
}
