/** Entries of database loggers, the duplicates that they met, and their batches. */
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Instant, Meta, Ratio } from './answer.ts';
import { limit, longRange, pairCursor, range } from './parameter.ts';
import { count, Status } from './run.ts';

const TYPES = [
  'database_operation',
  'sync_operation',
  'migration_operation',
  'performance_metrics',
  'error_log',
  'monitoring_data',
] as const;

const said = z.string().nullable();
const text = (description: string) => z.string().min(1).max(1024).optional().describe(description);

/** One entry. */
export const EntryRow = z
  .object({
    seq: z.string().describe('Number of its log record, a 64-bit integer as text.'),
    time: Instant,
    type: z.enum(TYPES).describe('Its `log_type`.'),
    status: Status.nullable().describe(
      'How what it is about came out; `partial` where it succeeded and some of its records failed, null where it does not say.',
    ),
    service: said,
    feature: said.describe('Of the run that it was written in.'),
    session: said,
    user: said.describe('Hash of the user or, where kept, the id.'),
    traceId: said,
    labels: z.record(z.string(), z.unknown()).describe('Its `training_labels`.'),
    entry: z
      .record(z.string(), z.unknown())
      .describe(
        'As the app wrote it, keys in its order; what the privacy settings keep back is not there.',
      ),
  })
  .meta({ id: 'EntryRow' });

const filters = {
  service: text('Only entries sent by this service.'),
  session: text('Only entries of this session.'),
};

/** Query of entries; all given filters hold together. */
export const EntryListQuery = z.strictObject({
  ...range,
  ...filters,
  type: z.enum(TYPES).optional().describe('Only entries of this `log_type`.'),
  traceId: z
    .string()
    .regex(/^[\da-f]{32}$/iu, 'must be 32 hexadecimal digits')
    .optional()
    .describe('Only entries of this trace.'),
  limit: limit(50, 1000),
  ...pairCursor('-'),
});

/** Meta of entries. */
export const EntryListMeta = Meta.extend({
  nextCursor: z
    .string()
    .nullable()
    .describe('Give it as `cursor` for the next page; null at the end.'),
}).meta({ id: 'EntryListMeta' });

const duplicates = {
  operations: count('Database operations that tell whether they met a duplicate.'),
  duplicates: count('Of these, those that did.'),
  share: Ratio.describe('`duplicates / operations`; null without operations.'),
  low: Ratio.describe('The true share lies above in 95 of 100 samples (Wilson).'),
  high: Ratio.describe('And below.'),
};

/** How often duplicates were met. */
export const DuplicateReport = z
  .object({
    ...duplicates,
    byOperation: z
      .array(z.object({ operation: said.describe('`operation_type`.'), ...duplicates }))
      .describe('Those with most duplicates first, at most 50.'),
    byDay: z
      .array(z.object({ start: Instant, ...duplicates }))
      .describe('The same by day, oldest first.'),
    byLead: z
      .array(
        z.object({
          lead: z.string().describe('`lead_identifier.lead_id`, hashed unless the app says not.'),
          operations: duplicates.operations,
          duplicates: duplicates.duplicates,
        }),
      )
      .describe('Of whom duplicates were met most often, at most 50.'),
  })
  .meta({ id: 'DuplicateReport' });

/** Query of duplicates. */
export const DuplicateQuery = z.strictObject({
  ...longRange('the last 7 days'),
  ...filters,
  ...explainFlag,
});

const estimate = (description: string) =>
  z
    .object({
      value: z.number().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    })
    .describe(
      `${description}, and bounds that hold the true one in 95 of 100 samples (ratio of sums, Student's t); null for fewer than 3.`,
    );

/** Batches of synchronisations by size. */
export const BatchReport = z
  .object({
    sizes: z
      .array(
        z.object({
          batchSize: z.number().describe('Records in a batch.'),
          syncs: count('Synchronisations with batches of this size.'),
          records: z.number().describe('Records in them.'),
          perSecond: estimate('Records synced a second'),
          failedShare: estimate('Share of the records that failed'),
          retries: z.number().describe('Retries of all.'),
        }),
      )
      .describe('The 50 most frequent sizes, the smallest first.'),
    best: z
      .object({
        batchSize: z.number().describe('Records in a batch.'),
        isClear: z.boolean().describe('True when its bounds lie above those of every other.'),
      })
      .nullable()
      .describe(
        'The size with most records a second of those seen 30 times; null with fewer than two.',
      ),
  })
  .meta({ id: 'BatchReport' });

/** Query of batches. */
export const BatchQuery = z.strictObject({
  ...longRange('the last 28 days'),
  service: filters.service,
  syncType: text('Only synchronisations of this `sync_type`.'),
  ...explainFlag,
});
