/** What every analytic says of itself: what it is made of, and on demand how it came about. */
import { z } from 'zod';
import { Instant, Meta } from './answer.ts';
import { Place } from './definition-problem.ts';
import { flag } from './parameter.ts';
import { count } from './run.ts';

const SampleSize = z
  .object({ unit: z.string(), n: count('How many of them.') })
  .describe('What the numbers are made of.');

/** How a number came about. */
export const Explain = z
  .object({
    definition: z
      .object({
        kind: z.string(),
        id: z.string().nullable(),
        revision: z.int().nullable().describe('Of the definition; null without one.'),
        source: Place.nullable().describe('Where it stands; null where the question defines it.'),
        written: z.unknown().describe('As it was written.'),
      })
      .describe('What defines it.'),
    sentence: z.string().describe('The definition in words.'),
    filters: z
      .record(z.string(), z.unknown())
      .describe('Parameters that narrow or split the answer; the definition may narrow it too.'),
    unit: z.string().describe('What the numbers count in the end.'),
    sampleSize: SampleSize,
    sampling: z.string().describe('What is made of what senders sample.'),
    from: Instant,
    to: Instant,
    timeZone: z.string().describe('IANA time zone in which buckets and labels are made.'),
    watermark: Instant.describe(
      'What started before it is taken to be in the database: ten minutes ago, earlier while requests wait to land.',
    ),
    completeness: z.string().describe('Whether more may arrive, and until when.'),
    statements: z
      .array(
        z.object({
          name: z.string(),
          sql: z.string(),
          params: z
            .record(z.string(), z.unknown())
            .describe('By name without `$`; integers beyond 2^53 as text.'),
          elapsedMs: z.number().describe('Milliseconds, waiting for the store included.'),
          rows: count('Rows that it gave.'),
        }),
      )
      .describe('What ran.'),
    command: z
      .string()
      .describe(
        'The call of the command line that asks the same: a command of its own, else `heartwood api get` and the path.',
      ),
  })
  .meta({ id: 'Explain' });
export type Explain = z.infer<typeof Explain>;

/** Member of a meta that tells how its numbers came about. */
export const Explained = { explain: Explain.optional().describe('With `explain=true`.') };

/** Meta of numbers that no definition stands behind. */
export const ExplainedMeta = Meta.extend(Explained).meta({ id: 'ExplainedMeta' });

/** How far numbers may be off. */
export const Approximate = z
  .object({
    relativeError: z
      .number()
      .describe(
        'Largest error of a percentile as a share of it; what is made of several may be off by more.',
      ),
  })
  .nullable();

/** Meta of every analytic. */
export const AnalyticMeta = Meta.extend({
  sampleSize: SampleSize,
  sampling: z
    .object({
      sampled: z.boolean(),
      runs: z.int().describe('Runs whose trace state says that others like them were left out.'),
      share: z.number().nullable().describe('Of all runs and events; null without any.'),
      adjustedRuns: z
        .number()
        .describe('How many runs those stand for, by their sampling thresholds: an estimate.'),
      scaled: z.literal(false).describe('No number is scaled up: each has its members.'),
    })
    .nullable()
    .describe(
      'Runs that their sender sampled (OpenTelemetry `ot=th:`), in HEART once for each letter that looks at them; null where nothing was asked for.',
    ),
  approximate: Approximate.describe('Null where every number is exact.'),
  asOf: z.string().describe('Number of the last record that the answer saw, an integer as text.'),
  definition: z
    .object({
      kind: z.string(),
      id: z.string().nullable().describe('Null where the question itself defines it.'),
      revision: z.int().nullable().describe('Null where the question itself defines it.'),
    })
    .describe('What defines the numbers.'),
  ...Explained,
}).meta({ id: 'AnalyticMeta' });
export type AnalyticMeta = z.infer<typeof AnalyticMeta>;

/** The parameter that asks how numbers came about. */
export const explainFlag = {
  explain: flag('Adds how the numbers came about: definition, SQL, command.'),
};
