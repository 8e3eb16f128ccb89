/** How the plain answers about runs and spans came about: features, one feature, usage, services, totals. */
import type { RanStatement } from '@heartwood/store';
import { explain, toRan, type Explain } from './analytic.ts';
import type { RunFilter } from './run.ts';
import type { Window } from './window.ts';

/** A plain answer and how it was asked for. */
export type PlainQuestion =
  | { readonly kind: 'features'; readonly sort: string; readonly limit: number }
  | { readonly kind: 'feature'; readonly feature: string; readonly interval: string }
  | {
      readonly kind: 'usage';
      readonly feature?: string | undefined;
      readonly by?: string | undefined;
      readonly top: number;
      readonly interval: string;
    }
  | { readonly kind: 'services'; readonly limit: number }
  | { readonly kind: 'totals' };

/** Explains a plain answer; `ran` is what the store ran for it. */
export function explainPlain(
  window: Window,
  question: PlainQuestion,
  filter: Omit<RunFilter, 'feature'>,
  ran: readonly RanStatement[],
): Explain {
  const { category, component, service, status } = filter;
  const filters = { category, component, service, status };
  return explain(window, {
    definition: {
      kind: question.kind,
      id: null,
      revision: null,
      source: null,
      written: { ...question, ...filters },
    },
    sentence: SENTENCES[question.kind],
    statements: ran.map(toRan),
    command: commandOf(question, filters),
    ...(question.kind === 'feature' && { argument: question.feature }),
  });
}

const NUMBERS =
  'runs by status, distinct users and sessions (a run without one is in the runs alone), success / runs (null where senders leave out runs), p50, p95 and p99 of all statuses, linear between ranks, without runs that end before they start, mean duration as sum over sum, mean score with failed runs as they scored';
const SOURCES =
  'whole hours are added up from roll-ups, all else comes from the runs; percentiles of at most 200,000 runs are exact to the last digit, beyond that to one unit of it, and within 3.2 % where raw runs have been removed, or where the range has more than 2 million runs, is filtered and split by no more than the feature, and is told by whole hours (UTC)';

const SENTENCES: Readonly<Record<PlainQuestion['kind'], string>> = {
  features: `features with runs that started in the range: ${NUMBERS}; tier is that of the median run; ${SOURCES}`,
  feature: `runs of one feature that started in the range: ${NUMBERS}; shares are of its runs; errors are runs that failed, timed out or carry an error type; ${SOURCES}`,
  usage: `runs that started in the range by bucket of time, by group where split, the groups with the most runs first, the rest as $other: ${NUMBERS}; ${SOURCES}`,
  services:
    'spans that started in the range, by service, the busiest first: errors are spans with status ERROR, p50, p95, p99 and max of those that do not end before they start, linear between ranks; exact to the last digit where the range has at most 200,000 spans',
  totals: `all runs that started in the range together: ${NUMBERS}; ${SOURCES}`,
};

/** Null where the command line does not ask the same. */
function commandOf(
  question: PlainQuestion,
  filters: Readonly<Record<string, string | undefined>>,
): readonly string[] | null {
  const flags = Object.entries(filters).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  );
  if (question.kind === 'features')
    return [
      'features',
      'list',
      ...flags,
      '--sort',
      question.sort,
      '--limit',
      String(question.limit),
    ];
  if (question.kind === 'feature')
    return ['features', 'show', ...flags, '--interval', question.interval];
  return null;
}
