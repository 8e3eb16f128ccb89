/** Volume: does as much come in of each feature and event as at the same time of earlier weeks? */
import type { VolumeRow } from '@heartwood/store';
import { msToInstant, nsToInstant } from '../instant.ts';
import { baselineOf, scoreOf, tooFewWeeks } from './baseline.ts';
import type { Finding, QualityResult } from './finding.ts';
import type { OptionsFor, OptionsOf } from './options.ts';
import { pointsOf, type Weeks } from './weeks.ts';

/** Records in the period, expected is the median of earlier weeks, `n` is how many weeks these are. */
export function checkVolume(
  rows: readonly VolumeRow[],
  removedBefore: bigint | null,
  weeks: Weeks,
  optionsOf: OptionsFor<'volume'>,
): Finding[] {
  return rows.flatMap((row): Finding[] => {
    const subject = `${row.source === 'run' ? 'feature' : 'event'} ${row.name}`;
    const options = optionsOf(row.name);
    if (options === undefined) return [];
    const recordsOf = (week: number): number =>
      row.weeks.find((one) => one.week === week)?.records ?? 0;
    const points = pointsOf(weeks, row.firstTime, removedBefore);
    const [value, earlier] = [recordsOf(0), points.map(recordsOf)];
    // Seen at other times of the week only: nothing is expected now.
    if (value === 0 && earlier.every((records) => records === 0)) return [];
    const judged = judge(value, earlier, options);
    return [
      {
        subject,
        ...judged,
        value,
        n: points.length,
        evidence: {
          samples: row.lastTraceId === null ? [] : [row.lastTraceId],
          lastSeen: nsToInstant(row.lastTime),
          weeks: points.map((week) => ({
            from: msToInstant(weeks.startsMs[week] ?? 0),
            records: recordsOf(week),
          })),
        },
      },
    ];
  });
}

function judge(
  value: number,
  earlier: readonly number[],
  options: OptionsOf<'volume'>,
): { result: QualityResult; expected: number | null; message: string } {
  const { minPoints, minVolume, minChange, maxRise, maxScore } = options;
  if (earlier.length < minPoints)
    return {
      result: 'not_enough_data',
      expected: null,
      message: tooFewWeeks(earlier.length, minPoints),
    };
  const baseline = baselineOf(earlier);
  const expected = baseline.median;
  const say = (result: QualityResult, message: string) => ({ result, expected, message });
  if (expected < minVolume)
    return say(
      'not_enough_data',
      `usually ${amount(expected)}, at least ${amount(minVolume)} are needed`,
    );
  if (value === 0) return say('fail', `nothing came, usually ${amount(expected)}`);
  const [change, score] = [(value - expected) / expected, scoreOf(value, baseline)];
  const compared = `${amount(value)}, usually ${amount(expected)} (${change < 0 ? '' : '+'}${(change * 100).toFixed(0)} %)`;
  if (score < -maxScore && -change >= minChange) return say('fail', compared);
  if (score > maxScore && change >= maxRise) return say('warn', compared);
  return say('pass', compared);
}

const amount = (records: number): string => `${String(records)} records`;
