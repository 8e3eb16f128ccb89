/** Retention: which tables are defined, and how many of those who start return. */
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Instant } from './answer.ts';
import { groupName } from './member.ts';
import { limit, longRange } from './parameter.ts';
import { count } from './run.ts';

const text = z.string().min(1).max(1024);
const rate = (description: string) => z.number().min(0).nullable().describe(description);

/** A retention table of the definitions. */
export const RetentionRow = z
  .object({
    id: z.string(),
    title: z.string(),
    owner: z.string().nullable(),
    revision: z.int().min(1).describe('Goes up when the meaning of its numbers changes.'),
    unit: z.string().describe('What it counts: `user`, `session` or `trace`.'),
    period: z.string().describe('`hour`, `day`, `week` or `month`.'),
    sentence: z.string().describe('The table in words.'),
  })
  .meta({ id: 'RetentionRow' });

/** Meta of the tables. */
export const RetentionListMeta = z
  .object({ total: count('Retention tables of the definitions.') })
  .meta({ id: 'RetentionListMeta' });

const RetentionCell = z
  .object({
    returned: z
      .int()
      .nullable()
      .describe('How many of the cohort count; null while the column has not begun for anybody.'),
    rate: rate(
      'Of the cohort, or with `reference` previous of the column before: above 1 where more return than in that. Null for a share of none.',
    ),
    complete: z
      .boolean()
      .describe(
        'False when the cohort sticks out of the range or is not kept whole, or while returns in this column may still come. With `on_or_after` later ones still raise it, until the last column is over.',
      ),
  })
  .meta({ id: 'RetentionCell' });

const RetentionCohort = z
  .object({
    start: Instant.describe('Start of the period, inclusive.'),
    end: Instant.describe('End of the period, exclusive.'),
    complete: z
      .boolean()
      .describe(
        'False while starts may still arrive, when the range cuts it, or when raw data of it is not kept.',
      ),
    size: count('Who started in it, within the range.'),
    cells: z.array(RetentionCell).describe('One a column.'),
  })
  .meta({ id: 'RetentionCohort' });

const RetentionMean = z
  .object({
    cohorts: count(
      'Cohorts of somebody whose cell is complete and can rise no more; the rest is left out.',
    ),
    size: count('Who started in them.'),
    returned: count('How many of those count.'),
    rate: rate(
      'Sum over sum, or with `simple` the mean of the rates; above 1 as those are, null for none.',
    ),
  })
  .meta({ id: 'RetentionMean' });

/** A retention table with its numbers. */
export const RetentionDetail = z
  .object({
    id: z.string(),
    title: z.string(),
    revision: z.int().min(1).describe('Goes up when the meaning of its numbers changes.'),
    unit: z.string().describe('What it counts: `user`, `session` or `trace`.'),
    period: z.string().describe('`hour`, `day`, `week` or `month`.'),
    mode: z
      .string()
      .describe('`calendar`: periods of the zone; `rolling`: from each own start on.'),
    criterion: z.string().describe('`on`, `on_or_after`, `on_or_before` or `streak`.'),
    mean: z.string().describe('`weighted` or `simple`.'),
    reference: z.string().describe('`period0` or `previous`.'),
    columns: z
      .array(
        z.object({
          first: z.int().min(0).describe('First period; 0 is that of the start.'),
          last: z.int().min(0).describe('Last period, inclusive.'),
        }),
      )
      .describe('Periods of each column.'),
    series: z
      .array(
        z.object({
          group: z
            .string()
            .nullable()
            .describe(
              'Value at the start; `$other` beyond the top, `$none` without, null unsplit.',
            ),
          cohorts: z.array(RetentionCohort).describe('By time, those of nobody too.'),
          mean: z.array(RetentionMean).describe('One a column.'),
        }),
      )
      .describe('One a group, most starts first; one where nothing is split.'),
  })
  .meta({ id: 'RetentionDetail' });

export const RetentionParams = z.object({ id: z.string().describe('Id of the retention table.') });

const range = longRange(
  'as many periods as the table has columns of, twice as many with `on_or_after`, and less where that would be too many cells',
);

const split = {
  by: text
    .optional()
    .describe(
      'Splits it by the value of this property at the start: `service`, `resource.<key>`, any attribute by its key. Default: the breakdown of the definition.',
    ),
  top: z.coerce
    .number<string | number>()
    .int()
    .min(1)
    .max(200)
    .default(10)
    .describe('How many groups before the rest becomes `$other`, 1 to 200.'),
};

/** Query of one table; the range bounds the starts. */
export const RetentionQuery = z.strictObject({ ...range, ...split, ...explainFlag });

/** A member of a body that says what the parameter of a query says. */
const member = (parameter: z.ZodOptional<z.ZodString>) =>
  parameter.describe(parameter.unwrap().description ?? '');

/** A table that is defined by the question. */
export const RetentionBody = z.strictObject({
  definition: z
    .record(z.string(), z.unknown())
    .describe('As a file would define it: `start`, `return`, `period` and so on.'),
  from: member(range.from),
  to: member(range.to),
  since: member(range.since),
  timeZone: member(range.timeZone),
  by: split.by,
  top: split.top,
  explain: z.boolean().default(false).describe('Adds how the numbers came about.'),
});

/** Query of the members of one number. */
export const RetentionMemberQuery = z.strictObject({
  ...range,
  cohort: text.describe('Start of the cohort, as the table of the same range has it.'),
  period: z.coerce
    .number<string | number>()
    .int()
    .min(0)
    .max(366)
    .optional()
    .describe('First period of the column; all who started when absent.'),
  group: groupName
    .optional()
    .describe('Only those of this group, as the table names it; all groups when absent.'),
  ...split,
  asOf: z
    .string()
    .regex(/^\d{1,18}$/u, 'must be meta.asOf of an answer')
    .optional()
    .describe('`meta.asOf` of the answer that holds the number.'),
  limit: limit(100, 1000),
  cursor: z.string().min(1).max(64).optional().describe('`meta.nextCursor` of the page before.'),
});

/** One of those whom a number counts. */
export const RetentionMember = z
  .object({
    unit: z.enum(['user', 'session', 'trace', 'run', 'event']),
    key: z.string().nullable().describe('Hash or id of the user, id of the session or trace.'),
    firstTime: Instant.describe('Their start.'),
    lastTime: Instant.describe('Their last start or return in the table.'),
    records: count('Their starts and returns in the table.'),
    traceId: z.string().nullable().describe('Trace of the last one.'),
  })
  .meta({ id: 'RetentionMember' });
