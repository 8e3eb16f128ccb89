/** Lets plain answers tell how they came about: hears what runs for them, and says so where that was asked. */
import {
  explainPlain,
  toFilters,
  type Explain as Explanation,
  type PlainQuestion,
  type RunFilter,
  type Window,
} from '@heartwood/kpi';
import type { RanStatement, ReadOptions } from '@heartwood/store';
import type { Explain } from '../contract/analytic.ts';
import type { Context } from './context.ts';
import { toPlainExplain } from './analytic.ts';

/** What an answer is made of. */
interface Sample {
  readonly unit: string;
  readonly n: number;
}

interface Hearing {
  /** For every question of the answer. */
  readonly options: ReadOptions;
  /** Part of the meta; empty unless it was asked for. */
  readonly told: (
    explanation: (ran: readonly RanStatement[]) => Explanation,
    sample: Sample,
  ) => { explain?: Explain };
}

interface Listening extends Pick<Hearing, 'options'> {
  /** Part of the meta; empty unless it was asked for. */
  readonly explained: (
    window: Window,
    question: PlainQuestion,
    sample: Sample,
  ) => { explain?: Explain };
}

/** Hears from now on what runs, where the query says so. */
export function hear(
  { options }: Context,
  query: Readonly<Record<string, unknown>> & { readonly explain: 'true' | 'false' },
): Hearing {
  if (query.explain === 'false') return { options, told: () => ({}) };
  const ran: RanStatement[] = [];
  return {
    options: { ...options, onStatement: (statement) => void ran.push(statement) },
    told: (explanation, sampleSize) => ({
      explain: toPlainExplain(explanation(ran), {
        unit: sampleSize.unit,
        sampleSize,
        filters: toFilters(query),
      }),
    }),
  };
}

/** The same for an answer about runs and spans. */
export function listen(
  context: Context,
  query: Omit<RunFilter, 'feature'> & { readonly explain: 'true' | 'false' },
): Listening {
  const { options, told } = hear(context, { ...query });
  return {
    options,
    explained: (window, question, sample) =>
      told((ran) => explainPlain(window, question, query, ran), sample),
  };
}
