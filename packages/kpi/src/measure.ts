/** Measures put together in one question: equal selectors are searched once, equal numbers made once. */
import type { EventSelector, Measure } from '@heartwood/store';
import { digestOf } from './definition/revision.ts';

/** Most selectors of a question. */
const MOST_SELECTORS = 40;

/** What one question asks for. */
export class MeasureBatch {
  readonly #selectors = new Map<string, EventSelector>();
  readonly #measures = new Map<string, Measure>();

  /** Whether there is room for these too. */
  canTake(selectors: readonly EventSelector[]): boolean {
    const keys = new Set([...this.#selectors.keys(), ...selectors.map(digestOf)]);
    return keys.size <= MOST_SELECTORS;
  }

  /** Takes a number up; gives its place among the values of the answer. */
  add(aggregate: Measure, selectors: readonly EventSelector[]): number {
    const places = selectors.map((selector) => placeOf(this.#selectors, selector));
    const of = [...new Set(places)].toSorted((a, b) => a - b);
    return placeOf(this.#measures, { ...aggregate, of });
  }

  get selectors(): readonly EventSelector[] {
    return [...this.#selectors.values()];
  }

  get measures(): readonly Measure[] {
    return [...this.#measures.values()];
  }

  /** What the measures come to where nothing matched. */
  get nothing(): readonly (number | null)[] {
    return this.measures.map(({ agg }) => (agg.startsWith('count') ? 0 : null));
  }
}

function placeOf<T>(known: Map<string, T>, one: T): number {
  const key = digestOf(one);
  if (!known.has(key)) known.set(key, one);
  return [...known.keys()].indexOf(key);
}
