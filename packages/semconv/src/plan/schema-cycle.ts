/** Finds schemas that refer to themselves, over others or not, before a property or an item is reached. */
import type { SchemaNode } from './schema.ts';

/** Most schemas that are asked about one and the same value in a row. */
const MAX_IN_PLACE = 64;

/** What is wrong with references, or null: a check of such a schema would not end. */
export function findEndlessReference(starts: readonly SchemaNode[]): string | null {
  const lengths = new Map<SchemaNode, number>();
  const under = new Set<SchemaNode>();
  let problem: string | null = null;
  const lengthOf = (node: SchemaNode): number => {
    const known = lengths.get(node);
    if (known !== undefined || problem !== null) return known ?? 0;
    if (under.has(node)) {
      problem = `refers to itself${nameOf(node)} without a property or an item in between`;
      return 0;
    }
    if (under.size > MAX_IN_PLACE) {
      problem = `asks more than ${MAX_IN_PLACE} schemas in a row about one value`;
      return 0;
    }
    under.add(node);
    const length = 1 + Math.max(0, ...inPlace(node).map(lengthOf));
    under.delete(node);
    lengths.set(node, length);
    if (length > MAX_IN_PLACE) {
      problem ??= `asks more than ${MAX_IN_PLACE} schemas in a row about one value`;
    }
    return length;
  };
  // Only schemas that can be reached: those below properties and items are starts of their own.
  const waiting = [...starts];
  const seen = new Set<SchemaNode>();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    lengthOf(node);
    waiting.push(...inPlace(node), ...within(node));
  }
  return problem;

  function nameOf(node: SchemaNode): string {
    for (const other of under) {
      if (other.ref?.node === node) return ` by ${other.ref.name}`;
    }
    return '';
  }
}

/** Schemas that are asked about the same value. */
function inPlace(node: SchemaNode): SchemaNode[] {
  const { ref, allOf, anyOf, oneOf } = node;
  const single = [ref?.node, node.not, node.ifRule, node.thenRule, node.elseRule];
  return [
    ...allOf,
    ...anyOf,
    ...oneOf,
    ...single.filter((one) => one !== null && one !== undefined),
  ];
}

/** Schemas that are asked about what the value holds. */
function within(node: SchemaNode): SchemaNode[] {
  const { items, additionalProperties, propertyNames, properties, prefixItems } = node;
  const single = [items, additionalProperties, propertyNames].filter((one) => one !== null);
  return [...properties.values(), ...prefixItems, ...single];
}
