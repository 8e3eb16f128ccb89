/** What happens to events that break the tracking plan. */
import type { ViolationType } from './violation.ts';

/**
 * - `allow`: nothing is said.
 * - `warn`: said, and the event counts as valid.
 * - `tag`: said, and the event is stored as one that breaks the plan.
 * - `block`: said, and the event is not stored.
 * - `omit`: said, and the property is not stored; for `additional_property` at the top of an event only.
 */
export type PlanMode = 'allow' | 'warn' | 'tag' | 'block' | 'omit';

/** The mode of each kind of violation. */
export type PlanModes = Readonly<Record<ViolationType, PlanMode>>;
