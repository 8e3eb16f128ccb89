/** Data quality: what checks found, and running them. */
import { z } from 'zod';
import { Explained, explainFlag } from './analytic.ts';
import { Instant } from './answer.ts';
import { limit } from './parameter.ts';
import { count } from './run.ts';

const CHECKS = [
  'volume',
  'gap',
  'lateness',
  'skew',
  'duplicates',
  'types',
  'nulls',
  'cardinality',
  'unknown',
  'unended',
  'drops',
] as const;
const RESULTS = ['fail', 'error', 'warn', 'not_enough_data', 'pass'] as const;

const Check = z
  .enum(CHECKS)
  .describe(
    'Name of the check. `types`, `nulls` and the values of `cardinality` look at properties of events, not of runs; events are log records.',
  );
const Result = z
  .enum(RESULTS)
  .describe(
    '`not_enough_data` where history or records are too few to tell, `error` where the check could not be made.',
  );
const number = (description: string) => z.number().nullable().describe(description);

/** What a check found, of one thing or as a whole. */
export const QualityRow = z
  .object({
    check: Check,
    subject: z
      .string()
      .nullable()
      .describe(
        'Feature, event, service or `event.property`; `*` is all services together. Null: the check as a whole.',
      ),
    result: Result,
    value: number(
      'What was measured: records (volume, cardinality), seconds (gap, lateness), else a share. Of a check as a whole, the subjects that failed.',
    ),
    expected: number(
      'What is usual or allowed, in the unit of `value`; of `gap` the records that the same time usually holds.',
    ),
    n: count(
      'What it is made of: weeks of history (volume, gap) or records. Of a check as a whole, its subjects.',
    ),
    message: z.string().describe('The finding in words.'),
    evidence: z
      .record(z.string(), z.unknown())
      .describe(
        '`samples` are ids of records: a trace, `trace/span`, the number of a log record, an operation. Of a check as a whole, `statements` are what ran.',
      ),
  })
  .meta({ id: 'QualityRow' });

/** The same with the run that it is of. */
export const LatestQualityRow = QualityRow.extend({
  run: z.string().describe('Id of the run.'),
  at: Instant.describe('When the run began.'),
  daily: z.boolean().describe('Run by the schedule, not on demand.'),
}).meta({ id: 'LatestQualityRow' });

export const QualityQuery = z.strictObject({
  check: Check.optional().describe('Only results of this check.'),
  result: Result.optional().describe('Only these results.'),
  to: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('As of which moment: runs that began later are left out. Default now.'),
  limit: limit(1000, 10_000),
  ...explainFlag,
});

const shared = {
  timeZone: z.string().describe('IANA time zone in which days and weeks are cut.'),
  unit: z.literal('results').describe('What the rows are.'),
  total: count('Rows given.'),
  truncated: z.boolean().describe('True when more rows exist than were asked for.'),
  warnings: z.array(z.string()).describe('What a reader must know.'),
};

export const QualityListMeta = z
  .object({ ...shared, ...Explained })
  .meta({ id: 'QualityListMeta' });

export const QualityRunMeta = z
  .object({
    ...shared,
    run: z.string().describe('Id of the run.'),
    at: Instant.describe('When it began.'),
  })
  .meta({ id: 'QualityRunMeta' });

export const QualityRunBody = z.strictObject({
  checks: z
    .array(Check)
    .min(1)
    .max(CHECKS.length)
    .optional()
    .describe('Which checks; all that definitions leave on unless it is given.'),
});
