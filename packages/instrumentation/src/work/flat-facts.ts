/** Facts of the app under their own keys: flat, bounded, and without what the settings deny. */
import { ATTR_FEATURE_METADATA_PREFIX, ATTR_FEATURE_TRUNCATED } from '@heartwood/semconv';
import type { Attributes } from '@opentelemetry/api';
import { writeMetadata, type Metadata } from '../facts/metadata.ts';
import { currentConfig } from '../settings/config.ts';

/** Flattens as metadata of a run is flattened. */
export function flatFacts(facts: Metadata): Attributes {
  const prefixed: Attributes = {};
  writeMetadata(prefixed, facts, currentConfig());
  const flat: Attributes = {};
  for (const [key, value] of Object.entries(prefixed)) {
    if (key === ATTR_FEATURE_TRUNCATED) flat[key] = value;
    else flat[key.slice(ATTR_FEATURE_METADATA_PREFIX.length)] = value;
  }
  return flat;
}
