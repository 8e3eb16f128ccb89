/** The short form of a planned event: lists of properties and their types, as the first tracking plans were written. */
import { isRecord } from './json-value.ts';
import type { PlanPlace } from './plan-place.ts';

/** The keys of the short form. */
export const SHORT_FORM_KEYS = [
  'required_properties',
  'optional_properties',
  'property_types',
] as const;

/** The short form as JSON Schema, with each type as it was written. */
export interface LongForm {
  readonly schema: unknown;
  readonly types: ReadonlyMap<string, string>;
}

/** Null when it has errors, which are reported at `place`. */
export function fromShortForm(
  written: Readonly<Record<string, unknown>>,
  place: PlanPlace,
): LongForm | null {
  const required = readNames(written['required_properties'], place.at('required_properties'));
  const optional = readNames(written['optional_properties'], place.at('optional_properties'));
  const types = readTypes(written['property_types'], place.at('property_types'));
  if (required === null || optional === null || types === null) return null;
  const typed = [...types].map(([name, type]) => [name, toSchema(type)] as const);
  const rules = {
    type: 'object',
    ...(required.length > 0 && { required: [...new Set(required)] }),
    properties: Object.fromEntries(typed),
  };
  const isClosed = SHORT_FORM_KEYS.slice(0, 2).some((key) => written[key] !== undefined);
  if (!isClosed) return { schema: rules, types };
  const known = [...new Set([...required, ...optional])];
  const untyped = known.filter((name) => !types.has(name)).map((name) => [name, {}] as const);
  if ([...types.keys()].every((name) => known.includes(name))) {
    const properties = Object.fromEntries([...typed, ...untyped]);
    return { schema: { ...rules, properties, additionalProperties: false }, types };
  }
  // A property that has a type but stands in no list is checked and unexpected, both.
  const lists = Object.fromEntries(known.map((name) => [name, {}]));
  const closed = { properties: lists, additionalProperties: false };
  return { schema: { ...rules, allOf: [closed] }, types };
}

function readNames(value: unknown, place: PlanPlace): readonly string[] | null {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  place.error('must be a list of names');
  return null;
}

function readTypes(value: unknown, place: PlanPlace): ReadonlyMap<string, string> | null {
  if (value === undefined) return new Map();
  if (isRecord(value)) {
    const entries = Object.entries(value);
    const texts = entries.filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    if (texts.length === entries.length) return new Map(texts);
  }
  place.error('must give each property a type, such as string or array<number>');
  return null;
}

/** `string`, `number`, `boolean`, `object`, `array` or `array<T>`; a type of another name fits everything. */
function toSchema(type: string): unknown {
  if (['string', 'number', 'boolean', 'object', 'array'].includes(type)) return { type };
  const depth = /^(?:array<)*/.exec(type)?.[0].length ?? 0;
  const levels = depth / 'array<'.length;
  if (levels === 0 || levels > MAX_LEVELS || !type.endsWith('>')) return {};
  return { type: 'array', items: toSchema(type.slice('array<'.length, -1)) };
}

/** Deeper lists fit everything. */
const MAX_LEVELS = 20;
