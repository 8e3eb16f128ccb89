/** The meta that all analytics write alike. */
import { toFilters, type Analytic, type Explain, type Sampling, type Window } from '@heartwood/kpi';
import type { AnalyticMeta, Explain as ExplainAnswer } from '../contract/analytic.ts';
import { metaOf } from './context.ts';

/** The meta of an analytic about a window; how it came about only where that was asked for. */
export function analyticMetaOf(
  window: Window,
  {
    unit,
    complete,
    truncated,
    warnings,
    sampleSize,
    sampling,
    approximate,
    asOf,
    explain,
  }: Analytic<unknown>,
  query: Readonly<Record<string, unknown>> & { readonly explain: 'true' | 'false' },
): AnalyticMeta {
  const { kind, id, revision } = explain.definition;
  return {
    ...metaOf(window, unit, { truncated, warnings: [...warnings] }),
    complete,
    sampleSize,
    sampling,
    approximate,
    asOf,
    definition: { kind, id, revision },
    ...(query.explain === 'true'
      ? {
          explain: toPlainExplain(
            explain,
            { unit, sampleSize, filters: toFilters(query) },
            sampling,
          ),
        }
      : {}),
  };
}

/** How numbers came about, with what of it stands in their meta. */
export const toPlainExplain = (
  { statements, ...rest }: Explain,
  said: Pick<ExplainAnswer, 'unit' | 'sampleSize' | 'filters'>,
  sampling: Sampling | null = null,
): ExplainAnswer => ({
  ...rest,
  ...said,
  sampling: `${describeSampled(sampling)}${SAMPLING}`,
  statements: statements.map((statement) => ({ ...statement, params: { ...statement.params } })),
});

const describeSampled = (sampling: Sampling | null): string =>
  sampling?.sampled === true
    ? `${String(sampling.runs)} runs were sampled and stand for about ${String(Math.round(sampling.adjustedRuns))}; `
    : '';

const SAMPLING =
  'every record counts as one: what senders leave out by sampling is in no number, and nothing is scaled up';
