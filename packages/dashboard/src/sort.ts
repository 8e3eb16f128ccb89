/** Order of the rows of the feature table. */
import type { FeatureRow } from '@heartwood/api/contract';
import { PERFORMANCE_TIERS } from '@heartwood/semconv';

/** Columns that rows can be ordered by. */
const SORT_KEYS = [
  'feature',
  'category',
  'runs',
  'users',
  'sessions',
  'successRate',
  'p50Ms',
  'p95Ms',
  'p99Ms',
  'efficiency',
  'tier',
  'lastSeen',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** A column and a direction. */
export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

export const DEFAULT_SORT: Sort = { key: 'runs', descending: true };

export function isSortKey(text: string): text is SortKey {
  return (SORT_KEYS as readonly string[]).includes(text);
}

/** The order after a click on a column: the other direction, or the one that shows the remarkable first. */
export function nextSort(current: Sort, key: SortKey): Sort {
  if (current.key === key) return { key, descending: !current.descending };
  return { key, descending: !['feature', 'category', 'successRate', 'efficiency'].includes(key) };
}

/** Rows in order; rows without a value last in both directions, equal ones by name. */
export function sortRows(rows: readonly FeatureRow[], { key, descending }: Sort): FeatureRow[] {
  const direction = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const x = rankOf(a, key);
    const y = rankOf(b, key);
    if (x === null || y === null) {
      if (x !== null) return -1;
      if (y !== null) return 1;
      return compare(a.feature, b.feature);
    }
    return direction * compare(x, y) || compare(a.feature, b.feature);
  });
}

/** Rows in the order of `names` as far as they are in it, new ones behind: nothing moves under the pointer. */
export function keepOrder(rows: readonly FeatureRow[], names: readonly string[]): FeatureRow[] {
  const place = new Map(names.map((name, index) => [name, index]));
  const placeOf = (row: FeatureRow): number => place.get(row.feature) ?? names.length;
  return rows.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** Rows whose name, category or component contains every word of the search. */
export function searchRows(rows: readonly FeatureRow[], search: string): readonly FeatureRow[] {
  const words = search.toLocaleLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text =
      `${row.feature}\n${row.category ?? ''}\n${row.component ?? ''}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function rankOf(row: FeatureRow, key: SortKey): string | number | null {
  const value = row[key];
  return key === 'tier' && row.tier !== null ? PERFORMANCE_TIERS.indexOf(row.tier) : value;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compare(x: string | number, y: string | number): number {
  return typeof x === 'number' && typeof y === 'number'
    ? x - y
    : collator.compare(String(x), String(y));
}
