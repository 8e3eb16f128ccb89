/** What has to be said of the numbers of a funnel. */
import type { FunnelRule } from './funnel-rule.ts';
import { MIN_SAMPLE } from './wilson.ts';

/** Who may still convert, what does not add up, and what is too little to compare. */
export function funnelWarnings(
  series: readonly { readonly entered: number; readonly immature: number }[],
  { unit, attribution }: FunnelRule,
  isSplit: boolean,
): string[] {
  const warnings: string[] = [];
  const immature = series.reduce((sum, { immature }) => sum + immature, 0);
  if (immature > 0)
    warnings.push(
      `${immature === 1 ? `1 ${unit} has` : `${String(immature)} ${unit}s have`} not converted and still may, the time for it is not over: rate leaves them out, rateAll counts them as lost.`,
    );
  if (isSplit && attribution === 'all')
    warnings.push(
      unit === 'attempt'
        ? 'Attempts are those in each value by itself: the rows need not add up to the whole.'
        : `A ${unit} may stand in several rows: they need not add up to the whole.`,
    );
  const few = isSplit ? series.filter(({ entered }) => entered < MIN_SAMPLE).length : 0;
  if (few > 0)
    warnings.push(
      `${String(few)} of ${String(series.length)} rows have fewer than ${String(MIN_SAMPLE)} entries: too few to compare.`,
    );
  return warnings;
}
