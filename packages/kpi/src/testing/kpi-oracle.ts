/** What KPIs must say, by plain loops over arrays and a formula reader of its own; shares no code with the program. */
import type { CountQuestion, EventSelector, Unit } from '@heartwood/store';
import type { KpiDefinition, MeasureDefinition } from '../definition/kinds.ts';
import type { Expression } from '../formula-parser.ts';
import { oracleCount, oracleRows, oracleUnit } from './count-oracle.ts';
import type { EventWorld } from './event-world.ts';

interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/** What a part of a KPI comes to in a range of time. */
export interface OraclePart {
  readonly value: number | null;
  readonly sample: number;
  readonly status: string;
}

/** Parts by name, '' for the only one. */
export function oracleKpi(
  world: EventWorld,
  definition: KpiDefinition,
  range: Range,
): Map<string, OraclePart> {
  const { formula, measures, targets, direction, minSample, fillEmpty } = definition;
  const named = (name: string): MeasureDefinition => {
    const measure = measures.get(name);
    if (measure === undefined) throw new Error(`there is no measure ${name}`);
    return measure;
  };
  const valueOf = (name: string): number | null =>
    number(world, range, named(name).of, named(name).aggregate);
  const unitOf = (name: string): 'row' | 'user' | 'session' | 'trace' | undefined => {
    const { aggregate } = named(name);
    if (aggregate.agg === 'count') return 'row';
    return aggregate.agg === 'count_distinct' ? aggregate.on : undefined;
  };
  const selectors = (names: readonly string[]): EventSelector[] =>
    names.flatMap((name) => named(name).of);
  // Of numbers made of a property the runs and events that have it, of those of users the different users; of several
  // numbers the one with least behind it.
  const behind = (names: readonly string[]): number => {
    const samples = names
      .filter((name) => unitOf(name) === undefined)
      .map((name) => valuesBehind(world, range, named(name)));
    for (const unit of ['row', 'user', 'session', 'trace'] as const) {
      const of = selectors(names.filter((name) => unitOf(name) === unit));
      if (of.length > 0) samples.push(differentOf(world, range, of, unit));
    }
    return samples.length === 0 ? 0 : Math.min(...samples);
  };
  // A rate means nothing where a sender leaves out runs that it is made of.
  const isFiltered = (names: readonly string[]): boolean =>
    matchesFiltered(world, range, selectors(names));
  const found = new Map<string, OraclePart>();
  const add = (
    part: string,
    raw: number | null,
    sample: number,
    rateOf: readonly string[] | null,
  ): void => {
    const filled = raw === null && sample === 0 ? fillEmpty : raw;
    const value = rateOf !== null && isFiltered(rateOf) ? null : filled;
    const target = targets.get(part)?.[0];
    const sign = direction === 'up' ? 1 : -1;
    const status =
      value === null || sample < minSample
        ? 'insufficient_data'
        : target === undefined
          ? 'no_target'
          : sign * value >= sign * target.target
            ? 'on_track'
            : target.warn !== null && sign * value >= sign * target.warn
              ? 'at_risk'
              : 'off_track';
    found.set(part, { value, sample, status });
  };
  if (formula.type === 'simple') add('', valueOf(formula.measure), behind([formula.measure]), null);
  else if (formula.type === 'ratio') {
    const [top, bottom] = [valueOf(formula.numerator), valueOf(formula.denominator)];
    const value = top === null || bottom === null || bottom === 0 ? null : top / bottom;
    add('', value, behind([formula.denominator]), [formula.numerator, formula.denominator]);
  } else if (formula.type === 'derived')
    for (const [part, tree] of formula.parts)
      add(
        part,
        calculate(tree, valueOf),
        behind(divisors(tree)),
        JSON.stringify(tree).includes('"/"') ? namesOf(tree) : null,
      );
  return found;
}

function number(
  world: EventWorld,
  { from, to }: Range,
  selectors: readonly EventSelector[],
  measure: CountQuestion['measures'][number],
): number | null {
  if (selectors.length === 0) return null;
  const [row] = oracleCount(world, {
    kind: 'count',
    events: { from, to, selectors, keepOthers: false, unit: 'user' },
    slots: { origin: from, width: to - from, buckets: ['0'] },
    measures: [measure],
    output: { kind: 'numbers' },
  });
  if (row !== undefined) return row.values[0] ?? null;
  return measure.agg.startsWith('count') ? 0 : null;
}

/** How many runs and events there are, or how many different ones of a unit did them. */
function differentOf(
  world: EventWorld,
  { from, to }: Range,
  selectors: readonly EventSelector[],
  unit: 'row' | Unit,
): number {
  const rows = oracleRows(world, { from, to, selectors, keepOthers: false, unit: 'user' });
  if (unit === 'row') return rows.length;
  const units = rows.map((row) => oracleUnit(row, unit)).filter((one) => one !== null);
  return new Set(units).size;
}

/** How many runs and events have the property that a number is made of: the sum of a one for each. */
function valuesBehind(
  world: EventWorld,
  range: Range,
  { of, aggregate }: MeasureDefinition,
): number {
  if (!('on' in aggregate) || typeof aggregate.on === 'string')
    throw new Error('it has no property');
  const { on } = aggregate;
  const counts = number(world, range, of, { agg: 'count_values', on });
  return counts ?? 0;
}

function namesOf(tree: Expression): string[] {
  return [...JSON.stringify(tree).matchAll(/"kind":"name","name":"([^"]*)"/gu)].map(
    ([, name = '']) => name,
  );
}

function matchesFiltered(
  { spans }: EventWorld,
  range: Range,
  of: readonly EventSelector[],
): boolean {
  const filtered = { spans: spans.filter((span) => span.filtered), logs: [] };
  // Who sends failures alone sends none of the successes that are asked for.
  const byName = of.map((one) =>
    one.source === 'run' ? { source: one.source, names: one.names } : one,
  );
  return (number(filtered, range, byName, { agg: 'count' }) ?? 0) > 0;
}

function calculate(tree: Expression, valueOf: (name: string) => number | null): number | null {
  if (tree.kind === 'number') return tree.value;
  if (tree.kind === 'name') return valueOf(tree.name);
  if (tree.kind === 'negate') {
    const value = calculate(tree.part, valueOf);
    return value === null ? null : 0 - value;
  }
  if (tree.kind === 'call') {
    const values = tree.parts.map((part) => calculate(part, valueOf));
    if (tree.function === 'coalesce') return values.find((value) => value !== null) ?? null;
    if (values.includes(null)) return null;
    const [first = 0] = values as number[];
    if (tree.function === 'abs') return first < 0 ? -first : first;
    const wins = (a: number, b: number): boolean => (tree.function === 'min' ? a < b : a > b);
    return (values as number[]).reduce((best, value) => (wins(value, best) ? value : best), first);
  }
  const left = calculate(tree.left, valueOf);
  const right = calculate(tree.right, valueOf);
  if (left === null || right === null) return null;
  if (tree.op === '+') return left + right;
  if (tree.op === '-') return left - right;
  if (tree.op === '*') return left * right;
  return right === 0 ? null : left / right;
}

/** Names that stand below a stroke, or all where none does. */
function divisors(tree: Expression): string[] {
  if (tree.kind === 'number') return [];
  if (tree.kind === 'name') return [tree.name];
  if (tree.kind === 'negate') return divisors(tree.part);
  if (tree.kind === 'call') return tree.parts.flatMap(divisors);
  const below = divisors(tree.right);
  return tree.op === '/' && below.length > 0 ? below : [...divisors(tree.left), ...below];
}
