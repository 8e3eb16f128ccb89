/** What the records of a signal are. */
import { type Batch } from '@heartwood/store/batch';
import type { ResourceFacts } from './process-facts.ts';

/** What the records of a signal are. */
export interface RecordKind {
  /** What one is called in messages to senders. */
  readonly noun: string;
  /** The table that gets a row for each. */
  readonly table: 'spans' | 'logs' | 'metricPoints';
  /** Told the service of rows `[from, to)` when their resource is known. */
  readonly onService?: (batch: Batch, from: number, to: number, low: number, high: number) => void;
  /** Told which process the records were of that have been read since the last time. */
  readonly onResource?: (facts: ResourceFacts) => void;
}
