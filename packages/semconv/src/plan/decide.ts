/** What is done to an event with violations. */
import type { PlanMode } from './mode.ts';
import type { TrackingPlan } from './tracking-plan.ts';
import { nameOfPath } from './violation-path.ts';
import type { Violation } from './violation.ts';

/** What is done to one event. */
export interface PlanDecision {
  /** `keep`: it is valid. `tag`: it is stored as one that breaks the plan. `block`: it is not stored. */
  readonly outcome: 'keep' | 'tag' | 'block';
  /** The violations that are not allowed: those to be told and counted. */
  readonly said: readonly Violation[];
  /** The first that keeps the event out; null where none does. */
  readonly blocking: Violation | null;
  /** Properties that are left out of what is stored. */
  readonly omit: readonly string[];
}

/**
 * Decides by the modes of the event, or of the plan for one that is not planned. `unplanned` are names of properties as
 * `unplannedProperties` gives them, of which the violations may tell some only.
 */
export function decidePlan(
  plan: TrackingPlan,
  event: string,
  violations: readonly Violation[],
  unplanned: readonly string[] = [],
): PlanDecision {
  const modes = (plan.events.get(event) ?? plan).modes;
  const judged = violations.map((violation) => ({ violation, mode: modes[violation.type] }));
  const said = judged.filter(({ mode }) => mode !== 'allow').map(({ violation }) => violation);
  const has = (wanted: PlanMode): boolean => judged.some(({ mode }) => mode === wanted);
  const omit = judged
    .filter(({ mode }) => mode === 'omit')
    .map(({ violation }) => nameOfPath(violation.path))
    .filter((name) => name !== null);
  if (modes.additional_property === 'omit') omit.push(...unplanned);
  const blocking = judged.find(({ mode }) => mode === 'block')?.violation ?? null;
  const outcome = blocking !== null ? 'block' : has('tag') ? 'tag' : 'keep';
  return { outcome, said, blocking, omit: [...new Set(omit)] };
}

/**
 * A text that differs whenever two plans may store other events or properties than each other; empty where nothing is
 * ever blocked or left out.
 */
export function blockingRules(plan: TrackingPlan): string {
  const takes = (mode: PlanMode): boolean => mode === 'block' || mode === 'omit';
  const events = [...plan.events.values()].filter(({ modes }) => Object.values(modes).some(takes));
  if (events.length === 0 && !Object.values(plan.modes).some(takes)) return '';
  const rules = events
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, version, modes, schema, earlier }) => [
      name,
      version,
      modes,
      schema.written,
      [...earlier].map(([old, { written }]) => [old, written]),
    ]);
  return JSON.stringify([plan.modes, plan.naming, [...plan.events.keys()].toSorted(), rules]);
}
