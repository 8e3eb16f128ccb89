/** The cost of slowness: whether those who meet slow runs come back less. */
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Ratio } from './answer.ts';
import { memberPage } from './member.ts';
import { range } from './parameter.ts';
import { count } from './run.ts';

const share = (description: string) => z.number().min(0).max(1).describe(description);
const signed = (description: string) => z.number().min(-1).max(1).describe(description);

const SlownessGroup = z
  .object({
    n: count('Days of users that had all 7 days to return.'),
    actors: count('Users that they belong to.'),
    returned: count('Days with a run on a later day within 7 days.'),
    rate: Ratio.describe('`returned / n`; null for none.'),
    interval: z
      .object({ low: share('Lower bound.'), high: share('Upper bound.') })
      .nullable()
      .describe('Holds the true share in 95 of 100 samples (Wilson); null below 30 days.'),
    immature: count('Days left out because their 7 days are not over.'),
  })
  .meta({ id: 'SlownessGroup' });

/** What slowness goes along with. */
export const Slowness = z
  .object({
    feature: z.string(),
    thresholdMs: z
      .number()
      .nullable()
      .describe('Milliseconds that slow runs took longer than (or `slowMs`); null by tier.'),
    slow: SlownessGroup.describe('Days with a slow run, from the first one on.'),
    fast: SlownessGroup.describe('Days on which all runs were fast.'),
    difference: z
      .object({
        value: signed('`slow.rate - fast.rate`.'),
        low: signed('Lower bound.'),
        high: signed('Upper bound.'),
      })
      .nullable()
      .describe(
        'With bounds that hold the true one in 95 of 100 samples (Newcombe, method 10); null below 30 days on either side.',
      ),
    verdict: z
      .enum(['less', 'more', 'unclear', 'not_enough_data'])
      .describe('How often they return after slow days; an association, no proof of a cause.'),
    reading: z.string().describe('The verdict in words.'),
  })
  .meta({ id: 'Slowness' });

const asked = {
  ...range,
  since: range.since.describe(
    'Length of the range that ends at `to`: `28d`. Instead of `from`; without both, 5 weeks.',
  ),
  slow: z
    .enum(['quartile', 'tier'])
    .default('quartile')
    .describe(
      'What is slow: longer than three quarters of the runs of the range, or tier slow or very_slow.',
    ),
  slowMs: z.coerce
    .number<string | number>()
    .min(0)
    .max(1e12)
    .optional()
    .describe('The own target instead: runs that took at least that many milliseconds are slow.'),
  returnTo: z
    .enum(['feature', 'any'])
    .default('feature')
    .describe('What counts as coming back: a run of this feature, or of any.'),
  unit: z
    .enum(['user', 'session'])
    .default('user')
    .describe('Whose days: users (sessions where the user is unknown), or sessions.'),
};

export const SlownessQuery = z.strictObject({ ...asked, ...explainFlag });

/** Query of the members of one number. */
export const SlownessMemberQuery = z.strictObject({
  ...asked,
  side: z.enum(['slow', 'fast']).describe('Which days.'),
  outcome: z
    .enum(['mature', 'returned', 'away', 'immature'])
    .default('mature')
    .describe('`mature` is `n`, `away` those of `n` that did not return.'),
  ...memberPage,
});
