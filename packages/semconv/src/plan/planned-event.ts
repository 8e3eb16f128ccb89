/** One event of a tracking plan. */
import type { PlanModes } from './mode.ts';
import type { Schema } from './schema.ts';

/** What the plan says about one event. Texts that the plan leaves out are empty. */
export interface PlannedEvent {
  readonly name: string;
  /** Version of `schema` as MODEL-REVISION-ADDITION, such as `1-0-2`. */
  readonly version: string;
  readonly description: string;
  /** Part of the product. */
  readonly section: string;
  /** The funnel that the event is a step of, by its id or title, with the step's number from 1. */
  readonly funnel: { readonly id: string; readonly step: number | null } | null;
  /** KPIs that it goes into, by id or title. */
  readonly kpis: readonly string[];
  /** What makes it happen. */
  readonly trigger: string;
  readonly owner: string;
  readonly notes: string;
  readonly status: 'draft' | 'active' | 'deprecated';
  /** Name of the event to send instead of a deprecated one. */
  readonly replacedBy: string | null;
  /** Properties that tell about a person, with what is done to them, such as `redact`. */
  readonly pii: ReadonlyMap<string, string>;
  /** Rules of its properties. */
  readonly schema: Schema;
  /** Schemas of earlier versions, for events that name one. */
  readonly earlier: ReadonlyMap<string, Schema>;
  /** The plan's modes with what the event says differently. */
  readonly modes: PlanModes;
}

/** The schema of the version that an event names; the newest where the plan has no such version. */
export function schemaOf(
  { version: newest, schema, earlier }: PlannedEvent,
  version: string | undefined,
): { readonly version: string; readonly schema: Schema } {
  const old = version === undefined ? undefined : earlier.get(version);
  return old === undefined || version === undefined
    ? { version: newest, schema }
    : { version, schema: old };
}
