/** Our bytes against those of OpenTelemetry's own serialiser: decoded by a third party, every field is equal. */
import { SpanKind, SpanStatusCode, TraceFlags, type HrTime } from '@opentelemetry/api';
import { TraceState } from '@opentelemetry/core';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRequest, decodeTraces, type DecodedRequest } from '../../testing/collector.ts';
import { Batch } from '../delivery/batch.ts';

const MAX_BYTES = 1 << 20;

function encode(spans: readonly ReadableSpan[], maxBytes = MAX_BYTES): Uint8Array {
  const batch = new Batch();
  for (const span of spans) batch.add(span, false, maxBytes);
  return batch.toRequest();
}

function theirs(spans: readonly ReadableSpan[]): DecodedRequest {
  return decodeRequest(ProtobufTraceSerializer.serializeRequest([...spans]) ?? new Uint8Array());
}

/** Both leave out what is at its default, but not the same: an unset status may be there empty or not at all. */
function withStatus(request: DecodedRequest): unknown {
  const status = { code: 0, message: '' };
  return structuredClone(request.resourceSpans).map((resource) => ({
    ...resource,
    scopeSpans: resource.scopeSpans.map((scope) => ({
      ...scope,
      spans: scope.spans.map((span) => ({ ...span, status: span.status ?? status })),
    })),
  }));
}

const resource = resourceFromAttributes(
  { 'service.name': 'shop', n: 1 },
  { schemaUrl: 'https://r' },
);
const scopes = [{ name: 'a', version: '1.0', schemaUrl: 'https://s' }, { name: 'b' }];

function spanOf(parts: Partial<ReadableSpan>): ReadableSpan {
  return {
    name: 'span',
    kind: SpanKind.INTERNAL,
    spanContext: () => ({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    }),
    startTime: [1_790_000_000, 123_456_789],
    endTime: [1_790_000_001, 1],
    status: { code: SpanStatusCode.UNSET },
    attributes: {},
    links: [],
    events: [],
    duration: [0, 1],
    ended: true,
    resource,
    instrumentationScope: { name: 'a' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...parts,
  };
}

const anyText = fc.string({ unit: 'binary', maxLength: 200 });
const anyValue = fc.oneof(
  anyText,
  fc.boolean(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
  fc.constantFrom(2 ** 53, 2 ** 62, -(2 ** 63), 2 ** 63, -1, 0, 127, 128, 16_384, Infinity, 1.5),
  fc.array(anyText, { maxLength: 4 }),
  fc.array(fc.integer(), { maxLength: 4 }),
);
const anyAttributes = fc.dictionary(anyText, anyValue, { maxKeys: 8 });
const anyId = (digits: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom(...'0123456789abcdef'.split('')),
    minLength: digits,
    maxLength: digits,
  });
const anyTime: fc.Arbitrary<HrTime> = fc.tuple(
  fc.integer({ min: 0, max: 18_000_000_000 }),
  fc.integer({ min: 0, max: 999_999_999 }),
);
const anyContext = fc.record({
  traceId: anyId(32),
  spanId: anyId(16),
  traceFlags: fc.constantFrom(TraceFlags.SAMPLED, TraceFlags.NONE),
  isRemote: fc.boolean(),
  traceState: fc.constantFrom(undefined, new TraceState('a=1,b=2')),
});
const anyCount = fc.nat(300);
const anySpan: fc.Arbitrary<ReadableSpan> = fc
  .record({
    name: anyText,
    kind: fc.constantFrom(
      SpanKind.INTERNAL,
      SpanKind.SERVER,
      SpanKind.CLIENT,
      SpanKind.PRODUCER,
      SpanKind.CONSUMER,
    ),
    context: anyContext,
    parentSpanContext: fc.option(anyContext, { nil: undefined }),
    startTime: anyTime,
    endTime: anyTime,
    status: fc.record({
      code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR),
      message: fc.option(anyText, { nil: undefined }),
    }),
    attributes: anyAttributes,
    links: fc.array(
      fc.record({
        context: anyContext,
        attributes: fc.option(anyAttributes, { nil: undefined }),
        droppedAttributesCount: anyCount,
      }),
      { maxLength: 3 },
    ),
    events: fc.array(
      fc.record({
        time: anyTime,
        name: anyText,
        attributes: fc.option(anyAttributes, { nil: undefined }),
        droppedAttributesCount: anyCount,
      }),
      { maxLength: 3 },
    ),
    scope: fc.constantFrom(...scopes),
    droppedAttributesCount: anyCount,
    droppedEventsCount: anyCount,
    droppedLinksCount: anyCount,
  })
  .map(({ context, scope, ...parts }) =>
    Object.assign(spanOf({}), parts, { spanContext: () => context, instrumentationScope: scope }),
  );

describe('encoded spans', () => {
  it('say what the serialiser of OpenTelemetry says, for any span', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 1, maxLength: 4 }), (spans) => {
        expect(withStatus(decodeRequest(encode(spans)))).toEqual(withStatus(theirs(spans)));
      }),
      { numRuns: 300 },
    );
  });

  it.each([0, 1, 42, 43, 127, 128, 16_383, 16_384, 100_000])(
    'carry a text of %i characters',
    (length) => {
      const spans = [spanOf({ name: 'é'.repeat(length), attributes: { a: 'x'.repeat(length) } })];
      const [span] = decodeTraces(encode(spans));
      expect(span?.name).toBe('é'.repeat(length));
      expect(span?.attributes['a']).toBe('x'.repeat(length));
    },
  );

  it('replace halves of surrogate pairs instead of breaking the message', () => {
    const [span] = decodeTraces(encode([spanOf({ name: 'a\ud800b' })]));
    expect(span?.name).toBe('a\ufffdb');
  });

  it('are shortened and marked when they are larger than a request may be', () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`k${i}`, 'x'.repeat(10_000)]),
    );
    const [span] = decodeTraces(encode([spanOf({ attributes })], 64 * 1024));
    expect(span?.attributes['feature.truncated']).toBe(true);
    expect(String(span?.attributes['k0'])).toHaveLength(256);
  });
});

describe('a batch', () => {
  it('keeps every span when it is split', () => {
    const batch = new Batch();
    const names = Array.from({ length: 7 }, (_, i) => `span ${i}`);
    names.forEach((name, i) => {
      batch.add(
        spanOf({ name, instrumentationScope: scopes[i % 2] ?? { name: 'c' } }),
        false,
        MAX_BYTES,
      );
    });
    batch.drop(1, 1);
    const halves = batch.split();
    const kept = halves.flatMap((half) => decodeTraces(half.toRequest()).map(({ name }) => name));
    expect(kept.toSorted()).toEqual(names.slice(1));
    expect(halves.map(({ spanCount }) => spanCount)).toEqual([3, 3]);
  });
});
