/** Log records by bucket of time and level. */
import { z } from 'zod';
import { explainFlag, Explained } from './analytic.ts';
import { Instant, Meta } from './answer.ts';
import { LogListQuery } from './log.ts';
import { Interval, interval } from './parameter.ts';
import { count } from './run.ts';

/** Log records of one bucket. */
export const LogBucket = z
  .object({
    start: Instant.describe('Start of the bucket, inclusive.'),
    end: Instant.describe('End of the bucket, exclusive.'),
    complete: z
      .boolean()
      .describe(
        'False when the bucket sticks out of the range, when records may still arrive, until ten minutes after its end and while requests received before wait to land, or when records of it have been removed.',
      ),
    records: count('Records of the bucket inside the range.'),
    trace: count('Of severity number 1 to 4.'),
    debug: count('5 to 8.'),
    info: count('9 to 12.'),
    warn: count('13 to 16.'),
    error: count('17 to 20.'),
    fatal: count('21 to 24.'),
    none: count('Without a severity number, or with one that has no word.'),
  })
  .meta({ id: 'LogBucket' });
export type LogBucket = z.infer<typeof LogBucket>;

/** Query of log records by bucket: the filters of the list. */
export const LogHistogramQuery = LogListQuery.omit({
  order: true,
  limit: true,
  cursor: true,
}).extend({ ...interval, ...explainFlag });

/** Meta of log records by bucket. */
export const LogHistogramMeta = Meta.extend({ ...Explained, interval: Interval }).meta({
  id: 'LogHistogramMeta',
});
