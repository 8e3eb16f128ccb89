/** Keywords of JSON Schema that plans may use, each with what reads its value. */
import { isRecord, kindOf, toCanonicalText } from './json-value.ts';
import { createPattern } from './pattern.ts';
import type { PlanPlace } from './plan-place.ts';
import type { Node } from './schema-node.ts';
import { SCHEMA_TYPES, type SchemaType } from './schema.ts';
import { ValueSet } from './value-set.ts';

/** Deepest nesting of a schema and of the values that are held beside it. */
export const MAX_DEPTH = 64;
const MAX_ENUM = 1000;
const MAX_PATTERN = 1000;
const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** What keywords ask of the schema that they stand in. */
export interface Reading {
  /** Those of the event, by name. */
  readonly definitions: ReadonlyMap<string, Node>;
  /** A schema within this one. */
  schema(written: unknown, place: PlanPlace, depth: number): Node;
  /** Reads what a definition is. */
  define(name: string, written: unknown, place: PlanPlace, depth: number): void;
  /** The schema that a reference means. */
  refer(name: string): Node | undefined;
}

type ReadKeyword = (
  reader: Reading,
  node: Node,
  value: unknown,
  place: PlanPlace,
  depth: number,
) => void;

/** Written once for each kind of value that a keyword takes. */
const number =
  (key: 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum'): ReadKeyword =>
  (_, node, value, place) => {
    if (kindOf(value) === 'number') node[key] = value as number;
    else place.error(`must be a number, not ${nameKind(value)}`);
  };
const length =
  (key: 'minLength' | 'maxLength' | 'minItems' | 'maxItems'): ReadKeyword =>
  (_, node, value, place) => {
    if (Number.isSafeInteger(value) && (value as number) >= 0) node[key] = value as number;
    else place.error('must be a whole number from 0');
  };
const text =
  (key: 'title' | 'description' | 'format' | 'unit'): ReadKeyword =>
  (_, node, value, place) => {
    if (typeof value === 'string') node[key] = value;
    else place.error(`must be a text, not ${nameKind(value)}`);
  };
const schema =
  (
    key:
      | 'items'
      | 'additionalProperties'
      | 'propertyNames'
      | 'not'
      | 'ifRule'
      | 'thenRule'
      | 'elseRule',
  ): ReadKeyword =>
  (reader, node, value, place, depth) => {
    node[key] = reader.schema(value, place, depth);
  };
const schemas =
  (key: 'prefixItems' | 'allOf' | 'anyOf' | 'oneOf'): ReadKeyword =>
  (reader, node, value, place, depth) => {
    if (!Array.isArray(value) || value.length === 0) place.error('must be a list of schemas');
    else node[key] = value.map((item, index) => reader.schema(item, place.at(index), depth));
  };
const annotation: ReadKeyword = () => {};

/** How the value of each keyword is read. */
export const KEYWORDS: ReadonlyMap<string, ReadKeyword> = new Map<string, ReadKeyword>([
  ['type', readTypes],
  ['enum', readEnum],
  ['const', readConst],
  ['minimum', number('minimum')],
  ['maximum', number('maximum')],
  ['exclusiveMinimum', number('exclusiveMinimum')],
  ['exclusiveMaximum', number('exclusiveMaximum')],
  ['multipleOf', readMultipleOf],
  ['minLength', length('minLength')],
  ['maxLength', length('maxLength')],
  ['pattern', readPattern],
  ['format', text('format')],
  ['items', schema('items')],
  ['prefixItems', schemas('prefixItems')],
  ['minItems', length('minItems')],
  ['maxItems', length('maxItems')],
  ['uniqueItems', readUniqueItems],
  ['properties', readProperties],
  ['required', readRequired],
  ['additionalProperties', schema('additionalProperties')],
  ['propertyNames', schema('propertyNames')],
  ['allOf', schemas('allOf')],
  ['anyOf', schemas('anyOf')],
  ['oneOf', schemas('oneOf')],
  ['not', schema('not')],
  ['if', schema('ifRule')],
  ['then', schema('thenRule')],
  ['else', schema('elseRule')],
  ['$ref', readReference],
  ['$defs', readDefinitions],
  ['unit', text('unit')],
  ['title', text('title')],
  ['description', text('description')],
  ['default', annotation],
  ['examples', annotation],
  ['deprecated', annotation],
  ['$comment', annotation],
  ['$schema', readDraft],
]);

/** What may be meant by a keyword that is none. */
export const KEYWORD_NAMES: readonly string[] = [...KEYWORDS.keys()];

function readTypes(_: Reading, node: Node, value: unknown, place: PlanPlace): void {
  const words: readonly unknown[] = Array.isArray(value) ? value : [value];
  const types = words.filter(isType);
  if (words.length === 0 || types.length < words.length) {
    place.error(`must be one of ${SCHEMA_TYPES.join(', ')}, or a list of them`, SCHEMA_TYPES);
  } else if (new Set(types).size < types.length) place.error('names a type twice');
  else node.types = types;
}

function readEnum(_: Reading, node: Node, value: unknown, place: PlanPlace): void {
  if (!Array.isArray(value) || value.length === 0) place.error('must be a list of values');
  else if (value.length > MAX_ENUM) place.error(`has more than ${MAX_ENUM} values`);
  else {
    for (const [index, item] of value.entries()) checkJson(item, place.at(index));
    node.enum = value;
    node.valueSets = [...node.valueSets, new ValueSet(value, MAX_DEPTH)];
  }
}

function readConst(_: Reading, node: Node, value: unknown, place: PlanPlace): void {
  checkJson(value, place);
  node.const = [value];
  node.valueSets = [...node.valueSets, new ValueSet([value], MAX_DEPTH)];
}

function readMultipleOf(_: Reading, node: Node, value: unknown, place: PlanPlace): void {
  if (kindOf(value) === 'number' && (value as number) > 0) node.multipleOf = value as number;
  else place.error('must be a number above 0');
}

function readPattern(_: Reading, node: Node, value: unknown, place: PlanPlace): void {
  if (typeof value !== 'string') place.error(`must be a text, not ${nameKind(value)}`);
  else if (value.length > MAX_PATTERN) place.error(`is longer than ${MAX_PATTERN} characters`);
  else {
    try {
      node.pattern = { source: value, matcher: createPattern(value, 'u') };
    } catch (error) {
      place.error((error as Error).message);
    }
  }
}

function readUniqueItems(_: Reading, node: Node, value: unknown, place: PlanPlace): void {
  if (typeof value === 'boolean') node.uniqueItems = value;
  else place.error(`must be true or false, not ${nameKind(value)}`);
}

function readProperties(
  reader: Reading,
  node: Node,
  value: unknown,
  place: PlanPlace,
  depth: number,
): void {
  if (!isRecord(value)) return place.error(`must be a map of properties, not ${nameKind(value)}`);
  node.properties = new Map(
    Object.entries(value).map(([name, item]) => [name, reader.schema(item, place.at(name), depth)]),
  );
}

function readRequired(_: Reading, node: Node, value: unknown, place: PlanPlace): void {
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string')) {
    place.error('must be a list of names of properties');
  } else if (new Set(value).size < value.length) place.error('names a property twice');
  else node.required = value;
}

function readReference(reader: Reading, node: Node, value: unknown, place: PlanPlace): void {
  if (typeof value !== 'string') return place.error('must be a text such as #/$defs/address');
  const target = reader.refer(value);
  if (target !== undefined) node.ref = { name: value, node: target };
  else {
    const known = [...reader.definitions.keys()].map((name) => `#/$defs/${encodePointer(name)}`);
    place.error('must be # or #/$defs/<name>, with a name that $defs has', known);
  }
}

function readDefinitions(
  reader: Reading,
  _: Node,
  value: unknown,
  place: PlanPlace,
  depth: number,
): void {
  if (!isRecord(value)) return place.error(`must be a map of schemas, not ${nameKind(value)}`);
  if (depth > 0) return place.error('must stand at the top of the schema of its event');
  for (const [name, item] of Object.entries(value)) {
    reader.define(name, item, place.at(name), depth);
  }
}

function readDraft(_: Reading, __: Node, value: unknown, place: PlanPlace): void {
  if (value !== DRAFT && value !== `${DRAFT}#`) place.error(`must be ${DRAFT}`, [DRAFT]);
}

function isType(word: unknown): word is SchemaType {
  return SCHEMA_TYPES.some((type) => type === word);
}

function checkJson(value: unknown, place: PlanPlace): void {
  if (toCanonicalText(value, MAX_DEPTH) !== null) return;
  place.error(`is no JSON value, or nested more than ${MAX_DEPTH} deep`);
}

/** What a value is, in words. */
export function nameKind(value: unknown): string {
  const kind = kindOf(value);
  return kind === 'other' ? 'nothing' : kind;
}

/** The name that a part of a reference means. */
export const decodePointer = (key: string): string => {
  let plain = key;
  try {
    plain = decodeURIComponent(key);
  } catch {
    // A % that begins no escape stands for itself.
  }
  return plain.replaceAll('~1', '/').replaceAll('~0', '~');
};

const encodePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
