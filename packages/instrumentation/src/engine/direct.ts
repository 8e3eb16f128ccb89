/** The engine that writes OTLP itself when a run ends: no SDK on the way, the same span at the receiver. */
import {
  createContextKey,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  SamplingDecision,
  trace,
  TraceFlags,
  type Context,
  type Span,
} from '@opentelemetry/api';
import type { ResourceLike, ScopeLike } from '../otlp/readable-span.ts';
import { SCOPE_NAME, SCOPE_VERSION } from '../version.ts';
import type { Engine, SpanBegin } from './engine.ts';
import { randomWord, wordOfHex } from './ids.ts';
import { IS_REMOTE, LeanSpan } from './lean-span.ts';
import { type RunSink, type SpanHome } from './span-home.ts';
import { readSpanLimits, type SpanLimits } from './limits.ts';
import { decideByRule, type Sampling } from './sampling.ts';

/** What the app's SDK would have done, so that it makes no difference who makes the spans. */
export interface DirectEngineOptions {
  /** Takes the ended runs. No other span processor sees them. */
  readonly sink: RunSink;
  /** The resource of the tracer provider. */
  readonly resource: ResourceLike;
  readonly scope?: ScopeLike;
  /** Default: `parentbased_always_on`, as in the SDKs. */
  readonly sampling?: Sampling;
  /** Default: those of the environment. */
  readonly limits?: SpanLimits;
  /** Whether the app's SDK takes attributes of any kind, as the 3.x do; default: no. Goes before `limits`. */
  readonly anyValues?: boolean;
  /** The app's own; default: random ids. */
  readonly idGenerator?: IdGeneratorLike;
}

/** The id generator of an SDK: 32 and 16 hexadecimal digits. */
export interface IdGeneratorLike {
  generateTraceId(): string;
  generateSpanId(): string;
}

/** Makes runs into spans of its own. */
export function createDirectEngine(options: DirectEngineOptions): Engine {
  const home: SpanHome = {
    resource: options.resource,
    scope: options.scope ?? { name: SCOPE_NAME, version: SCOPE_VERSION },
    limits: { ...(options.limits ?? readSpanLimits()), anyValues: options.anyValues ?? false },
    sink: options.sink,
  };
  const { sampling = 'parentbased_always_on', idGenerator } = options;
  return {
    begin(begin, context) {
      // Exporters and agents ask for no spans of what they do themselves.
      if (context.getValue(SUPPRESS_TRACING) === true) {
        return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
      }
      const around = begin.root === true ? trace.deleteSpan(context) : context;
      const parent = trace.getSpan(around);
      const span = new LeanSpan(begin, home);
      if (!inherit(span, parent)) giveTraceId(span, idGenerator);
      giveSpanId(span, idGenerator);
      const decision =
        decideByRule(sampling, span.hasParent, span.traceFlags) ??
        askSampler(sampling, span, around);
      if (decision === SamplingDecision.RECORD_AND_SAMPLED) {
        span.traceFlags = TraceFlags.SAMPLED;
        return span;
      }
      span.traceFlags = TraceFlags.NONE;
      if (decision === SamplingDecision.RECORD) return span;
      return isStandIn(parent, span) ? parent : trace.wrapSpanContext(span.spanContext());
    },
    finish(span, end) {
      if (span instanceof LeanSpan) span.finish(end);
    },
  };
}

// The key of @opentelemetry/core, which is no dependency of ours; keys of the same text are one.
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/**
 * Whether the parent does for a run inside of it that is not recorded: who asks is told the same trace, flags and state. Not
 * what is on its way from a caller, which samplers tell apart, and which the caller may well have recorded.
 */
function isStandIn(parent: Span | undefined, span: LeanSpan): parent is Span {
  if (parent === undefined || !span.hasParent || parent.isRecording()) return false;
  const { traceFlags, traceState, isRemote } = parent.spanContext();
  return (
    isRemote !== true && (traceFlags & TraceFlags.SAMPLED) === 0 && traceState === span.traceState
  );
}

/** Takes over trace, flags and state of a parent; false when there is none. Its flags are those of the span until decided. */
function inherit(span: LeanSpan, parent: Span | undefined): boolean {
  if (parent === undefined) return false;
  if (parent instanceof LeanSpan) {
    span.trace0 = parent.trace0;
    span.trace1 = parent.trace1;
    span.trace2 = parent.trace2;
    span.trace3 = parent.trace3;
    span.parent0 = parent.span0;
    span.parent1 = parent.span1;
    span.traceFlags = parent.traceFlags;
    span.traceState = parent.traceState;
  } else {
    const context = parent.spanContext();
    if (!isSpanContextValid(context)) return false;
    takeTraceId(span, context.traceId);
    span.parent0 = wordOfHex(context.spanId, 0);
    span.parent1 = wordOfHex(context.spanId, 8);
    span.traceFlags = context.traceFlags;
    span.traceState = context.traceState;
    if (context.isRemote === true) span.parentFlags |= IS_REMOTE;
  }
  span.hasParent = true;
  return true;
}

function giveTraceId(span: LeanSpan, idGenerator: IdGeneratorLike | undefined): void {
  if (idGenerator !== undefined) {
    takeTraceId(span, idGenerator.generateTraceId());
    return;
  }
  span.trace0 = randomWord();
  span.trace1 = randomWord();
  span.trace2 = randomWord();
  // An id of zeros stands for none.
  span.trace3 = randomWord() || 1;
}

function takeTraceId(span: LeanSpan, digits: string): void {
  span.trace0 = wordOfHex(digits, 0);
  span.trace1 = wordOfHex(digits, 8);
  span.trace2 = wordOfHex(digits, 16);
  span.trace3 = wordOfHex(digits, 24);
}

function giveSpanId(span: LeanSpan, idGenerator: IdGeneratorLike | undefined): void {
  if (idGenerator === undefined) {
    span.span0 = randomWord();
    span.span1 = randomWord() || 1;
    return;
  }
  const digits = idGenerator.generateSpanId();
  span.span0 = wordOfHex(digits, 0);
  span.span1 = wordOfHex(digits, 8);
}

function askSampler(sampling: Sampling, span: LeanSpan, context: Context): SamplingDecision {
  if (typeof sampling === 'string') return SamplingDecision.RECORD_AND_SAMPLED;
  const { name, kind, attributes, links = [] }: SpanBegin = span.begin;
  // A copy: a sampler may change what it is given, and the next run begins with the same.
  const given = { ...attributes };
  const result = sampling.shouldSample(context, span.traceId, name, kind, given, [...links]);
  span.traceState = result.traceState ?? span.traceState;
  const wanted = Object.assign(given, result.attributes);
  const keys = Object.keys(wanted);
  if (keys.some((key) => wanted[key] !== attributes[key])) span.setAttributes(wanted);
  return result.decision;
}
