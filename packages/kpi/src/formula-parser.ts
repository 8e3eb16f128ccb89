/** Reads formulas of KPIs: `successes / (successes + failures)`. */
import { suggest } from './suggestion.ts';
import { describeToken, scanTokens, TextProblem, type Token } from './token.ts';

/** A formula as a tree. Names stand for measures or events; they are looked up by whoever evaluates it. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'negate'; readonly part: Expression }
  | {
      readonly kind: 'binary';
      readonly op: '+' | '-' | '*' | '/';
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'call';
      readonly function: FormulaFunction;
      readonly parts: readonly Expression[];
    };

const FUNCTIONS = ['min', 'max', 'abs', 'coalesce'] as const;

type FormulaFunction = (typeof FUNCTIONS)[number];

/** Deepest nesting of brackets, signs and calls. */
const MAX_DEPTH = 50;

/**
 * Reads a formula: numbers, names (any in backticks), `+ - * / ( )`, `min max abs coalesce`; `*` and `/` bind tighter,
 * equals from left to right. Throws a {@link TextProblem}.
 */
export function parseFormula(text: string): Expression {
  return new FormulaParser(scanTokens(text)).parse();
}

class FormulaParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Expression {
    if (this.#isEnd()) throw new TextProblem('is empty; write a formula', 1);
    const expression = this.#parseSum();
    if (!this.#isEnd()) throw this.#unexpected('an operator such as + or /');
    return expression;
  }

  #parseSum(): Expression {
    let left = this.#parseProduct();
    for (let op = this.#take('+', '-'); op !== undefined; op = this.#take('+', '-'))
      left = { kind: 'binary', op, left, right: this.#parseProduct() };
    return left;
  }

  #parseProduct(): Expression {
    let left = this.#parseSigned();
    for (let op = this.#take('*', '/'); op !== undefined; op = this.#take('*', '/'))
      left = { kind: 'binary', op, left, right: this.#parseSigned() };
    return left;
  }

  #parseSigned(): Expression {
    const { column } = this.#token;
    const sign = this.#take('+', '-');
    if (sign === undefined) return this.#parseAtom();
    const part = this.#deeper(column, () => this.#parseSigned());
    return sign === '-' ? { kind: 'negate', part } : part;
  }

  #parseAtom(): Expression {
    const token = this.#token;
    const { kind, text, column } = token;
    if (this.#take('(') !== undefined)
      return this.#deeper(column, () => this.#closed(this.#parseSum()));
    if (kind !== 'number' && kind !== 'name' && kind !== 'quoted name')
      throw this.#unexpected('a number or a name');
    this.#at++;
    if (kind === 'number') return { kind, value: Number(text) };
    return kind === 'name' && this.#isSymbol('(')
      ? this.#parseCall(token)
      : { kind: 'name', name: text };
  }

  #parseCall({ text, column }: Token): Expression {
    const name = FUNCTIONS.find((known) => known === text);
    if (name === undefined)
      throw new TextProblem(
        `calls "${text}", which is no function; there are ${FUNCTIONS.join(', ')}`,
        column,
        suggest(text, FUNCTIONS),
      );
    this.#at++;
    return this.#deeper(column, () => {
      const parts = [this.#parseSum()];
      while (this.#take(',') !== undefined) parts.push(this.#parseSum());
      if (name === 'abs' && parts.length !== 1)
        throw new TextProblem(`gives abs ${parts.length} values; it takes one`, column);
      return this.#closed({ kind: 'call', function: name, parts });
    });
  }

  #closed(expression: Expression): Expression {
    if (this.#take(')') === undefined) throw this.#unexpected('an operator or )');
    return expression;
  }

  #deeper(column: number, parse: () => Expression): Expression {
    if (++this.#depth > MAX_DEPTH)
      throw new TextProblem(`is nested more than ${MAX_DEPTH} deep`, column);
    const expression = parse();
    this.#depth--;
    return expression;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', column: 1 };
  }

  #isEnd(): boolean {
    return this.#token.kind === 'end';
  }

  #isSymbol(symbol: string): boolean {
    return this.#token.kind === 'symbol' && this.#token.text === symbol;
  }

  #take<Symbol extends string>(...symbols: Symbol[]): Symbol | undefined {
    const taken = symbols.find((symbol) => this.#isSymbol(symbol));
    if (taken !== undefined) this.#at++;
    return taken;
  }

  #unexpected(wanted: string): TextProblem {
    const found = describeToken(this.#token);
    return new TextProblem(`has ${found} where ${wanted} should stand`, this.#token.column);
  }
}
