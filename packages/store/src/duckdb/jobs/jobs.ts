/** What is kept beside the records, each kind in its own way. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { QualityJob, StoreJob } from '../../job.ts';
import { Operations, type OperationsCall, toOperationsCall } from './operations.ts';
import { writeQuality } from './quality.ts';

/** A job as it crosses to the database thread. */
export type JobCall = OperationsCall | QualityJob;

export const toJobCall = (job: StoreJob): JobCall =>
  job.job === 'operations' ? toOperationsCall(job) : job;

/** Does jobs on the writing connection; calls must not overlap. */
export class Jobs {
  readonly #connection: DuckDBConnection;
  readonly #operations: Operations;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
    this.#operations = new Operations(connection);
  }

  /** All of it or nothing. Throws what DuckDB throws. */
  async do(call: JobCall): Promise<void> {
    if (call.job === 'operations') await this.#operations.write(call);
    else await writeQuality(this.#connection, call.run);
  }
}
