/** Log records with those around them. */
import { z } from 'zod';
import { LogListQuery, LogRow } from './log.ts';

const around = (description: string) =>
  z.coerce.number<string | number>().int().min(0).max(100).default(0).describe(description);

/** Query of log records, and how many around each. */
export const LogContextQuery = LogListQuery.extend({
  before: around(
    'How many records of the same process right before each are given too, 0 to 100: by time, within the range, whatever the filters are but `withoutProgress`. A process is told by `service.instance.id`, else by host and process number, else by all of its resource.',
  ),
  after: around('The same for those right after each.'),
});

/** One log record of a list, or one beside it. */
export const LogContextRow = LogRow.extend({
  group: z
    .int()
    .optional()
    .describe(
      'With `before` or `after`: which unbroken piece of what one process said, from 1 on. Pieces that overlap or touch are one.',
    ),
  isHit: z
    .boolean()
    .optional()
    .describe('With `before` or `after`: true for what `limit` counts, false beside it.'),
}).meta({ id: 'LogContextRow' });
