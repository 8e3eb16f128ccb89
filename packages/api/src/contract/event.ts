/** Events: which ones there are, how often and by whom. */
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Instant } from './answer.ts';
import { limit, range } from './parameter.ts';
import { count } from './run.ts';

const name = z.string().min(1).max(1024);

/** Numbers of one event, or of one value of `by`. */
export const EventRow = z
  .object({
    event: z
      .string()
      .nullable()
      .describe(
        'Name of the event, `$other` beyond `limit`; null where several are counted together.',
      ),
    group: z
      .string()
      .nullable()
      .describe(
        'Value of `by`; `$other` beyond `limit`, `$none` without a value, null without `by`.',
      ),
    records: count('Events that happened in the range.'),
    users: count('Distinct users among them, and sessions where the user is unknown.'),
    sessions: count('Distinct sessions among them.'),
    firstSeen: Instant.describe('The earliest in the range.'),
    lastSeen: Instant.describe('The latest in the range.'),
  })
  .meta({ id: 'EventRow' });
export type EventRow = z.infer<typeof EventRow>;

/** Query of events. */
export const EventListQuery = z.strictObject({
  ...range,
  event: name.optional().describe('Only this event; the exact name.'),
  by: name
    .optional()
    .describe(
      'A row for each value of this property instead of for each event: `feature`, `service`, `user`, `resource.<key>`, any attribute by its key.',
    ),
  limit: limit(100, 200),
  ...explainFlag,
});
