import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Expression, parseFormula } from './formula-parser.ts';
import { evaluateFormula, namesOfFormula } from './formula.ts';
import { TextProblem } from './token.ts';

const valueOf = (text: string, values: Record<string, number | null> = {}): number | null =>
  evaluateFormula(parseFormula(text), (name) => values[name] ?? null).value;

const problemOf = (text: string): TextProblem => {
  try {
    parseFormula(text);
  } catch (error) {
    if (error instanceof TextProblem) return error;
    throw error;
  }
  throw new Error(`"${text.slice(0, 50)}" was read`);
};

describe('S4-24 the value of a formula', () => {
  test.each([
    [
      'successful_extractions / total_extractions',
      { successful_extractions: 19, total_extractions: 20 },
      0.95,
    ],
    ['1 + 2 * 3', {}, 7],
    ['(1 + 2) * 3', {}, 9],
    ['8 / 4 / 2', {}, 1],
    ['8 - 4 - 2', {}, 2],
    ['-2 * -3', {}, 6],
    ['--2', {}, 2],
    ['+.5e1', {}, 5],
    ['min(3, 1, 2) + max(3, 1, 2) * abs(-10)', {}, 31],
    ['1 / 0', {}, null],
    ['0 / 0', {}, null],
    ['a / b', { a: 1, b: null }, null],
    ['coalesce(a / b, 7)', { a: 1, b: 0 }, 7],
    ['coalesce(a, b)', { a: null, b: null }, null],
    ['min(a, 1)', { a: null }, null],
    ['0 * -1', {}, 0],
    ['`a b` + feature.paused', { 'a b': 1, 'feature.paused': 2 }, 3],
  ] as const)('of %s with %j is %j', (text, values, expected) => {
    expect(valueOf(text, values)).toBe(expected);
  });

  test('is null with a word of it where a step is too large', () => {
    const formula = parseFormula('1 / (a * a)');
    expect(evaluateFormula(formula, () => 1e200)).toEqual({ value: null, overflow: true });
    expect(evaluateFormula(formula, () => Number.NaN)).toEqual({ value: null, overflow: true });
    expect(evaluateFormula(formula, () => 2)).toEqual({ value: 0.25, overflow: false });
  });

  test('takes each name once', () => {
    expect(namesOfFormula(parseFormula('a / (a + min(b, -c))'))).toEqual(['a', 'b', 'c']);
  });

  test('never looks a name up on an object', () => {
    const names = ['__proto__', 'constructor', 'toString', 'process', 'this'];
    expect(namesOfFormula(parseFormula(names.join(' + ')))).toEqual(names);
  });
});

describe('a formula is refused', () => {
  test.each([
    ['', 1, 'is empty'],
    ['   ', 1, 'is empty'],
    ['a b', 3, 'has "b" where an operator'],
    ['a +', 4, 'has the end where a number or a name'],
    ['(a', 3, 'has the end where an operator or )'],
    ['a)', 2, 'has ")" where an operator'],
    ['* a', 1, 'has "*" where'],
    ['a ** b', 4, 'has "*" where'],
    ['1e400', 1, 'too large'],
    ['2x', 1, 'neither number nor name'],
    ['1.2.3', 1, 'neither number nor name'],
    ['a; b', 2, 'has a ";" that means nothing'],
    ["'a'", 1, 'has the text "a"'],
    ["'a", 1, 'never closed'],
    ['``', 1, 'empty name'],
    ['abs(1, 2)', 1, 'it takes one'],
    ['min()', 5, 'has ")" where'],
    ['a = b', 3, 'has "=" where'],
    ['a[0]', 2, 'has a "["'],
    ['constructor(1)', 1, 'which is no function'],
  ])('%j at column %i: %s', (text, column, message) => {
    const problem = problemOf(text);
    expect(problem.message).toContain(message);
    expect(problem.column).toBe(column);
  });

  test('with the function that was meant', () => {
    expect(problemOf('colesce(a, 0)').suggestions).toEqual(['coalesce']);
  });

  test('quickly, however large or deep it is', () => {
    expect(problemOf('('.repeat(10_000)).message).toContain('at most 2000');
    expect(problemOf('('.repeat(1999)).message).toContain('more than 50 deep');
    expect(problemOf('-'.repeat(1999)).message).toContain('more than 50 deep');
    expect(problemOf('abs('.repeat(400)).message).toContain('more than 50 deep');
    expect(valueOf(Array.from({ length: 1000 }, () => '1').join('+'))).toBe(1000);
  });
});

describe('beside JavaScript', () => {
  const NAMES = ['a', 'b', 'c'];
  const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.record({
        kind: fc.constant('number' as const),
        value: fc.oneof(fc.nat(9), fc.double({ min: 0, max: 1e200, noNaN: true })),
      }),
      fc.record({ kind: fc.constant('name' as const), name: fc.constantFrom(...NAMES) }),
      fc.record({ kind: fc.constant('negate' as const), part: tie('tree') }),
      fc.record({
        kind: fc.constant('binary' as const),
        op: fc.constantFrom('+', '-', '*', '/'),
        left: tie('tree'),
        right: tie('tree'),
      }),
      fc.record({
        kind: fc.constant('call' as const),
        function: fc.constantFrom('min', 'max', 'coalesce'),
        parts: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({
        kind: fc.constant('call' as const),
        function: fc.constant('abs' as const),
        parts: fc.tuple(tie('tree')),
      }),
    ) as fc.Arbitrary<Expression>,
  }));

  const RANK = { '+': 1, '-': 1, '*': 2, '/': 2 };
  const rankOf = (node: Expression): number =>
    node.kind === 'binary' ? RANK[node.op] : node.kind === 'negate' ? 3 : 4;

  /** As a person writes it, with brackets only where they are needed. */
  const write = (node: Expression): string => {
    const within = (part: Expression, least: number): string =>
      rankOf(part) < least ? `(${write(part)})` : write(part);
    if (node.kind === 'number') return String(node.value);
    if (node.kind === 'name') return node.name;
    if (node.kind === 'negate') return `- ${within(node.part, 3)}`;
    if (node.kind === 'call') return `${node.function}(${node.parts.map(write).join(', ')})`;
    const rank = RANK[node.op];
    return `${within(node.left, rank)} ${node.op} ${within(node.right, rank + 1)}`;
  };

  test('the text of any tree is read as that tree', () => {
    fc.assert(
      fc.property(tree, (expression) => {
        const text = write(expression);
        fc.pre(text.length <= 2000);
        expect(parseFormula(text)).toEqual(expression);
      }),
      { numRuns: 1000 },
    );
  });

  class Nothing extends Error {}

  /** The same by exceptions: what has no value throws until a coalesce catches it. */
  function expectedOf(
    node: Expression,
    names: Record<string, number>,
    seen: { nothing: number },
  ): number {
    const of = (part: Expression): number => expectedOf(part, names, seen);
    const finite = (value: number): number => {
      if (Number.isFinite(value)) return value;
      seen.nothing++;
      throw new Nothing();
    };
    if (node.kind === 'number') return node.value;
    if (node.kind === 'name') return names[node.name] ?? Number.NaN;
    if (node.kind === 'negate') return -of(node.part);
    if (node.kind === 'binary') {
      const [left, right] = [of(node.left), of(node.right)];
      if (node.op === '+') return finite(left + right);
      if (node.op === '-') return finite(left - right);
      return finite(node.op === '*' ? left * right : left / right);
    }
    if (node.function !== 'coalesce')
      return Math[node.function](...(node.parts.map(of) as [number]));
    for (const part of node.parts)
      try {
        return of(part);
      } catch (error) {
        if (!(error instanceof Nothing)) throw error;
      }
    throw new Nothing();
  }

  test('any formula has the value that JavaScript gives, and null where that is none', () => {
    const counts = { values: 0, nulls: 0 };
    const numbers = fc.tuple(fc.integer(), fc.constantFrom(0, 1, 3), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(tree, numbers, (expression, [a, b, c]) => {
        fc.pre(Number.isFinite(c));
        const text = write(expression);
        fc.pre(text.length <= 2000);
        const names: Record<string, number> = { a, b, c };
        const { value } = evaluateFormula(parseFormula(text), (name) => names[name] ?? null);
        const seen = { nothing: 0 };
        let expected: number | null = null;
        try {
          expected = expectedOf(expression, names, seen);
        } catch (error) {
          if (!(error instanceof Nothing)) throw error;
        }
        expect(value).toBe(expected === 0 ? 0 : expected);
        counts[value === null ? 'nulls' : 'values']++;
        if (seen.nothing > 0) return;
        // The language itself, where nothing in the formula is null.
        const { min, max, abs } = Math;
        const first = (one: number): number => one;
        // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
        const run = new Function('a', 'b', 'c', 'min', 'max', 'abs', 'coalesce', `return ${text}`);
        const result: unknown = run(a, b, c, min, max, abs, first);
        expect(value).toBe(result === 0 ? 0 : result);
      }),
      { numRuns: 1000 },
    );
    expect(counts.values).toBeGreaterThan(200);
    expect(counts.nulls).toBeGreaterThan(5);
  });
});
