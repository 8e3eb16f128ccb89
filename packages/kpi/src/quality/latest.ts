/** What checks of data quality found when they last ran. */
import type { Reader, ReadOptions } from '@heartwood/store';
import { nsToInstant } from '../instant.ts';
import type { Evidence, QualityCheck, QualityResult } from './finding.ts';
import type { QualityRow } from './run.ts';

/** A result with the run that it is of. */
export interface LatestRow extends QualityRow {
  readonly run: string;
  /** When the run began. */
  readonly at: string;
  /** Run by the schedule, not on demand. */
  readonly daily: boolean;
}

/** Which results; all unless it is said. */
export interface LatestRequest extends ReadOptions {
  readonly check?: QualityCheck | undefined;
  readonly result?: QualityResult | undefined;
  /** Runs that began later are left out. */
  readonly untilMs?: number | undefined;
  readonly limit: number;
}

/** Results of each check's last run, worst first; one more row than allowed says that there are more. */
export async function readQuality(
  reader: Reader,
  { check, result, untilMs, limit, ...options }: LatestRequest,
): Promise<{ readonly rows: readonly LatestRow[]; readonly truncated: boolean }> {
  const until = untilMs === undefined ? undefined : BigInt(Math.floor(untilMs)) * 1_000_000n;
  const params = { check, result, until, limit: limit + 1 };
  const found = await reader.read('quality/latest', params, options);
  const rows = found.slice(0, limit).map((row) => ({
    ...row,
    // Written by this program: other words are of another version, and are passed on.
    check: row.check as QualityCheck,
    result: row.result as QualityResult,
    evidence: row.evidence as Evidence,
    at: nsToInstant(row.at),
  }));
  return { rows, truncated: found.length > limit };
}
