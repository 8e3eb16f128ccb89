/** Evaluates formulas: null where there is nothing to say, never NaN or infinity. */
import type { Expression } from './formula-parser.ts';

/** What a formula comes to. */
export interface FormulaValue {
  readonly value: number | null;
  /** True when a step left the range of numbers, which makes the value null. */
  readonly overflow: boolean;
}

/**
 * Evaluates a formula. Dividing by zero is null; a null makes null of all it enters but `coalesce`, which takes the
 * first of its values that is none.
 */
export function evaluateFormula(
  expression: Expression,
  valueOf: (name: string) => number | null,
): FormulaValue {
  let overflow = false;
  const bounded = (value: number): number | null => {
    if (Number.isFinite(value)) return value === 0 ? 0 : value;
    overflow = true;
    return null;
  };
  const evaluate = (node: Expression): number | null => {
    if (node.kind === 'number') return node.value;
    if (node.kind === 'call') return call(node.function, node.parts.map(evaluate));
    if (node.kind === 'binary') {
      const left = evaluate(node.left);
      const right = evaluate(node.right);
      if (left === null || right === null || (node.op === '/' && right === 0)) return null;
      return bounded(COMBINE[node.op](left, right));
    }
    const value = node.kind === 'name' ? valueOf(node.name) : evaluate(node.part);
    return value === null ? null : bounded(node.kind === 'name' ? value : -value);
  };
  const value = evaluate(expression);
  return { value, overflow };
}

const COMBINE = {
  '+': (left: number, right: number) => left + right,
  '-': (left: number, right: number) => left - right,
  '*': (left: number, right: number) => left * right,
  '/': (left: number, right: number) => left / right,
} as const;

type Call = Extract<Expression, { readonly kind: 'call' }>['function'];

function call(name: Call, values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (name === 'coalesce') return known[0] ?? null;
  return known.length < values.length ? null : Math[name](...(known as [number]));
}

/** The names of a formula, each once, in their order. */
export function namesOfFormula(expression: Expression): string[] {
  const names = new Set<string>();
  const visit = (node: Expression): void => {
    if (node.kind === 'name') names.add(node.name);
    else if (node.kind === 'negate') visit(node.part);
    else if (node.kind === 'binary') [node.left, node.right].forEach(visit);
    else if (node.kind === 'call') node.parts.forEach(visit);
  };
  visit(expression);
  return [...names];
}
