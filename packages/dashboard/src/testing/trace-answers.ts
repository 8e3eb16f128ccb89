/** A trace that the contract allows: a request, its query, a failed call. */
import type { AnswerOf } from '@heartwood/api/client';
import type { Span } from '@heartwood/api/contract';
import { TRACE_ID, instant, metaOf } from './answers.ts';

/** A small trace: a request, its query, a failed call and an orphan. */
export function traceOf(nowMs: number): AnswerOf<'/api/v1/traces/{traceId}'> {
  const startMs = nowMs - 60_000;
  const spans = [
    span('POST /checkout', startMs, 0, 684, 0, 'shop', 'checkout'),
    span('SELECT cart', startMs, 12, 31, 1, 'shop'),
    span('price.calculate', startMs, 48, 120, 1, 'shop'),
    span('POST payments/charge', startMs, 180, 470, 1, 'shop'),
    span('charge', startMs, 196, 440, 2, 'payments', undefined, 'error'),
    span('<svg onload="window.injected=3">', startMs, 660, 14, 1, 'shop'),
  ];
  return {
    data: {
      traceId: TRACE_ID,
      startTime: instant(startMs),
      durationMs: 684,
      spans,
      errors: 1,
      services: ['payments', 'shop'],
    },
    meta: metaOf({ fromMs: startMs, toMs: startMs + 684 }, 'spans'),
  };
}

function span(
  name: string,
  traceMs: number,
  offsetMs: number,
  durationMs: number,
  depth: number,
  service: string,
  feature?: string,
  status: 'unset' | 'error' = 'unset',
): Span {
  return {
    spanId: 'b7ad6b7169203331',
    parentSpanId: depth === 0 ? null : '00f067aa0ba902b7',
    depth,
    orphan: false,
    name,
    kind: depth === 0 ? 'server' : 'client',
    startTime: instant(traceMs + offsetMs),
    startNs: String(BigInt(traceMs + offsetMs) * 1_000_000n),
    durationNs: String(BigInt(durationMs) * 1_000_000n),
    durationMs,
    status,
    statusMessage: status === 'error' ? 'card declined' : null,
    feature: feature ?? null,
    featureStatus: feature === undefined ? null : 'success',
    service,
    resource: { attributes: { service, host: 'app-3' }, droppedAttributes: 0, schemaUrl: null },
    scope: {
      name: 'express',
      version: '5.3.0',
      attributes: {},
      droppedAttributes: 0,
      schemaUrl: null,
    },
    attributes: { route: '/checkout', items: 3, big: '9223372036854775807' },
    events: [
      {
        name: 'exception',
        time: instant(traceMs + offsetMs),
        attributes: { message: 'declined' },
        droppedAttributes: 0,
      },
    ],
    links: [],
    traceState: null,
    flags: 1,
    droppedAttributes: 2,
    droppedEvents: 0,
    droppedLinks: 0,
    marks: [],
    original: null,
  };
}
