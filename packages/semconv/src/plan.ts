/** The tracking plan as the first ones were used: a text that is read, and findings in two lists of sentences. */
import { isRecord } from './plan/json-value.ts';
import { parsePlan } from './plan/parse-plan.ts';
import type { PlanProblem, TrackingPlan } from './plan/tracking-plan.ts';
import { validate, type ValidateOptions } from './plan/validate.ts';
import type { Violation } from './plan/violation.ts';

/** A plan in plain values: a map of events, or `{version, plan, enforcement, events}`. */
export type PlanDocument = Readonly<Record<string, unknown>>;

/** What a check found. An event with warnings only is valid. */
export interface PlanFindings {
  readonly valid: boolean;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** All that was found, that which is neither an error nor a warning here included. */
  readonly violations: readonly Violation[];
}

/** Reads a plan or its JSON text. Throws everything that is wrong with it. */
export function parseTrackingPlan(given: PlanDocument | string): TrackingPlan {
  const document: unknown = typeof given === 'string' ? JSON.parse(given) : given;
  if (!isRecord(document)) throw new TypeError('a tracking plan is an object of events');
  const parsed = parsePlan(document);
  if (parsed.ok) return parsed.plan;
  const errors = parsed.problems.filter(({ severity }) => severity === 'error').map(toText);
  const rest = errors.length > MOST_TOLD ? ` (and ${errors.length - MOST_TOLD} more)` : '';
  throw new TypeError(`the tracking plan: ${errors.slice(0, MOST_TOLD).join('; ')}${rest}`);
}

/**
 * Checks one event; the modes of the plan say what is an error, what a warning and what neither. Null and undefined are no
 * properties, and a property that cannot be read counts as not there.
 */
export function validateEvent(
  plan: TrackingPlan,
  name: string,
  properties: Readonly<Record<string, unknown>> | null | undefined,
  options?: ValidateOptions,
): PlanFindings {
  const violations = validate(plan, name, readable(properties), options);
  const { modes } = plan.events.get(name) ?? plan;
  const errors: string[] = [];
  const warnings: string[] = [];
  for (const { type, message } of violations) {
    const mode = modes[type];
    if (mode === 'tag' || mode === 'block') errors.push(message);
    else if (mode !== 'allow') warnings.push(message);
  }
  return { valid: errors.length === 0, errors, warnings, violations };
}

/** Getters of the app may throw; what is checked then is a copy. */
function readable(
  properties: Readonly<Record<string, unknown>> | null | undefined,
): Readonly<Record<string, unknown>> {
  if (properties === null || properties === undefined) return {};
  const own = Object.entries(Object.getOwnPropertyDescriptors(properties));
  if (own.every(([, descriptor]) => descriptor.get === undefined)) return properties;
  const read: [string, unknown][] = [];
  for (const [key, { enumerable }] of own) {
    if (enumerable !== true) continue;
    try {
      read.push([key, properties[key]]);
    } catch {
      // It has no value that could be sent.
    }
  }
  return Object.fromEntries(read);
}

const MOST_TOLD = 10;

const toText = ({ path, message }: PlanProblem): string =>
  `${path.length === 0 ? 'the plan' : path.join('.').slice(0, 200)} ${message}`;
