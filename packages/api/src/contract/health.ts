/** The health of the server and its data: what each check says. */
import { z } from 'zod';
import { Instant } from './answer.ts';

const HealthResult = z
  .enum(['pass', 'unknown', 'warn', 'fail'])
  .describe('From good to bad; `unknown` where something could not be looked at.');

/** What a check says. */
export const HealthRow = z
  .object({
    id: z.string().describe('Of the check, such as `disk.free`.'),
    group: z
      .enum(['server', 'data', 'machine', 'apps', 'configuration', 'here'])
      .describe('What it is about; `here` is where the command line runs.'),
    title: z.string().describe('What holds where it passes.'),
    result: HealthResult,
    message: z.string().describe('The finding in words, with its numbers.'),
    evidence: z.record(z.string(), z.unknown()).describe('The numbers it was told by.'),
    remedy: z
      .string()
      .nullable()
      .describe('What to do about it; null where nothing is to be done.'),
    tookMs: z
      .number()
      .min(0)
      .describe('Time for what it looks at, milliseconds; checks that look at the same share it.'),
  })
  .meta({ id: 'HealthRow' });

export const HealthMeta = z
  .object({
    at: Instant.describe('When it was looked.'),
    version: z.string().describe('Of the server.'),
    worst: HealthResult.describe('The worst of all rows; `pass` of none.'),
  })
  .meta({ id: 'HealthMeta' });

export const HealthQuery = z.strictObject({
  check: z
    .array(z.string().min(1).max(64))
    .max(64)
    .optional()
    .describe('Only this check; may be repeated.'),
});
