/** Lateness: do records come soon after what they tell of? */
import type { TroubleRow } from '@heartwood/store';
import type { Finding } from './finding.ts';
import type { OptionsFor } from './options.ts';
import { checkShare } from './share.ts';

/** Seconds within which 95 % came, expected is what is late; `n` are the records that came in the period. */
export function checkLateness(
  rows: readonly TroubleRow[],
  lateAfterMs: number,
  optionsOf: OptionsFor<'lateness'>,
): Finding[] {
  return checkShare([{ rows, mayFail: true }], optionsOf).map((finding) => {
    const row = rows.find(({ service }) => (service ?? 'no service') === finding.subject);
    const { value: share } = finding;
    const p95 = row?.value ?? null;
    return {
      ...finding,
      message: row === undefined ? finding.message : describe(row, lateAfterMs, finding),
      value: p95,
      expected: lateAfterMs / 1000,
      evidence: { ...finding.evidence, lateShare: share },
    };
  });
}

/** How many came late, of how many, and how late they were. */
function describe(
  { looked, reasons, value }: TroubleRow,
  lateAfterMs: number,
  { result, message }: Finding,
): string {
  if (result === 'not_enough_data') return message;
  const late = reasons.reduce((sum, { found }) => sum + found, 0);
  const within =
    value === null ? '' : `; 95 % came within ${String(Number(value.toPrecision(3)))} s`;
  return `${String(late)} of ${String(looked)} records came more than ${String(lateAfterMs / 1000)} s after their end${within}`;
}
