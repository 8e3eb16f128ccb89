/** Keeps what checks of data quality found, for as long as results are kept. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { QUALITY_KEEP_DAYS, type QualityRun } from '../../quality-run.ts';
import { readSqlFile } from '../../sql-file.ts';
import { BIGINT, BOOLEAN, VARCHAR } from '../node-api.ts';
import { inTransaction } from '../transaction.ts';

const DAY_MS = 86_400_000;

/** All results of the run or none. */
export async function writeQuality(
  connection: DuckDBConnection,
  { id, atMs, isDaily, results }: QualityRun,
): Promise<void> {
  const rows = results.map(({ check, evidence, ...result }) => ({
    ...result,
    check_name: check,
    evidence: JSON.stringify(evidence),
  }));
  await inTransaction(connection, async () => {
    await connection.run(
      readSqlFile('upkeep/write-quality.sql'),
      { run: id, at: toNs(atMs), daily: isDaily, results: JSON.stringify(rows) },
      { run: VARCHAR, at: BIGINT, daily: BOOLEAN, results: VARCHAR },
    );
    await connection.run(
      readSqlFile('upkeep/prune-quality.sql'),
      { since: toNs(atMs - QUALITY_KEEP_DAYS * DAY_MS) },
      { since: BIGINT },
    );
  });
}

const toNs = (ms: number): bigint => BigInt(ms) * 1_000_000n;
