/** Whether runs may go past the SDK that we started, and the engine with which they do. */
import { ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { createDirectEngine } from '../engine/direct.ts';
import type { Engine } from '../engine/engine.ts';
import type { RunSink } from '../engine/span-home.ts';
import type { SamplerLike, Sampling } from '../engine/sampling.ts';
import { warnOnce } from '../host/report.ts';
import type { ReadableSpanLike } from '../otlp/readable-span.ts';
import type { FeatureConfig } from '../settings/config.ts';
import { SCOPE_NAME, SCOPE_VERSION } from '../version.ts';
import { loadTraceSdk } from './app-modules.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The direct engine, or undefined when only the SDK knows what becomes of a span: asked not to (`HEARTWOOD_ENGINE=sdk`),
 * a configuration file, a sampler that is none of the six of the specification, or a provider that records nothing.
 * Call it when the SDK has started with `sink` as its only span processor.
 */
export function directEngineFor(
  sink: RunSink,
  config: FeatureConfig,
  sdkPath: string,
  env: Env = process.env,
): Engine | undefined {
  if (config.engine !== 'auto' && config.engine !== 'sdk') {
    warnOnce('engine', `HEARTWOOD_ENGINE="${config.engine}" is not auto or sdk; auto is used`);
  }
  if (config.engine === 'sdk' || env['OTEL_CONFIG_FILE']?.trim()) return undefined;
  const sampling = samplingOf(env, sdkPath);
  const probe = probeProvider();
  return sampling === undefined || probe === undefined
    ? undefined
    : createDirectEngine({
        sink,
        sampling,
        resource: probe.resource,
        scope: probe.instrumentationScope,
        anyValues: probe.attributes[NOTHING] === null,
      });
}

/** A span that is begun to see whose it is, and never ended: nothing of it leaves the process. */
function probeProvider(): ReadableSpanLike | undefined {
  // All samplers but the one that is always off follow a sampled parent or take an id as low as this one.
  const parent = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: '00000000000000000000000000000001',
    spanId: '0000000000000001',
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });
  const tracer = trace.getTracer(SCOPE_NAME, SCOPE_VERSION);
  // The SDKs 3.x take attributes of any kind, nothing among them; the 2.x leave nothing out without a word.
  const span: object = tracer
    .startSpan('heartwood probe', {}, parent)
    .setAttribute(NOTHING, null as never);
  return 'resource' in span && 'instrumentationScope' in span
    ? (span as ReadableSpanLike)
    : undefined;
}

const NOTHING = 'nothing';

/** The sampler of `OTEL_TRACES_SAMPLER`, of the same classes as the SDK's; undefined for one that it does not name. */
function samplingOf(env: Env, sdkPath: string): Sampling | undefined {
  const name = env['OTEL_TRACES_SAMPLER']?.trim() || 'parentbased_always_on';
  if (name === 'parentbased_always_on' || name === 'always_on') return name;
  const sdk = loadTraceSdk(sdkPath, SAMPLERS) as Samplers | undefined;
  if (sdk === undefined) return undefined;
  switch (name) {
    case 'always_off':
      return new sdk.AlwaysOffSampler();
    case 'traceidratio':
      return new sdk.TraceIdRatioBasedSampler(ratioOf(env));
    case 'parentbased_always_off':
      return new sdk.ParentBasedSampler({ root: new sdk.AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(ratioOf(env)) });
    default:
      return undefined;
  }
}

/** Everything, when it is not a number between 0 and 1: so the SDKs have it. */
function ratioOf(env: Env): number {
  const text = env['OTEL_TRACES_SAMPLER_ARG']?.trim() ?? '';
  const ratio = Number(text);
  return text !== '' && ratio >= 0 && ratio <= 1 ? ratio : 1;
}

interface Samplers {
  readonly AlwaysOffSampler: new () => SamplerLike;
  readonly TraceIdRatioBasedSampler: new (ratio: number) => SamplerLike;
  readonly ParentBasedSampler: new (options: { root: SamplerLike }) => SamplerLike;
}

const SAMPLERS: readonly (keyof Samplers)[] = [
  'AlwaysOffSampler',
  'TraceIdRatioBasedSampler',
  'ParentBasedSampler',
];
