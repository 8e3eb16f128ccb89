/** The direct engine as a citizen of OpenTelemetry: sampling, suppression, ids, parents and the context. */
import {
  context,
  SamplingDecision,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { suppressTracing, TraceState, W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { decodeTraces, type ReceivedSpan } from '../../testing/otlp-decoder.ts';
import { SpanQueue } from '../delivery/queue.ts';
import { startFeature } from '../run/run.ts';
import { install } from '../runtime.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';
import { createDirectEngine, type DirectEngineOptions } from './direct.ts';
import type { Sampling } from './sampling.ts';

// What the app's own instrumentation makes goes to the SDK, as it does under the preload.
const memory = registerMemory();
const queue = new SpanQueue(
  { maxSpans: 1e5, maxBytes: 1e8, maxBatchSpans: 1e5, maxBatchRuns: 1e5, maxBatchBytes: 1e8 },
  () => expect.unreachable(),
);

function use(options: Partial<DirectEngineOptions> = {}): void {
  const engine = createDirectEngine({
    sink: { addRun: (run) => void queue.addRun(run), onEnd: (span) => void queue.add(span, true) },
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    ...options,
  });
  undo = install({ engine });
}

let undo = (): void => {};

afterEach(() => {
  undo();
  queue.clear();
  memory.take();
});

function take(): ReceivedSpan[] {
  const request = queue.take()?.toRequest() ?? new Uint8Array();
  queue.remove();
  return decodeTraces(request);
}

const inside = (traceFlags: number): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags,
    isRemote: true,
    traceState: new TraceState('vendor=1'),
  });

describe('the direct engine', () => {
  it('records a wrapped call with the resource, and none of it goes through the SDK', () => {
    use();
    expect(tracedFeature('add', (a: number, b: number) => a + b)(1, 2)).toBe(3);
    const [span] = take();
    expect(span).toMatchObject({
      name: 'add',
      resource: { 'service.name': 'shop' },
      scope: '@heartwood/instrumentation',
      attributes: { 'feature.name': 'add', 'feature.status': 'success' },
    });
    expect(memory.take()).toEqual([]);
  });

  it('S1-122: keeps a span of the SDK inside the run, across await, and a run inside of that', async () => {
    use();
    const tracer = trace.getTracer('app');
    const inner = tracedFeature('inner', async () => Promise.resolve(1));
    await tracedFeature('outer', async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await tracer.startActiveSpan('query', async (span) => {
        await inner();
        span.end();
      });
    })();
    const [query] = memory.take();
    const spans = take();
    const outer = spans.find(({ name }) => name === 'outer');
    expect(query?.parentSpanContext?.spanId).toBe(outer?.spanId);
    expect(query?.spanContext().traceId).toBe(outer?.traceId);
    expect(spans.find(({ name }) => name === 'inner')).toMatchObject({
      parentSpanId: query?.spanContext().spanId,
      traceId: outer?.traceId,
    });
  });

  it('carries the trace to other services and from them', () => {
    use();
    const headers: Record<string, string> = {};
    context.with(inside(TraceFlags.SAMPLED), () => {
      startFeature('call').run(() => {
        new W3CTraceContextPropagator().inject(context.active(), headers, {
          set: (carrier, key, value) => void Object.assign(carrier, { [key]: value }),
        });
      });
    });
    expect(headers['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[\da-f]{16}-01$/);
    expect(headers['tracestate']).toBe('vendor=1');
  });

  it('makes ids that are valid and never twice the same', () => {
    use();
    const spans: Span[] = [];
    for (let i = 0; i < 5000; i += 1) {
      startFeature('id').run(() => void spans.push(trace.getActiveSpan() as Span));
    }
    const contexts = spans.map((span) => span.spanContext());
    expect(contexts.every((each) => trace.isSpanContextValid(each))).toBe(true);
    expect(new Set(contexts.map(({ traceId }) => traceId)).size).toBe(5000);
    expect(new Set(contexts.map(({ spanId }) => spanId)).size).toBe(5000);
  });

  it('makes no span where tracing is suppressed', () => {
    use();
    context.with(suppressTracing(ROOT_CONTEXT), () => tracedFeature('hidden', () => 1)());
    expect(take()).toEqual([]);
  });

  it('ends a run that somebody else ended once', () => {
    use();
    tracedFeature('ended', () => trace.getActiveSpan()?.end())();
    expect(take().map(({ name }) => name)).toEqual(['ended']);
  });

  it('keeps the trace of a parent that is not recorded, and records nothing', () => {
    use();
    const traceId = context.with(inside(TraceFlags.NONE), () =>
      startFeature('quiet').run(() => trace.getActiveSpan()?.spanContext().traceId),
    );
    expect(traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(take()).toEqual([]);
  });
});

describe('samplers', () => {
  const ratio = new TraceIdRatioBasedSampler(0.3);
  it.each<[string, Sampling, number, number]>([
    ['always_on', 'always_on', 1000, 1000],
    ['parentbased_always_on', 'parentbased_always_on', 1000, 1000],
    ['always_off', new AlwaysOffSampler(), 0, 0],
    ['parentbased_always_off', new ParentBasedSampler({ root: new AlwaysOffSampler() }), 0, 0],
    ['traceidratio', ratio, 200, 400],
    ['parentbased_traceidratio', new ParentBasedSampler({ root: ratio }), 200, 400],
  ])('%s decides as it does in the SDK', (_, sampling, least, most) => {
    use({ sampling });
    const feature = tracedFeature('sampled', () => 1);
    for (let i = 0; i < 1000; i += 1) feature();
    const roots = take();
    expect(roots.length).toBeGreaterThanOrEqual(least);
    expect(roots.length).toBeLessThanOrEqual(most);
    // A share is decided on the very trace id that the span has.
    const byRatio = most < 1000 ? roots : [];
    const decided = byRatio.map(({ traceId }) => ratio.shouldSample(ROOT_CONTEXT, traceId));
    expect(new Set(decided.map(({ decision }) => decision)).size).toBeLessThanOrEqual(1);
    context.with(inside(TraceFlags.NONE), feature);
    expect(take()).toHaveLength(sampling === 'always_on' ? 1 : 0);
  });

  it('that add attributes and a state are listened to', () => {
    use({
      sampling: {
        shouldSample: (_context, _traceId, name, _kind, attributes) => {
          attributes['changed'] = true;
          return {
            decision: SamplingDecision.RECORD_AND_SAMPLED,
            attributes: { 'sampler.saw': name },
            traceState: new TraceState('s=1'),
          };
        },
      },
    });
    const feature = tracedFeature('seen', () => trace.getActiveSpan()?.spanContext().traceState);
    expect(feature()?.serialize()).toBe('s=1');
    feature();
    for (const { attributes } of take()) {
      expect(attributes).toMatchObject({
        'sampler.saw': 'seen',
        changed: true,
        'feature.name': 'seen',
      });
    }
  });

  it('that record without sampling leave a span to write on, and nothing to send', () => {
    use({ sampling: { shouldSample: () => ({ decision: SamplingDecision.RECORD }) } });
    const state = tracedFeature('kept back', () => {
      const span = trace.getActiveSpan();
      return [span?.isRecording(), span?.spanContext().traceFlags];
    })();
    expect(state).toEqual([true, TraceFlags.NONE]);
    expect(take()).toEqual([]);
  });
});

it('a tracer provider of the app sees the runs as parents by their digits', () => {
  use();
  const exporter = new InMemorySpanExporter();
  const other = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  tracedFeature('parent', () => other.getTracer('x').startSpan('child').end())();
  const [parent] = take();
  expect(exporter.getFinishedSpans()[0]?.parentSpanContext?.spanId).toBe(parent?.spanId);
});
