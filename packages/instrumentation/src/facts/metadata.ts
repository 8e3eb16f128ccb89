/** The app's own facts about a run, as span attributes: flattened, safe against any value, bounded in UTF-8 bytes. */
import type { AttributeValue, Attributes } from '@opentelemetry/api';
import { ATTR_FEATURE_METADATA_PREFIX, ATTR_FEATURE_TRUNCATED } from '@heartwood/semconv';
import { cutUtf8 } from '../privacy/privacy.ts';
import { isKeyAllowed, redactAndCut, redactValue } from '../privacy/redact.ts';
import { withoutIds, type RawUserId } from '../privacy/user-ids.ts';
import type { FeatureConfig } from '../settings/config.ts';

/** Facts about a run. Nested objects become dotted keys; what has no form as an attribute is written as text. */
export type Metadata = Readonly<Record<string, unknown>>;

/**
 * Adds `feature.metadata.<key>` attributes to `attributes`, at most `maxMetadataBytes` of keys and values together; what
 * the settings deny, and the id of the user who acts, is taken out before anything is cut. `isTakenOver` says that
 * {@link addFacts} made the record.
 */
export function writeMetadata(
  attributes: Attributes,
  metadata: Metadata,
  config: FeatureConfig,
  userId?: RawUserId,
  isTakenOver = false,
): void {
  const writer: Writer = {
    attributes,
    config,
    userId,
    leftBytes: config.maxMetadataBytes,
    leftKeys: MOST_KEYS,
    path: [],
    taken: isTakenOver ? metadata : undefined,
  };
  flatten(writer, '', metadata);
  if (writer.truncated === true) attributes[ATTR_FEATURE_TRUNCATED] = true;
}

// The SDK keeps 128 attributes a span and drops the rest unmarked; half of them are left to others.
const MOST_KEYS = 64;
const DEEPEST = 4;
const LONGEST_KEY = 128;
const LONGEST_LIST = 100;

interface Writer {
  readonly attributes: Attributes;
  readonly config: FeatureConfig;
  readonly userId: RawUserId;
  leftBytes: number;
  leftKeys: number;
  readonly path: object[];
  /** A record without getters. */
  readonly taken: Metadata | undefined;
  truncated?: boolean;
}

function flatten(writer: Writer, prefix: string, record: object): void {
  writer.path.push(record);
  for (const key of Object.keys(record)) {
    if (writer.leftKeys <= 0 || writer.leftBytes <= 0) {
      writer.truncated = true;
      break;
    }
    if (key === '') continue;
    const depth = writer.path.length;
    try {
      put(
        writer,
        prefix + key,
        record === writer.taken ? writer.taken[key] : ownValue(record, key),
      );
    } catch {
      // A proxy may throw at every look: this fact is left out, not the run.
      writer.path.length = depth;
      writer.truncated = true;
    }
  }
  writer.path.pop();
}

/** A value of a record; undefined for a getter: that is the app's code and may throw, load or change something. */
function ownValue(record: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(record, key)?.value;
}

function put(writer: Writer, key: string, value: unknown): void {
  if (value === null || value === undefined || typeof value === 'function') return;
  if (typeof value !== 'object') {
    const primitive =
      typeof value === 'bigint' || typeof value === 'symbol' ? String(value) : value;
    write(writer, key, primitive as AttributeValue);
  } else if (Array.isArray(value)) {
    writeList(writer, key, value);
  } else if (value instanceof Date) {
    const ms = Date.prototype.getTime.call(value);
    if (!Number.isNaN(ms)) write(writer, key, new Date(ms).toISOString());
  } else if (value instanceof Error) {
    write(writer, key, ownText(value, 'name', 'Error') + ': ' + ownText(value, 'message', ''));
  } else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    write(writer, key, `[${value.byteLength} bytes]`);
  } else if (writer.path.includes(value)) {
    write(writer, key, '[circular]');
  } else if (writer.path.length >= DEEPEST) {
    writer.truncated = true;
  } else {
    flatten(writer, `${key}.`, value);
  }
}

function writeList(writer: Writer, key: string, list: readonly unknown[]): void {
  const kept = list.slice(0, LONGEST_LIST);
  if (kept.length < list.length) writer.truncated = true;
  const types = new Set(kept.map((item) => typeof item));
  // An attribute list holds one type of text, number or boolean; anything else is written as texts.
  const [type] = types;
  const homogeneous =
    types.size === 1 && (type === 'string' || type === 'number' || type === 'boolean');
  write(writer, key, homogeneous ? (kept as string[]) : kept.map(itemText));
}

function itemText(item: unknown): string {
  if (typeof item === 'function') return '[function]';
  return typeof item === 'object' && item !== null ? '[object]' : String(item);
}

function write(writer: Writer, key: string, given: AttributeValue): void {
  const { config, userId } = writer;
  const { attribute, bytes, isCut, mayLeave } = keyOf(key, config);
  if (!mayLeave || (config.anonymize && withoutIds(key, userId) !== key)) return;
  const value = redactValue(withoutExcess(writer, given), config, userId);
  if (isCut) writer.truncated = true;
  const room = writer.leftBytes - bytes;
  const fitting = fit(value, room);
  if (fitting === undefined) {
    writer.truncated = true;
    return;
  }
  if (fitting !== value) writer.truncated = true;
  writer.attributes[attribute] = fitting;
  writer.leftBytes = room - bytesOf(fitting);
  writer.leftKeys -= 1;
}

/** What a key comes to under one set of settings. */
interface WrittenKey {
  readonly attribute: string;
  readonly bytes: number;
  readonly isCut: boolean;
  readonly mayLeave: boolean;
}

/** The same keys come with every run: looked up, where making and judging them would take longer than all the rest. */
function keyOf(key: string, config: FeatureConfig): WrittenKey {
  if (config !== keysOf) {
    keys.clear();
    keysOf = config;
  }
  let written = keys.get(key);
  if (written === undefined) {
    const name = cutUtf8(key, LONGEST_KEY);
    written = {
      attribute: ATTR_FEATURE_METADATA_PREFIX + name,
      bytes: Buffer.byteLength(name),
      isCut: name.length < key.length,
      mayLeave: isKeyAllowed(key, config),
    };
    if (keys.size >= MOST_KNOWN_KEYS) keys.clear();
    if (!written.isCut) keys.set(key, written);
  }
  return written;
}

// An app has some hundred keys; one that makes them up would fill the memory.
const MOST_KNOWN_KEYS = 1000;
const keys = new Map<string, WrittenKey>();
let keysOf: FeatureConfig | undefined;

/** A value whose texts are not far longer than what can be left of them: looking at megabytes would be felt. */
function withoutExcess(writer: Writer, value: AttributeValue): AttributeValue {
  if (Array.isArray(value)) {
    return value.some((item) => isExcessive(item, writer))
      ? (value.map((item: unknown) => shortened(item, writer)) as string[])
      : value;
  }
  return isExcessive(value, writer) ? (shortened(value, writer) as string) : value;
}

function isExcessive(item: unknown, { config }: Writer): item is string {
  return typeof item === 'string' && item.length > 2 * config.maxMetadataBytes + 4096;
}

function shortened(item: unknown, writer: Writer): unknown {
  if (!isExcessive(item, writer)) return item;
  writer.truncated = true;
  return redactAndCut(item, writer.config.maxMetadataBytes, writer.config, writer.userId);
}

/** The value, or its beginning, in at most `room` bytes; undefined when nothing of it fits. */
function fit(value: AttributeValue, room: number): AttributeValue | undefined {
  if (bytesOf(value) <= room) return value;
  if (typeof value === 'string') return room > 0 ? cutUtf8(value, room) : undefined;
  if (!Array.isArray(value)) return undefined;
  const kept: unknown[] = [];
  let left = room;
  for (const item of value) {
    left -= itemBytes(item);
    if (left < 0) break;
    kept.push(item);
  }
  return kept.length > 0 ? (kept as string[]) : undefined;
}

function bytesOf(value: AttributeValue): number {
  return Array.isArray(value)
    ? value.reduce((sum: number, item) => sum + itemBytes(item), 0)
    : itemBytes(value);
}

function itemBytes(item: unknown): number {
  return typeof item === 'string' ? Buffer.byteLength(item) : 8;
}

function ownText(value: object, key: string, otherwise: string): string {
  const property =
    Object.getOwnPropertyDescriptor(value, key) ??
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(value) ?? {}, key);
  return typeof property?.value === 'string' ? property.value : otherwise;
}

/**
 * Adds the own enumerable values of a record to facts; later ones replace earlier ones. No getter is called. `onObject` is
 * told of the values that may hold others.
 */
export function addFacts(
  facts: Record<string, unknown>,
  record: Metadata,
  onObject?: (value: object) => void,
): void {
  for (const key of Object.keys(record)) {
    const property = Object.getOwnPropertyDescriptor(record, key);
    if (property === undefined || !('value' in property)) continue;
    const value: unknown = property.value;
    if (onObject !== undefined && typeof value === 'object' && value !== null) onObject(value);
    // Assigned, this one would become the prototype; it is a fact like any other.
    if (key === '__proto__') Object.defineProperty(facts, key, { ...property, configurable: true });
    else facts[key] = value;
  }
}
