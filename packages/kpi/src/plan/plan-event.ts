/** One event beside a tracking plan, and what would become of it. */
import type { PlanDecision, PlanFindings, TrackingPlan } from '@heartwood/semconv';
import { decidePlan, unplannedProperties, validateEvent } from '@heartwood/semconv/plan';

/** An event as an app sends it. */
interface PlanEvent {
  readonly event: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Version of the schema that the event names. */
  readonly schemaVersion?: string | undefined;
}

/** What a check found. */
interface PlanVerdict extends PlanFindings {
  /** What the receiver does with it: without a plan all is kept. */
  readonly outcome: PlanDecision['outcome'];
  /** Properties that it leaves out. */
  readonly omitted: readonly string[];
  /** Id of the plan; null without one. */
  readonly plan: string | null;
}

/** Checks an event; without a plan nothing is wrong. */
export function checkPlanEvent(
  plan: TrackingPlan | null,
  { event, properties, schemaVersion }: PlanEvent,
): PlanVerdict {
  if (plan === null)
    return {
      valid: true,
      errors: [],
      warnings: [],
      violations: [],
      outcome: 'keep',
      omitted: [],
      plan: null,
    };
  const findings = validateEvent(plan, event, properties, { version: schemaVersion });
  const unplanned = unplannedProperties(plan, event, properties, { version: schemaVersion });
  const { outcome, omit } = decidePlan(plan, event, findings.violations, unplanned);
  return { ...findings, outcome, omitted: omit, plan: plan.id };
}
