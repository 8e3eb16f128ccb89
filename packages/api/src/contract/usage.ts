/** Usage over time: the numbers of runs per bucket, in one series or several. */
import { z } from 'zod';
import { explainFlag, Explained } from './analytic.ts';
import { Instant, Meta } from './answer.ts';
import { memberGroup, memberPage } from './member.ts';
import { Interval, featureFilter, interval, range, runFilter } from './parameter.ts';
import { count, runNumbers } from './run.ts';

/** Numbers of one bucket. */
export const UsagePoint = z
  .object({
    start: Instant.describe('Start of the bucket, inclusive.'),
    end: Instant.describe('End of the bucket, exclusive.'),
    complete: z
      .boolean()
      .describe(
        'False when the bucket sticks out of the range, when runs may still arrive, until ten minutes after its end and while requests received before wait to land, or when runs that only raw data could count have been removed.',
      ),
    ...runNumbers,
  })
  .meta({ id: 'UsagePoint' });
export type UsagePoint = z.infer<typeof UsagePoint>;

/** One line of a chart. */
export const UsageSeries = z
  .object({
    group: z
      .string()
      .nullable()
      .describe(
        'Value of `by`; null when nothing was asked to be split. `$other` holds the rest, `$none` runs without a value.',
      ),
    runs: count('Runs of all buckets inside the range.'),
    points: z.array(UsagePoint).describe('Oldest first, without gaps, zeros included.'),
  })
  .meta({ id: 'UsageSeries' });
export type UsageSeries = z.infer<typeof UsageSeries>;

/** Which runs, and how they are cut. */
const asked = {
  ...range,
  ...featureFilter,
  ...runFilter,
  ...interval,
  by: z
    .enum(['feature', 'category', 'component', 'status'])
    .optional()
    .describe('Splits the runs into series by this.'),
  top: z.coerce
    .number<string | number>()
    .int()
    .min(1)
    .max(200)
    .default(10)
    .describe('How many series before the rest becomes `$other`, 1 to 200.'),
};

/** Query of usage over time. */
export const UsageQuery = z.strictObject({ ...asked, ...explainFlag });

/** Query of the members of one number. */
export const UsageMemberQuery = z.strictObject({
  ...asked,
  of: z.enum(['runs', 'users', 'sessions']).default('runs').describe('Which number.'),
  start: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('Start of a bucket, as the answer has it; the whole range without.'),
  ...memberGroup,
  ...memberPage,
});

/** Meta of usage over time. */
export const UsageMeta = Meta.extend({
  ...Explained,
  interval: Interval,
  by: z.string().nullable().describe('What the series are split by.'),
}).meta({ id: 'UsageMeta' });
