/** Records: single runs, newest first. */
import { z } from 'zod';
import { Instant, Meta, Milliseconds } from './answer.ts';
import { cursor, featureFilter, limit, range, recordFilter, runFilter } from './parameter.ts';
import { Status, Tier, count } from './run.ts';

/** One run. */
export const RecordRow = z
  .object({
    seq: z.string().describe('Number of the run in order of arrival, a 64-bit integer as text.'),
    traceId: z.string().describe('32 hexadecimal digits.'),
    spanId: z.string().describe('16 hexadecimal digits.'),
    feature: z.string(),
    category: z.string().nullable(),
    component: z.string().nullable(),
    version: z.string().nullable().describe('Version of the feature.'),
    service: z.string().nullable().describe('`service.name` of the sender.'),
    status: Status,
    tier: Tier.nullable(),
    startTime: Instant,
    endTime: Instant.nullable().describe('Null when the end lay before the start.'),
    durationMs: Milliseconds.describe('Milliseconds; null when the end lay before the start.'),
    inputSizeBytes: count('Size of what the run was given, bytes.'),
    outputSizeBytes: count('Size of what the run produced, bytes.'),
    iterations: count('Rounds that the run took.'),
    efficiency: z
      .number()
      .nullable()
      .describe('Efficiency score; null when it is no finite number.'),
    user: z.string().nullable().describe('Hash of the user or, where kept, the id.'),
    session: z.string().nullable().describe('Id of the session.'),
    errorType: z.string().nullable().describe('Class of the failure.'),
    errorMessage: z.string().nullable().describe('What the failure said.'),
    metadata: z
      .record(z.string(), z.unknown())
      .describe('What the app said with `feature.metadata.<key>`, by key.'),
    mapped: z.boolean().describe('True when a mapping rule named the feature, not the sender.'),
  })
  .meta({ id: 'RecordRow' });
export type RecordRow = z.infer<typeof RecordRow>;

/** Query of records. */
export const RecordListQuery = z.strictObject({
  ...range,
  ...featureFilter,
  ...runFilter,
  ...recordFilter,
  limit: limit(50, 1000),
  ...cursor,
});

/** Meta of records. */
export const RecordListMeta = Meta.extend({
  nextCursor: z
    .string()
    .nullable()
    .describe('Give it as `cursor` for the next page; null at the end.'),
}).meta({ id: 'RecordListMeta' });
