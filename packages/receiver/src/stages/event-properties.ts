/** The properties of an event as its sender gave them, from the text of its attributes. */
import {
  ATTR_CODE_FUNCTION_NAME,
  ATTR_ERROR_TYPE,
  ATTR_EVENT_NAME,
  ATTR_EVENT_SCHEMA_VERSION,
  ATTR_EXCEPTION_TYPE,
  ATTR_FEATURE_NAME,
  ATTR_SESSION_ID,
  ATTR_USER_ID,
  EVENT_FEATURE_FEEDBACK,
  EVENT_SESSION_START,
  type PlannedEvent,
} from '@heartwood/semconv';
import { findMembers } from './members.ts';

const firstWord = (name: string): string => name.slice(0, name.indexOf('.') + 1);

/** What SDKs say of the surroundings of an event; a property only where the plan names it. */
const SURROUNDINGS: readonly string[] = [
  ATTR_FEATURE_NAME,
  ATTR_SESSION_ID,
  ATTR_USER_ID,
  ATTR_EVENT_NAME,
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_TYPE,
  ATTR_CODE_FUNCTION_NAME,
].map(firstWord);

/** Events that SDKs send of themselves; they need no plan. */
const OWN_EVENTS: readonly string[] = [EVENT_FEATURE_FEEDBACK, EVENT_SESSION_START].map(firstWord);

/** True for events that the plan has nothing to say about unless it names them. */
export const isOwnEvent = (name: string): boolean =>
  OWN_EVENTS.some((prefix) => name.startsWith(prefix));

/** What an event says. */
export interface EventProperties {
  readonly properties: Readonly<Record<string, unknown>>;
  /** Version of the schema that its sender names. */
  readonly version: string | undefined;
}

/**
 * Properties by key; the first of equal keys counts where `isRepeated` says that there are some. Numbers that JSON has no
 * words for come as numbers again.
 */
export function readProperties(
  text: Buffer,
  isRepeated: boolean,
  planned: PlannedEvent | undefined,
): EventProperties {
  const properties: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const content = isRepeated ? readFirst(text) : readAll(text);
  const known = planned?.schema.root.properties;
  for (const key of Object.keys(content)) {
    const isSurrounding = SURROUNDINGS.some((prefix) => key.startsWith(prefix));
    if (
      isSurrounding &&
      known?.has(key) !== true &&
      known?.has(key.slice(0, key.indexOf('.'))) !== true
    )
      continue;
    properties[key] = toPlain(content[key], 0);
  }
  const version = content[ATTR_EVENT_SCHEMA_VERSION];
  return { properties, version: typeof version === 'string' ? version : undefined };
}

const readAll = (text: Buffer): Record<string, unknown> =>
  text.length === 0 ? {} : (JSON.parse(`{${text.toString('utf8', 1)}}`) as Record<string, unknown>);

function readFirst(text: Buffer): Record<string, unknown> {
  const content: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { start, end, key } of findMembers(text)) {
    if (Object.hasOwn(content, key)) continue;
    Object.assign(content, JSON.parse(`{${text.toString('utf8', start + 1, end)}}`));
  }
  return content;
}

/** Undoes what `docs/data-model.md` says of values that JSON has no words for. Bytes stay the object that stands for them. */
function toPlain(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => toPlain(item, depth + 1));
  const { $double: double, $map: map } = value as { $double?: unknown; $map?: unknown };
  if (typeof double === 'string') return Number(double);
  const own = typeof map === 'object' && map !== null ? map : value;
  return Object.fromEntries(
    Object.entries(own).map(([key, item]) => [key, toPlain(item, depth + 1)]),
  );
}

/** As deep as the receiver reads values. */
const MAX_DEPTH = 64;
