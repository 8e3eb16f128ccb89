/** Measures in definition files: `measures: {searchers: {agg: count_distinct, on: user, of: {event: search_performed}}}`. */
import type { Aggregate, EventSelector } from '@heartwood/store';
import { z } from 'zod';
import { toProperty } from './condition-text.ts';
import { BASE_SHAPE, toBase, type Kind } from './kind.ts';
import type { MeasureDefinition } from './kinds.ts';
import { digestOf } from './revision.ts';
import { readShape } from './shape.ts';
import { readSelector, SELECTOR_WRITTEN } from './selector-text.ts';
import type { Spot } from './spot.ts';

const SHAPE = z.strictObject({
  ...BASE_SHAPE,
  agg: z.enum(['count', 'count_distinct', 'sum', 'mean', 'min', 'max', 'percentile']),
  on: z.string().min(1).max(200).optional(),
  p: z.number().min(0).max(1).optional(),
  exact: z.boolean().optional(),
  of: z.unknown().optional(),
});

const MOST_SELECTORS = 20;

type Words = z.output<typeof SHAPE>;

/** Measures. */
export const MEASURES: Kind = {
  kind: 'measure',
  key: 'measures',
  written: SHAPE.extend({
    of: z.union([SELECTOR_WRITTEN, z.array(SELECTOR_WRITTEN).min(1).max(MOST_SELECTORS)]),
  }),
  read(entry) {
    const { spot } = entry;
    const words = readShape(SHAPE, entry.words, spot);
    // Both, so that all problems are told at once.
    const of = 'of' in entry.words ? readSelectors(entry.words['of'], spot.at('of')) : undefined;
    if (!('of' in entry.words))
      spot.error('DEFINITION_VALUE', 'has no of; it must say which runs or events are measured');
    const aggregate = words && toAggregate(words, of, spot);
    if (words === undefined || of === undefined || aggregate === undefined) return undefined;
    return (): MeasureDefinition => ({
      ...toBase(entry, words),
      kind: 'measure',
      // How exact a number is changes nothing of its meaning.
      digest: digestOf({ aggregate: { ...aggregate, exact: undefined }, of }),
      aggregate,
      of,
    });
  },
};

/** The measure that an event's name stands for in a formula: how many did it, or how many there were. */
export function measureOfEvent(
  name: string,
  count: 'events' | 'users' | 'sessions',
  { place }: Spot,
): MeasureDefinition {
  const aggregate: Aggregate =
    count === 'events'
      ? { agg: 'count' }
      : { agg: 'count_distinct', on: count === 'users' ? 'user' : 'session' };
  const of: readonly EventSelector[] = [{ source: 'event', names: [name] }];
  const digest = digestOf({ aggregate, of });
  return {
    kind: 'measure',
    id: name,
    title: name,
    revision: 1,
    digest,
    place,
    written: null,
    aggregate,
    of,
  };
}

function readSelectors(value: unknown, spot: Spot): readonly EventSelector[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > MOST_SELECTORS) {
    spot.error('DEFINITION_VALUE', `must have 1 to ${MOST_SELECTORS} entries`);
    return undefined;
  }
  const read = list.map((one, index) =>
    readSelector(one, Array.isArray(value) ? spot.at(index) : spot),
  );
  const selectors = read.filter((selector) => selector !== undefined);
  return selectors.length === list.length ? selectors : undefined;
}

const UNITS: Readonly<Record<string, 'user' | 'session' | 'trace'>> = {
  actor: 'user',
  user: 'user',
  session: 'session',
  trace: 'trace',
};

function toAggregate(
  { agg, on, p, exact }: Words,
  of: readonly EventSelector[] | undefined,
  spot: Spot,
): Aggregate | undefined {
  const wrong = (message: string): undefined => {
    spot.error('DEFINITION_VALUE', message);
    return undefined;
  };
  if (agg !== 'percentile' && p !== undefined) return wrong(`has p, which ${agg} does not take`);
  const neverApproximate =
    'has exact, which only percentiles of duration_ms take: all else is exact';
  if (agg !== 'percentile' && exact !== undefined) return wrong(neverApproximate);
  if (agg === 'count')
    return on === undefined ? { agg } : wrong('has on, which count does not take');
  if (on === undefined) return wrong(`has no on; ${agg} must say of what`);
  if (agg === 'count_distinct') {
    const unit = Object.hasOwn(UNITS, on) ? UNITS[on] : undefined;
    return unit === undefined
      ? wrong('counts other units than user, session or trace')
      : { agg, on: unit };
  }
  const property = toProperty(on);
  const isDuration = property.kind === 'column' && property.name === 'durationMs';
  if (property.kind === 'column' && !isDuration)
    return wrong(`measures ${on}, which is no number; only duration_ms and attributes can be`);
  if (isDuration && of?.some(({ source }) => source === 'event') === true)
    return wrong('measures duration_ms of events; only runs have one');
  if (!isDuration && exact !== undefined) return wrong(neverApproximate);
  if (agg !== 'percentile') return { agg, on: property };
  return p === undefined
    ? wrong('has no p, from 0 to 1: 0.95 for p95')
    : { agg, p, on: property, exact };
}
