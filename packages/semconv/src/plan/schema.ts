/** The part of JSON Schema 2020-12 that plans are written in, as a tree that needs no further reading. */
import type { Pattern } from './pattern.ts';
import type { ValueSet } from './value-set.ts';

/** The words of `type`. */
export const SCHEMA_TYPES = [
  'string',
  'number',
  'integer',
  'boolean',
  'object',
  'array',
  'null',
] as const;

/** One of {@link SCHEMA_TYPES}. */
export type SchemaType = (typeof SCHEMA_TYPES)[number];

/** Rules of one value; a rule that is null does not hold. Schemas that refer to themselves make the tree a graph. */
export interface SchemaNode {
  /** `false`: nothing fits. */
  readonly never: boolean;
  readonly types: readonly SchemaType[] | null;
  readonly enum: readonly unknown[] | null;
  /** In a list of one, as null is a value too. */
  readonly const: readonly [unknown] | null;
  /** What `enum` and `const` let be, one set for each. */
  readonly valueSets: readonly ValueSet[];
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly exclusiveMinimum: number | null;
  readonly exclusiveMaximum: number | null;
  readonly multipleOf: number | null;
  readonly minLength: number | null;
  readonly maxLength: number | null;
  readonly pattern: { readonly source: string; readonly matcher: Pattern } | null;
  readonly prefixItems: readonly SchemaNode[];
  readonly items: SchemaNode | null;
  readonly minItems: number | null;
  readonly maxItems: number | null;
  readonly uniqueItems: boolean;
  readonly properties: ReadonlyMap<string, SchemaNode>;
  readonly required: readonly string[];
  readonly additionalProperties: SchemaNode | null;
  readonly propertyNames: SchemaNode | null;
  readonly allOf: readonly SchemaNode[];
  readonly anyOf: readonly SchemaNode[];
  readonly oneOf: readonly SchemaNode[];
  readonly not: SchemaNode | null;
  readonly ifRule: SchemaNode | null;
  readonly thenRule: SchemaNode | null;
  readonly elseRule: SchemaNode | null;
  /** What `$ref` names. */
  readonly ref: { readonly name: string; readonly node: SchemaNode } | null;
  /** Annotations, empty where there are none. */
  readonly title: string;
  readonly description: string;
  readonly format: string;
  readonly unit: string;
}

/** The rules of all properties of an event. */
export interface Schema {
  readonly root: SchemaNode;
  readonly definitions: ReadonlyMap<string, SchemaNode>;
  /** As JSON. */
  readonly written: unknown;
  /** Types in the words of the short form, by property; empty for a schema. */
  readonly shortTypes: ReadonlyMap<string, string>;
}
