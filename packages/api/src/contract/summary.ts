/** Days summed up. */
import { z } from 'zod';
import { Explained, explainFlag } from './analytic.ts';
import { Instant, Milliseconds, Ratio } from './answer.ts';
import { limit } from './parameter.ts';
import { count, Status } from './run.ts';

const counts = <const Key extends string>(keys: readonly Key[], description: string) =>
  z
    .object(
      Object.fromEntries(keys.map((key) => [key, count(`How many are \`${key}\`.`)])) as Record<
        Key,
        z.ZodInt
      >,
    )
    .describe(description);

const kinds = (description: string) =>
  z
    .array(
      z.object({
        fingerprint: z.string(),
        title: z.string(),
        category: z.string(),
        occurrences: count('How often it occurred.'),
        trend: z.string().nullable().describe('Against the day before.'),
      }),
    )
    .describe(description);

/** A day summed up. */
export const DaySummary = z
  .object({
    day: z.string().describe('The date, such as 2026-11-22.'),
    timeZone: z.string().describe('IANA time zone of the day.'),
    madeAt: Instant,
    partial: z.boolean().describe('True when it was made before all of the day was there.'),
    runs: z
      .object({
        runs: count('Runs that started on the day.'),
        success: count('Runs that succeeded.'),
        failed: count('Runs that failed.'),
        partial: count('Runs that reached a part of their goal.'),
        timeout: count('Runs that ran out of time.'),
        cancelled: count('Runs that were cancelled.'),
        successRate: Ratio.describe('`success / runs`; null as in /api/v1/features.'),
        p50Ms: Milliseconds.describe('Median duration.'),
        p95Ms: Milliseconds.describe('95th percentile of the duration.'),
        features: count('Features that ran.'),
        users: z.int().min(0).nullable().describe('Distinct users; null where they are not known.'),
      })
      .describe('Runs of the day as the feature table counts them.'),
    tiers: counts(
      ['excellent', 'good', 'acceptable', 'slow', 'very_slow'],
      'Runs by performance tier.',
    ),
    slowest: z
      .array(
        z.object({
          feature: z.string(),
          durationMs: z.number().describe('Duration, milliseconds.'),
          status: Status,
          startTime: Instant,
          traceId: z.string(),
        }),
      )
      .describe('The five runs that took longest.'),
    errors: z
      .object({
        occurrences: count('How often errors occurred.'),
        kinds: count('Kinds of errors.'),
        newKinds: z
          .int()
          .min(0)
          .nullable()
          .describe(
            'Kinds that were never seen before; null in a summary made before they were counted.',
          ),
        new: kinds('Of those that were never seen before the five most frequent.'),
        most: kinds('The five kinds that occurred most often.'),
      })
      .describe('Errors of the day.'),
    entries: counts(
      [
        'database_operation',
        'sync_operation',
        'migration_operation',
        'performance_metrics',
        'error_log',
        'monitoring_data',
      ],
      'Entries of database loggers by type.',
    ),
    duplicates: z
      .object({
        operations: count('Database operations that tell whether they met a duplicate.'),
        duplicates: count('Those that did.'),
        share: Ratio.describe('`duplicates / operations`; null without operations.'),
      })
      .describe('How often duplicates were met.'),
    operations: counts(
      ['success', 'failed', 'partial', 'timeout', 'cancelled', 'lost'],
      'Operations that ended on the day, by how.',
    ),
    sessions: z
      .object({
        sessions: count('Sessions.'),
        openSessions: count('Active or paused when it was made.'),
        abandonedSessions: count('Abandoned.'),
        activeMs: z.number().describe('Active time, milliseconds.'),
        pausedMs: z.number().describe('Time in pauses, milliseconds.'),
      })
      .describe('Sessions of work that were met on the day, each as a whole.'),
    storage: z.object({
      databaseBytes: z
        .number()
        .describe('Size of the database file then, without its write-ahead log, bytes.'),
    }),
    warnings: z.array(z.string()).describe('What a reader must know.'),
  })
  .meta({ id: 'DaySummary' });

const dayText = z.string().min(1).max(64);

export const SummaryListQuery = z.strictObject({
  day: dayText
    .optional()
    .describe('Only this day: 2026-11-22, today or yesterday, in the zone of the server.'),
  limit: limit(31, 366),
  ...explainFlag,
});

export const SummaryListMeta = z
  .object({
    timeZone: z.string().describe('IANA time zone in which days are cut now.'),
    unit: z.literal('days'),
    truncated: z.boolean().describe('True when more rows exist than were asked for.'),
    ...Explained,
  })
  .meta({ id: 'SummaryListMeta' });

export const SummaryMakeBody = z.strictObject({
  day: dayText
    .default('yesterday')
    .describe('Which day: 2026-11-22, today or yesterday, in the zone of the server.'),
});

export const SummaryMeta = z.object({ at: Instant }).meta({ id: 'SummaryMeta' });
