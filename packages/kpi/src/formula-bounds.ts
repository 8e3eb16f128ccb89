/** Between which numbers a formula lies where some of its values are only known to lie between two. */
import type { Expression } from './formula-parser.ts';

/** The least and the greatest; infinite where nothing is known. */
export type Bounds = readonly [number, number];

/** Null where the formula has no value. Interval arithmetic: the true value is never outside, but may be far inside. */
export function boundsOfFormula(
  expression: Expression,
  boundsOf: (name: string) => Bounds | null,
): Bounds | null {
  const find = (node: Expression): Bounds | null => boundsOfFormula(node, boundsOf);
  switch (expression.kind) {
    case 'number':
      return [expression.value, expression.value];
    case 'name':
      return boundsOf(expression.name);
    case 'negate': {
      const of = find(expression.part);
      return of && [-of[1], -of[0]];
    }
    case 'binary': {
      const [left, right] = [find(expression.left), find(expression.right)];
      return left && right && combine(expression.op, left, right);
    }
    case 'call':
      return call(expression.function, expression.parts.map(find));
    default:
      return expression satisfies never;
  }
}

type Binary = Extract<Expression, { readonly kind: 'binary' }>['op'];
type Call = Extract<Expression, { readonly kind: 'call' }>['function'];

function combine(op: Binary, [a, b]: Bounds, [c, d]: Bounds): Bounds | null {
  if (op === '+') return spanOf([a + c, b + d]);
  if (op === '-') return spanOf([a - d, b - c]);
  if (op === '*') return spanOf([a * c, a * d, b * c, b * d]);
  if (c === 0 && d === 0) return null;
  return c <= 0 && d >= 0 ? ANYTHING : spanOf([a / c, a / d, b / c, b / d]);
}

const ANYTHING: Bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** The least and the greatest of the ends; infinity less infinity may be anything. */
const spanOf = (ends: readonly number[]): Bounds =>
  ends.some(Number.isNaN) ? ANYTHING : [Math.min(...ends), Math.max(...ends)];

function call(name: Call, values: readonly (Bounds | null)[]): Bounds | null {
  const known = values.filter((value) => value !== null);
  if (name === 'coalesce') return known[0] ?? null;
  if (known.length < values.length) return null;
  const ends = ([0, 1] as const).map((end) => known.map((value) => value[end]));
  const [lows = [], highs = []] = ends;
  if (name === 'min') return [Math.min(...lows), Math.min(...highs)];
  if (name === 'max') return [Math.max(...lows), Math.max(...highs)];
  const [low = 0, high = 0] = [lows[0], highs[0]];
  const farthest = Math.max(Math.abs(low), Math.abs(high));
  return [low <= 0 && high >= 0 ? 0 : Math.min(Math.abs(low), Math.abs(high)), farthest];
}
