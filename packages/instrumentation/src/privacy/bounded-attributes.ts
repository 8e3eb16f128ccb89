/** Attributes of the app made fit to leave: of types that attributes have, redacted, and bounded in bytes. */
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { ATTR_FEATURE_TRUNCATED } from '@heartwood/semconv';
import type { FeatureConfig } from '../settings/config.ts';
import { redactAndCut, redactFact } from './redact.ts';
import { cutUtf8 } from './privacy.ts';
import type { RawUserId } from './user-ids.ts';

/**
 * A copy with what may leave: masked first and cut then. A text has at most 4096 UTF-8 bytes, a list 100 items, a record
 * 128 keys; where something was cut, `feature.truncated` says so. Getters are not called. What is no attribute value is
 * left out.
 */
export function boundedAttributes(
  given: object,
  config: FeatureConfig,
  userId?: RawUserId,
): Attributes {
  const kept: Attributes = {};
  let left = MOST_KEYS;
  for (const key of Object.keys(given)) {
    const value: unknown = Object.getOwnPropertyDescriptor(given, key)?.value;
    if (!isAttributeValue(value)) continue;
    // Ours, wherever it stands: no rule of the app is meant to hide that something was cut.
    if (key === ATTR_FEATURE_TRUNCATED && value === true) {
      kept[ATTR_FEATURE_TRUNCATED] = true;
      continue;
    }
    const fitting = bounded(value, config, userId);
    const redacted = redactFact(key, fitting, config, userId);
    if (redacted === undefined) continue;
    if (left-- <= 0) {
      kept[ATTR_FEATURE_TRUNCATED] = true;
      break;
    }
    const name = cutUtf8(key, LONGEST_KEY);
    const whole = bounded(redacted, config, userId);
    if (name !== key || fitting !== value || whole !== redacted)
      kept[ATTR_FEATURE_TRUNCATED] = true;
    kept[name] = whole;
  }
  return kept;
}

const MOST_KEYS = 128;
const MOST_ITEMS = 100;
const LONGEST_KEY = 256;
/** UTF-8 bytes. A sentence is far shorter; a message of a megabyte, times one a second, would be felt. */
export const LONGEST_TEXT = 4096;

/** A copy of attributes under our own names, which no rule of the app is asked about: their texts are only cut. */
export function boundedOwn(given: Attributes): Attributes {
  const kept: Attributes = {};
  for (const key of Object.keys(given)) {
    const value = given[key];
    if (!isAttributeValue(value)) continue;
    kept[key] = typeof value === 'string' ? cutUtf8(value, LONGEST_TEXT) : value;
    if (kept[key] !== value) kept[ATTR_FEATURE_TRUNCATED] = true;
  }
  return kept;
}

function bounded(value: AttributeValue, config: FeatureConfig, userId: RawUserId): AttributeValue {
  if (typeof value === 'string') return boundedText(value, config, userId);
  if (!Array.isArray(value)) return value;
  const items = value.length > MOST_ITEMS ? value.slice(0, MOST_ITEMS) : value;
  return items.some((item) => typeof item === 'string' && Buffer.byteLength(item) > LONGEST_TEXT)
    ? items.map((item) =>
        typeof item === 'string' ? boundedText(item, config, userId) : String(item),
      )
    : items;
}

/** The same text when it fits. */
function boundedText(text: string, config: FeatureConfig, userId: RawUserId): string {
  return Buffer.byteLength(text) > LONGEST_TEXT
    ? redactAndCut(text, LONGEST_TEXT, config, userId)
    : text;
}

function isAttributeValue(value: unknown): value is AttributeValue {
  return Array.isArray(value) ? value.every(isItem) : isItem(value);
}

function isItem(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
