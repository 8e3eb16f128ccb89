/** Traces: the recent ones, and every span of one. */
import { z } from 'zod';
import { Instant, Meta, Milliseconds } from './answer.ts';
import { Attributes, Resource, Scope } from './envelope.ts';
import { limit, range } from './parameter.ts';
import { count } from './run.ts';

const name = z.string().min(1).max(1024);

/** One line of the list of traces. */
export const TraceRow = z
  .object({
    traceId: z.string().describe('32 hexadecimal digits.'),
    root: z
      .string()
      .nullable()
      .describe('Name of the earliest span without a parent; of the earliest span when none is.'),
    service: z.string().nullable().describe('Service of that span.'),
    startTime: Instant.describe('Start of the earliest span.'),
    durationMs: Milliseconds.describe('From the earliest start to the latest end, milliseconds.'),
    spans: count('Spans of the trace in the store.'),
    errors: count('Spans with status ERROR.'),
    services: count('Distinct services.'),
    features: z.array(z.string()).describe('Features with runs in the trace, by name.'),
  })
  .meta({ id: 'TraceRow' });
export type TraceRow = z.infer<typeof TraceRow>;

/** Query of the list of traces. */
export const TraceListQuery = z.strictObject({
  ...range,
  service: name.optional().describe('Only traces with a span of this service in the range.'),
  feature: name.optional().describe('Only traces with a run of this feature in the range.'),
  errors: z
    .enum(['true', 'false'])
    .optional()
    .describe('`true`: only traces with a failed span; `false`: only those without.'),
  minDurationMs: z.coerce
    .number<string | number>()
    .min(0)
    .max(1e12)
    .optional()
    .describe('Only traces with a span in the range of at least this length, milliseconds.'),
  limit: limit(50, 500),
});

/** Something that happened at a moment of a span. */
export const SpanEvent = z
  .object({
    name: z.string(),
    time: Instant.nullable(),
    attributes: Attributes,
    droppedAttributes: count('Dropped by the sender.'),
  })
  .meta({ id: 'SpanEvent' });

/** A pointer to another span. */
export const SpanLink = z
  .object({
    traceId: z.string(),
    spanId: z.string(),
    traceState: z.string().nullable(),
    flags: z.int().describe('W3C trace flags and OTLP link flags, bits.'),
    attributes: Attributes,
    droppedAttributes: count('Dropped by the sender.'),
  })
  .meta({ id: 'SpanLink' });

/** One span with everything that is stored of it. */
export const Span = z
  .object({
    spanId: z.string().describe('16 hexadecimal digits.'),
    parentSpanId: z.string().nullable().describe('As sent; null for a root.'),
    depth: count('Distance from the root of its tree; 0 for roots and orphans.'),
    orphan: z
      .boolean()
      .describe('True when the parent is not stored, or the chain of parents is a circle.'),
    name: z.string(),
    kind: z.enum(['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']),
    startTime: Instant,
    startNs: z.string().describe('Nanoseconds since 1970, an integer as text.'),
    durationNs: z
      .string()
      .describe('Nanoseconds, an integer as text; 0 when the end lay before the start.'),
    durationMs: Milliseconds.describe('Milliseconds; null when the end lay before the start.'),
    status: z.enum(['unset', 'ok', 'error']),
    statusMessage: z.string().nullable(),
    feature: z.string().nullable().describe('Feature this span is a run of.'),
    featureStatus: z.string().nullable().describe('How the run ended.'),
    service: z.string().nullable(),
    resource: Resource,
    scope: Scope,
    attributes: Attributes,
    events: z.array(SpanEvent),
    links: z.array(SpanLink),
    traceState: z.string().nullable(),
    flags: z.int().describe('W3C trace flags and OTLP span flags, bits.'),
    droppedAttributes: count('Dropped by the sender.'),
    droppedEvents: count('Dropped by the sender.'),
    droppedLinks: count('Dropped by the sender.'),
    marks: z
      .array(z.string())
      .describe(
        'What the intake noticed: `negative_duration`, `time_clamped`, `truncated`, `sanitized`, `mapped`, `duplicate_keys`.',
      ),
    original: z
      .unknown()
      .describe('Values as sent where the intake had to replace them; else null.'),
  })
  .meta({ id: 'Span' });
export type Span = z.infer<typeof Span>;

/** A trace with all its spans. */
export const TraceDetail = z
  .object({
    traceId: z.string(),
    startTime: Instant,
    durationMs: Milliseconds.describe('From the earliest start to the latest end, milliseconds.'),
    spans: z
      .array(Span)
      .describe('Parents before children, siblings by start; each span exactly once.'),
    errors: count('Spans with status ERROR.'),
    services: z.array(z.string()),
  })
  .meta({ id: 'TraceDetail' });
export type TraceDetail = z.infer<typeof TraceDetail>;

/** Path of one trace. */
export const TraceParams = z.object({
  traceId: z
    .string()
    .regex(/^[\da-fA-F]{32}$/u, 'must be 32 hexadecimal digits')
    .describe('32 hexadecimal digits.'),
});

/** Query of one trace: none. */
export const TraceQuery = z.strictObject({});

/** Meta of one trace; the range is that of its spans. */
export const TraceMeta = Meta;
