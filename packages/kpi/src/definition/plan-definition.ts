/**
 * The tracking plan in definition files: `plan`, `enforcement` and `events`, in one file or split over several, or a file of
 * nothing but events in their short form. All of them together are one plan.
 */
import type { PlanProblem } from '@heartwood/semconv';
import { parsePlan, SHORT_FORM_KEYS } from '@heartwood/semconv/plan';
import { createSuggestionWork, suggest, type SuggestionWork } from '../suggestion.ts';
import type { PlanDefinition } from './kinds.ts';
import { digestOf } from './revision.ts';
import type { Spot } from './spot.ts';

/** The keys of a plan at the top of a file. */
export const PLAN_KEYS = ['plan', 'enforcement', 'events'] as const;

type PlanKey = (typeof PLAN_KEYS)[number];

export const isPlanKey = (key: string): key is PlanKey => PLAN_KEYS.some((one) => one === key);

/** True for a file of events by name in the form of the first tracking plans, which has no keys of ours. */
export function isShortForm(content: Readonly<Record<string, unknown>>): boolean {
  const events = Object.values(content);
  return (
    events.every(isMap) &&
    events.some((event) => SHORT_FORM_KEYS.some((key) => Object.hasOwn(event, key)))
  );
}

/** Gathers the parts of the plan from all files. */
export class PlanParts {
  readonly #written: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  readonly #events: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  readonly #spots = new Map<PlanKey, Spot>();
  readonly #eventSpots = new Map<string, Spot>();

  /** Takes what stands under a key of a plan. */
  add(key: PlanKey, value: unknown, spot: Spot): void {
    if (value === null || value === undefined) return;
    const first = this.#spots.get(key);
    if (first === undefined) this.#spots.set(key, spot);
    if (key === 'events' && isMap(value)) this.#addEvents(value, spot);
    else if (first === undefined || key === 'events') this.#written[key] = value;
    else spot.error('DEFINITION_DUPLICATE', `stands in ${whereOf(first)} already`);
  }

  /** The plan; null where no file has a part of it, undefined where there are errors, which are reported. */
  finish(): PlanDefinition | null | undefined {
    const [first] = this.#spots.values();
    if (first === undefined) return null;
    const written: Record<string, unknown> = { version: 1, ...this.#written };
    written['events'] ??= this.#events;
    const parsed = parsePlan(written);
    const problems = parsed.ok ? parsed.warnings : parsed.problems;
    const work = createSuggestionWork();
    for (const problem of problems) this.#report(problem, written, first, work);
    if (!parsed.ok) return undefined;
    const { plan } = parsed;
    return {
      plan,
      digest: digestOf(written),
      written,
      place: (this.#spots.get('plan') ?? first).place,
      spots: this.#eventSpots,
    };
  }

  #addEvents(events: Readonly<Record<string, unknown>>, spot: Spot): void {
    for (const [name, event] of Object.entries(events)) {
      const at = spot.at(name);
      const earlier = this.#eventSpots.get(name);
      if (earlier !== undefined)
        at.error('DEFINITION_DUPLICATE', `is planned in ${whereOf(earlier)} already`);
      else {
        this.#eventSpots.set(name, at);
        this.#events[name] = event;
      }
    }
  }

  #report(
    { severity, path, message, known }: PlanProblem,
    written: unknown,
    first: Spot,
    work: SuggestionWork,
  ): void {
    const [key, ...rest] = path;
    const [name, ...within] = rest;
    const ofEvent =
      key === 'events' && name !== undefined ? this.#eventSpots.get(String(name)) : undefined;
    const ofKey = this.#spots.get(key as PlanKey);
    const spot = ofEvent?.at(...within) ?? ofKey?.at(...rest) ?? first;
    const value = path.reduce<unknown>(
      (around, one) => (isMap(around) || Array.isArray(around) ? around[one as never] : undefined),
      written,
    );
    const near = suggest(
      typeof value === 'string' ? value : String(path.at(-1) ?? ''),
      known,
      work,
    );
    if (severity === 'error') spot.error('PLAN_INVALID', message, near);
    else spot.warn('PLAN_INVALID', message, near);
  }
}

function whereOf({ place: { file, line } }: Spot): string {
  return line === 0 ? file : `${file}, line ${String(line)}`;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
