/** The numbers that a count is asked for, as aggregates of the rows of a bucket. */
import { storeError } from '../errors.ts';
import type { Property } from './condition.ts';
import type { Measure } from './question.ts';
import { bitsOf } from './selector-mask.ts';
import type { Unit } from './unit.ts';
import type { Writer } from './writer.ts';

/** A measure over rows with `mask`, `marks`, the units of {@link unitsOf} and the values of {@link valuesOf}. */
export function measureSql(writer: Writer, measure: Measure, values: readonly Property[]): string {
  const filter = measure.of === undefined ? '' : ` FILTER (WHERE ${ofSql(measure.of)})`;
  switch (measure.agg) {
    case 'count':
      return `count(*)${filter}`;
    case 'count_distinct':
      return `count(DISTINCT as_${measure.on})${filter}`;
    case 'count_values':
      return `count(${valueSql(measure.on, values)})${filter}`;
    case 'count_filtered':
      return `count(CASE WHEN ${FILTERED} THEN 1 END)${filter}`;
    case 'percentile':
      return `quantile_cont(${valueSql(measure.on, values)}, ${writer.param('real', measure.p)})${filter}`;
    case 'sum':
    case 'mean':
    case 'min':
    case 'max':
      return `${AGGREGATE[measure.agg]}(${valueSql(measure.on, values)})${filter}`;
    default:
      throw storeError('STORE_QUESTION_INVALID', { reason: 'it asks for no known aggregate' });
  }
}

/** Whether a row is of a sender that leaves out others; marks as in src/marks.ts. */
export const FILTERED = 'fa_marked(marks, 17)';

/** Sums that lose no digits by the order of their parts (Kahan). */
const AGGREGATE = { sum: 'fsum', mean: 'favg', min: 'min', max: 'max' } as const;

/** Whether a row matches any of these selectors, by their index. */
export const ofSql = (of: readonly number[]): string => `mask & ${bitsOf(of)} <> 0`;

type OfProperty = Extract<Measure, { readonly on: Property }>;

/** Whether a measure is made of a property of its rows. */
export const isOfProperty = (measure: Measure): measure is OfProperty =>
  measure.agg !== 'count' && measure.agg !== 'count_distinct' && measure.agg !== 'count_filtered';

/** Properties that measures are made of, each once. */
export function valuesOf(measures: readonly Measure[]): Property[] {
  const found = new Map<string, Property>();
  for (const measure of measures)
    if (isOfProperty(measure)) found.set(keyOf(measure.on), measure.on);
  return [...found.values()];
}

/** The column of a property. */
export const valueSql = (property: Property, values: readonly Property[]): string =>
  `v${String(values.findIndex((value) => keyOf(value) === keyOf(property)) + 1)}`;

/** Units that measures count, each once. */
export const unitsOf = (measures: readonly Measure[]): Exclude<Unit, 'attempt'>[] => [
  ...new Set(measures.flatMap((measure) => (measure.agg === 'count_distinct' ? [measure.on] : []))),
];

const keyOf = (property: Property): string => JSON.stringify(property);
