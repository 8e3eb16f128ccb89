/** The course of a run in its span: pauses, progress, and the parts of a run that was suspended. */
import type { Attributes, HrTime, Link } from '@opentelemetry/api';
import {
  ATTR_FEATURE_ACTIVE_DURATION,
  ATTR_FEATURE_NAME,
  ATTR_FEATURE_PAUSED_DURATION,
  ATTR_FEATURE_PAUSE_COUNT,
  ATTR_FEATURE_PROGRESS,
  ATTR_FEATURE_RUN_ID,
  ATTR_FEATURE_SEGMENT_INDEX,
} from '@heartwood/semconv';
import { actorAttributes, type Actor } from '../context/context.ts';
import type { SpanBegin } from '../engine/engine.ts';
import { writeMetadata, type Metadata } from '../facts/metadata.ts';
import type { Feature } from '../facts/options.ts';
import type { Moment } from '../host/clock.ts';
import { rawUserIdOf } from '../privacy/privacy.ts';
import type { FeatureConfig } from '../settings/config.ts';
import type { NotedFacts } from './noted-facts.ts';
import type { CarriedTime } from './pause-clock.ts';
import type { SuspendedRun } from './resume-token.ts';

/** How a run begins that does not just begin. */
export interface RunStart {
  /** When it began, for one that is noted only at its end. */
  readonly started?: Moment;
  readonly links?: readonly Link[];
  /** True for a trace of its own. */
  readonly root?: boolean;
  /** The run that goes on, with the time since it was suspended counted as paused. */
  readonly resumed?: SuspendedRun;
}

/** How the span of a run begins. */
export function spanBeginOf(feature: Feature, startTime: HrTime, start?: RunStart): SpanBegin {
  const begin = {
    name: feature.name,
    kind: feature.kind,
    attributes: feature.startAttributes,
    startTime,
  };
  const { links: given, root: asked } = feature.options;
  if (given === undefined && asked === undefined && start === undefined) return begin;
  const links = [...(given ?? []), ...(start?.links ?? [])];
  const root = start?.root ?? asked;
  return { ...begin, ...(links.length > 0 && { links }), ...(root === true && { root }) };
}

/** What is to be said about the course of a run; undefined when it just ran. `time` only for a run that was paused. */
export function courseAttributes(
  facts: NotedFacts,
  time: CarriedTime | undefined,
  runId: string | undefined,
  start: RunStart | undefined,
): Attributes | undefined {
  let course: Attributes | undefined;
  if (facts.progress !== undefined) (course ??= {})[ATTR_FEATURE_PROGRESS] = facts.progress;
  if (time !== undefined) {
    course ??= {};
    course[ATTR_FEATURE_ACTIVE_DURATION] = time.activeNs / 1e9;
    course[ATTR_FEATURE_PAUSED_DURATION] = time.pausedNs / 1e9;
    course[ATTR_FEATURE_PAUSE_COUNT] = time.pauseCount;
  }
  if (runId !== undefined) (course ??= {})[ATTR_FEATURE_RUN_ID] = runId;
  const segment = start?.resumed?.segment;
  if (segment !== undefined) (course ??= {})[ATTR_FEATURE_SEGMENT_INDEX] = segment;
  return course;
}

/**
 * Attributes of a part that is not the last. Its `feature.name` is emptied: a run is counted once, by its last part, and
 * the span keeps the name as its own.
 */
export function segmentAttributes(
  course: Attributes | undefined,
  metadata: Metadata | undefined,
  actor: Actor,
  config: FeatureConfig,
): Attributes {
  const attributes: Attributes = {
    [ATTR_FEATURE_SEGMENT_INDEX]: 0,
    ...actorAttributes(actor),
    ...course,
    [ATTR_FEATURE_NAME]: '',
  };
  if (metadata !== undefined) {
    writeMetadata(attributes, metadata, config, rawUserIdOf(actor.user));
  }
  return attributes;
}
