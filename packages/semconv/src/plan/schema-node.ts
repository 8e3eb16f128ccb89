/** A schema while it is read. */
import type { SchemaNode } from './schema.ts';

/** One whose rules are still being set. */
export type Node = { -readonly [Key in keyof SchemaNode]: SchemaNode[Key] };

/** A schema without rules. */
export function emptyNode(): Node {
  return {
    never: false,
    types: null,
    enum: null,
    const: null,
    valueSets: [],
    minimum: null,
    maximum: null,
    exclusiveMinimum: null,
    exclusiveMaximum: null,
    multipleOf: null,
    minLength: null,
    maxLength: null,
    pattern: null,
    prefixItems: [],
    items: null,
    minItems: null,
    maxItems: null,
    uniqueItems: false,
    properties: new Map(),
    required: [],
    additionalProperties: null,
    propertyNames: null,
    allOf: [],
    anyOf: [],
    oneOf: [],
    not: null,
    ifRule: null,
    thenRule: null,
    elseRule: null,
    ref: null,
    title: '',
    description: '',
    format: '',
    unit: '',
  };
}
