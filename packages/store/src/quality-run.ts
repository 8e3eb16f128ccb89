/** Results of checks of data quality as they are kept. */

/** A result is kept for so long. */
export const QUALITY_KEEP_DAYS = 90;

/** All results of checks that ran together. */
export interface QualityRun {
  /** A UUID. */
  readonly id: string;
  /** When it began, epoch milliseconds. */
  readonly atMs: number;
  readonly isDaily: boolean;
  readonly results: readonly KeptResult[];
}

/** What a check found, of one thing or, without a subject, as a whole. */
export interface KeptResult {
  readonly check: string;
  readonly subject: string | null;
  readonly result: string;
  readonly value: number | null;
  readonly expected: number | null;
  readonly n: number;
  readonly message: string;
  /** An object that JSON can hold. */
  readonly evidence: unknown;
}
