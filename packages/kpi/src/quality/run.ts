/** Runs checks of data quality one after the other and says what each comes to. */
import { CodedError } from '@heartwood/semconv';
import type { Reader, ReadOptions } from '@heartwood/store';
import type { DefinitionSet } from '../definition/kinds.ts';
import { msToInstant } from '../instant.ts';
import { runCheck } from './checks.ts';
import {
  QUALITY_CHECKS,
  QUALITY_RESULTS,
  worstOf,
  type Checked,
  type Evidence,
  type QualityCheck,
  type QualityResult,
} from './finding.ts';
import { QualityQuestions, type QualityMoment } from './questions.ts';

/** Longest time for all questions of one check. */
const CHECK_TIMEOUT_MS = 60_000;
/** Findings of a check that are told, worst first; the others are counted. */
const MOST_FINDINGS = 500;

/** What a check found, of one thing or as a whole. */
export interface QualityRow {
  readonly check: QualityCheck;
  /** Null: the check as a whole; its value is how many subjects failed, `n` is how many there are. */
  readonly subject: string | null;
  readonly result: QualityResult;
  readonly value: number | null;
  readonly expected: number | null;
  readonly n: number;
  readonly message: string;
  /** Of the check as a whole: the statements that ran and how many subjects came to which result. */
  readonly evidence: Evidence;
}

/** What all checks found. */
export interface QualityReport {
  readonly rows: readonly QualityRow[];
}

/** As of which moment, and which checks; all unless it is said. */
export interface QualityRequest extends QualityMoment, Pick<ReadOptions, 'signal'> {
  readonly checks?: readonly QualityCheck[] | undefined;
  readonly timeoutMs?: number | undefined;
}

/**
 * Runs the checks that definitions leave on. A check that cannot be made says so and does not stop the others; rejects
 * only with the signal's reason.
 */
export async function runQuality(
  reader: Reader,
  definitions: DefinitionSet,
  request: QualityRequest,
): Promise<QualityReport> {
  const { signal, checks = QUALITY_CHECKS, timeoutMs = CHECK_TIMEOUT_MS } = request;
  const questions = new QualityQuestions(reader, request);
  const rows: QualityRow[] = [];
  for (const check of QUALITY_CHECKS.filter((one) => checks.includes(one))) {
    signal?.throwIfAborted();
    try {
      const checked = await within(timeoutMs, signal, (read) =>
        runCheck(check, questions, definitions, read),
      );
      if (checked !== undefined) rows.push(...toRows(check, checked, questions));
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof CodedError)) throw error;
      rows.push(toError(check, error));
    }
  }
  return { rows };
}

/** All questions of a check share its time. */
async function within<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: (read: ReadOptions) => Promise<T>,
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  return work({
    signal,
    get timeoutMs() {
      return Math.max(1, endMs - performance.now());
    },
  });
}

function toRows(
  check: QualityCheck,
  { findings, statements, nothing, note }: Checked,
  questions: QualityQuestions,
): QualityRow[] {
  const rank = (result: QualityResult): number => QUALITY_RESULTS.indexOf(result);
  const told = findings.toSorted((a, b) => rank(a.result) - rank(b.result)).slice(0, MOST_FINDINGS);
  const counts = Object.fromEntries(
    QUALITY_RESULTS.map((word) => [word, findings.filter(({ result }) => result === word).length]),
  );
  const { fromMs, toMs } = questions.weeks(0);
  const summary: QualityRow = {
    check,
    subject: null,
    result: worstOf(findings.map(({ result }) => result)),
    value: counts['fail'] ?? 0,
    expected: 0,
    n: findings.length,
    message: findings.length === 0 ? nothing : summarize(counts, note),
    evidence: {
      samples: [],
      from: msToInstant(fromMs),
      to: msToInstant(toMs),
      counts,
      leftOut: findings.length - told.length,
      statements,
    },
  };
  return [summary, ...told.map((finding) => ({ check, ...finding }))];
}

const summarize = (counts: Readonly<Record<string, number>>, note: string | undefined): string =>
  [
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([result, count]) => `${String(count)} ${result.replaceAll('_', ' ')}`)
      .join(', '),
    ...(note === undefined ? [] : [note]),
  ].join('; ');

const toError = (check: QualityCheck, { code, message }: CodedError): QualityRow => ({
  check,
  subject: null,
  result: 'error',
  value: null,
  expected: null,
  n: 0,
  message,
  evidence: { samples: [], code },
});
