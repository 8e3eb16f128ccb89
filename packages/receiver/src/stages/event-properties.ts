/** The properties of an event as its sender gave them, from the text of its attributes. */
import { ATTR_EVENT_SCHEMA_VERSION } from '@heartwood/semconv';
import { findMembers } from './members.ts';

/** What an event says. */
interface EventProperties {
  readonly properties: Record<string, unknown>;
  /** Version of the schema that its sender names. */
  readonly version: string | undefined;
}

/**
 * Attributes by key; the first of equal keys counts where `isRepeated` says that there are some. Numbers that JSON has no
 * words for come as numbers again.
 */
export function readProperties(text: Buffer, isRepeated: boolean): EventProperties {
  const content = isRepeated ? readFirst(text) : readAll(text);
  const properties = text.includes(OUR_MARK)
    ? (toPlain(content, 0) as Record<string, unknown>)
    : content;
  const version = content[ATTR_EVENT_SCHEMA_VERSION];
  return { properties, version: typeof version === 'string' ? version : undefined };
}

/** Begins the key of what stands for a value that JSON has no words for. */
const OUR_MARK = '"$';

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

/** Undoes what the encoding of attributes does with values that JSON has no words for. Bytes are their text, as drafts of plans have them. */
function toPlain(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => toPlain(item, depth + 1));
  const {
    $double: double,
    $map: map,
    $bytes: bytes,
  } = value as { $double?: unknown; $map?: unknown; $bytes?: unknown };
  // The attributes themselves may be called so.
  if (depth > 0 && typeof double === 'string') return Number(double);
  if (depth > 0 && typeof bytes === 'string') return bytes;
  const own = depth > 0 && typeof map === 'object' && map !== null ? map : value;
  const plain: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of Object.entries(own)) plain[key] = toPlain(item, depth + 1);
  return plain;
}

/** As deep as the receiver reads values. */
const MAX_DEPTH = 64;
