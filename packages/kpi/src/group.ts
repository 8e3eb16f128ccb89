/** Groups of a breakdown as text, and back. */
import type { Group } from '@heartwood/store';

/** Values that a text would be taken for something else: one `$` more stands before them. */
const LITERAL = /^\$+(?:none|other)$/u;

/** `$none` without a value, `$other` beyond the top, null without a breakdown; the value `$none` is `$$none`. */
export function groupText(group: Group | null): string | null {
  if (group === null) return null;
  if (group.kind !== 'value') return `$${group.kind}`;
  return LITERAL.test(group.value) ? `$${group.value}` : group.value;
}

/** The group of such a text. */
export function parseGroup(text: string): Group {
  if (text === '$none') return { kind: 'none' };
  if (text === '$other') return { kind: 'other' };
  return { kind: 'value', value: LITERAL.test(text) ? text.slice(1) : text };
}
