/** Logs: single log records and events, newest first. */
import { LOG_SEVERITIES } from '@heartwood/semconv';
import { z } from 'zod';
import { Instant, Meta } from './answer.ts';
import { Attributes, Resource, Scope } from './envelope.ts';
import { cursor, limit, range } from './parameter.ts';
import { count } from './run.ts';

const text = z.string().min(1).max(1024);

const Severity = z.enum(LOG_SEVERITIES);

/** One log record. */
export const LogRow = z
  .object({
    seq: z.string().describe('Number of the record in order of arrival, a 64-bit integer as text.'),
    time: Instant.describe(
      'When it happened; where the sender did not say, when it was observed or received, as `marks` tells.',
    ),
    timeNs: z.string().describe('The same in nanoseconds since 1970, an integer as text.'),
    observedTime: Instant.describe('When it was collected; else when it was received.'),
    severity: Severity.nullable().describe('Word of the severity number; null when it has none.'),
    severityNumber: z.int().describe('As sent: 1 to 24, 0 for none; other numbers are kept.'),
    severityText: z.string().nullable().describe('What the app calls the severity.'),
    event: z.string().nullable().describe('Name of the event; null for a plain log record.'),
    body: z
      .string()
      .nullable()
      .describe('Null when the record has none, or one that says nothing.'),
    isJsonBody: z
      .boolean()
      .describe('True when the body was no text: it is JSON then, in the encoding of attributes.'),
    service: z.string().nullable().describe('`service.name` of the sender.'),
    component: z.string().nullable().describe('`feature.component`, else the service.'),
    feature: z.string().nullable().describe('`feature.name`.'),
    errorType: z.string().nullable().describe('`error.type`.'),
    user: z.string().nullable().describe('Hash of the user or, where kept, the id.'),
    session: z.string().nullable().describe('Id of the session.'),
    traceId: z.string().nullable().describe('32 hexadecimal digits; null for none.'),
    spanId: z.string().nullable().describe('16 hexadecimal digits; null for none.'),
    attributes: Attributes,
    droppedAttributes: count('Dropped by the sender, or beyond the limits.'),
    flags: z.int().describe('W3C trace flags, bits.'),
    resource: Resource,
    scope: Scope,
    marks: z
      .array(z.string())
      .describe(
        'What the intake noticed: `no_time`, `no_observed_time`, `time_clamped`, `truncated`, `sanitized`, `duplicate_keys`, `plan_invalid` (it breaks the tracking plan).',
      ),
    original: z
      .unknown()
      .describe('Times as sent where the intake had to replace them; else null.'),
  })
  .meta({ id: 'LogRow' });
export type LogRow = z.infer<typeof LogRow>;

/** Query of log records; all given filters hold together. */
export const LogListQuery = z.strictObject({
  ...range,
  service: text.optional().describe('Only records sent by this service.'),
  minSeverity: Severity.optional().describe(
    'Only records of at least this severity; those without one are left out.',
  ),
  traceId: z
    .string()
    .regex(/^[\da-fA-F]{32}$/u, 'must be 32 hexadecimal digits')
    .optional()
    .describe('Only records of this trace.'),
  text: text.optional().describe('Only records whose body holds this text, in any letter case.'),
  limit: limit(50, 1000),
  ...cursor,
});

/** Meta of log records. */
export const LogListMeta = Meta.extend({
  nextCursor: z
    .string()
    .nullable()
    .describe('Give it as `cursor` for the next page; null at the end.'),
}).meta({ id: 'LogListMeta' });
