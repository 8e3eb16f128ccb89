/** The tracking plan of a file, asked event by event. */
import type { PlanFindings, TrackingPlan } from '@heartwood/semconv';
import { parseTrackingPlan, validateEvent } from '@heartwood/semconv/plan';
import { readFile } from 'node:fs/promises';
import type { Metadata } from '../facts/metadata.ts';
import { AnalyticsSchemaError } from './analytics-errors.ts';

/** Reads the plan once, and checks events against it in production too. */
export class TrackingPlanManager {
  readonly #path: string;
  #state: 'new' | 'without' | TrackingPlan = 'new';

  /** `trackingPlanPath` names a file of JSON: a map of events, or `{events}`. */
  constructor(trackingPlanPath: string) {
    this.#path = trackingPlanPath;
  }

  /** Reads the file. Without one no event is invalid. Rejects with an `AnalyticsSchemaError` for a plan that is none. */
  async initialize(): Promise<void> {
    try {
      this.#state = parseTrackingPlan(await readFile(this.#path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new AnalyticsSchemaError(error);
      this.#state = 'without';
    }
  }

  /** What is wrong with an event; sends nothing and never throws. */
  validateEvent(eventName: string, properties: Metadata): PlanFindings {
    if (typeof this.#state === 'object') return validateEvent(this.#state, eventName, properties);
    const errors = this.#state === 'new' ? ['TrackingPlanManager not initialized'] : [];
    return { valid: errors.length === 0, errors, warnings: [], violations: [] };
  }
}
