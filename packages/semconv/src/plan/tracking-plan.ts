/** The tracking plan: which events an app sends with which properties, and what happens to others. */
import type { PlanModes } from './mode.ts';
import type { PlannedEvent } from './planned-event.ts';

/** How names are made. */
export interface PlanNaming {
  /** Case of the words in names of events and properties. */
  readonly case: 'snake' | 'camel';
  /** `object_action_state`: the last word of an event's name says that it happened (`_completed`) or goes on (`_running`). */
  readonly pattern: 'object_action_state' | null;
}

/** A plan that was read without errors. */
export interface TrackingPlan {
  readonly id: string;
  /** Goes up with each change that is released. */
  readonly revision: number;
  /** Null where the plan has no rule for names. */
  readonly naming: PlanNaming | null;
  /** Modes for events that are not planned, and for those that say nothing else. */
  readonly modes: PlanModes;
  readonly events: ReadonlyMap<string, PlannedEvent>;
}

/** One thing that is wrong with a plan as it is written. */
export interface PlanProblem {
  /** A plan with errors is not taken; one with warnings is. */
  readonly severity: 'error' | 'warning';
  /** Keys from the top of the document to the value. */
  readonly path: readonly (string | number)[];
  /** Goes on behind the path of the value: `must be a text, not a number`. */
  readonly message: string;
  /** The words that would be right, where there is a list of them. */
  readonly known: readonly string[];
}

/** A plan, or everything that is wrong with it. */
export type ParsedPlan =
  | { readonly ok: true; readonly plan: TrackingPlan; readonly warnings: readonly PlanProblem[] }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };
