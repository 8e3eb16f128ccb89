/** Funnels: which are defined, how far units get, and who they are. */
import { INTERVALS } from '@heartwood/semconv';
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Instant } from './answer.ts';
import { groupName, memberCursor } from './member.ts';
import { limit, range } from './parameter.ts';
import { count } from './run.ts';

const text = z.string().min(1).max(1024);
const ms = (description: string) => z.number().nullable().describe(description);
const share = (description: string) => z.number().min(0).max(1).nullable().describe(description);

/** A funnel of the definitions. */
export const FunnelRow = z
  .object({
    id: z.string(),
    title: z.string(),
    owner: z.string().nullable(),
    revision: z.int().min(1).describe('Goes up when the meaning of its numbers changes.'),
    unit: z.string().describe('What it counts: `user`, `session`, `trace` or `attempt`.'),
    order: z.string().describe('`ordered`, `strict` or `any`.'),
    steps: z.array(z.string()).describe('Ids of the steps.'),
    sentence: z.string().describe('The funnel in words.'),
  })
  .meta({ id: 'FunnelRow' });
export type FunnelRow = z.infer<typeof FunnelRow>;

/** Meta of the funnels. */
export const FunnelListMeta = z
  .object({ total: count('Funnels of the definitions.') })
  .meta({ id: 'FunnelListMeta' });

const numbers = {
  entered: count('Who did the first step in the range.'),
  converted: count('Who of them got here.'),
  immature: count(
    'Who did not and still may: the time in which a chain of theirs may go on is not over.',
  ),
  rate: share(
    '`converted / (entered - immature)`; null for none, and where senders leave out runs of features that the funnel names (`feature.filter`), or, in a strict order without a universe, of any feature for whoever began, as all its rates are.',
  ),
  rateAll: share('`converted / entered`; null for none.'),
};

/** One step of a funnel. */
const FunnelStep = z
  .object({
    step: z.string().describe('Id of the step; in any order `did 1 of 3` and so on.'),
    optional: z.boolean().describe('Told apart: it decides nothing about the steps behind it.'),
    ...numbers,
    dropped: count('Who did the required step before, not this one, and no longer may.'),
    fromPrevious: share(
      'Of those who did the required step before and had their whole window; null for the first.',
    ),
    dropOff: share('`1 - fromPrevious`.'),
    meanMs: ms('From the first step to this one, of those who did it.'),
    medianMs: ms('The same, median.'),
    p90Ms: ms('The same, 90th percentile.'),
    systemMs: ms('Part of the mean in which runs of the steps were under way, overlaps once.'),
    userMs: ms('The rest of the mean: time of the user.'),
  })
  .meta({ id: 'FunnelStep' });

const series = {
  ...numbers,
  interval: z
    .object({ low: z.number().describe('Lower bound.'), high: z.number().describe('Upper bound.') })
    .nullable()
    .describe('95 % interval of the rate (Wilson); null without a rate, and below 30 entries.'),
  steps: z.array(FunnelStep),
  trend: z
    .array(
      z.object({
        start: Instant.describe('Start of the bucket, inclusive.'),
        end: Instant.describe('End of the bucket, exclusive.'),
        complete: z
          .boolean()
          .describe(
            'False while entries may still arrive or convert, or when raw data of it is not kept.',
          ),
        ...numbers,
      }),
    )
    .nullable()
    .describe('By the time of the first step; adds up to the whole. Null without `interval`.'),
};

/** One value of a breakdown. */
const FunnelGroup = z
  .object({
    group: z
      .string()
      .nullable()
      .describe(
        'Value of `by`; `$other` beyond the top, `$none` without a value. A value that reads so itself has one `$` more.',
      ),
    ...series,
  })
  .meta({ id: 'FunnelGroup' });

/** A funnel with its numbers. */
export const FunnelDetail = z
  .object({
    id: z.string(),
    title: z.string(),
    revision: z.int().min(1).describe('Goes up when the meaning of its numbers changes.'),
    unit: z.string().describe('What it counts: `user`, `session`, `trace` or `attempt`.'),
    order: z.string().describe('`ordered`, `strict` or `any`.'),
    trendInterval: z.enum(INTERVALS).nullable().describe('Length of the buckets of the trend.'),
    entryRule: z
      .string()
      .describe(
        'Which entries count, in words: products differ in this, so that the same data gives them different rates.',
      ),
    by: z.string().nullable().describe('What the groups are values of.'),
    ...series,
    groups: z
      .array(FunnelGroup)
      .nullable()
      .describe('Most entries first; null where nothing was asked to be split.'),
  })
  .meta({ id: 'FunnelDetail' });
export type FunnelDetail = z.infer<typeof FunnelDetail>;

export const FunnelParams = z.object({ id: z.string().describe('Id of the funnel.') });

const split = {
  by: text
    .optional()
    .describe(
      'Splits it by this property: `feature`, `service`, `resource.<key>`, any attribute by its key. Default: the breakdown of the definition.',
    ),
  top: z.coerce
    .number<string | number>()
    .int()
    .min(1)
    .max(200)
    .default(10)
    .describe('How many groups before the rest becomes `$other`, 1 to 200.'),
};

const trend = {
  interval: z
    .enum(['auto', ...INTERVALS])
    .optional()
    .describe('Adds the trend, in buckets of this length; days are those of the time zone.'),
};

/** Query of one funnel; the range bounds the first step. */
export const FunnelQuery = z.strictObject({ ...range, ...split, ...trend, ...explainFlag });

/** A parameter as a member of a body, which says itself what it means. */
const member = <Type extends z.ZodType>(type: z.ZodOptional<Type>): z.ZodOptional<Type> =>
  type.describe(type.unwrap().description ?? '');

/** A funnel that is defined by the question. */
export const FunnelBody = z.strictObject({
  definition: z
    .record(z.string(), z.unknown())
    .describe('As a file would define it: `steps`, `window`, `order` and so on.'),
  from: member(range.from),
  to: member(range.to),
  since: member(range.since),
  timeZone: member(range.timeZone),
  ...split,
  ...trend,
  explain: z.boolean().default(false).describe('Adds how the numbers came about.'),
});

/** Query of the members of one number. */
export const FunnelMemberQuery = z.strictObject({
  ...range,
  step: text.describe('The step as the funnel names it in `steps`, or its number from 1.'),
  outcome: z
    .enum(['converted', 'dropped', 'immature'])
    .default('converted')
    .describe('Which number of the step.'),
  group: groupName.optional().describe('Only those of this group, as the funnel names it.'),
  ...split,
  asOf: z
    .string()
    .regex(/^\d{1,18}$/u, 'must be meta.asOf of an answer')
    .optional()
    .describe('`meta.asOf` of the answer that holds the number.'),
  limit: limit(100, 1000),
  cursor: memberCursor,
});

/** One of those whom a number counts. */
export const FunnelMember = z
  .object({
    unit: z.enum(['user', 'session', 'trace', 'run', 'event']),
    key: z
      .string()
      .nullable()
      .describe(
        'Hash or id of the user, id of the session or trace; where attempts count, a user for each of theirs.',
      ),
    firstTime: Instant.describe('Their first step.'),
    lastTime: Instant.describe('Their last step.'),
    steps: count('Steps that they did.'),
    traceId: z.string().nullable().describe('Trace of the last step.'),
  })
  .meta({ id: 'FunnelMember' });
