/** What a pipeline is joined with. */
import type { Sink } from '@heartwood/store';
import type { DeadLetters } from './dead-letters.ts';
import type { Gauges } from './gauges.ts';
import type { JournalRecord } from './journal/record.ts';
import type { ReceiverLimits } from './limits.ts';
import type { MappingRule } from './mapping.ts';
import type { News } from './news.ts';
import type { Plans } from './plans.ts';
import type { ResumableStore } from './resume.ts';

/** A request whose body was read: a journal record to be, its body as it was received. */
export type Accepted = Omit<JournalRecord, 'number' | 'hash'>;

export interface PipelineOptions {
  readonly store: Sink & ResumableStore;
  readonly journalDir: string;
  readonly rules: readonly MappingRule[];
  readonly plans: Plans;
  readonly limits: ReceiverLimits;
  /**
   * The body decompressed, with readable bytes behind it. A body that was acknowledged (`isKnown`) is within the limits
   * of its day, whatever the limits are now.
   */
  readonly openBody: (request: Accepted, isKnown: boolean) => Uint8Array;
  readonly gauges: Gauges;
  readonly deadLetters: DeadLetters;
  readonly news: News;
  /** Longest time that rows wait for a fuller batch, milliseconds. */
  readonly landAfterMs: number;
  /** Spans of a full batch. */
  readonly batchRows: number;
  /** Told about everything that an operator should know. */
  readonly onTrouble: (message: string, cause?: unknown) => void;
  /** Told after each landing. */
  readonly onLanded: () => void;
  /** Told once, when journal or store failed: nothing is taken or landed any more. */
  readonly onFailed: (error: unknown) => void;
}
