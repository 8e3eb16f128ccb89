/** One transaction on a connection: all of a job or nothing of it. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { rollbackFailure } from './failures.ts';

/** Throws what the job or the commit throws, or what says that the connection can no longer be used. */
export async function inTransaction<T>(
  connection: DuckDBConnection,
  job: () => Promise<T>,
): Promise<T> {
  await connection.run('BEGIN');
  try {
    const result = await job();
    await connection.run('COMMIT');
    return result;
  } catch (cause) {
    try {
      await connection.run('ROLLBACK');
    } catch (error) {
      throw rollbackFailure(error, cause) ?? cause;
    }
    throw cause;
  }
}
