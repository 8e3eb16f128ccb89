/** Tells two revisions of a tracking plan apart, and which versions the changes of their schemas ask for. */
import { toCanonicalText } from './json-value.ts';
import { compareSchemas, type SchemaChange } from './schema-diff.ts';
import { bumpBetween, bumpVersion, VERSION_BUMPS, type VersionBump } from './schema-version.ts';
import type { PlannedEvent } from './planned-event.ts';
import type { TrackingPlan } from './tracking-plan.ts';

/** What became of one event. */
export interface EventDiff {
  readonly event: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Versions before and after; null where there is none. */
  readonly from: string | null;
  readonly to: string | null;
  /** What the changes ask for; a removed event asks for nothing. */
  readonly bump: VersionBump;
  /** The version that the event needs at least. */
  readonly needed: string | null;
  /** False when the version went up by less than the changes ask for. */
  readonly ok: boolean;
  readonly changes: readonly SchemaChange[];
}

/** What became of a plan. */
export interface PlanDiff {
  /** Events that are not as before, by name. */
  readonly events: readonly EventDiff[];
  /** The largest bump of all events; `model` when an event is gone. */
  readonly bump: VersionBump;
  /** False when the version of an event does not say what was done to it. */
  readonly ok: boolean;
}

/**
 * Adding and removing optional properties is an `addition`; a required one that comes or goes, one that becomes required
 * and another type are a new `model`, and narrower values a `revision`
 * (https://docs.snowplow.io/docs/fundamentals/schemas/versioning).
 */
export function diffPlans(before: TrackingPlan, after: TrackingPlan): PlanDiff {
  const names = [...new Set([...before.events.keys(), ...after.events.keys()])].toSorted();
  const events = names.flatMap((name) =>
    diffEvent(name, before.events.get(name), after.events.get(name)),
  );
  const bumps = events.map(({ bump, change }) => (change === 'removed' ? 'model' : bump));
  return { events, bump: largest(bumps), ok: events.every(({ ok }) => ok) };
}

function diffEvent(
  event: string,
  before: PlannedEvent | undefined,
  after: PlannedEvent | undefined,
): EventDiff[] {
  if (before === undefined) {
    if (after === undefined) return [];
    const to = after.version;
    return [
      {
        event,
        change: 'added',
        from: null,
        to,
        bump: 'addition',
        needed: to,
        ok: true,
        changes: [],
      },
    ];
  }
  const from = before.version;
  if (after === undefined) {
    return [
      {
        event,
        change: 'removed',
        from,
        to: null,
        bump: 'none',
        needed: null,
        ok: true,
        changes: [],
      },
    ];
  }
  const changes = compareSchemas(before.schema.written, after.schema.written);
  const bump = largest(changes.map((change) => change.bump));
  const isSame = changes.length === 0 && from === after.version;
  if (isSame && textOf(before) === textOf(after)) return [];
  const given = bumpBetween(from, after.version);
  const ok = rank(given) >= rank(bump) && (given !== 'none' || from === after.version);
  return [
    {
      event,
      change: 'changed',
      from,
      to: after.version,
      bump,
      needed: bumpVersion(from, bump),
      ok,
      changes,
    },
  ];
}

const rank = (bump: VersionBump): number => VERSION_BUMPS.indexOf(bump);

const largest = (bumps: readonly VersionBump[]): VersionBump =>
  VERSION_BUMPS[Math.max(0, ...bumps.map(rank))] ?? 'none';

/** All but the schema and what the plan says for every event. */
function textOf(event: PlannedEvent): string | null {
  const { schema: _, earlier, pii, ...rest } = event;
  return toCanonicalText({ ...rest, pii: [...pii], earlier: [...earlier.keys()] }, 10);
}
