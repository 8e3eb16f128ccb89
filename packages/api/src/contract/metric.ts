/** Metrics: which ones there are, and the points of one. */
import { z } from 'zod';
import { explainFlag } from './analytic.ts';
import { Instant } from './answer.ts';
import { Attributes } from './envelope.ts';
import { limit, range } from './parameter.ts';
import { count } from './run.ts';

const text = z.string().min(1).max(1024);

const Type = z
  .string()
  .nullable()
  .describe('`gauge`, `sum`, `histogram`, `exponential_histogram`, `summary`, or `none`.');

/** One metric. */
export const MetricRow = z
  .object({
    name: z.string(),
    type: Type,
    unit: z.string().nullable().describe('UCUM unit as sent; null when none was.'),
    description: z.string().nullable(),
    temporality: z
      .string()
      .nullable()
      .describe('`delta`, `cumulative` or `unspecified`; null where the type has none.'),
    monotonic: z.boolean().nullable().describe('Of sums; null for other types.'),
    services: z.array(z.string()).describe('`service.name` of the senders.'),
    series: count('Different sets of attributes in the range, counted once a resource.'),
    points: count('Data points in the range.'),
    firstSeen: Instant.describe('Time of the earliest point in the range.'),
    lastSeen: Instant.describe('Time of the latest point in the range.'),
  })
  .meta({ id: 'MetricRow' });
export type MetricRow = z.infer<typeof MetricRow>;

/** Query of metrics. */
export const MetricListQuery = z.strictObject({
  ...range,
  service: text.optional().describe('Only what this service sent.'),
  limit: limit(1000, 10_000),
  ...explainFlag,
});

const Stored = z.record(z.string(), z.unknown());

/** One data point. */
export const MetricPointRow = z
  .object({
    seq: z.string().describe('Number of the point in order of arrival, a 64-bit integer as text.'),
    type: Type,
    unit: z.string().nullable(),
    service: z.string().nullable().describe('`service.name` of the sender.'),
    time: Instant,
    startTime: Instant.nullable().describe('Null when none was sent.'),
    flags: z.int().describe('As sent; bit 0 says that there is no recorded value.'),
    value: z
      .number()
      .nullable()
      .describe('The number of a gauge or sum; null when it has none or no finite one.'),
    intValue: z
      .string()
      .nullable()
      .describe('The same to the last digit where it is an integer; else null.'),
    attributes: Attributes,
    distribution: Stored.nullable().describe(
      'Of a histogram `count sum min max bounds bucketCounts`, of an exponential one `scale zeroCount zeroThreshold positive negative` instead of bounds and counts, of a summary `quantiles quantileValues`; null for numbers.',
    ),
    exemplars: z
      .array(Stored)
      .describe('`time` (nanoseconds as text), `traceId`, `spanId`, `value`, `attributes`.'),
    original: Stored.nullable().describe('Times as sent where the intake had to replace them.'),
  })
  .meta({ id: 'MetricPointRow' });
export type MetricPointRow = z.infer<typeof MetricPointRow>;

/** Query of the points of a metric. */
export const MetricPointsQuery = z.strictObject({
  ...range,
  name: text.describe('The exact name of the metric.'),
  service: text.optional().describe('Only points sent by this service.'),
  limit: limit(100, 10_000),
});
