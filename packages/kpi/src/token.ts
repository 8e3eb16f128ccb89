/** Tokens of the two small languages of definitions: formulas and conditions. */

/** A text of a definition that cannot be read: what is wrong, where, and known words that are close. */
export class TextProblem extends Error {
  /** Place in the text, from 1. */
  readonly column: number;
  readonly suggestions: readonly string[];

  constructor(message: string, column: number, suggestions: readonly string[] = []) {
    super(message);
    this.name = 'TextProblem';
    this.column = column;
    this.suggestions = suggestions;
  }
}

/** A word of a text; `text` of a string or of a quoted name is without its quotes. */
export interface Token {
  readonly kind: 'number' | 'name' | 'quoted name' | 'string' | 'symbol' | 'end';
  readonly text: string;
  /** Place in the text, from 1. */
  readonly column: number;
}

/** Longest text of a formula or condition, in characters. */
const MAX_TEXT = 2000;

/**
 * Cuts a text: numbers, names of letters, digits, `_`, `.` and `$`, any name in backticks, strings in either quotes
 * (`\` before a quote or another `\`), and symbols. Throws a {@link TextProblem}.
 */
export function scanTokens(text: string): Token[] {
  if (text.length > MAX_TEXT)
    throw new TextProblem(`is ${text.length} characters long; at most ${MAX_TEXT}`, 1);
  const tokens: Token[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const { token, length } = scanOne(text, at);
    tokens.push(token);
    at = skipSpace(text, at + length);
  }
  tokens.push({ kind: 'end', text: '', column: text.length + 1 });
  return tokens;
}

/** How a token is spoken of in a message. */
export function describeToken({ kind, text }: Token): string {
  if (kind === 'end') return 'the end';
  return kind === 'string' ? `the text "${shorten(text)}"` : `"${shorten(text)}"`;
}

const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/uy;
const NAME = /[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}\p{N}_$]+)*/uy;
const QUOTED = /`([^`]*)`/uy;
const STRING = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/uy;
const SYMBOL = /<=|>=|!=|[-+*/(),=<>]/uy;

function scanOne(text: string, at: number): { token: Token; length: number } {
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const made = (kind: Token['kind'], whole: string, inner = whole) => ({
    token: { kind, text: inner, column: at + 1 },
    length: whole.length,
  });
  const number = match(NUMBER);
  if (number !== null) return made('number', checkNumber(text, at, number[0]));
  const name = match(NAME);
  if (name !== null) return made('name', name[0]);
  const quoted = match(QUOTED);
  if (quoted !== null) return made('quoted name', quoted[0], checkName(quoted[1] ?? '', at));
  const string = match(STRING);
  if (string !== null)
    return made(
      'string',
      string[0],
      (string[1] ?? string[2] ?? '').replaceAll(/\\(['"\\])/gu, '$1'),
    );
  const symbol = match(SYMBOL);
  if (symbol !== null) return made('symbol', symbol[0]);
  const found = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const open = found === "'" || found === '"' || found === '`';
  throw new TextProblem(
    open ? `has a quote ${found} that is never closed` : `has a "${found}" that means nothing here`,
    at + 1,
  );
}

function checkNumber(text: string, at: number, number: string): string {
  const next = text[at + number.length] ?? '';
  if (/[\p{L}\p{N}_$.]/u.test(next))
    throw new TextProblem(
      `has "${number}${next}…", neither number nor name; put a name that starts with a digit in backticks`,
      at + 1,
    );
  if (!Number.isFinite(Number(number)))
    throw new TextProblem(`has the number ${shorten(number)}, which is too large`, at + 1);
  return number;
}

function checkName(name: string, at: number): string {
  if (name.trim() === '') throw new TextProblem('has an empty name in backticks', at + 1);
  return name;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/u.test(text[at] ?? '')) at++;
  return at;
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
