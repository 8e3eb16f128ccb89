/** Checkpoints that nobody waits for: those write the WAL into the data file, and merge small row groups too. */
import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Merges of row groups that a checkpoint makes in each table. A commit that checkpoints makes none: all merges of a
 * checkpoint lie in memory uncompressed at once, and four seconds of 10,000 log records each took 200 MiB.
 */
export const NO_MERGES = '0';
/** One is of up to three row groups; those of small tables are merged by it into one, however many they are. */
const MERGES = '1';

/** Throws what DuckDB throws, such as where a question is being answered. */
export async function checkpointAndMerge(writer: DuckDBConnection): Promise<void> {
  await writer.run(`SET GLOBAL max_vacuum_tasks = ${MERGES}`);
  try {
    await writer.run('CHECKPOINT');
  } finally {
    await writer.run(`SET GLOBAL max_vacuum_tasks = ${NO_MERGES}`);
  }
}
