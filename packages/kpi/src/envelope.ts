/** Where a record came from: its resource and its instrumentation scope, as stored. */
import { toCount, toObject, toText } from './json.ts';

/** Attributes and what the sender left out of them. */
export interface Envelope {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly droppedAttributes: number;
  readonly schemaUrl: string | null;
}

/** An instrumentation scope. */
export interface ScopeEnvelope extends Envelope {
  readonly name: string | null;
  readonly version: string | null;
}

export function toEnvelope(value: unknown): Envelope {
  const content = toObject(value);
  return {
    attributes: toObject(content['attributes']),
    droppedAttributes: toCount(content['droppedAttributes']),
    schemaUrl: toText(content['schemaUrl']),
  };
}

export function toScope(value: unknown): ScopeEnvelope {
  const scope = toObject(value);
  return { name: toText(scope['name']), version: toText(scope['version']), ...toEnvelope(scope) };
}
