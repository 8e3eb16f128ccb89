/** The two engines and the stock SDK against each other: the same runs, decoded by a third party, are the same spans. */
import {
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  SpanStatusCode,
} from '@opentelemetry/api';
import { FEATURE_STATUSES, TrainingLabel } from '@heartwood/semconv';
import { TraceState } from '@opentelemetry/core';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { tracing } from '@opentelemetry/sdk-node';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRequest } from '../../testing/otlp-decoder.ts';
import type { Actor } from '../context/context.ts';
import { SpanQueue } from '../delivery/queue.ts';
import { spanFailureOf } from '../facts/failure.ts';
import { toFeature, type Feature } from '../facts/options.ts';
import { endAttributes } from '../facts/outcome.ts';
import { type Facts } from '../facts/facts.ts';
import { readConfig } from '../settings/config.ts';
import { createDirectEngine, type IdGeneratorLike } from './direct.ts';
import type { Engine, SpanBegin } from './engine.ts';
import { createSdkEngine } from './sdk.ts';

/** `npm run test:fuzz` takes a thousand. */
const RUNS = Number(process.env['HEARTWOOD_FUZZ_RUNS'] ?? 100);
const RESOURCE = resourceFromAttributes({ 'service.name': 'shop' });
const SCOPE = { name: 'bench', version: '1' };
const LIMITS = {
  maxSpans: 1e6,
  maxBytes: 1e9,
  maxBatchSpans: 1e6,
  maxBatchRuns: 1e6,
  maxBatchBytes: 1e8,
};

/** Counts, so that a span has the same ids whoever makes it. */
function countingIds(): IdGeneratorLike {
  let traces = 0;
  let spans = 0;
  return {
    generateTraceId: () => (0xabc000000 + (traces += 1)).toString(16).padStart(32, '7'),
    generateSpanId: () => (0xdef000000 + (spans += 1)).toString(16).padStart(16, 'f'),
  };
}

interface Path {
  readonly engine: Engine;
  /** The request with all that has ended. */
  take(): Uint8Array;
}

type Env = Readonly<Record<string, string>>;

/** Tells the SDK and the direct engine of the same limits: both read the environment when they are made. */
function withEnv<R>(env: Env, make: () => R): R {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return make();
  } finally {
    process.env = before;
  }
}

function requestOf(queue: SpanQueue): Uint8Array {
  const request = queue.take()?.toRequest() ?? new Uint8Array();
  queue.remove();
  return request;
}

function createPaths(env: Env = {}): Record<'direct' | 'sdk' | 'stock', Path> {
  return withEnv(env, () => {
    const queue = new SpanQueue(LIMITS, () => expect.unreachable());
    const sdkQueue = new SpanQueue(LIMITS, () => expect.unreachable());
    const exporter = new tracing.InMemorySpanExporter();
    const provider = (processor: tracing.SpanProcessor) =>
      new tracing.BasicTracerProvider({
        resource: RESOURCE,
        idGenerator: countingIds(),
        spanProcessors: [processor],
      }).getTracer(SCOPE.name, SCOPE.version);
    return {
      direct: {
        engine: createDirectEngine({
          sink: {
            addRun: (run) => void queue.addRun(run),
            onEnd: (span) => void queue.add(span, true),
          },
          resource: RESOURCE,
          scope: SCOPE,
          idGenerator: countingIds(),
        }),
        take: () => requestOf(queue),
      },
      sdk: {
        engine: createSdkEngine(
          provider({
            onStart: () => {},
            onEnd: (span) => void sdkQueue.add(span, true),
            forceFlush: async () => {},
            shutdown: async () => {},
          }),
        ),
        take: () => requestOf(sdkQueue),
      },
      stock: {
        engine: createSdkEngine(provider(new tracing.SimpleSpanProcessor(exporter))),
        take() {
          const spans = exporter.getFinishedSpans();
          exporter.reset();
          return ProtobufTraceSerializer.serializeRequest([...spans]) ?? new Uint8Array();
        },
      },
    };
  });
}

/** Attributes have no order, and an unset status may be there empty or not at all. */
function normalised(request: Uint8Array): unknown {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        if (key === 'status') return [key, inner ?? { code: 0, message: '' }];
        if (key !== 'attributes') return [key, sorted(inner)];
        const list = sorted(inner) as { readonly key: string }[];
        return [key, list.toSorted((a, b) => (a.key < b.key ? -1 : 1))];
      }),
    );
  };
  return sorted(decodeRequest(request));
}

/** Something that is done to a span while its run is under way. */
type Act = (span: Span) => void;

/** A run, the runs inside of it, and all that is said about them. */
interface Script {
  readonly feature: Feature;
  readonly startTime: HrTime;
  readonly links: Link[] | undefined;
  readonly root: boolean;
  readonly acts: readonly Act[];
  readonly inside: readonly Script[];
  readonly statusIndex: number;
  readonly durationNs: number;
  readonly facts: Facts;
  readonly error: unknown;
  readonly actor: Actor;
}

const ACTORS: readonly Actor[] = Array.from({ length: 3 }, (_, i) => ({
  sessionId: `session-${i}`,
  sessionKind: 'visit' as const,
  ...(i > 0 && { user: { id: `user-${i}` } }),
}));
const CONFIG = readConfig({});

function play(engine: Engine, script: Script, parent: Context): void {
  const { feature, startTime, links, root } = script;
  const span = engine.begin(
    {
      name: feature.name,
      kind: feature.kind,
      attributes: feature.startAttributes,
      startTime,
      ...(links !== undefined && { links }),
      ...(root && { root }),
    },
    parent,
  );
  for (const act of script.acts) act(span);
  for (const inner of script.inside) play(engine, inner, trace.setSpan(parent, span));
  const { attributes, errorType } = endAttributes({
    status: FEATURE_STATUSES[script.statusIndex] ?? 'success',
    error: script.error,
    durationNs: script.durationNs,
    facts: script.facts,
    actor: script.actor,
    feature,
    config: CONFIG,
  });
  const endTime: HrTime = [startTime[0] + 1, startTime[1]];
  engine.finish(span, {
    attributes,
    endTime,
    // A trace id of its own for each path: an exception is recorded once a trace.
    ...(errorType !== undefined && {
      failure: spanFailureOf(script.error, errorType, Math.random().toString()),
    }),
  });
}

const anyText = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('feature.status', 'session.id', 'a', 'b', '__proto__'),
);
const anyValue = fc.oneof(
  anyText,
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.array(anyText, { maxLength: 3 }),
  fc.array(fc.integer(), { maxLength: 3 }),
);
/** What no type allows and JavaScript does all the same. */
const anyOddValue = fc.constantFrom<unknown>(
  null,
  undefined,
  ['x', null],
  ['x', 1],
  { a: 1 },
  new Uint8Array([1, 2]),
  10n,
  Symbol('s'),
) as fc.Arbitrary<string>;
const anyAttributes: fc.Arbitrary<Attributes> = fc.dictionary(
  anyText,
  fc.oneof({ weight: 4, arbitrary: anyValue }, { weight: 1, arbitrary: anyOddValue }),
  { maxKeys: 6 },
);
const anyTime: fc.Arbitrary<HrTime> = fc.tuple(
  fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }),
  fc.integer({ min: 0, max: 999_999_999 }),
);
const anyContext: fc.Arbitrary<SpanContext> = fc
  .record({
    traceId: fc.constantFrom(
      '0af7651916cd43dd8448eb211c80319c',
      '4bf92f3577b34da6a3ce929d0e0e4736',
    ),
    spanId: fc.constantFrom('b7ad6b7169203331', '00f067aa0ba902b7'),
    traceFlags: fc.constant(1),
    isRemote: fc.boolean(),
    state: fc.constantFrom({}, { traceState: new TraceState('a=1,b=2') }),
  })
  .map(({ state, ...ids }) => ({ ...ids, ...state }));
const anyLink = fc.record(
  { context: anyContext, attributes: anyAttributes },
  { requiredKeys: ['context'] },
);
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(anyText, fc.oneof(anyValue, anyOddValue)).map(
    ([key, value]): Act =>
      (span) =>
        span.setAttribute(key, value),
  ),
  anyAttributes.map(
    (attributes): Act =>
      (span) =>
        span.setAttributes(attributes),
  ),
  fc.tuple(anyText, fc.option(anyAttributes, { nil: undefined }), anyTime).map(
    ([name, attributes, time]): Act =>
      (span) =>
        attributes === undefined
          ? span.addEvent(name, time)
          : span.addEvent(name, attributes, time),
  ),
  anyLink.map(
    (link): Act =>
      (span) =>
        span.addLink(link),
  ),
  fc
    .tuple(
      fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR),
      fc.option(anyText, { nil: undefined }),
    )
    .map(
      ([code, message]): Act =>
        (span) =>
          span.setStatus(message === undefined ? { code } : { code, message }),
    ),
  anyText.map(
    (name): Act =>
      (span) =>
        span.updateName(name),
  ),
  fc
    .tuple(fc.constantFrom('text', new TypeError('bad'), { code: 7, message: 'm' }, {}), anyTime)
    .map(
      ([error, time]): Act =>
        (span) =>
          span.recordException(error as Error, time),
    ),
);

// Few enough that their phrases are used again.
const FEATURES = [
  toFeature('checkout', null),
  toFeature('checkout', { version: '2', component: 'cart', category: 'web_interface' }, 'check'),
  toFeature('näme', { attributes: { region: 'eu', list: ['x', 'y'] }, kind: SpanKind.CLIENT }),
  toFeature('loose', { attributes: { 'session.id': 'mine', 'feature.status': 'mine' } }),
];
const anyFacts = fc.record({
  metadata: fc.option(
    fc.dictionary(anyText, fc.oneof(anyValue, fc.dictionary(anyText, anyValue, { maxKeys: 2 })), {
      maxKeys: 5,
    }),
    { nil: undefined },
  ),
  labels: fc.option(
    fc.dictionary(fc.constantFrom(...Object.values(TrainingLabel)), anyText, { maxKeys: 3 }),
    { nil: undefined },
  ),
  iterations: fc.constantFrom(1, 1, 7),
  inputBytes: fc.nat(),
  outputBytes: fc.nat(),
});
const anyOwnEfficiency = fc.constantFrom({}, {}, { efficiency: 0.25 }, { efficiency: 1 });
function anyScript(depth: number): fc.Arbitrary<Script> {
  return fc.record({
    feature: fc.constantFrom(...FEATURES),
    startTime: anyTime,
    links: fc.option(fc.array(anyLink, { maxLength: 2 }), { nil: undefined, freq: 4 }),
    root: fc.constantFrom(false, false, false, true),
    acts: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(anyAct, { maxLength: 5 })),
    inside: depth === 0 ? fc.constant([]) : fc.array(anyScript(depth - 1), { maxLength: 2 }),
    statusIndex: fc.nat(FEATURE_STATUSES.length - 1),
    durationNs: fc.constantFrom(0, 1000, 3e8, 6e8, 2e9, 6e9),
    facts: fc
      .tuple(anyFacts, anyOwnEfficiency)
      .map(([facts, own]): Facts => ({ ...facts, ...own })),
    error: fc.constantFrom(new TypeError('no'), 'text', undefined, { code: 'ECONNREFUSED' }),
    actor: fc.constantFrom(...ACTORS),
  });
}

const remote = trace.setSpan(
  ROOT_CONTEXT,
  trace.wrapSpanContext({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 1,
    isRemote: true,
    traceState: new TraceState('vendor=1'),
  }),
);

describe('the engines', () => {
  it.each<[string, Env]>([
    ['without limits of their own', {}],
    [
      'with limits for everything',
      {
        OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '16',
        OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '9',
        OTEL_SPAN_EVENT_COUNT_LIMIT: '2',
        OTEL_SPAN_LINK_COUNT_LIMIT: '1',
        OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT: '2',
        OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT: '2',
      },
    ],
  ])('S1-120: say what the stock SDK says, %s', (_, env) => {
    fc.assert(
      fc.property(
        fc.array(anyScript(2), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(ROOT_CONTEXT, remote),
        (scripts, parent) => {
          const paths = createPaths(env);
          for (const { engine } of Object.values(paths)) {
            for (const script of scripts) play(engine, script, parent);
          }
          const stock = normalised(paths.stock.take());
          expect(normalised(paths.sdk.take())).toEqual(stock);
          expect(normalised(paths.direct.take())).toEqual(stock);
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

describe('a run that no sampler takes is to others what it is with the stock SDK', () => {
  const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
  const state = { traceState: new TraceState('vendor=1') };
  const answers = (traceState?: TraceState): tracing.Sampler => ({
    shouldSample: () => ({
      decision: tracing.SamplingDecision.NOT_RECORD,
      ...(traceState !== undefined && { traceState }),
    }),
  });
  const parents: readonly [string, SpanContext | undefined][] = [
    ['with no parent', undefined],
    ['whose caller is recorded', { ...IDS, ...state, traceFlags: 1, isRemote: true }],
    ['whose caller is not recorded', { ...IDS, ...state, traceFlags: 0, isRemote: true }],
    ['inside a span that is recorded', { ...IDS, traceFlags: 1 }],
    ['inside a span that is not recorded', { ...IDS, ...state, traceFlags: 0 }],
  ];
  const samplers: readonly [string, tracing.Sampler][] = [
    ['a ratio of none', new tracing.TraceIdRatioBasedSampler(0)],
    ['always off', new tracing.AlwaysOffSampler()],
    ['one that gives a state', answers(new TraceState('s=1'))],
    ['one that says no more than no', answers()],
  ];

  it.each(samplers.flatMap(([which, sampler]) => parents.map((each) => [...each, which, sampler])))(
    '%s, %#',
    (_parent, parent, _which, sampler) => {
      const begin = { name: 'x', kind: SpanKind.INTERNAL, attributes: {}, startTime: [1, 0] };
      const around =
        parent === undefined
          ? ROOT_CONTEXT
          : trace.setSpanContext(ROOT_CONTEXT, parent as SpanContext);
      const provider = new tracing.BasicTracerProvider({
        sampler: sampler as tracing.Sampler,
        idGenerator: countingIds(),
      });
      const stock = createSdkEngine(provider.getTracer('x')).begin(begin as SpanBegin, around);
      const direct = createDirectEngine({
        sink: { addRun: () => expect.unreachable(), onEnd: () => expect.unreachable() },
        resource: RESOURCE,
        sampling: sampler as tracing.Sampler,
        idGenerator: countingIds(),
      }).begin(begin as SpanBegin, around);
      // Of a trace that is not recorded here one span id is as good as another; the caller's is not ours to hand on.
      const { traceFlags, isRemote } = (parent ?? {}) as Partial<SpanContext>;
      const isCallers = traceFlags === 1 || isRemote === true;
      expect(heads(direct, isCallers)).toEqual(heads(stock, isCallers));
    },
  );

  /** What other services are told. */
  function heads(span: Span, withId: boolean): unknown {
    const { traceId, spanId, traceFlags, traceState } = span.spanContext();
    const state = traceState?.serialize();
    return { traceId, spanId: withId && spanId, traceFlags, state, on: span.isRecording() };
  }
});
