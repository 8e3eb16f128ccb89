/** What a schema wants, in words. */
import type { SchemaNode } from './schema.ts';

/** Longest list of values that is read out. */
const MAX_SHOWN = 200;

/** The types that a schema lets be, as `string or null`; `any value` where it lets all. */
export function wordsOfTypes(node: SchemaNode): string {
  if (node.types !== null) return node.types.join(' or ');
  return node.ref === null ? 'any value' : wordsOfTypes(node.ref.node);
}

/** Values of an `enum` or `const`, as `one of pdf, docx`. */
export function wordsOfValues(values: readonly unknown[]): string {
  const all = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const shown: string[] = [];
  let length = 0;
  for (const text of all) {
    length += text.length;
    if (length > MAX_SHOWN && shown.length > 0) break;
    shown.push(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
  }
  const rest = all.length - shown.length;
  const more = rest === 0 ? '' : ` and ${rest} more`;
  return all.length === 1 ? (shown[0] ?? '') : `one of ${shown.join(', ')}${more}`;
}

/** A number of things, as `at least 2 items`. */
export function wordsOfCount(bound: 'at least' | 'at most', count: number, word: string): string {
  return `${bound} ${count} ${word}${count === 1 ? '' : 's'}`;
}
