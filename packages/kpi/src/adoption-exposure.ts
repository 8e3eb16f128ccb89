/** Who was shown a feature, where its definition does not say: by the events `feature.viewed` about it. */
import { EVENT_FEATURE_VIEWED } from '@heartwood/semconv';
import type { EventSelector, Property, Reader, ReadOptions } from '@heartwood/store';
import type { AdoptionRule } from './adoption-rule.ts';
import { toStatement, type ExplainedStatement } from './analytic.ts';
import { createWhole } from './interval.ts';
import { toNs, type Window } from './window.ts';

/** Features that were shown to somebody in a window. */
export interface Viewed {
  readonly features: ReadonlySet<string>;
  readonly statements: readonly ExplainedStatement[];
  /** Number of the last record that shows one; 0 for none. */
  readonly asOf: bigint;
}

const VIEWED: EventSelector = { source: 'event', names: [EVENT_FEATURE_VIEWED] };
const FEATURE: Property = { kind: 'column', name: 'feature' };

/** Most groups of a question. */
const MOST_GROUPS = 200;

/** Which of some features were shown to somebody in a window; `asOf` of what counts them. */
export async function readViewed(
  reader: Reader,
  window: Window,
  features: readonly string[],
  { asOf, ...options }: ReadOptions & { readonly asOf?: bigint | undefined },
): Promise<Viewed> {
  const { origin, width, slots: buckets } = createWhole(window);
  const viewed = new Set<string>();
  const statements: ExplainedStatement[] = [];
  let last = 0n;
  for (let first = 0; first < features.length; first += MOST_GROUPS) {
    const values = features.slice(first, first + MOST_GROUPS);
    const { rows, ...answer } = await reader.ask(
      {
        kind: 'count',
        events: {
          ...toNs(window),
          selectors: [VIEWED],
          keepOthers: false,
          unit: 'user',
          scope: { kind: 'in', property: FEATURE, values },
          group: { by: FEATURE, top: values.length },
          asOf,
        },
        slots: { origin, width, buckets },
        measures: [{ agg: 'count' }],
        output: { kind: 'numbers' },
      } as const,
      options,
    );
    if (answer.asOf > last) last = answer.asOf;
    for (const { group } of rows) if (group?.kind === 'value') viewed.add(group.value);
    statements.push(toStatement('features that were shown', answer, rows.length));
  }
  return { features: viewed, statements, asOf: last };
}

/** The rule as it counts: by the events that show the feature where there are some and it says nothing of who could use it. */
export function withExposure(
  rule: AdoptionRule,
  feature: string,
  { features }: Pick<Viewed, 'features'>,
): AdoptionRule {
  if (rule.exposure !== null || rule.eligible !== null || !features.has(feature)) return rule;
  const where = { kind: 'compare', property: FEATURE, op: '=', value: feature } as const;
  return { ...rule, exposure: { ...VIEWED, where } };
}

/** The rule of one feature as it counts in a window, and what was looked at for it. */
export async function readRule(
  reader: Reader,
  window: Window,
  feature: string,
  rule: AdoptionRule,
  options: ReadOptions & { readonly asOf?: bigint | undefined },
): Promise<{ rule: AdoptionRule; statements: readonly ExplainedStatement[] }> {
  const isOpen = rule.exposure === null && rule.eligible === null;
  const viewed = await readViewed(reader, window, isOpen ? [feature] : [], options);
  return { rule: withExposure(rule, feature, viewed), statements: viewed.statements };
}
