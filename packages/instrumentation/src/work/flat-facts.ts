/** Facts of the app under their own keys: flat, bounded, and without what the settings deny. */
import { ATTR_FEATURE_METADATA_PREFIX, ATTR_FEATURE_TRUNCATED } from '@heartwood/semconv';
import { context, type Attributes } from '@opentelemetry/api';
import { currentActor } from '../context/context.ts';
import { writeMetadata, type Metadata } from '../facts/metadata.ts';
import { rawUserIdOf } from '../privacy/privacy.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import { currentConfig } from '../settings/config.ts';

/** Flattens as metadata of a run is flattened. The id of the user who acts here is taken out, if no other is given. */
export function flatFacts(
  facts: Metadata,
  userId: RawUserId = rawUserIdOf(currentActor(context.active()).user),
): Attributes {
  const prefixed: Attributes = {};
  writeMetadata(prefixed, facts, currentConfig(), userId);
  const flat: Attributes = {};
  for (const [key, value] of Object.entries(prefixed)) {
    if (key === ATTR_FEATURE_TRUNCATED) flat[key] = value;
    else flat[key.slice(ATTR_FEATURE_METADATA_PREFIX.length)] = value;
  }
  return flat;
}
