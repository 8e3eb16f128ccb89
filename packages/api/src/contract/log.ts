/** Logs: single log records and events, newest first. */
import { LOG_SEVERITIES } from '@heartwood/semconv';
import { z } from 'zod';
import { Instant, Meta } from './answer.ts';
import { Attributes, Resource, Scope } from './envelope.ts';
import { flag, limit, pairCursor, range, resume } from './parameter.ts';
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

/** One log record alone. */
export const LogRecord = LogRow.extend({
  receivedTime: Instant.describe('When the receiver took it.'),
}).meta({ id: 'LogRecord' });

/** Path of one log record. */
export const LogRecordParams = z.object({
  seq: z
    .string()
    .regex(/^\d{1,18}$/u, 'must be the seq of a log record, digits alone')
    .describe('Its `seq`.'),
});

/** Query of one log record: none. */
export const LogRecordQuery = z.strictObject({});

const pattern = (description: string) =>
  z.string().min(1).max(512).optional().describe(description);

/** What narrows log records; all that is given holds together. */
const filters = {
  service: text.optional().describe('Only records sent by this service.'),
  component: text
    .optional()
    .describe(
      'Only records of this component, else service: the exact name, or an RE2 pattern between slashes such as `/^sync/`.',
    ),
  feature: text.optional().describe('Only records of this feature.'),
  event: text.optional().describe('Only events of this name.'),
  session: text.optional().describe('Only records of this session.'),
  user: text.optional().describe('Only records of this user: the hash or, where kept, the id.'),
  severity: Severity.optional().describe('Only records of exactly this severity.'),
  minSeverity: Severity.optional().describe(
    'Only records of at least this severity; those without one are left out.',
  ),
  traceId: z
    .string()
    .regex(/^[\da-fA-F]{32}$/u, 'must be 32 hexadecimal digits')
    .optional()
    .describe('Only records of this trace.'),
  spanId: z
    .string()
    .regex(/^[\da-fA-F]{16}$/u, 'must be 16 hexadecimal digits')
    .optional()
    .describe('Only records of this span.'),
  text: text
    .optional()
    .describe(
      'Only records whose body holds this text: in any letter case, or exactly where it has a capital letter.',
    ),
  filter: pattern(
    'A word for a severity (trace, debug, info, warn, warning, error, fatal, critical; any letter case): that one and all above. Any other text is an RE2 pattern of the body and of the name of an event, in which `\\|` parts alternatives as `|` does.',
  ),
  pattern: pattern('Only records in whose body, or name of the event, this RE2 pattern is found.'),
  notPattern: pattern(
    'Only records in whose body and name of the event this RE2 pattern is not found.',
  ),
  attribute: z
    .array(text)
    .max(8)
    .optional()
    .describe('`key=value`, may be repeated: only records with these attributes, values as text.'),
  withoutProgress: flag('Leaves out the heartbeats and the progress of running operations.'),
};

/** Query of log records. */
export const LogListQuery = z.strictObject({
  ...range,
  ...filters,
  order: z
    .enum(['newest', 'oldest'])
    .default('newest')
    .describe('Which records come first; cursors hold for the order they came with.'),
  limit: limit(50, 1000),
  ...pairCursor('-'),
});

/** Meta of log records. */
export const LogListMeta = Meta.extend({
  nextCursor: z
    .string()
    .nullable()
    .describe('Give it as `cursor` for the next page; null at the end.'),
  searchedFrom: Instant.nullable().describe(
    'Set when the deadline ended the search: nothing before this time has been looked at, and the next page goes on there.',
  ),
  searchedTo: Instant.nullable().describe(
    'The same for the oldest first: nothing from this time on.',
  ),
}).meta({ id: 'LogListMeta' });

/** Log records as OpenTelemetry gives them. */
export const OtlpLogs = z
  .object({
    resourceLogs: z
      .array(z.looseObject({}))
      .describe('`ResourceLogs` of opentelemetry-proto in the JSON encoding.'),
  })
  .meta({ id: 'OtlpLogs' });

/** Query of log records as they arrive. */
export const LogStreamQuery = z.strictObject({ ...filters, ...resume });

/** Where a stream of log records begins. */
export const LogStreamStart = z
  .object({
    seq: z.string().describe('Number of the newest record then; only later ones follow.'),
    behind: count('Records that pass the filter and have arrived since the stream broke off.'),
    reset: z
      .boolean()
      .describe(
        'True when the given id is none of this server, or too far behind: the stream begins with now.',
      ),
  })
  .meta({ id: 'LogStreamStart' });

/** Records that no follower is given. */
export const LogStreamSkipped = z
  .object({ records: count('Records that pass the filter and were passed over.') })
  .meta({ id: 'LogStreamSkipped' });
