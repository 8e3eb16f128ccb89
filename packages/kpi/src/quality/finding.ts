/** What checks of data quality are called and what they say. */
import type { ExplainedStatement } from '../analytic.ts';

/** Checks by name, in the order in which they run. */
export const QUALITY_CHECKS = [
  'volume',
  'gap',
  'lateness',
  'skew',
  'duplicates',
  'types',
  'nulls',
  'cardinality',
  'unknown',
  'unended',
  'drops',
] as const;
export type QualityCheck = (typeof QUALITY_CHECKS)[number];

/** What a check comes to, worst first. */
export const QUALITY_RESULTS = ['fail', 'error', 'warn', 'not_enough_data', 'pass'] as const;
export type QualityResult = (typeof QUALITY_RESULTS)[number];

/** What a check says of one thing. */
export interface Finding {
  /** A feature, an event, a service, `event.property`; `*` is all of them together. */
  readonly subject: string;
  readonly result: QualityResult;
  /** What was measured and what was expected or allowed; in which unit, the check says. */
  readonly value: number | null;
  readonly expected: number | null;
  /** How many records, or weeks, it is made of. */
  readonly n: number;
  /** In words. */
  readonly message: string;
  /** What it was seen by: `samples` are ids of records. */
  readonly evidence: Evidence;
}

/** What a finding was seen by. */
export interface Evidence {
  readonly samples: readonly string[];
  readonly [detail: string]: unknown;
}

/** All that a check says. */
export interface Checked {
  readonly findings: readonly Finding[];
  readonly statements: readonly ExplainedStatement[];
  /** What is said where there is nothing to look at. */
  readonly nothing: string;
  /** What a reader has to know besides. */
  readonly note?: string;
}

const WORST: readonly QualityResult[] = ['fail', 'error', 'warn', 'pass', 'not_enough_data'];

/** The worst of results; what cannot be told says something only where nothing can. */
export const worstOf = (results: readonly QualityResult[]): QualityResult =>
  WORST.find((result) => results.includes(result)) ?? 'not_enough_data';
