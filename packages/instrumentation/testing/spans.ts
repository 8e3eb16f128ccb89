/** Finished spans out of nothing, for tests of delivery. */
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect } from 'vitest';
import type { FeatureSpanProcessor } from '../src/delivery/processor.ts';

const resource = resourceFromAttributes({ 'service.name': 'shop' });
const scope = { name: 'test' };
let made = 0;

/** A sampled span with an id of its own. */
export function spanOf(parts: Partial<ReadableSpan> = {}): ReadableSpan {
  made += 1;
  const spanId = made.toString(16).padStart(16, '0');
  return {
    name: `span ${made}`,
    kind: SpanKind.INTERNAL,
    spanContext: () => ({ traceId: 'a'.repeat(32), spanId, traceFlags: TraceFlags.SAMPLED }),
    startTime: [1_790_000_000, 0],
    endTime: [1_790_000_000, 5],
    status: { code: SpanStatusCode.UNSET },
    attributes: {},
    links: [],
    events: [],
    duration: [0, 5],
    ended: true,
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...parts,
  };
}

/** Ends so many spans. */
export function endSpans(
  processor: Pick<FeatureSpanProcessor, 'onEnd'>,
  count: number,
  parts: Partial<ReadableSpan> = {},
): void {
  for (let i = 0; i < count; i += 1) processor.onEnd(spanOf(parts));
}

/** What must hold at any moment. */
export function expectConserved(processor: FeatureSpanProcessor): void {
  const { received, exported, dropped, queued, spooled } = processor.stats();
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  expect(exported + lost + queued + spooled).toBe(received);
}
