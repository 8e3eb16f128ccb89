/** What happens to events that break the tracking plan. */
import type { ViolationType } from './violation.ts';

/** The words for modes. */
export const PLAN_MODES = ['allow', 'warn', 'tag', 'block', 'omit'] as const;

/**
 * - `allow`: nothing is said.
 * - `warn`: said, and the event counts as valid.
 * - `tag`: said, and the event is stored as one that breaks the plan.
 * - `block`: said, and the event is not stored.
 * - `omit`: said, and the property is not stored; for `additional_property` at the top of an event only, deeper it
 *   is `warn`.
 */
export type PlanMode = (typeof PLAN_MODES)[number];

/** The mode of each kind of violation. */
export type PlanModes = Readonly<Record<ViolationType, PlanMode>>;
