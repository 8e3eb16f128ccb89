/** What a schema wants, in words. */
import type { SchemaNode } from './schema.ts';

/** The types that a schema lets be, as `string or null`; `any value` where it lets all. */
export function wordsOfTypes(node: SchemaNode): string {
  if (node.types !== null) return node.types.join(' or ');
  return node.ref === null ? 'any value' : wordsOfTypes(node.ref.node);
}

/** A number of things, as `at least 2 items`. */
export function wordsOfCount(bound: 'at least' | 'at most', count: number, word: string): string {
  return `${bound} ${count} ${word}${count === 1 ? '' : 's'}`;
}
