/** Whether a run is recorded: by the sampler of the SDK, or by a rule that needs no question. */
import {
  SamplingDecision,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
  type SamplingResult,
  type SpanKind,
} from '@opentelemetry/api';

/** The sampler of an SDK, 2.x or 3.x. */
export interface SamplerLike {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;
}

/** The two rules that most apps have, by their names in `OTEL_TRACES_SAMPLER`; else the app's sampler. */
export type Sampling = 'parentbased_always_on' | 'always_on' | SamplerLike;

/** What the rule says without being asked for a trace id; undefined when the sampler has to be called. */
export function decideByRule(
  sampling: Sampling,
  hasParent: boolean,
  parentFlags: number,
): SamplingDecision | undefined {
  if (typeof sampling !== 'string') return undefined;
  return sampling === 'always_on' || !hasParent || (parentFlags & TraceFlags.SAMPLED) !== 0
    ? SamplingDecision.RECORD_AND_SAMPLED
    : SamplingDecision.NOT_RECORD;
}
