/** A list of names in a setting: each entry is a name, a beginning (`name*`) or a pattern (`/regular expression/`). */
import { createPattern, type Pattern } from '@heartwood/semconv';
import { warnOnce } from '../host/report.ts';

/** One entry of a list. */
export type ListEntry =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'beginning'; readonly text: string }
  | { readonly kind: 'pattern'; readonly pattern: Pattern };

/**
 * Reads the entries of a list. A pattern that cannot be read is said once; `onBroken` says what it then covers:
 * everything where entries keep something back, nothing where they let something through.
 */
export function readEntries(
  list: readonly string[],
  onBroken: 'everything' | 'nothing',
): readonly ListEntry[] {
  return list.flatMap((entry): ListEntry[] => {
    const pattern = /^\/(.+)\/([a-z]*)$/s.exec(entry);
    if (pattern !== null) {
      try {
        return [{ kind: 'pattern', pattern: createPattern(pattern[1] ?? '', pattern[2] ?? '') }];
      } catch (error) {
        warnOnce(
          `pattern:${entry}`,
          `the pattern ${entry.slice(0, 60)} ${(error as Error).message}; it covers ${onBroken}`,
        );
        return onBroken === 'everything' ? [{ kind: 'beginning', text: '' }] : [];
      }
    }
    if (entry.endsWith('*')) return [{ kind: 'beginning', text: entry.slice(0, -1) }];
    return entry === '' ? [] : [{ kind: 'exact', text: entry }];
  });
}

/** True when an entry covers the name. */
export function covers(entries: readonly ListEntry[], name: string): boolean {
  for (const entry of entries) {
    if (entry.kind === 'exact' ? name === entry.text : isMatch(entry, name)) return true;
  }
  return false;
}

function isMatch(entry: Exclude<ListEntry, { kind: 'exact' }>, name: string): boolean {
  return entry.kind === 'beginning' ? name.startsWith(entry.text) : entry.pattern.test(name);
}
