/** Services: who sends, how much, how well and how fast. */
import { z } from 'zod';
import { explainFlag, Explained } from './analytic.ts';
import { Instant, Meta, Milliseconds, Ratio } from './answer.ts';
import { limit, range } from './parameter.ts';
import { count } from './run.ts';

/** One service. */
export const ServiceRow = z
  .object({
    service: z.string().nullable().describe('`service.name`; null for senders that gave none.'),
    spans: count('Spans that started in the range, runs and others.'),
    errors: count('Spans with status ERROR.'),
    errorRate: Ratio.describe(
      '`errors / spans`; null where some are runs of a sender that leaves out other runs (`feature.filter`).',
    ),
    p50Ms: Milliseconds.describe('Median span duration, linear between ranks, in milliseconds.'),
    p95Ms: Milliseconds.describe('95th percentile, linear between ranks, in milliseconds.'),
    p99Ms: Milliseconds.describe(
      '99th percentile, linear between ranks, in milliseconds. Spans whose end lies before their start are left out.',
    ),
    maxMs: Milliseconds.describe('The longest span, in milliseconds.'),
    negative: count('Spans whose end lies before their start: in no latency.'),
    firstSeen: Instant.describe('Start of the earliest span in the range.'),
    lastSeen: Instant.describe('Start of the latest span in the range.'),
  })
  .meta({ id: 'ServiceRow' });
export type ServiceRow = z.infer<typeof ServiceRow>;

/** Query of services. */
export const ServiceListQuery = z.strictObject({
  ...range,
  service: z.string().min(1).max(1024).optional().describe('Only this service.'),
  limit: limit(1000, 10_000),
  ...explainFlag,
});

/** Meta of services. */
export const ServiceListMeta = Meta.extend(Explained).meta({ id: 'ServiceListMeta' });
