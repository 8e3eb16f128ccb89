/** The last look at what the app says before it leaves the process: denied keys go, denied parts of texts are masked. */
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { FeatureConfig } from '../settings/config.ts';
import { createKeyRules, type KeyRules } from './key-rules.ts';
import { cutUtf8 } from './privacy.ts';
import { isId, withoutIds, type RawUserId } from './user-ids.ts';
import { createValueRules, MASK, type ValueRules } from './value-rules.ts';

/**
 * The attributes that may leave: without those of a denied key, and without denied parts in texts and keys. The same
 * object when nothing had to go. `userId` is masked wherever it stands, while ids are made anonymous.
 */
export function redactAttributes(
  attributes: Attributes,
  config: FeatureConfig,
  userId?: RawUserId,
): Attributes {
  let changed: Attributes | undefined;
  for (const key of Object.keys(attributes)) {
    const value = attributes[key];
    const kept = redactFact(key, value, config, userId);
    if (kept === value) continue;
    changed ??= { ...attributes };
    if (kept === undefined) Reflect.deleteProperty(changed, key);
    else changed[key] = kept;
  }
  return changed ?? attributes;
}

/** The value of a fact as it may leave; undefined when its key may not. */
export function redactFact(
  key: string,
  value: AttributeValue | undefined,
  config: FeatureConfig,
  userId?: RawUserId,
): AttributeValue | undefined {
  if (value === undefined || !isKeyAllowed(key, config, userId)) return undefined;
  return redactValue(value, config, userId);
}

/** False for a key that may not leave, whatever its value. */
export function isKeyAllowed(key: string, config: FeatureConfig, userId?: RawUserId): boolean {
  // A key may be made of what may not leave: one for each person, say.
  return !rulesOf(config).keys.denies(key) && redactText(key, config, userId) === key;
}

/** False for a word that stands before a value which may not leave, as in `word=value`. */
export function isWordAllowed(word: string, config: FeatureConfig): boolean {
  return !rulesOf(config).keys.deniesInText(word);
}

/** True where the id of a user stands in attributes: in a text, as a number, in a key. */
export function nameUser(
  attributes: Attributes,
  config: FeatureConfig,
  userId: RawUserId,
): boolean {
  if (userId === undefined || !config.anonymize) return false;
  return Object.entries(attributes).some(
    ([key, value]) => hasId(key, userId) || [value].flat().some((item) => hasId(item, userId)),
  );
}

/** The value of a key that may leave. */
export function redactValue(
  value: AttributeValue,
  config: FeatureConfig,
  userId?: RawUserId,
): AttributeValue {
  if (!Array.isArray(value)) return redactItem(value, config, userId);
  const kept = value.map((item) => redactItem(item, config, userId));
  if (kept.every((item, i) => item === value[i])) return value;
  // A list of numbers in which one is masked becomes a list of texts: an attribute holds items of one type.
  return kept.map((item) => (item === null || item === undefined ? item : String(item)));
}

/** A text as it may leave: a message, a stack, a reason. */
export function redactText(text: string, config: FeatureConfig, userId?: RawUserId): string {
  const left = rulesOf(config).values.mask(text);
  return config.anonymize ? withoutIds(left, userId) : left;
}

/**
 * A text as it may leave, in at most `maxBytes` UTF-8 bytes. Masked first and cut then, as half of a secret is one too;
 * of a text that is far longer only the part is looked at that can be left.
 */
export function redactAndCut(
  text: string,
  maxBytes: number,
  config: FeatureConfig,
  userId?: RawUserId,
): string {
  if (text.length <= maxBytes + MARGIN) {
    return cutUtf8(redactText(text, config, userId), maxBytes);
  }
  const left = redactText(text.slice(0, maxBytes + MARGIN), config, userId);
  // What the look ended within may be the beginning of something denied: it goes, however short the rest became.
  return cutUtf8(left.slice(0, Math.max(0, left.length - MARGIN)), maxBytes);
}

// No longer than this is what the rules find, private keys apart, and those are taken out to the end of the text.
const MARGIN = 2200;

function redactItem<Item extends string | number | boolean | null | undefined>(
  item: Item,
  config: FeatureConfig,
  userId: RawUserId,
): Item | string {
  if (typeof item === 'string') return redactText(item, config, userId);
  if (typeof item !== 'number') return item;
  if (config.anonymize && isId(item, userId)) return MASK;
  if (!rulesOf(config).values.looksAtNumbers) return item;
  return redactText(String(item), config) === String(item) ? item : MASK;
}

function hasId(item: unknown, userId: RawUserId): boolean {
  if (typeof item === 'number') return isId(item, userId);
  return typeof item === 'string' && withoutIds(item, userId) !== item;
}

interface Rules {
  readonly keys: KeyRules;
  readonly values: ValueRules;
}

let lastConfig: FeatureConfig | undefined;
let lastRules: Rules | undefined;
const known = new WeakMap<FeatureConfig, Rules>();

function rulesOf(config: FeatureConfig): Rules {
  if (config === lastConfig && lastRules !== undefined) return lastRules;
  let rules = known.get(config);
  if (rules === undefined) {
    const keys = createKeyRules(config);
    rules = { keys, values: createValueRules(config, keys) };
    known.set(config, rules);
  }
  lastConfig = config;
  lastRules = rules;
  return rules;
}
