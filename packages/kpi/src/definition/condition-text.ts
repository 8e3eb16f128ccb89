/** Reads conditions of definitions: `plan = "pro" and not (items < 3 or coupon exists)`. */
import { FEATURE_STATUSES, PERFORMANCE_TIERS } from '@heartwood/semconv';
import type { ColumnName, Condition, Property, Scalar } from '@heartwood/store';
import { suggest } from '../suggestion.ts';
import { describeToken, scanTokens, TextProblem, type Token } from '../token.ts';

/** Deepest nesting of brackets and `not`. */
const MAX_DEPTH = 50;

/**
 * Reads a condition: `=` `!=` `<` `<=` `>` `>=`, `in (…)`, `contains`, `starts_with`, `exists` behind a property, joined
 * by `and`, `or`, `not` and brackets; `and` binds tighter than `or`. Throws a {@link TextProblem}.
 */
export function parseCondition(text: string): Condition {
  return new ConditionParser(text).parse();
}

const COLUMNS: Readonly<Record<ColumnName, string>> = {
  feature: 'feature',
  event: 'event',
  category: 'category',
  component: 'component',
  service: 'service',
  version: 'version',
  status: 'status',
  tier: 'tier',
  errorType: 'error_type',
  durationMs: 'duration_ms',
  user: 'user',
  session: 'session',
};

/**
 * The property of a name: that of a column in either spelling (`durationMs`, `duration_ms`), `resource.<key>` of whoever
 * sent it, anything else an attribute; `attribute.<key>` for an attribute that is called like one of the others.
 */
export function toProperty(name: string): Property {
  const [, space, key] = /^(attribute|resource)\.(.+)$/su.exec(name) ?? [];
  if (key !== undefined) return { kind: space === 'resource' ? space : 'attribute', key };
  const column = COLUMN_NAMES.find((column) => column === name || COLUMNS[column] === name);
  return column === undefined ? { kind: 'attribute', key: name } : { kind: 'column', name: column };
}

const COLUMN_NAMES = Object.keys(COLUMNS) as ColumnName[];
const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='] as const;
const WORDS = ['in', 'contains', 'starts_with', 'exists'];

class ConditionParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = scanTokens(text);
  }

  parse(): Condition {
    if (this.#token.kind === 'end') throw new TextProblem('is empty; write a condition', 1);
    const condition = this.#parseJoined('or');
    this.#expectEnd();
    return condition;
  }

  #parseJoined(word: 'and' | 'or'): Condition {
    const parse = (): Condition => (word === 'or' ? this.#parseJoined('and') : this.#parseNot());
    const parts = [parse()];
    while (this.#takeWord(word)) parts.push(parse());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: word, parts };
  }

  #parseNot(): Condition {
    const { column } = this.#token;
    if (this.#takeWord('not'))
      return { kind: 'not', part: this.#deeper(column, () => this.#parseNot()) };
    if (!this.#takeSymbol('(')) return this.#parseTest();
    return this.#deeper(column, () => {
      const condition = this.#parseJoined('or');
      if (!this.#takeSymbol(')')) throw this.#unexpected('and, or, or )');
      return condition;
    });
  }

  #parseTest(): Condition {
    const token = this.#token;
    if (token.kind !== 'name' && token.kind !== 'quoted name')
      throw this.#unexpected('the name of a property');
    this.#at++;
    const property = toProperty(token.text);
    const op = COMPARISONS.find((symbol) => this.#takeSymbol(symbol));
    if (op !== undefined) {
      const { column } = this.#token;
      const value = checkValue(property, this.#parseValue(), column);
      if (op !== '=' && op !== '!=' && typeof value === 'boolean')
        throw new TextProblem(`compares with ${value} by ${op}; only = and != can`, column);
      return { kind: 'compare', property, op, value };
    }
    if (this.#takeWord('exists')) return { kind: 'exists', property };
    if (this.#takeWord('in')) return { kind: 'in', property, values: this.#parseList(property) };
    const within = this.#takeWord('contains');
    if (within || this.#takeWord('starts_with')) {
      const value = this.#parseValue();
      return { kind: within ? 'contains' : 'startsWith', property, value: String(value) };
    }
    throw this.#unexpected(`${COMPARISONS.join(' ')} ${WORDS.join(' ')}`, WORDS);
  }

  #parseList(property: Property): Scalar[] {
    if (!this.#takeSymbol('(')) throw this.#unexpected('( with values');
    const values: Scalar[] = [];
    do {
      const { column } = this.#token;
      values.push(checkValue(property, this.#parseValue(), column));
    } while (this.#takeSymbol(','));
    if (!this.#takeSymbol(')')) throw this.#unexpected(', or )');
    return values;
  }

  #parseValue(): Scalar {
    const sign = this.#takeSymbol('-') ? -1 : 1;
    const { kind, text } = this.#token;
    if (kind === 'number') {
      this.#at++;
      return sign * Number(text);
    }
    if (sign === -1 || (kind !== 'string' && kind !== 'name'))
      throw this.#unexpected(sign === -1 ? 'a number' : 'a number or a text');
    this.#at++;
    if (kind === 'name' && (text === 'true' || text === 'false')) return text === 'true';
    return text;
  }

  #deeper(column: number, parse: () => Condition): Condition {
    if (++this.#depth > MAX_DEPTH)
      throw new TextProblem(`is nested more than ${MAX_DEPTH} deep`, column);
    const condition = parse();
    this.#depth--;
    return condition;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', column: 1 };
  }

  #takeSymbol(symbol: string): boolean {
    const taken = this.#token.kind === 'symbol' && this.#token.text === symbol;
    if (taken) this.#at++;
    return taken;
  }

  #takeWord(word: string): boolean {
    const taken = this.#token.kind === 'name' && this.#token.text.toLowerCase() === word;
    if (taken) this.#at++;
    return taken;
  }

  #expectEnd(): void {
    if (this.#token.kind !== 'end') throw this.#unexpected('and or or', ['and', 'or']);
  }

  #unexpected(wanted: string, words: readonly string[] = []): TextProblem {
    const { column, text } = this.#token;
    const found = describeToken(this.#token);
    const near = suggest(text, words);
    return new TextProblem(`has ${found} where ${wanted} should stand`, column, near);
  }
}

/** Statuses and tiers are closed sets, and a duration is a number: what is none of it could never be true. */
function checkValue(property: Property, value: Scalar, column: number): Scalar {
  if (property.kind !== 'column') return value;
  if (property.name === 'durationMs' && typeof value !== 'number')
    throw new TextProblem('compares durationMs, milliseconds, with what is no number', column);
  if (property.name !== 'status' && property.name !== 'tier') return value;
  const known: readonly string[] =
    property.name === 'status' ? FEATURE_STATUSES : PERFORMANCE_TIERS;
  const word = String(value).toLowerCase();
  if (known.includes(word)) return word;
  const message = `has "${String(value)}", which is no ${property.name}; there are ${known.join(', ')}`;
  throw new TextProblem(message, column, suggest(word, known));
}
