/** KPIs: how each stands, and one in full. */
import { INTERVALS } from '@heartwood/semconv';
import { z } from 'zod';
import { Approximate, Explained, explainFlag } from './analytic.ts';
import { Instant, Meta } from './answer.ts';
import { groupName, memberCursor } from './member.ts';
import { Interval, limit, range } from './parameter.ts';
import { count } from './run.ts';

/** How a KPI stands, from what needs the most attention on. */
const KPI_STATUSES = [
  'off_track',
  'at_risk',
  'insufficient_data',
  'on_track',
  'no_target',
] as const;

const Status = z
  .enum(KPI_STATUSES)
  .describe(
    'How it stands: `insufficient_data` where there is no value or a `sample` below `minSample`, `at_risk` between warning and target, and where either is nearer than the error of the value.',
  );

const number = (description: string) => z.number().nullable().describe(description);
const part = z.string().nullable().describe('Name of the part; null where the formula is one.');

/** One part of a KPI. */
const KpiPart = z
  .object({
    part,
    status: Status,
    value: number('Null on a zero denominator, and for rates over senders that leave out runs.'),
    sample: count(
      'What is behind the value: of what a quotient is divided by, else of all, the runs and events, of numbers made of a property those that have it, and where users, sessions or traces are counted the different ones of them. Of several the least.',
    ),
    target: number('In force at the end of the window; null without one.'),
    warn: number('Between this and the target it is at risk; null for no such range.'),
    progress: number(
      '`(value - baseline) / (target - baseline)`; null where there is no way from the baseline to the target.',
    ),
    progressBar: number('`progress` between 0 and 1.'),
    previous: number('Value of the window before.'),
    previousSample: count('The same of the window before.'),
    change: number('`value - previous`; null where either sample is below `minSample`.'),
    changeShare: number('`change` as a share of the size of `previous`; null where that is 0.'),
    trend: z
      .enum(['better', 'same', 'worse'])
      .nullable()
      .describe(
        'What the change means by the direction of the KPI: `same` where it is less than the error of the values.',
      ),
  })
  .meta({ id: 'KpiPart' });

/** One KPI as it stands. */
export const KpiRow = z
  .object({
    id: z.string(),
    title: z.string(),
    goal: z.string().nullable().describe('Id of its goal.'),
    owner: z.string().nullable(),
    revision: z
      .int()
      .min(1)
      .describe(
        'Goes up when the meaning of the value changes. All values of an answer are counted by it, those of the past too.',
      ),
    format: z.enum(['number', 'percent', 'duration', 'bytes']).describe('How to write its values.'),
    direction: z.enum(['up', 'down']).describe('Which way is better.'),
    unit: z
      .string()
      .describe(
        'What `sample` counts: runs, events, users, sessions, traces, answers; `events or users` where it is the least of both.',
      ),
    minSample: z.int().min(1).describe('A `sample` below it has no status.'),
    breakdowns: z
      .array(z.string())
      .readonly()
      .describe('Properties that its definition names as worth splitting by: values of `by`.'),
    status: Status,
    approximate: Approximate.describe(
      'A percentile of the durations of more than 250,000 runs in the window and the one before comes from buckets, unless its measure is `exact`; null where every number is exact. Groups are always exact.',
    ),
    from: Instant.describe('Start of its window, inclusive.'),
    to: Instant.describe('End of its window, exclusive: the last that nothing can be added to.'),
    previousFrom: Instant.describe('Start of the window before, which ends at `from`.'),
    complete: z.boolean().describe('False where raw data of the window has been removed.'),
    parts: z.array(KpiPart).describe('One, or one for each named part of the formula.'),
    measures: z
      .array(
        z.object({
          measure: z.string().describe('Name in the formula.'),
          value: number('Over the window.'),
          previous: number('Over the window before.'),
          approximate: z.boolean().describe('Whether both come from durations in buckets.'),
        }),
      )
      .describe('What the formula is made of.'),
    warnings: z.array(z.string()).describe('What a reader must know before trusting its values.'),
  })
  .meta({ id: 'KpiRow' });
export type KpiRow = z.infer<typeof KpiRow>;

/** One KPI in full. */
export const KpiDetail = KpiRow.extend({
  interval: Interval.nullable().describe(
    'Length of the buckets of `series`; null for a KPI that stands on another definition, whose series are the window before and its window.',
  ),
  series: z
    .array(
      z.object({
        part,
        points: z
          .array(
            z.object({
              start: Instant.describe('Start of the bucket, inclusive.'),
              end: Instant.describe('End of the bucket, exclusive.'),
              complete: z
                .boolean()
                .describe(
                  'False for the bucket that runs, that sticks out of the window, or of which raw data is not kept.',
                ),
              value: number('Of the bucket alone.'),
              sample: count('What is behind the value, in `unit`.'),
              target: number('In force at the end of the bucket.'),
            }),
          )
          .describe('Oldest first, without gaps, up to the moment that was asked about.'),
      }),
    )
    .describe('A series a part.'),
  groups: z
    .array(
      z.object({
        group: z
          .string()
          .describe(
            'Value of `by`; `$other` beyond the top, `$none` without a value. A value that reads so itself has one `$` more.',
          ),
        parts: z.array(
          z.object({
            part,
            value: number('Of the group alone: sum over sum, never a mean of ratios.'),
            sample: count('What is behind the value, in `unit`.'),
          }),
        ),
      }),
    )
    .nullable()
    .describe('The window by the values of `by`, most users first; null without `by`.'),
}).meta({ id: 'KpiDetail' });

const asOf = {
  to: range.to.describe(
    'As of which moment, in the forms of ISO 8601, epoch milliseconds, `now`, `today` or `yesterday`; default now.',
  ),
  timeZone: range.timeZone,
};

/** Query of KPIs. */
export const KpiListQuery = z.strictObject({
  goal: z.string().min(1).max(200).optional().describe('Only KPIs of this goal, by its id.'),
  status: Status.optional().describe('Only KPIs that stand so.'),
  ...asOf,
  ...explainFlag,
});

/** Meta of KPIs: the range from the earliest start of a window to the latest end. */
export const KpiListMeta = Meta.extend({
  ...Explained,
  total: count('KPIs of the answer.'),
}).meta({ id: 'KpiListMeta' });

export const KpiParams = z.object({ id: z.string().describe('Id of the KPI.') });

const by = z
  .string()
  .min(1)
  .max(1024)
  .describe(
    'Splits the window by this property: `feature`, `service`, `resource.<key>`, any attribute by its key.',
  );

const top = z.coerce
  .number<string | number>()
  .int()
  .min(1)
  .max(200)
  .default(10)
  .describe('How many groups before the rest becomes `$other`, 1 to 200.');

/** Query of one KPI. */
export const KpiQuery = z.strictObject({
  ...asOf,
  interval: z
    .enum(['auto', ...INTERVALS])
    .optional()
    .describe('Length of a bucket; default the grain of the KPI.'),
  by: by.optional(),
  top,
  ...explainFlag,
});

/** Query of the members of a number. */
export const KpiMemberQuery = z.strictObject({
  ...asOf,
  measure: z.string().min(1).max(200).describe('Name of a measure in the formula.'),
  by: by.optional(),
  group: groupName
    .optional()
    .describe('Only those of this group, as the KPI names it; needs `by`. Unsplit without.'),
  top,
  asOf: z
    .string()
    .regex(/^\d{1,18}$/u, 'must be meta.asOf of an answer')
    .optional()
    .describe('`meta.asOf` of the answer that holds the number; default what has landed by now.'),
  limit: limit(100, 1000),
  cursor: memberCursor,
});

/** One of those that a number counts. */
export const KpiMember = z
  .object({
    unit: z.enum(['user', 'session', 'trace', 'run', 'event']).describe('What it is.'),
    key: z
      .string()
      .nullable()
      .describe('The user, session or trace; of a run or event its number in the store.'),
    firstTime: Instant.describe('Of its first run or event in the window.'),
    lastTime: Instant.describe('Of its last run or event in the window.'),
    records: count('Its runs and events in the number.'),
    traceId: z.string().nullable().describe('Trace of the last one.'),
  })
  .meta({ id: 'KpiMember' });
