/** Checks that count records in trouble: how many of a service's records may be so. */
import type { TroubleRow } from '@heartwood/store';
import { worstOf, type Finding, type QualityCheck, type QualityResult } from './finding.ts';
import type { OptionsFor } from './options.ts';

/** Checks with shares above which they warn and fail. */
export type ShareCheck = Extract<
  QualityCheck,
  'lateness' | 'skew' | 'duplicates' | 'unended' | 'drops'
>;

/** Rows of one trouble, and whether it can be more than a warning. */
export interface Part {
  readonly rows: readonly TroubleRow[];
  readonly mayFail: boolean;
}

/** The share of records in trouble, expected is the share above which it fails, `n` are the records looked at. */
export function checkShare<Check extends ShareCheck>(
  parts: readonly Part[],
  optionsOf: OptionsFor<Check>,
): Finding[] {
  const services = new Set(parts.flatMap(({ rows }) => rows.map(({ service }) => service)));
  return [...services].flatMap((service): Finding[] => {
    const subject = service ?? 'no service';
    const options = optionsOf(subject) as SharedOptions | undefined;
    if (options === undefined) return [];
    const judged = parts.flatMap(({ rows, mayFail }) =>
      rows
        .filter((row) => row.service === service)
        .map((row) => ({ ...judge(row, mayFail, options), row })),
    );
    const result = worstOf(judged.map((one) => one.result));
    const leading = judged.find((one) => one.result === result);
    const reasons = judged.flatMap(({ row }) => row.reasons);
    const found = reasons.filter((reason) => reason.found > 0);
    return [
      {
        subject,
        result,
        value: leading?.share ?? null,
        expected: options.failShare,
        n: leading?.row.looked ?? 0,
        message:
          result === 'not_enough_data'
            ? `${String(leading?.row.looked ?? 0)} records, at least ${String(options.minRecords)} are needed`
            : found.length === 0
              ? 'nothing found'
              : found.map(({ reason, found: times }) => `${reason}: ${String(times)}`).join(', '),
        evidence: {
          samples: reasons.flatMap(({ samples }) => samples).slice(0, 10),
          reasons: found.map(({ reason, found: records, samples }) => ({
            reason,
            records,
            samples,
          })),
        },
      },
    ];
  });
}

interface SharedOptions {
  readonly warnShare: number;
  readonly failShare: number;
  readonly minRecords: number;
}

function judge(
  { looked, reasons }: TroubleRow,
  mayFail: boolean,
  { warnShare, failShare, minRecords }: SharedOptions,
): { result: QualityResult; share: number | null } {
  const share = looked === 0 ? null : reasons.reduce((sum, { found }) => sum + found, 0) / looked;
  if (share === null) return { result: 'not_enough_data', share };
  if (share === 0) return { result: 'pass', share };
  if (looked < minRecords) return { result: 'not_enough_data', share };
  if (share > failShare && mayFail) return { result: 'fail', share };
  return { result: share > warnShare ? 'warn' : 'pass', share };
}
