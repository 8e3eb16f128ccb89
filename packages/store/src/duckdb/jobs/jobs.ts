/** What is kept beside the records, each kind in its own way. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { QualityJob, StoreJob, SummaryJob } from '../../job.ts';
import { Errors, type ErrorsCall, toErrorsCall } from './errors.ts';
import { Operations, type OperationsCall, toOperationsCall } from './operations.ts';
import { writeQuality } from './quality.ts';
import { writeSummary } from './summary.ts';

/** A job as it crosses to the database thread. */
export type JobCall = ErrorsCall | OperationsCall | QualityJob | SummaryJob;

export function toJobCall(job: StoreJob): JobCall {
  if (job.job === 'operations') return toOperationsCall(job);
  return job.job === 'errors' ? toErrorsCall(job) : job;
}

/** Does jobs on the writing connection; calls must not overlap. */
export class Jobs {
  readonly #connection: DuckDBConnection;
  readonly #operations: Operations;
  readonly #errors: Errors;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
    this.#operations = new Operations(connection);
    this.#errors = new Errors(connection);
  }

  /** All of it or nothing. Throws what DuckDB throws. */
  async do(call: JobCall): Promise<void> {
    if (call.job === 'operations') await this.#operations.write(call);
    else if (call.job === 'errors') await this.#errors.write(call);
    else if (call.job === 'summary') await writeSummary(this.#connection, call);
    else await writeQuality(this.#connection, call.run);
  }
}
