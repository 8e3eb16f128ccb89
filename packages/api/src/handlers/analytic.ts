/** The meta that all analytics write alike. */
import type { Analytic, Explain, Window } from '@heartwood/kpi';
import type { AnalyticMeta } from '../contract/analytic.ts';
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
    approximate,
    asOf,
    explain,
  }: Analytic<unknown>,
  query: { readonly explain: 'true' | 'false' },
): AnalyticMeta {
  const { kind, id, revision } = explain.definition;
  return {
    ...metaOf(window, unit, { truncated, warnings: [...warnings] }),
    complete,
    sampleSize,
    approximate,
    asOf,
    definition: { kind, id, revision },
    ...(query.explain === 'true' ? { explain: toPlain(explain) } : {}),
  };
}

const toPlain = ({ statements, ...rest }: Explain): NonNullable<AnalyticMeta['explain']> => ({
  ...rest,
  statements: statements.map((statement) => ({ ...statement, params: { ...statement.params } })),
});
