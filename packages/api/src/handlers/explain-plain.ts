/** Lets plain answers tell how they came about: hears what runs for them, and says so where that was asked. */
import {
  explainPlain,
  toFilters,
  type PlainQuestion,
  type RunFilter,
  type Window,
} from '@heartwood/kpi';
import type { RanStatement, ReadOptions } from '@heartwood/store';
import type { Explain } from '../contract/analytic.ts';
import type { Context } from './context.ts';
import { toPlainExplain } from './analytic.ts';

interface Listening {
  /** For every question of the answer. */
  readonly options: ReadOptions;
  /** Part of the meta; empty unless it was asked for. `n` is what the numbers are made of. */
  readonly explained: (
    window: Window,
    question: PlainQuestion,
    sample: { readonly unit: string; readonly n: number },
  ) => { explain?: Explain };
}

/** Listens from now on, where the query says so. */
export function listen(
  { options }: Context,
  query: Omit<RunFilter, 'feature'> & { readonly explain: 'true' | 'false' },
): Listening {
  if (query.explain === 'false') return { options, explained: () => ({}) };
  const ran: RanStatement[] = [];
  return {
    options: { ...options, onStatement: (statement) => void ran.push(statement) },
    explained: (window, question, sampleSize) => ({
      explain: toPlainExplain(explainPlain(window, question, query, ran), {
        unit: sampleSize.unit,
        sampleSize,
        filters: toFilters(query),
      }),
    }),
  };
}
