/** The values of a KPI from the numbers of one question: each part of its formula, and how much stands behind it. */
import type { Answer, EventSelector } from '@heartwood/store';
import { sampleUnitOf } from './basis/basis.ts';
import type { KpiDefinition, KpiFormula, MeasureDefinition } from './definition/kinds.ts';
import { evaluateFormula, namesOfFormula } from './formula.ts';
import { boundsOfFormula, type Bounds } from './formula-bounds.ts';
import type { Expression } from './formula-parser.ts';
import type { Measured } from './kpi-status.ts';
import type { MeasureBatch } from './measure.ts';

/** Values of a question, one a measure of its batch. */
export type Values = readonly (number | null)[];

/** Which values of a question are approximate, and how far they may be off; undefined where none is. */
export type Approximate = Answer<unknown>['approximate'];

/** A part of a KPI's formula, ready to be read from values. */
export interface KpiPart {
  /** '' where the formula has one part. */
  readonly name: string;
  readonly expression: Expression;
  /** The value is null for a rate over senders that leave out runs: such a rate is `filtered`. */
  measure(
    values: Values,
    approximate?: Approximate,
  ): Measured & { readonly overflow: boolean; readonly filtered: boolean };
}

/** What a KPI needs of a question. */
export interface KpiPlan {
  readonly parts: readonly KpiPart[];
  /** Place of each measure of the formula among the values, by its name there. */
  readonly places: ReadonlyMap<string, number>;
}

/** Puts what a KPI needs into a batch. */
export function planKpi(definition: KpiDefinition, batch: MeasureBatch): KpiPlan {
  const { formula, measures, fillEmpty } = definition;
  const places = new Map(
    [...measures].map(([name, { aggregate, of }]) => [name, batch.add(aggregate, of)]),
  );
  const parts = [...toParts(formula)].map(([name, expression]): KpiPart => {
    const find = (names: readonly string[]): MeasureDefinition[] =>
      names.flatMap((name) => measures.get(name) ?? []);
    const samplesAt = planSample(find(sampleNames(expression)), batch);
    // Dividing by something measured means nothing over runs of senders that leave out others.
    const divided = isRate(expression) ? find(namesOfFormula(expression)) : [];
    const filteredAt =
      divided.length === 0
        ? undefined
        : batch.add(
            { agg: 'count_filtered' },
            divided.flatMap(({ of }) => of),
          );
    return {
      name,
      expression,
      measure: (values, approximate) => {
        const at = (place: number | undefined): number | null =>
          place === undefined ? null : (values[place] ?? null);
        const { value, overflow } = evaluateFormula(expression, (name) => at(places.get(name)));
        const samples = samplesAt.map((place) => at(place) ?? 0);
        const sample = samples.length === 0 ? 0 : Math.min(...samples);
        const filtered = (at(filteredAt) ?? 0) > 0;
        const filled = value === null && sample === 0 ? fillEmpty : value;
        const bounds =
          approximate !== undefined &&
          isApproximate(namesOfFormula(expression), places, approximate)
            ? boundsOfFormula(expression, (name) =>
                boundsOf(at(places.get(name)), places.get(name), approximate),
              )
            : null;
        return { value: filtered ? null : filled, bounds, sample, overflow, filtered };
      },
    };
  });
  return { parts, places };
}

/** Whether a value that one of these names stands for is approximate. */
export const isApproximate = (
  names: Iterable<string>,
  places: ReadonlyMap<string, number>,
  approximate: Approximate,
): boolean =>
  [...names].some((name) => approximate?.measures.includes(places.get(name) ?? -1) === true);

/** What the exact value lies between: it is off by a share of itself. */
function boundsOf(
  value: number | null,
  place: number | undefined,
  { relativeError, measures }: NonNullable<Approximate>,
): Bounds | null {
  if (value === null) return null;
  if (place === undefined || !measures.includes(place)) return [value, value];
  return [value / (1 + relativeError), value / (1 - relativeError)];
}

/**
 * Places of what is behind a value: runs and events where these are counted, of numbers made of a property those that have
 * it, and where users, sessions or traces are counted the different ones of them. The least counts.
 */
function planSample(measures: readonly MeasureDefinition[], batch: MeasureBatch): number[] {
  const counted = new Map<string, { readonly agg: CountOf; readonly of: EventSelector[] }>();
  const places: number[] = [];
  for (const { aggregate, of } of measures)
    if (aggregate.agg === 'count' || aggregate.agg === 'count_distinct') {
      // Of two numbers of users those of either are behind their sum: whoever is in both is there once.
      const key = aggregate.agg === 'count' ? '' : aggregate.on;
      const same = counted.get(key) ?? { agg: aggregate, of: [] };
      counted.set(key, same);
      same.of.push(...of);
    } else places.push(batch.add({ agg: 'count_values', on: aggregate.on }, of));
  return [...places, ...[...counted.values()].map(({ agg, of }) => batch.add(agg, of))];
}

type CountOf = Extract<MeasureDefinition['aggregate'], { agg: 'count' | 'count_distinct' }>;

/** What the sample of a KPI counts: where several may have the least, all of them. */
export function unitOf({ measures, formula }: KpiDefinition): string {
  if ('basis' in formula) return sampleUnitOf(formula.basis);
  const sampled = unique([...toParts(formula).values()].flatMap(sampleNames));
  const units = unique(sampled.flatMap((name) => unitsOfMeasure(measures.get(name))));
  // Runs and events are counted together.
  const records = ['runs', 'events'].filter((unit) => units.includes(unit));
  const others = units.filter((unit) => !records.includes(unit));
  return [records.join(' and '), ...others].filter((unit) => unit !== '').join(' or ');
}

function unitsOfMeasure(measure: MeasureDefinition | undefined): string[] {
  if (measure === undefined) return [];
  const { aggregate, of } = measure;
  if (aggregate.agg === 'count_distinct') return [`${aggregate.on}s`];
  return of.map(({ source }) => `${source}s`);
}

/** Every formula of measures as expressions by part; none where it stands on another definition. */
export function toParts(formula: KpiFormula): ReadonlyMap<string, Expression> {
  if ('basis' in formula) return new Map();
  if (formula.type === 'derived') return formula.parts;
  if (formula.type === 'simple') return new Map([['', { kind: 'name', name: formula.measure }]]);
  const left: Expression = { kind: 'name', name: formula.numerator };
  const right: Expression = { kind: 'name', name: formula.denominator };
  return new Map([['', { kind: 'binary', op: '/', left, right }]]);
}

/** The names whose runs and events are the sample: what a quotient is divided by, all where nothing is divided. */
function sampleNames(expression: Expression): string[] {
  switch (expression.kind) {
    case 'number':
      return [];
    case 'name':
      return [expression.name];
    case 'negate':
      return sampleNames(expression.part);
    case 'call':
      return unique(expression.parts.flatMap(sampleNames));
    case 'binary': {
      const right = sampleNames(expression.right);
      if (expression.op === '/' && right.length > 0) return right;
      return unique([...sampleNames(expression.left), ...right]);
    }
    default:
      return expression satisfies never;
  }
}

function isRate(expression: Expression): boolean {
  switch (expression.kind) {
    case 'number':
    case 'name':
      return false;
    case 'negate':
      return isRate(expression.part);
    case 'call':
      return expression.parts.some(isRate);
    case 'binary':
      return (
        (expression.op === '/' && namesOfFormula(expression.right).length > 0) ||
        isRate(expression.left) ||
        isRate(expression.right)
      );
    default:
      return expression satisfies never;
  }
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];
