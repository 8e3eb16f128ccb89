/** Groups of a breakdown as text, and back. */
import type { Group, Property } from '@heartwood/store';

/** Values that a text would be taken for something else: one `$` more stands before them. */
const LITERAL = /^\$+(?:none|other)$/u;

/** `$none` without a value, `$other` beyond the top, null without a breakdown; the value `$none` is `$$none`. */
export function groupText(group: Group | null): string | null {
  if (group === null) return null;
  if (group.kind !== 'value') return `$${group.kind}`;
  return LITERAL.test(group.value) ? `$${group.value}` : group.value;
}

/** What a breakdown is by. */
export const nameOfBreakdown = ({ by }: { readonly by: Property }): string =>
  'key' in by ? by.key : by.name;

/** Says that a breakdown told nothing apart, because nothing that was counted has the property: most likely it is mistyped. */
export function unsplitWarnings(
  by: string | undefined,
  groups: readonly (string | null)[],
): string[] {
  if (by === undefined || groups.length === 0) return [];
  return groups.every((group) => group === '$none')
    ? [`Nothing that is counted here has the property "${by.slice(0, 100)}": check its name.`]
    : [];
}

/** The group of such a text. */
export function parseGroup(text: string): Group {
  if (text === '$none') return { kind: 'none' };
  if (text === '$other') return { kind: 'other' };
  return { kind: 'value', value: LITERAL.test(text) ? text.slice(1) : text };
}
