/** What the app says about a feature when it wraps or starts it, and the same once checked. */
import { SpanKind, type Attributes, type Link } from '@opentelemetry/api';
import {
  ATTR_FEATURE_CATEGORY,
  ATTR_FEATURE_NAME,
  DEFAULT_EFFICIENCY_REFERENCE,
  DEFAULT_TIER_LIMITS_MS,
  FeatureCategory,
  type EfficiencyReference,
  type FeatureStatus,
  type TierLimitsMs,
} from '@heartwood/semconv';
import type { UserId } from '../context/user-id.ts';
import type { FeatureConfig } from '../settings/config.ts';
import type { Metadata } from './metadata.ts';
import type { KeptPhrase } from './kept-phrase.ts';
import { cutUtf8 } from '../privacy/privacy.ts';
import { reportCallbackFailure, warnOnce } from '../host/report.ts';

/** Options of a feature. Functions get the arguments of the call; what they throw is reported and left out. */
export interface FeatureOptions<
  Args extends readonly unknown[] = readonly unknown[],
  Result = unknown,
> {
  /** What kind of work it is; `other` when left out. */
  readonly category?: FeatureCategory | (string & {});
  readonly version?: string;
  /** Module the feature belongs to; the service when left out. */
  readonly component?: string;
  /** OpenTelemetry span kind; internal when left out. */
  readonly kind?: SpanKind;
  /** Span attributes set at the start, so that samplers see them. */
  readonly attributes?: Attributes;
  /** Spans that its runs follow from without being their children. */
  readonly links?: readonly Link[];
  /** True: each run begins a trace of its own. */
  readonly root?: boolean;
  readonly metadata?: Metadata | ((...args: Args) => Metadata | undefined);
  readonly resultMetadata?: (result: Result, ...args: Args) => Metadata | undefined;
  /** The user, when no surrounding `withFeatureContext` says so. */
  readonly userId?: UserId | ((...args: Args) => UserId | undefined);
  /**
   * Size in bytes of the arguments. Left out: measured when they are plain data; true: measured whatever they are;
   * false: not measured.
   */
  readonly inputSize?: boolean | ((...args: Args) => number);
  /** Size in bytes of the result, by the same rule. */
  readonly outputSize?: boolean | ((result: Result, ...args: Args) => number);
  /** Status of a call that returned; `success` when left out or undefined. */
  readonly resultStatus?: (result: Result, ...args: Args) => FeatureStatus | undefined;
  /** Status of a call that threw; by the kind of error when left out or undefined. */
  readonly errorStatus?: (error: unknown, ...args: Args) => FeatureStatus | undefined;
  /** Where the factors of the efficiency score are one half. */
  readonly efficiencyReference?: Partial<EfficiencyReference>;
  /** Limits between the performance tiers, milliseconds, ascending. */
  readonly tierLimitsMs?: TierLimitsMs;
}

/** Options for any function, as they are kept inside: the callbacks are called with what the run has. */
export type AnyFeatureOptions = FeatureOptions<never[], never>;

/** A feature ready to be run. */
export interface Feature {
  readonly name: string;
  readonly kind: SpanKind;
  /** What a sampler sees: {@link ownAttributes}, and those of the options as far as the settings let them leave. */
  startAttributes: Attributes;
  readonly ownAttributes: Attributes;
  readonly reference: EfficiencyReference;
  readonly tierLimitsMs: TierLimitsMs;
  readonly functionName: string;
  readonly options: AnyFeatureOptions;
  /** Whether the settings let it be recorded: worked out once for each set of settings, as a call takes nanoseconds. */
  verdict: { readonly config: FeatureConfig; readonly recorded: boolean } | undefined;
  /** What its runs have in common, by outcome. */
  readonly phrases: KeptPhrase[];
}

/** Checks name and options. Never throws: what makes no sense is said once and replaced by the default. */
export function toFeature(
  name: unknown,
  given: AnyFeatureOptions | null,
  functionName = '',
): Feature {
  const checked = checkedName(name, functionName);
  try {
    return withOptions(checked, { ...given }, functionName);
  } catch (error) {
    // A getter or a proxy of the app.
    reportCallbackFailure(checked, 'options', error);
    return withOptions(checked, {}, functionName);
  }
}

function withOptions(name: string, given: AnyFeatureOptions, functionName: string): Feature {
  const { version, component, ...others } = given;
  const options: AnyFeatureOptions = { ...others, ...words({ version, component }) };
  const ownAttributes = {
    [ATTR_FEATURE_NAME]: name,
    [ATTR_FEATURE_CATEGORY]: boundedWord(given.category) ?? FeatureCategory.OTHER,
  };
  return {
    name,
    kind: SPAN_KINDS.has(given.kind) ? (given.kind ?? SpanKind.INTERNAL) : SpanKind.INTERNAL,
    startAttributes: { ...given.attributes, ...ownAttributes },
    ownAttributes,
    reference: checkedReference(name, given.efficiencyReference),
    tierLimitsMs: checkedLimits(name, given.tierLimitsMs),
    functionName,
    options,
    verdict: undefined,
    phrases: [],
  };
}

const SPAN_KINDS: ReadonlySet<unknown> = new Set([
  SpanKind.INTERNAL,
  SpanKind.SERVER,
  SpanKind.CLIENT,
  SpanKind.PRODUCER,
  SpanKind.CONSUMER,
]);
const LONGEST_NAME = 200;

function boundedWord(word: unknown): string | undefined {
  return typeof word === 'string' && word !== '' ? cutUtf8(word, LONGEST_NAME) : undefined;
}

/** Those of the given that are words. */
function words(given: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => {
      const word = boundedWord(value);
      return word === undefined ? [] : [[key, word]];
    }),
  );
}

function checkedName(name: unknown, functionName: string): string {
  const text = typeof name === 'string' ? name.trim() : '';
  if (text !== '') return cutUtf8(text, LONGEST_NAME);
  const otherwise = functionName || 'anonymous';
  warnOnce(`name:${otherwise}`, `a feature needs a name; "${otherwise}" is used`);
  return otherwise;
}

function checkedReference(
  name: string,
  reference: Partial<EfficiencyReference> | undefined,
): EfficiencyReference {
  if (reference === undefined) return DEFAULT_EFFICIENCY_REFERENCE;
  const merged = { ...DEFAULT_EFFICIENCY_REFERENCE, ...reference };
  if (isScale(merged.durationMs) && isScale(merged.outputBytes)) return merged;
  warnOnce(
    `reference:${name}`,
    `efficiencyReference of "${name}" must be finite numbers above 0; the default is used`,
  );
  return DEFAULT_EFFICIENCY_REFERENCE;
}

const isScale = (value: unknown): boolean => Number.isFinite(value) && Number(value) > 0;

function checkedLimits(name: string, limits: TierLimitsMs | undefined): TierLimitsMs {
  if (limits === undefined) return DEFAULT_TIER_LIMITS_MS;
  const ascending =
    Array.isArray(limits) &&
    limits.length === 4 &&
    limits.every((limit, i) => limit > (limits[i - 1] ?? 0));
  if (ascending) return limits;
  warnOnce(
    `limits:${name}`,
    `tierLimitsMs of "${name}" must be 4 ascending numbers; the default is used`,
  );
  return DEFAULT_TIER_LIMITS_MS;
}
