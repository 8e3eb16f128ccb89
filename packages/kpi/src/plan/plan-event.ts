/** One event beside a tracking plan, and what would become of it. */
import type { PlanDecision, PlanFindings, TrackingPlan } from '@heartwood/semconv';
import { decidePlan, schemaOf, unplannedProperties, validateEvent } from '@heartwood/semconv/plan';

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
  /** Version of the schema that it was held beside; null where the plan has no such event. */
  readonly schemaVersion: string | null;
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
      schemaVersion: null,
    };
  const findings = validateEvent(plan, event, properties, { version: schemaVersion });
  const unplanned = unplannedProperties(plan, event, properties, { version: schemaVersion });
  const { outcome, omit } = decidePlan(plan, event, findings.violations, unplanned);
  const planned = plan.events.get(event);
  const used = planned === undefined ? null : schemaOf(planned, schemaVersion).version;
  const isOther = used !== null && schemaVersion !== undefined && schemaVersion !== used;
  return {
    ...findings,
    warnings: [...findings.warnings, ...(isOther ? [otherVersion(schemaVersion, used)] : [])],
    outcome,
    omitted: omit,
    plan: plan.id,
    schemaVersion: used,
  };
}

const otherVersion = (named: string, used: string): string =>
  `The plan has no version ${JSON.stringify(named)} of it: it was checked against the newest, ${used}`;
