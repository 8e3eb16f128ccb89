/** Adoption of features: who could use them, tried them, made them a habit, and left. */
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Instant, Ratio } from './answer.ts';
import { memberPage } from './member.ts';
import { limit, longRange } from './parameter.ts';
import { count } from './run.ts';

const share = (of: string) => Ratio.describe(`${of}; null on a zero denominator.`);

/** How far one feature has come with those who could use it. */
export const AdoptionRow = z
  .object({
    feature: z.string(),
    id: z.string().nullable().describe('Of the definition; null where the default rule counts.'),
    state: z
      .enum(['used', 'unused', 'never'])
      .describe(
        '`used`: a run in the range ended `success` or `partial`, whoever ran it; `unused`: run before it, or in vain; `never`: without a run in all that is stored.',
      ),
    unit: z.enum(['user', 'session']).describe('Who is counted in this row.'),
    eligible: count(
      'Who could: who was shown it or used it where `exposed` is known, else who ran any feature, or as the definition says.',
    ),
    exposed: z
      .int()
      .min(0)
      .nullable()
      .describe(
        'Who was shown it, by the exposure of its definition or by events `feature.viewed` with its name as `feature.name`; null where none is defined and the range, or the time before it, has no such event of a user (or session).',
      ),
    tried: count('Eligible ones with a run that ended `success` or `partial`.'),
    repeated: count('With at least two such runs on two days.'),
    adopted: count('With as many runs on as many days within the window as the rule asks.'),
    retained: count('Adopted, and used again later, in the last window of the range.'),
    abandoned: z
      .int()
      .min(0)
      .nullable()
      .describe(
        'Tried, and not used in the last two windows of the range; null where it is no longer than that.',
      ),
    breadth: share('`tried / eligible`'),
    adoptionRate: share('`adopted / eligible`'),
    retainedRate: share('`retained / adopted`'),
    abandonedRate: share('`abandoned / tried`'),
    viewToUse: z
      .number()
      .min(0)
      .nullable()
      .describe('`tried / exposed`; above 1 where some use it who were never shown it.'),
    repeatRate: share('`repeated / tried`'),
    runsPerWeek: z
      .number()
      .nullable()
      .describe('Median over those who adopted, from their first run on; null without any.'),
    timeToAdoptMs: z
      .number()
      .nullable()
      .describe('Median milliseconds from eligible to adopted; null without any.'),
  })
  .meta({ id: 'AdoptionRow' });
export type AdoptionRow = z.infer<typeof AdoptionRow>;

/** One feature in full. */
export const AdoptionDetail = AdoptionRow.extend({
  title: z.string(),
  minUses: z.int().describe('Runs that it takes to adopt.'),
  minDays: z.int().describe('Days that they must lie on.'),
  windowDays: z.int().describe('Days within which they must lie.'),
  releasedAt: Instant.nullable().describe('As defined, else its first run that is stored.'),
  days: z
    .array(
      z.object({
        start: Instant,
        end: Instant,
        complete: z
          .boolean()
          .describe(
            'False while runs may still arrive, when the range cuts it, or when raw data of it is not kept.',
          ),
        daysSinceRelease: z.int().nullable().describe('Days of the calendar; null before it.'),
        tried: count('Who used it for the first time in the range.'),
        adopted: count('Who became an adopter.'),
        triedTotal: count('`tried` from the start of the range on.'),
        adoptedTotal: count('`adopted` from the start of the range on.'),
      }),
    )
    .describe('Days of the range, oldest first.'),
}).meta({ id: 'AdoptionDetail' });

/** Query of all features. */
export const AdoptionListQuery = z.strictObject({
  ...longRange('12 weeks'),
  limit: limit(50, 100),
  ...explainFlag,
});

/** Path of one feature. */
export const AdoptionParams = z.object({
  name: z.string().describe('Id of an adoption definition, or name of a feature.'),
});

/** Query of one feature. */
export const AdoptionQuery = z.strictObject({ ...longRange('12 weeks'), ...explainFlag });

/** Query of the members of one number. */
export const AdoptionMemberQuery = z.strictObject({
  ...longRange('12 weeks'),
  part: z
    .enum(['eligible', 'exposed', 'tried', 'repeated', 'adopted', 'retained', 'abandoned'])
    .describe('Which number.'),
  day: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('Start of a day of `days`, for `tried` and `adopted`; all without.'),
  ...memberPage,
});
