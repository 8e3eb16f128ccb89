/** The tracking plan of an app while it is being loaded and after: events wait for it. */
import type { PlanDocument, PlanFindings } from '@heartwood/semconv';

/** Checks one event; what it throws is said and counts as no finding. */
export type EventValidator = (
  name: string,
  properties: Readonly<Record<string, unknown>>,
) => Pick<PlanFindings, 'valid' | 'errors' | 'warnings'>;

/** Hears of each event with what it is to be checked by. */
export type CheckEvent = (
  name: string,
  properties: Readonly<Record<string, unknown>>,
  validator: EventValidator,
) => void;

/** Events that wait while the plan is loaded; what comes beyond is not checked. */
const MOST_WAITING = 1000;

/** A plan given in plain values or as its JSON text. What reads it is loaded here: thirty files that few apps need. */
export class AppPlan {
  readonly #check: CheckEvent;
  #waiting: Parameters<EventValidator>[] | undefined = [];
  #validator: EventValidator | undefined;

  /** `onUnusable` hears why events are not checked. */
  constructor(
    given: PlanDocument | string,
    check: CheckEvent,
    onUnusable: (error: unknown) => void,
  ) {
    this.#check = check;
    void this.#load(given, onUnusable);
  }

  /** At once, or as soon as the plan is loaded, with the properties as they are now. */
  check(name: string, properties: Readonly<Record<string, unknown>>): void {
    if (this.#validator !== undefined) this.#check(name, properties, this.#validator);
    else if (this.#waiting !== undefined && this.#waiting.length < MOST_WAITING) {
      this.#waiting.push([name, { ...properties }]);
    }
  }

  async #load(given: PlanDocument | string, onUnusable: (error: unknown) => void): Promise<void> {
    try {
      const { parseTrackingPlan, validateEvent } = await import('@heartwood/semconv/plan');
      const plan = parseTrackingPlan(given);
      this.#validator = (name, properties) => validateEvent(plan, name, properties);
    } catch (error) {
      onUnusable(error);
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const [name, properties] of waiting) this.check(name, properties);
  }
}
