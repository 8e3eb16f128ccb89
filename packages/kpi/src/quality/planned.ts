/** Names of events that may come, as the tracking plan has them. */
import type { DefinitionSet } from '../definition/kinds.ts';

/** Null without a plan: then nothing is unknown. */
export const plannedEvents = ({ plan }: DefinitionSet): ReadonlySet<string> | null =>
  plan === null ? null : new Set(plan.plan.events.keys());
