/** Missing values: do events lack a property more often than in the weeks before? */
import type { ProfileRow } from '@heartwood/store';
import type { Finding, QualityResult } from './finding.ts';
import type { OptionsFor } from './options.ts';
import { pairProfiles, subjectOf } from './profiles.ts';

/**
 * The share of events without the property or with null, expected is that of the weeks before, `n` are the events of the
 * period. Held against chance by the two-proportion z-test with the pooled share.
 */
export function checkNulls(
  rows: readonly ProfileRow[],
  earlier: readonly ProfileRow[],
  optionsOf: OptionsFor<'nulls'>,
): Finding[] {
  return pairProfiles(rows, earlier).flatMap(
    ({ now, before, nowSampled, beforeSampled }): Finding[] => {
      const subject = subjectOf(now ?? before);
      const options = optionsOf(subject);
      // A property that is new, and an event that did not happen, lack nothing.
      if (options === undefined || before === undefined || nowSampled === 0) return [];
      const [given, givenBefore] = [givenOf(now), givenOf(before)];
      const [value, expected] = [1 - given / nowSampled, 1 - givenBefore / beforeSampled];
      const base = { subject, value, expected, n: nowSampled };
      const evidence = { samples: [], events: nowSampled, earlierEvents: beforeSampled };
      if (Math.min(nowSampled, beforeSampled) < options.minRecords) {
        const fewest = Math.min(nowSampled, beforeSampled);
        const message = `${String(fewest)} events, at least ${String(options.minRecords)} are needed`;
        return [{ ...base, result: 'not_enough_data', message, evidence }];
      }
      const pooled = 1 - (given + givenBefore) / (nowSampled + beforeSampled);
      const error = Math.sqrt(pooled * (1 - pooled) * (1 / nowSampled + 1 / beforeSampled));
      const isMore = value > expected && (value - expected) / error > options.maxScore;
      const result: QualityResult =
        isMore && value - expected >= options.minChange ? 'fail' : isMore ? 'warn' : 'pass';
      const message = `missing in ${percent(value)} of events, before in ${percent(expected)}`;
      return [{ ...base, result, message, evidence }];
    },
  );
}

const givenOf = (row: ProfileRow | undefined): number =>
  (row?.present ?? 0) - (row?.types.null ?? 0);

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
