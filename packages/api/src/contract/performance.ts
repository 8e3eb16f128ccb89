/** Performance of one feature: against its own history, over time, and by how much it works on. */
import { PERFORMANCE_TIERS, type PerformanceTier } from '@heartwood/semconv';
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Instant, Milliseconds, Ratio } from './answer.ts';
import { Interval, interval, range } from './parameter.ts';
import { count } from './run.ts';

const Verdict = z
  .enum(['better', 'same', 'worse', 'not_enough_data'])
  .describe(
    'Worse or better from 30 runs on each side, where ranks differ at 95 % and the number changed by a fifth of itself.',
  );

const Comparison = z
  .object({
    verdict: Verdict,
    value: z.number().nullable().describe('In the complete part of the range; null without any.'),
    before: z.number().nullable().describe('In all earlier windows together; null without any.'),
    change: z
      .number()
      .nullable()
      .describe('By how much of itself it changed, `value / before - 1`; null from zero.'),
    score: z
      .number()
      .nullable()
      .describe(
        'Standard score of the rank test (Mann-Whitney, ties corrected), positive where it got worse; beyond 1.96 it is no chance in 95 of 100. Null where nothing can be compared.',
      ),
    n: count('Runs that it is made of.'),
    beforeN: count('Runs of the earlier windows.'),
  })
  .meta({ id: 'Comparison' });

const tierCount = (tier: PerformanceTier) => [tier, count(`Timed runs of tier ${tier}.`)] as const;

const numbers = {
  runs: count('Runs.'),
  successRate: Ratio.describe(
    'Share of runs that ended success; null without runs, and where senders leave out runs.',
  ),
  p50Ms: Milliseconds,
  p95Ms: Milliseconds,
  tiers: z
    .object(
      Object.fromEntries(PERFORMANCE_TIERS.map(tierCount)) as Record<PerformanceTier, z.ZodInt>,
    )
    .describe('Timed runs by tier.'),
  efficiency: z
    .number()
    .nullable()
    .describe('Mean score of all runs that have one, failed ones with theirs, which is 0.'),
  efficiencyWithoutFailures: z
    .number()
    .nullable()
    .describe('Mean score of the runs that ended success or partial.'),
};

const SizeClass = z
  .object({
    from: z.number().describe('Least input size, inclusive.'),
    to: z.number().describe('Exclusive.'),
    runs: count('Timed runs whose input size lies between.'),
    p50Ms: Milliseconds,
    p95Ms: Milliseconds,
    meanMs: Milliseconds,
    msPerItem: z
      .number()
      .nullable()
      .describe('Sum of durations over sum of input sizes, in milliseconds.'),
  })
  .meta({ id: 'SizeClass' });

/** How a feature performs. */
export const Performance = z
  .object({
    feature: z.string(),
    regression: z
      .object({
        verdict: Verdict.describe('Worse where either is, else better where either is.'),
        duration: Comparison.describe(
          'p95 of durations in milliseconds; ranks are of all durations.',
        ),
        success: Comparison.describe('Share of runs that ended success, 0 to 1.'),
      })
      .describe('Against windows of the same length, weekdays and hours in the 4 weeks before.'),
    windows: z
      .array(
        z.object({
          from: Instant,
          to: Instant,
          runs: count('Runs.'),
          successRate: numbers.successRate,
          p50Ms: Milliseconds,
          p95Ms: Milliseconds,
        }),
      )
      .describe('The complete part of the range, then what it is compared with, latest first.'),
    numbers: z.object(numbers).describe('Of the whole range.'),
    interval: Interval,
    points: z
      .array(
        z.object({
          start: Instant.describe('Start of the bucket, inclusive.'),
          end: Instant.describe('End of the bucket, exclusive.'),
          complete: z
            .boolean()
            .describe(
              'False while runs may still arrive, when the range cuts it, or when raw data of it is not kept.',
            ),
          ...numbers,
        }),
      )
      .describe('The range in buckets, oldest first.'),
    sizes: z
      .array(SizeClass)
      .describe('Runs by power of ten of their input size, the smallest first.'),
    bestSize: SizeClass.nullable().describe(
      'The class with the least time an item, of those with 30 runs; null unless there are two.',
    ),
  })
  .meta({ id: 'Performance' });

/** Query of one feature; without a range the last 7 days. */
export const PerformanceQuery = z.strictObject({
  ...range,
  since: range.since.describe(
    'Length of the range that ends at `to`: `24h`, `7d`. Instead of `from`; without both, 7 days.',
  ),
  ...interval,
  ...explainFlag,
});
