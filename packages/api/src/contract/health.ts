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

/** What came of trying things out. */
export const DiagnosisMeta = HealthMeta.extend({
  tests: z.array(z.enum(['api', 'database'])).describe('What was tried out.'),
  otlpHttpUrl: z
    .string()
    .optional()
    .describe('Where this server takes OTLP over HTTP; absent when it runs without a receiver.'),
}).meta({ id: 'DiagnosisMeta' });

export const DiagnosisQuery = z.strictObject({
  tests: z
    .enum(['api', 'database', 'api,database', 'database,api'])
    .default('api,database')
    .describe('What to try out; separated by a comma.'),
});

/** One setting of the server. */
export const ConfigRow = z
  .object({
    name: z.string().describe('The variable.'),
    value: z
      .string()
      .nullable()
      .describe('As it is in force; null where it is unset, `(hidden)` where it is a secret.'),
    origin: z.enum(['env', 'default']).describe('Where it comes from.'),
    meaning: z.string(),
  })
  .meta({ id: 'ConfigRow' });
export type ConfigRow = z.infer<typeof ConfigRow>;

export const ConfigMeta = z
  .object({ version: z.string().describe('Of the server.') })
  .meta({ id: 'ConfigMeta' });
