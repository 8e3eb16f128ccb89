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
  ATTR_FEATURE_TRUNCATED,
} from '@heartwood/semconv';
import { actorAttributes, type Actor } from '../context/context.ts';
import type { SpanBegin } from '../engine/engine.ts';
import { writeMetadata, type Metadata } from '../facts/metadata.ts';
import type { AnyFeatureOptions, Feature } from '../facts/options.ts';
import type { Moment } from '../host/clock.ts';
import { reportCallbackFailure } from '../host/report.ts';
import { boundedAttributes } from '../privacy/bounded-attributes.ts';
import { rawUserIdOf } from '../privacy/privacy.ts';
import { nameUser } from '../privacy/redact.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import type { FeatureConfig } from '../settings/config.ts';
import type { NotedFacts } from './noted-facts.ts';
import type { CarriedTime } from './pause-clock.ts';
import type { SuspendedRun } from './resume-token.ts';

/** How a run begins that does not just begin. */
export interface RunStart {
  /** When it began, for one that is noted only at its end. */
  readonly started?: Moment;
  /** Ours: with nothing of the app in them. */
  readonly links?: readonly Link[];
  /** True for a trace of its own. */
  readonly root?: boolean;
  /** The run that goes on, with the time since it was suspended counted as paused. */
  readonly resumed?: SuspendedRun;
}

/** True when the span begins with words of the app, out of which the id of the user has to be taken. */
export function saysAtStart({ attributes, links }: AnyFeatureOptions): boolean {
  return attributes !== undefined || links !== undefined;
}

/** How the span of a run begins. */
export function spanBeginOf(
  feature: Feature,
  startTime: HrTime,
  start: RunStart | undefined,
  config: FeatureConfig,
  userId: RawUserId,
): SpanBegin {
  const begin = {
    name: feature.name,
    kind: feature.kind,
    attributes: beginAttributes(feature, config, userId),
    startTime,
  };
  const { links: given, root: asked } = feature.options;
  if (given === undefined && asked === undefined && start === undefined) return begin;
  const links = [...linksOf(feature, config, userId), ...(start?.links ?? [])];
  const root = start?.root ?? asked;
  return { ...begin, ...(links.length > 0 && { links }), ...(root === true && { root }) };
}

/** The same object for all runs of a feature, unless its attributes name the user who acts in this one. */
function beginAttributes(feature: Feature, config: FeatureConfig, userId: RawUserId): Attributes {
  const { options, ownAttributes, startAttributes } = feature;
  const { attributes } = options;
  if (userId === undefined || attributes === undefined || attributes === null) {
    return startAttributes;
  }
  // Where a text was cut, half of an id may stand at its end.
  const isCut = startAttributes[ATTR_FEATURE_TRUNCATED] === true;
  if (!isCut && !nameUser(startAttributes, config, userId)) return startAttributes;
  return { ...boundedAttributes(attributes, config, userId), ...ownAttributes };
}

/** The links of the options, with what may leave of their attributes. */
function linksOf({ name, options }: Feature, config: FeatureConfig, userId: RawUserId): Link[] {
  try {
    return [...(options.links ?? [])].map((link) =>
      link.attributes === undefined
        ? link
        : { ...link, attributes: boundedAttributes(link.attributes, config, userId) },
    );
  } catch (error) {
    reportCallbackFailure(name, 'links', error);
    return [];
  }
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
