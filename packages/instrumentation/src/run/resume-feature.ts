/** Goes on with a run that was suspended. */
import { ATTR_FEATURE_LINK_TYPE } from '@heartwood/semconv';
import { toFeature, type FeatureOptions } from '../facts/options.ts';
import { readMoment } from '../host/clock.ts';
import { warnOnce } from '../host/report.ts';
import { idleRun } from './feature-handle.ts';
import { type FeatureHandle } from './feature-run.ts';
import { fromToken, type SuspendedRun } from './resume-token.ts';
import { beginRun } from './run.ts';

/**
 * The next part of a run, from the token of `suspend()`, here or in another process: a span of its own with a link to the
 * part before. The time since then counts as paused. A token twice makes two runs of one id. What is no token is said
 * once, and gives a handle that records nothing; so does the empty token of a run that was not recorded.
 */
export function resumeFeature(token: string, options: FeatureOptions = {}): FeatureHandle {
  const suspended = fromToken(token);
  if (suspended === undefined) {
    if (token !== '') {
      warnOnce('resumeFeature', 'resumeFeature() needs a token of suspend(); nothing is recorded');
    }
    return idleRun('resumed');
  }
  const link = { context: suspended.span, attributes: { [ATTR_FEATURE_LINK_TYPE]: 'resumes' } };
  const feature = toFeature(suspended.name, options);
  const start = { links: [link], resumed: untilNow(suspended) };
  return beginRun(feature, [], undefined, start) ?? idleRun(suspended.name);
}

function untilNow(suspended: SuspendedRun): SuspendedRun {
  const { wall } = readMoment();
  const nowMs = wall[0] * 1e3 + wall[1] / 1e6;
  // The clocks of two hosts may differ: less than nothing it was not.
  const waitedNs = Math.round(Math.max(0, nowMs - suspended.suspendedAtMs) * 1e6);
  const { time } = suspended;
  return { ...suspended, time: { ...time, pausedNs: time.pausedNs + waitedNs } };
}
