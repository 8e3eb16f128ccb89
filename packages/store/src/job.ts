/** What is kept beside the records that land: each kind of it is a job, done whole or not at all. */
import type { QualityRun } from './quality-run.ts';
import type { ErrorsJob } from './stored-error.ts';
import type { OperationsJob } from './stored-operation.ts';

/** Results of checks of data quality; those of long ago are forgotten. */
export interface QualityJob {
  readonly job: 'quality';
  readonly run: QualityRun;
}

export type StoreJob = ErrorsJob | OperationsJob | QualityJob;
