/** Errors of a range in a few lines: how many of which category, and what to do. */
import type { Reader, ReadOptions } from '@heartwood/store';
import type { Window } from '../window.ts';
import { CATEGORY_ACTIONS, type ErrorAction } from './actions.ts';
import { ERROR_CATEGORIES, type ErrorCategory } from './categories.ts';
import { readErrorParts, type ErrorFilter } from './groups.ts';

/** A line: all errors of a category. `other` is all that is neither of an API nor of a database, and is told apart below. */
interface ErrorCount {
  readonly category: ErrorCategory | 'other';
  readonly label: string;
  readonly occurrences: number;
  /** Kinds of errors. */
  readonly groups: number;
  /** Title of the kind that occurred most often; null without any. */
  readonly topTitle: string | null;
}

interface ErrorSummary {
  /** `api`, `database` and `other`, also where there are none; then those of `other` that there are. */
  readonly categories: ErrorCount[];
  /** For each category that there are errors of, the most frequent first. */
  readonly actions: (ErrorAction & { readonly category: ErrorCategory })[];
}

/** With what a reader must know. */
interface ErrorSummaryReport {
  readonly summary: ErrorSummary;
  readonly warnings: string[];
}

export async function readErrorSummary(
  reader: Reader,
  window: Window,
  filter: ErrorFilter,
  options: ReadOptions = {},
): Promise<ErrorSummaryReport> {
  const limit = ERROR_CATEGORIES.length;
  const page = await readErrorParts(reader, window, 'category', filter, { ...options, limit });
  const { rows, warnings } = page;
  const counts = rows.map(({ value, occurrences, groups, topTitle }): ErrorCount => {
    const category = value as ErrorCategory;
    return { category, label: LABELS[category], occurrences, groups, topTitle };
  });
  const others = counts.filter(({ category }) => category !== 'api' && category !== 'database');
  const of = (category: 'api' | 'database'): ErrorCount =>
    counts.find((count) => count.category === category) ?? nothingOf(category);
  const summary: ErrorSummary = {
    categories: [of('api'), of('database'), sumOf(others), ...others],
    actions: rows.map(({ value, topObject }) => {
      const category = value as ErrorCategory;
      return { category, text: CATEGORY_ACTIONS[category], object: topObject };
    }),
  };
  return { summary, warnings };
}

const LABELS: Readonly<Record<ErrorCount['category'], string>> = {
  api: 'API Errors',
  database: 'Database Errors',
  other: 'Other Errors',
  timeout: 'Timeouts',
  auth: 'Authentication Errors',
  rate_limit: 'Rate Limits',
  validation: 'Validation Errors',
  filesystem: 'Filesystem Errors',
  memory: 'Memory Errors',
  configuration: 'Configuration Errors',
  dependency: 'Dependency Errors',
  unknown: 'Unknown Errors',
};

const nothingOf = (category: ErrorCount['category']): ErrorCount => ({
  category,
  label: LABELS[category],
  occurrences: 0,
  groups: 0,
  topTitle: null,
});

const sumOf = (others: readonly ErrorCount[]): ErrorCount =>
  others.reduce(
    (sum, { occurrences, groups, topTitle }) => ({
      ...sum,
      occurrences: sum.occurrences + occurrences,
      groups: sum.groups + groups,
      // They come the most frequent first.
      topTitle: sum.topTitle ?? topTitle,
    }),
    nothingOf('other'),
  );
