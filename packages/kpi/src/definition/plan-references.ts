/** Where definitions and the tracking plan name each other, and one of them does not have what is named: warnings. */
import { lintPlan } from '@heartwood/semconv/plan';
import { createSuggestionWork, suggest } from '../suggestion.ts';
import type { PlanDefinition } from './kinds.ts';
import type { Definition } from './definition.ts';
import type { Problem } from './problem.ts';

/** Definitions that name events which are not planned. */
export function findUnplanned(
  { plan }: PlanDefinition,
  definitions: Iterable<Definition>,
): Problem[] {
  const found: Problem[] = [];
  const work = createSuggestionWork();
  for (const definition of definitions) {
    const names = new Set<string>();
    collectEvents(definition, names, 0);
    for (const name of names) {
      if (plan.events.has(name)) continue;
      found.push({
        place: definition.place,
        severity: 'warning',
        code: 'DEFINITION_REFERENCE',
        message: `${definition.place.path} names the event "${name.slice(0, 100)}", which the tracking plan does not have`,
        suggestions: suggest(name, plan.events.keys(), work),
      });
    }
  }
  return found;
}

/** Reports events of the plan that name funnels and KPIs which are not defined, where there are any of their kind. */
export function warnOfUndefined(
  { plan, spots }: PlanDefinition,
  { funnels, kpis }: { readonly funnels: Iterable<string>; readonly kpis: Iterable<string> },
): void {
  const known = { funnels: [...funnels], kpis: [...kpis] };
  const asked = {
    funnels: known.funnels.length === 0 ? undefined : known.funnels,
    kpis: known.kpis.length === 0 ? undefined : known.kpis,
  };
  for (const { event, rule, message } of lintPlan(plan, asked))
    if (rule === 'unknown_funnel' || rule === 'unknown_kpi')
      spots.get(event)?.warn('DEFINITION_REFERENCE', `is beside nothing: ${message}`);
}

/** Far above what definitions nest. */
const MAX_DEPTH = 30;

/** Selectors of events, wherever a definition holds them. */
function collectEvents(value: unknown, names: Set<string>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  if (value instanceof Map) {
    for (const item of value.values()) collectEvents(item, names, depth + 1);
    return;
  }
  const { source, names: selected } = value as { source?: unknown; names?: unknown };
  if (source === 'event' && Array.isArray(selected))
    for (const name of selected) names.add(String(name));
  for (const [key, item] of Object.entries(value))
    if (key !== 'written' && key !== 'place') collectEvents(item, names, depth + 1);
}
