/** Features: the table of all, and everything about one. */
import { z } from 'zod';
import { explainFlag, Explained } from './analytic.ts';
import { Instant, Meta, Ratio } from './answer.ts';
import { Interval, flag, interval, limit, range, runFilter } from './parameter.ts';
import { RecordRow } from './record.ts';
import { Status, Tier, count, runNumbers } from './run.ts';
import { UsagePoint } from './usage.ts';

/** One row of the feature table. */
export const FeatureRow = z
  .object({
    feature: z.string().describe('Name of the feature.'),
    category: z.string().nullable().describe('Category of the run that arrived last in the range.'),
    component: z
      .string()
      .nullable()
      .describe('Component of the run that arrived last in the range.'),
    ...runNumbers,
    tier: Tier.nullable().describe(
      'Tier of the median run: half of the timed runs have this tier or a better one. Honours limits that the app set per feature.',
    ),
    firstSeen: Instant.nullable().describe('Start of the earliest run in the range.'),
    lastSeen: Instant.nullable().describe('Start of the latest run in the range.'),
    trend: z
      .array(z.int().min(0))
      .optional()
      .describe(
        'With `trend=true`: runs per bucket of `meta.trend`, oldest first, zeros included.',
      ),
  })
  .meta({ id: 'FeatureRow' });
export type FeatureRow = z.infer<typeof FeatureRow>;

/** Query of the feature table. */
export const FeatureListQuery = z.strictObject({
  ...range,
  ...runFilter,
  trend: flag('Adds the sparkline of runs per bucket to each row.'),
  sort: z
    .enum(['runs', 'users', 'failed', 'successRate', 'p95Ms', 'efficiency', 'lastSeen', 'feature'])
    .default('runs')
    .describe(
      'Order: names and success rate ascending, all else descending; rows without a value last.',
    ),
  limit: limit(1000, 10_000),
  ...explainFlag,
});

/** Meta of the feature table. */
export const FeatureListMeta = Meta.extend({
  ...Explained,
  total: count('Features with runs in the range, before `limit`.'),
  trend: z
    .object({
      interval: Interval,
      starts: z.array(Instant).describe('Start of each bucket.'),
      complete: z.array(z.boolean()).describe('False for buckets to which runs may still come.'),
    })
    .optional()
    .describe('The buckets of the sparklines.'),
}).meta({ id: 'FeatureListMeta' });

/** Numbers of any set of runs. */
export const RunTotals = z
  .object({ features: count('Distinct features with runs in the range.'), ...runNumbers })
  .meta({ id: 'RunTotals' });
export type RunTotals = z.infer<typeof RunTotals>;

/** Query of the overall statistics. */
export const StatsQuery = z.strictObject({ ...range, ...runFilter, ...explainFlag });

/** Meta of the overall statistics. */
export const StatsMeta = Meta.extend(Explained).meta({ id: 'StatsMeta' });

/** Path of one feature. */
export const FeatureParams = z.object({
  name: z.string().describe('Name of the feature, percent-encoded: `GET%20%2Fproducts%2F%3Aid`.'),
});

/** Query of one feature. */
export const FeatureQuery = z.strictObject({
  ...range,
  ...runFilter,
  ...interval,
  recent: z.coerce
    .number<string | number>()
    .int()
    .min(0)
    .max(200)
    .default(20)
    .describe('How many recent runs to add, 0 to 200.'),
  ...explainFlag,
});

const share = {
  runs: count('Runs.'),
  share: Ratio.describe(
    'Share of the runs of the feature; null where `successRate` is null, and for errors and versions where raw runs of the range have been removed.',
  ),
};

/** Everything about one feature in the range. */
export const FeatureDetail = FeatureRow.omit({ trend: true })
  .extend({
    allTime: z
      .object({
        runs: count('Runs in the store, in any range.'),
        firstSeen: Instant.nullable(),
        lastSeen: Instant.nullable(),
      })
      .describe('The same feature over all stored data, without filters.'),
    statuses: z
      .array(z.object({ status: Status, ...share }))
      .describe('All five statuses, zeros included.'),
    tiers: z
      .array(z.object({ tier: Tier, ...share }))
      .describe(
        'All five tiers, best first, zeros included; runs whose end lies before their start are left out.',
      ),
    errors: z
      .array(
        z.object({
          errorType: z
            .string()
            .nullable()
            .describe('`error.type`; null where the run did not say.'),
          ...share,
          lastSeen: Instant,
          message: z.string().nullable().describe('Message of the run that arrived last.'),
          traceId: z.string().describe('Trace of the run that arrived last.'),
        }),
      )
      .describe(
        'Runs that failed, timed out or carry an error type, most frequent first, at most 20.',
      ),
    components: z
      .array(z.object({ component: z.string().nullable(), ...share }))
      .describe('Most frequent first, at most 20.'),
    versions: z
      .array(z.object({ version: z.string().nullable(), ...share }))
      .describe('Most frequent first, at most 20.'),
    histogram: z
      .array(
        z.object({
          fromMs: z.number().describe('Lower bound, inclusive.'),
          toMs: z.number().nullable().describe('Upper bound, exclusive; null for the last one.'),
          runs: count('Runs.'),
        }),
      )
      .describe('Durations between the fastest and the slowest run, bounds in steps of 1, 2, 5.'),
    points: z.array(UsagePoint).describe('The range in buckets, oldest first, zeros included.'),
    recent: z.array(RecordRow).describe('Runs that arrived last, newest first.'),
  })
  .meta({ id: 'FeatureDetail' });
export type FeatureDetail = z.infer<typeof FeatureDetail>;

/** Meta of an answer with buckets. */
export const FeatureDetailMeta = Meta.extend({ interval: Interval, ...Explained }).meta({
  id: 'FeatureDetailMeta',
});
