/** Activity: stickiness, lifecycle and frequency of those who do something. */
import { INTERVALS } from '@heartwood/semconv';
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Instant } from './answer.ts';
import { memberGroup, memberPage } from './member.ts';
import { flag, longRange } from './parameter.ts';
import { count } from './run.ts';

const text = z.string().min(1).max(1024);
const share = (description: string) => z.number().min(0).max(1).nullable().describe(description);
const group = z
  .string()
  .nullable()
  .describe('Value of `by`; `$other` beyond the top, `$none` without a value, null without `by`.');

/** Whose activity, and how it is cut. */
const asked = {
  ...longRange('28 days'),
  feature: text
    .optional()
    .describe(
      'Active is who ran this feature, `any` for any. Default, without `event` too: any feature. With `event`, either counts.',
    ),
  event: text
    .optional()
    .describe(
      'Active is who did this event, `any` for any but those that SDKs send of themselves.',
    ),
  unit: z
    .enum(['user', 'session'])
    .default('user')
    .describe('Who is counted: users (sessions where the user is unknown), or sessions.'),
  interval: z
    .enum(INTERVALS)
    .default('1d')
    .describe(
      'Length of an interval; days and weeks (ISO, from Monday, where `HEARTWOOD_WEEK_START` says nothing else) are those of the zone.',
    ),
  by: text
    .optional()
    .describe(
      'Splits it by this property: `feature`, `service`, `resource.<key>`, any attribute by its key. Whoever was active in several groups is in each.',
    ),
  top: z.coerce
    .number<string | number>()
    .int()
    .min(1)
    .max(200)
    .default(10)
    .describe('How many groups before the rest becomes `$other`, 1 to 200.'),
};

/** Query of all three. */
export const ActivityQuery = z.strictObject({ ...asked, ...explainFlag });

const memberAsked = { ...asked, ...memberGroup, ...memberPage };
const amount = z.coerce.number<string | number>().int().min(1).max(1e9);

/** Query of the members of a number of stickiness. */
export const StickinessMemberQuery = z.strictObject({
  ...memberAsked,
  intervals: amount.optional().describe('Active in so many complete intervals.'),
  atLeast: flag('With `intervals`: or in more.'),
  day: text.optional().describe('Start of a day of `days` instead of `intervals`; unsplit.'),
  days: z
    .enum(['1', '7', '28'])
    .default('1')
    .describe('With `day`: active in so many days that end with it: 1 `dau`, 7 `wau`, 28 `mau`.'),
});

/** Query of the members of a number of lifecycle. */
export const LifecycleMemberQuery = z.strictObject({
  ...memberAsked,
  state: z.enum(['new', 'returning', 'resurrecting', 'dormant']).describe('Which number.'),
  start: text.describe('Start of the interval, as the answer has it.'),
});

/** Query of the members of a bin of frequency. */
export const FrequencyMemberQuery = z.strictObject({
  ...memberAsked,
  of: z.enum(['runs', 'intervals']).default('runs').describe('Which spread.'),
  least: amount.describe('`from` of the bin.'),
  most: amount.optional().describe('`to` of the bin; no end without.'),
});

const StickinessStep = z
  .object({
    intervals: count('A number of intervals, from 1 to all of the range.'),
    exactly: count('Who was active in exactly so many.'),
    exactlyShare: share('Of all who were active; null for none.'),
    atLeast: count('Who was active in so many or more.'),
    atLeastShare: share('Of all who were active; null for none.'),
  })
  .meta({ id: 'StickinessStep' });

const ActiveDay = z
  .object({
    start: Instant.describe('Start of the day, inclusive.'),
    end: Instant.describe('End of the day, exclusive.'),
    complete: z
      .boolean()
      .describe(
        'False while more may arrive, when the range ends in it, or when raw data of its 28 days is not kept.',
      ),
    dau: count('Who was active on the day.'),
    wau: count('Who was active in the 7 days that end with it.'),
    mau: count('Who was active in the 28 days that end with it.'),
    dauMau: share(
      'Mean of the daily numbers of the 28 days to `mau`; null for none, and for a day that is not complete.',
    ),
  })
  .meta({ id: 'ActiveDay' });

/** Stickiness of a range. */
export const Stickiness = z
  .object({
    from: Instant.nullable().describe('Start of the complete intervals; null for none.'),
    to: Instant.nullable().describe('End of the complete intervals; null for none.'),
    intervals: count('Complete intervals of the range, which the steps count.'),
    series: z
      .array(
        z.object({
          group,
          actors: count('Who was active in a complete interval.'),
          steps: z.array(StickinessStep),
        }),
      )
      .describe('One a group; one where nothing is split.'),
    ratios: z
      .object({
        day: Instant.nullable().describe(
          'Start of the last day that is over; null for none, and where raw data of its 7 days is not kept.',
        ),
        dauWau: share('Mean of the daily numbers of 7 days to those active in them.'),
        dauMau: share(
          'Mean of the daily numbers of 28 days to those active in them; null where raw data of the 28 days is not kept.',
        ),
        wauMau: share(
          'Those active in 7 days to those active in 28; null where raw data of the 28 days is not kept.',
        ),
        fiveOfSeven: share('Of those active in 7 days, who was on 5 of them or more.'),
      })
      .describe('As of the last day of the range that is over, unsplit.'),
    days: z.array(ActiveDay).describe('Days of the range, taken whole, unsplit.'),
  })
  .meta({ id: 'Stickiness' });

const signed = (description: string) => z.int().max(0).describe(description);

/** Lifecycle of one group. */
export const LifecycleSeries = z
  .object({
    group,
    points: z.array(
      z.object({
        start: Instant.describe('Start of the interval, inclusive.'),
        end: Instant.describe('End of the interval, exclusive.'),
        complete: z
          .boolean()
          .describe(
            'False while more may arrive, when the range ends in it, or when raw data of it or of the interval before is not kept.',
          ),
        new: count('Active for the first time in all that is stored.'),
        returning: count('Active in the interval before too.'),
        resurrecting: count('Active before, but not in the interval before.'),
        dormant: signed('Active in the interval before, not in this one; as a negative number.'),
      }),
    ),
  })
  .meta({ id: 'LifecycleSeries' });

const spread = z.object({
  mean: z.number().nullable().describe('Of those who were active; null for none.'),
  median: z.number().nullable().describe('Linear between ranks; null for none.'),
  p90: z.number().nullable().describe('90th percentile, linear between ranks; null for none.'),
  max: z.int().nullable().describe('Largest; null for none.'),
  bins: z
    .array(
      z.object({
        from: z.int().describe('Smallest number of the bin.'),
        to: z.int().nullable().describe('Largest number of the bin; null for no end.'),
        actors: count('Who has as many.'),
        share: share('Of all who were active; null for none.'),
      }),
    )
    .describe('How many have how many.'),
});

/** Frequency of one group. */
export const FrequencySeries = z
  .object({
    group,
    actors: count('Who was active.'),
    runs: spread.describe('Runs and events of each.'),
    intervals: spread.describe('Intervals in which each was active.'),
  })
  .meta({ id: 'FrequencySeries' });
