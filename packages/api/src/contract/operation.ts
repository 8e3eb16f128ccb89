/** Operations: long work that says how far it is, how it does, and what it said. */
import { OPERATION_EVENTS, type OperationEventKind } from '@heartwood/semconv';
import { z } from 'zod';
import { Instant, Meta } from './answer.ts';
import { cursor, limit, longRange, pairCursor, resume } from './parameter.ts';
import { count, Status } from './run.ts';

const STATES = ['running', 'paused', 'ended', 'lost'] as const;
const HEALTHS = ['healthy', 'slow', 'stalled', 'lost'] as const;
const NOTES = [
  'start_unknown',
  'two_ends',
  'progress_after_end',
  'over_total',
  'total_changed',
  'clock_jumped',
  'late',
  'parent_ended',
] as const;

const text = (description: string) => z.string().min(1).max(1024).optional().describe(description);
const ms = (description: string) => z.number().describe(`${description}, milliseconds.`);
const said = z.string().nullable();
const number = (description: string) => z.number().nullable().describe(description);

/** One operation, under way or over. */
export const Operation = z
  .object({
    id: z.string().describe('As the app gave it; of more than 256 letters the first, and a hash.'),
    feature: z.string(),
    service: z.string().describe('`service.name` of its process; empty when that has none.'),
    component: said,
    category: said,
    instance: said.describe('`service.instance.id` of its process.'),
    host: said,
    pid: z.number().nullable(),
    parentId: said.describe('The operation that it is a part of.'),
    session: said,
    user: said.describe('Hash of the user or, where kept, the id.'),
    traceId: said,
    description: said.describe('What is done, for people.'),
    state: z
      .enum(STATES)
      .describe('`lost`: nothing was heard for too long. The next event brings it back.'),
    status: Status.nullable().describe('How it ended; null before, and when it was lost.'),
    health: z
      .enum(HEALTHS)
      .nullable()
      .describe(
        '`slow`: takes longer than those before it. `stalled`: alive, but does not go on. Null when it is over.',
      ),
    reason: said.describe('Why it is judged so; of one that has ended, what its end says.'),
    sinceMs: number('Time in this health, milliseconds.'),
    suspectedMs: number(
      'Time since it was first seen to be silent for too long, milliseconds; it may yet be heard of.',
    ),
    held: said.describe('Why it is not judged worse at the moment: no news could arrive.'),
    message: said.describe('What it said last.'),
    current: number('How much is done.'),
    total: number('How much there is to do.'),
    totalIsEstimate: z.boolean().describe('True when the total was a guess, or was exceeded.'),
    unit: said.describe('What is counted, such as `files`.'),
    fraction: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe(
        '`current / total`, also once it is over; at most 0.99 of a guess while it goes on. Without a total what the app says.',
      ),
    ratePerS: number('How much it does a second of its active time.'),
    eta: z
      .object({
        ms: ms('Time left'),
        lowMs: ms('At least; equal to `ms` where the rate is steady and nothing is overdue'),
        highMs: ms('At most'),
        basis: z
          .enum(['rate', 'history'])
          .describe('Its own rate, or how long others of its feature took.'),
      })
      .nullable()
      .describe(
        'Null until three steps or 2 % are done, without a total, and when it is over. Of one that never counts null without ten others, and once it takes longer than their median.',
      ),
    startedAt: Instant,
    endedAt: Instant.nullable().describe('Of a lost one when it was heard of last.'),
    durationMs: ms('From start to end or now, by its own clock'),
    activeMs: ms('The same without pauses'),
    pausedMs: ms('In pauses'),
    lastNewsAt: Instant.describe("Of any kind, by the server's clock."),
    silentMs: ms('Since then'),
    expected: z
      .object({
        n: count('The last successful operations of its feature, of 90 days, at most 200.'),
        p50Ms: ms('Median of their active time'),
        p95Ms: ms('95th percentile'),
        slowAfterMs: ms(
          'Active time beyond which it is called slow: 1 s more than the longest of them, or than the median and 3 (1 + 10/n) times the way from there to the 95th percentile',
        ),
      })
      .nullable()
      .describe('How long it should take; null with fewer than ten, and when it is over.'),
    beyondP95: z
      .boolean()
      .describe('Takes longer than 95 % of them; no verdict, as one of twenty healthy ones does.'),
    children: z
      .object({
        running: count('Under way.'),
        ended: count('Over, those that failed included.'),
        failed: count('Failed, timed out, or lost.'),
        unhealthy: count('Under way, and not healthy.'),
      })
      .describe('Its parts.'),
    errorType: said.describe('Class of the failure.'),
    notes: z
      .array(z.enum(NOTES))
      .describe('What was odd about it, such as `start_unknown`, `two_ends`, `clock_jumped`.'),
    version: z
      .int()
      .describe(
        'Counts changes of all operations in this process; 0 of those read from the table.',
      ),
  })
  .meta({ id: 'Operation' });

/** Query of operations; all given filters hold together. */
export const OperationListQuery = z.strictObject({
  ...longRange('the last 7 days'),
  feature: text('Only operations of this feature.'),
  service: text('Only operations of this service.'),
  component: text('Only operations of this component.'),
  parent: text('Only the parts of this operation.'),
  state: z.enum(STATES).optional().describe('Only those in this state.'),
  health: z.enum(HEALTHS).optional().describe('Only those under way that do so.'),
  status: Status.optional().describe('Only those that ended so.'),
  limit: limit(100, 1000),
  ...cursor,
});

/** Query of operations as they change; all given filters hold together. */
export const OperationStreamQuery = z.strictObject({
  id: z
    .array(z.string().min(1).max(256))
    .max(100)
    .optional()
    .describe('Only these operations; may be repeated.'),
  feature: text('Only operations of this feature.'),
  service: text('Only operations of this service.'),
  component: text('Only operations of this component.'),
  parent: text('Only the parts of this operation.'),
  state: z
    .array(z.enum(STATES))
    .max(STATES.length)
    .optional()
    .describe('Only those in one of these states; may be repeated. Default: all but `ended`.'),
  health: z
    .array(z.enum(HEALTHS))
    .max(HEALTHS.length)
    .optional()
    .describe('Only those under way that do so; may be repeated.'),
  limit: limit(100, 1000),
  ...resume,
});

/** How many there are. */
const Live = z
  .object({
    running: count('Under way and not paused, whatever their health.'),
    paused: count('Paused.'),
    slow: count('Judged slow.'),
    stalled: count('Judged stalled.'),
    lost: count('Judged lost, and not closed yet.'),
  })
  .describe('All operations that are under way, whatever was asked for.');

/** Meta of operations. */
export const OperationListMeta = Meta.extend({
  nextCursor: z
    .string()
    .nullable()
    .describe('Give it as `cursor` for the next page; null at the end.'),
  live: Live,
}).meta({ id: 'OperationListMeta' });

/** Which operation. */
export const OperationParams = z.strictObject({
  id: z.string().min(1).max(256).describe('`id` of the operation.'),
});

/** Nothing to narrow one operation by. */
export const OperationQuery = z.strictObject({});

/** Of one operation. */
export const OperationMeta = z
  .object({ at: Instant.describe('When this was so.') })
  .meta({ id: 'OperationMeta' });

const KINDS = Object.keys(OPERATION_EVENTS) as [OperationEventKind, ...OperationEventKind[]];

/** An event of an operation. */
export const OperationEventRow = z
  .object({
    seq: z.string().describe('Number of its log record, a 64-bit integer as text.'),
    time: Instant.describe("By the app's clock."),
    kind: z.enum(KINDS),
    sequence: number('Which event of its operation it is, from 0; null where the app counts none.'),
    elapsedMs: number('Since the start by a steady clock, milliseconds.'),
    message: said,
    current: number('How much is done.'),
    total: number('How much there is to do.'),
    unit: said,
    fraction: number('Share that is done.'),
    blockedMs: number('How long its thread had been blocked, milliseconds.'),
    status: said.describe('Of an end.'),
    errorType: said,
    reason: said,
  })
  .meta({ id: 'OperationEventRow' });

/** Query of the events of an operation. */
export const OperationEventQuery = z.strictObject({
  limit: limit(100, 1000),
  ...pairCursor('.'),
});

/** Meta of events of an operation. */
export const OperationEventMeta = z
  .object({
    from: Instant.describe('Start of the range in which events of it were looked for.'),
    to: Instant.describe('End of that range, exclusive.'),
    unit: z.literal('events'),
    truncated: z.boolean().describe('True when there are more.'),
    nextCursor: z
      .string()
      .nullable()
      .describe('Give it as `cursor` for the next page; null at the end.'),
  })
  .meta({ id: 'OperationEventMeta' });

/** A list of operations as it stands when a stream begins. */
export const OperationSnapshot = z
  .object({
    data: z.array(Operation).describe('The worst first, then those that began last.'),
    meta: z.object({
      at: Instant,
      unit: z.string(),
      truncated: z.boolean().describe('True when there may be more than the limit.'),
      live: Live,
    }),
  })
  .meta({ id: 'OperationSnapshot' });

/** Operations that are no longer in the list. */
export const OperationsGone = z
  .array(
    z.object({
      id: z.string(),
      outcome: z
        .string()
        .describe('How it ended, `lost`, or its state where it is only no longer asked for.'),
    }),
  )
  .meta({ id: 'OperationsGone' });

/** What was known of the list is void: a snapshot follows. */
export const OperationsReset = z.object({}).meta({ id: 'OperationsReset' });
