/** The properties that a schema plans, also those behind references and in its parts. */
import type { SchemaNode } from './schema.ts';

const known = new WeakMap<SchemaNode, ReadonlyMap<string, SchemaNode>>();

/**
 * Properties of an object by name: those of the schema, of what it refers to, and of all its parts, conditions included.
 * Where several plan the same property, the first that says its type counts.
 */
export function propertiesOf(node: SchemaNode): ReadonlyMap<string, SchemaNode> {
  const found = known.get(node);
  if (found !== undefined) return found;
  const properties = new Map<string, SchemaNode>();
  for (const part of partsOf(node, allParts))
    for (const [name, rule] of part.properties) {
      const other = properties.get(name);
      if (other === undefined || (!saysType(other) && saysType(rule))) properties.set(name, rule);
    }
  known.set(node, properties);
  return properties;
}

/** Names of an object that the schema, whatever else it holds, does not let be. */
export function findUnplanned(node: SchemaNode, names: readonly string[]): string[] {
  const closed = partsOf(node, (part) => part.allOf).filter(
    ({ additionalProperties }) => additionalProperties?.never === true,
  );
  if (closed.length === 0) return [];
  return names.filter((name) => closed.some(({ properties }) => !properties.has(name)));
}

/** The schema with what it refers to and the parts that are asked for, each once. */
function partsOf(
  root: SchemaNode,
  within: (node: SchemaNode) => readonly (SchemaNode | null)[],
): readonly SchemaNode[] {
  const parts = new Set([root]);
  // A set goes on over what is added while it is gone over.
  for (const part of parts)
    for (const next of [part.ref?.node ?? null, ...within(part)])
      if (next !== null) parts.add(next);
  return [...parts];
}

const allParts = (node: SchemaNode): readonly (SchemaNode | null)[] => {
  const { allOf, anyOf, oneOf, ifRule, thenRule, elseRule } = node;
  return [...allOf, ...anyOf, ...oneOf, ifRule, thenRule, elseRule];
};

function saysType(node: SchemaNode): boolean {
  return node.types !== null || (node.ref !== null && saysType(node.ref.node));
}
