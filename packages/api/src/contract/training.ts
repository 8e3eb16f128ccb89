/** Runs to learn from: a file of them, and what its columns mean. */
import { z } from 'zod';
import { Instant } from './answer.ts';
import { longRange } from './parameter.ts';
import { count } from './run.ts';

const SPLIT = '0.8,0.1,0.1';

const labels = z
  .string()
  .min(1)
  .max(512)
  .optional()
  .describe('Only these labels, separated by commas. Default: all.');

/** What a file is asked for with. */
export const TrainingQuery = z.strictObject({
  ...longRange('the last 28 days'),
  format: z
    .enum(['jsonl', 'csv', 'parquet'])
    .default('jsonl')
    .describe('`parquet` is compressed with zstd.'),
  split: z
    .string()
    .min(1)
    .max(64)
    .default(SPLIT)
    .describe(
      `Shares of the runs for training, validation and test, the earliest first. Default: ${SPLIT}.`,
    ),
  labels,
  feature: z.string().min(1).optional().describe('Only runs of this feature.'),
  service: z.string().min(1).optional().describe('Only runs of this service.'),
});

export const TrainingSchemaQuery = z.strictObject({ labels });

const TrainingColumn = z.object({
  name: z.string(),
  type: z.enum(['text', 'integer', 'number', 'boolean']),
  unit: z.string().nullable(),
  nullable: z.boolean(),
  values: z.array(z.string()).nullable().describe('Null where they are no short list.'),
  known: z
    .enum(['row', 'before', 'after', 'label'])
    .describe(
      '`before`: known when the run began, so it may be learned from. `after`: known at its end alone. `label`: what may be foretold. `row`: about the row itself.',
    ),
  meaning: z.string(),
});

const LabelRule = z.object({
  label: z.string(),
  version: z.number().int().describe('Counts up when the rule gives some run another value.'),
  rule: z.string(),
});

export const TrainingMeta = z.object({ version: z.string().describe('Of the server.') });

/** Columns and rules. */
export const TrainingColumns = z.object({
  columns: z.array(TrainingColumn),
  rules: z.array(LabelRule),
});

const TrainingPart = z.object({
  split: z.enum(['train', 'validation', 'test']),
  from: Instant.nullable().describe('Runs of the part began from here on; null for one without.'),
  to: Instant.nullable(),
  rows: count('Runs in it.'),
  leftOut: count('Runs of it that end in a later part, or began too short before that.'),
});

/** What the header of a file says of it. */
export const TrainingFile = z.object({
  from: Instant,
  to: Instant,
  complete: z.boolean().describe('False while runs of the range may still arrive.'),
  format: z.enum(['jsonl', 'csv', 'parquet']),
  rows: count('Rows in the file.'),
  sizeBytes: count('Bytes of the file.'),
  sha256: z.string(),
  through: z.string().describe('Number of the last run to arrive that was looked at.'),
  split: z.array(z.number()),
  parts: z.array(TrainingPart),
  gapMs: z
    .number()
    .min(0)
    .describe(
      'Length of the gap before a part, in which no run of the part before begins: what 99 of 100 runs of each feature do not exceed, milliseconds.',
    ),
});
