/** What is kept beside the records that land: each kind of it is a job, done whole or not at all. */
import type { QualityRun } from './quality-run.ts';
import type { ErrorsJob } from './stored-error.ts';
import type { OperationsJob } from './stored-operation.ts';

/** Results of checks of data quality; those of long ago are forgotten. */
export interface QualityJob {
  readonly job: 'quality';
  readonly run: QualityRun;
}

/** A day summed up, in place of what was kept of it before. */
export interface SummaryJob {
  readonly job: 'summary';
  /** `2026-11-22`, in the zone. */
  readonly day: string;
  /** IANA. */
  readonly zone: string;
  readonly madeMs: number;
  /** Made before all of the day was there. */
  readonly partial: boolean;
  /** What JSON can say. */
  readonly content: object;
}

export type StoreJob = ErrorsJob | OperationsJob | QualityJob | SummaryJob;
