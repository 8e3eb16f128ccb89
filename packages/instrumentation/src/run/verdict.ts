/** Whether a feature is to be recorded under the settings in force: asked at every call, so it costs nanoseconds. */
import type { Attributes } from '@opentelemetry/api';
import type { Feature } from '../facts/options.ts';
import { reportCallbackFailure } from '../host/report.ts';
import { isExcluded } from '../privacy/privacy.ts';
import { boundedAttributes } from '../privacy/bounded-attributes.ts';
import { currentConfig, type FeatureConfig } from '../settings/config.ts';

/** True when the settings let the feature be recorded. Worked out once for each set of settings. Never throws. */
export function isRecorded(feature: Feature): boolean {
  const config = currentConfig();
  const { verdict } = feature;
  return verdict?.config === config ? verdict.recorded : judge(feature, config);
}

function judge(feature: Feature, config: FeatureConfig): boolean {
  let recorded = false;
  try {
    recorded = config.enabled && !isExcluded(feature.name, config.exclude);
  } catch (error) {
    // A list of exclusions that is none: nothing that it may have meant to keep back leaves the process.
    reportCallbackFailure(feature.name, 'exclude', error);
  }
  feature.verdict = { config, recorded };
  if (recorded) redactBeginning(feature, config);
  return recorded;
}

/** Attributes that a feature is wrapped with are the app's too; phrases hold them, so those are made anew. */
function redactBeginning(feature: Feature, config: FeatureConfig): void {
  const { attributes } = feature.options;
  if (attributes === undefined || attributes === null) return;
  let left: Attributes = {};
  try {
    left = boundedAttributes(attributes, config);
  } catch (error) {
    reportCallbackFailure(feature.name, 'attributes', error);
  }
  feature.startAttributes = { ...left, ...feature.ownAttributes };
  feature.phrases.length = 0;
}
