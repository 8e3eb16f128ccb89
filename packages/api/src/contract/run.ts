/** The words and the numbers that every set of runs has. */
import { FeatureStatus, PerformanceTier } from '@heartwood/semconv';
import { z } from 'zod';
import { Milliseconds, Ratio } from './answer.ts';

/** A number of things. */
export const count = (description: string): z.ZodInt => z.int().min(0).describe(description);

/** How a run ended. */
export const Status = z.enum(FeatureStatus).describe('How a run ended.');

/** A duration class. */
export const Tier = z.enum(PerformanceTier).describe('Duration class.');

/** Counts, rates and latencies of a set of runs. */
export const runNumbers = {
  runs: count('Runs that started in the range.'),
  users: z
    .int()
    .min(0)
    .nullable()
    .describe(
      'Distinct users among them; runs without a user are in `runs` and not here. Null where the runs that would tell have been removed.',
    ),
  sessions: z
    .int()
    .min(0)
    .nullable()
    .describe(
      'Distinct sessions among them; runs without a session are in `runs` and not here. Null where `users` is.',
    ),
  success: count('Runs that succeeded.'),
  failed: count('Runs that failed.'),
  partial: count('Runs that reached a part of their goal.'),
  timeout: count('Runs that ran out of time.'),
  cancelled: count('Runs that were cancelled.'),
  successRate: Ratio.describe(
    '`success / runs`; null without runs, and where some of them come from senders that leave out other runs (`feature.filter`).',
  ),
  p50Ms: Milliseconds.describe(
    'Median duration, linear between ranks, in milliseconds. Percentiles are exact, or within 3.2 % where a warning says so.',
  ),
  p95Ms: Milliseconds.describe('95th percentile of the duration, linear between ranks, in ms.'),
  p99Ms: Milliseconds.describe('99th percentile of the duration, linear between ranks, in ms.'),
  meanMs: Milliseconds.describe(
    'Mean duration in milliseconds. Latencies cover all statuses and leave out runs whose end lies before their start.',
  ),
  efficiency: z
    .number()
    .nullable()
    .describe(
      'Mean efficiency score of all runs that have one. Failed runs and timeouts count with their score, which is 0 unless the app set another. Scores that are no finite number are left out.',
    ),
};
