/** Reads a regular expression of the settings or of a plan: the part of JavaScript's syntax that can be matched in linear time. */

/** A regular expression as a tree. */
export type Expression =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly kind: 'choice'; readonly parts: readonly Expression[] }
  | {
      readonly kind: 'repeat';
      readonly part: Expression;
      readonly min: number;
      readonly max: number;
    }
  | { readonly kind: 'assert'; readonly what: Assertion };

/** What holds between two characters without taking one. */
export type Assertion = 'start' | 'end' | 'lineStart' | 'lineEnd' | 'boundary' | 'noBoundary';

/** Characters, as UTF-16 units or with flag `u` as code points: those in the ranges, or with `negated` all others. */
export interface CharacterSet {
  readonly ranges: readonly (readonly [number, number])[];
  readonly negated: boolean;
}

/** Parses the source of a pattern. Throws an `Error` that says what cannot be read; look-around and references cannot. */
export function parsePattern(source: string, flags: string): Expression {
  if (!/^[imsgu]*$/.test(flags)) throw new Error(`has unknown flags "${flags}"`);
  const reader: Reader = {
    source,
    at: 0,
    multiline: flags.includes('m'),
    all: flags.includes('s'),
    unicode: flags.includes('u'),
  };
  const expression = readChoice(reader);
  if (reader.at < source.length) throw new Error('has a ) too many');
  return expression;
}

interface Reader {
  readonly source: string;
  at: number;
  readonly multiline: boolean;
  readonly all: boolean;
  readonly unicode: boolean;
}

/** The character at a place of the source, and the place after it. */
function take(reader: Reader): string | undefined {
  const code = reader.unicode
    ? reader.source.codePointAt(reader.at)
    : reader.source.charCodeAt(reader.at);
  if (code === undefined || Number.isNaN(code)) return undefined;
  const character = String.fromCodePoint(code);
  reader.at += character.length;
  return character;
}

function readChoice(reader: Reader): Expression {
  const parts = [readSequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at += 1;
    parts.push(readSequence(reader));
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'choice', parts };
}

function readSequence(reader: Reader): Expression {
  const parts: Expression[] = [];
  for (;;) {
    const next = reader.source[reader.at];
    if (next === undefined || next === '|' || next === ')') return { kind: 'sequence', parts };
    parts.push(readRepeated(reader, readAtom(reader)));
  }
}

function readRepeated(reader: Reader, part: Expression): Expression {
  // Sticky, so that it is read where we are. A lazy repetition finds what a greedy one finds.
  const quantifier = /(?:([*+?])|\{(\d{1,4})(?:(,)(\d{0,4}))?\})\??/y;
  quantifier.lastIndex = reader.at;
  const match = quantifier.exec(reader.source);
  if (match === null) return part;
  reader.at = quantifier.lastIndex;
  const [, sign, least, comma, most] = match;
  if (sign !== undefined) {
    return { kind: 'repeat', part, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity };
  }
  const min = Number(least);
  const max = comma === undefined ? min : most === '' ? Infinity : Number(most);
  if (max < min) throw new Error(`has numbers out of order in ${match[0]}`);
  return { kind: 'repeat', part, min, max };
}

function readAtom(reader: Reader): Expression {
  const character = take(reader) ?? '';
  switch (character) {
    case '(':
      return readGroup(reader);
    case '[':
      return { kind: 'set', set: readClass(reader) };
    case '.':
      return { kind: 'set', set: { ranges: reader.all ? [] : LINE_ENDS, negated: true } };
    case '^':
      return { kind: 'assert', what: reader.multiline ? 'lineStart' : 'start' };
    case '$':
      return { kind: 'assert', what: reader.multiline ? 'lineEnd' : 'end' };
    case '\\': {
      const letter = reader.source[reader.at];
      if (letter === 'b' || letter === 'B') {
        reader.at += 1;
        return { kind: 'assert', what: letter === 'b' ? 'boundary' : 'noBoundary' };
      }
      return { kind: 'set', set: readEscape(reader) };
    }
    case '*':
    case '+':
    case '?':
      throw new Error(`has nothing to repeat before ${character}`);
    default:
      return { kind: 'set', set: one(character.codePointAt(0) ?? 0) };
  }
}

function readGroup(reader: Reader): Expression {
  const opening = /\?(?::|<[A-Za-z_$][\w$]*>)/y;
  opening.lastIndex = reader.at;
  if (opening.test(reader.source)) reader.at = opening.lastIndex;
  else if (reader.source[reader.at] === '?') throw new Error('looks around, which takes too long');
  const inner = readChoice(reader);
  if (reader.source[reader.at] !== ')') throw new Error('has a ( that is not closed');
  reader.at += 1;
  return inner;
}

function readClass(reader: Reader): CharacterSet {
  const negated = reader.source[reader.at] === '^';
  if (negated) reader.at += 1;
  const ranges: (readonly [number, number])[] = [];
  for (;;) {
    const next = reader.source[reader.at];
    if (next === undefined) throw new Error('has a [ that is not closed');
    if (next === ']') break;
    const low = readMember(reader);
    const lowest = single(low);
    if (
      lowest !== undefined &&
      reader.source[reader.at] === '-' &&
      reader.source[reader.at + 1] !== ']'
    ) {
      reader.at += 1;
      const highest = single(readMember(reader));
      if (highest === undefined || highest < lowest) throw new Error('has a range out of order');
      ranges.push([lowest, highest]);
    } else ranges.push(...positive(low));
  }
  reader.at += 1;
  return { ranges, negated };
}

function readMember(reader: Reader): CharacterSet {
  const character = take(reader);
  if (character === undefined) throw new Error('has a [ that is not closed');
  if (character !== '\\') return one(character.codePointAt(0) ?? 0);
  if (reader.source[reader.at] !== 'b') return readEscape(reader);
  reader.at += 1;
  return one(8);
}

function readEscape(reader: Reader): CharacterSet {
  const letter = take(reader);
  if (letter === undefined) throw new Error('ends with a backslash');
  const known = CLASSES[letter];
  if (known !== undefined) return known;
  const control = CONTROLS[letter];
  if (control !== undefined) return one(control);
  if (letter === 'x' || letter === 'u') return one(readCode(reader, letter));
  if (/[1-9kpPc]/.test(letter)) throw new Error(`has \\${letter}, which is not supported`);
  return one(letter.codePointAt(0) ?? 0);
}

function readCode(reader: Reader, letter: 'x' | 'u'): number {
  // With flag u two escapes of surrogates are one character, and braces hold any number of digits.
  const form =
    letter === 'x'
      ? /([0-9a-f]{2})/iy
      : reader.unicode
        ? /(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|([0-9a-f]{4})|\{0*([0-9a-f]{1,6})\}/iy
        : /([0-9a-f]{4})/iy;
  form.lastIndex = reader.at;
  const digits = form.exec(reader.source);
  if (digits === null) throw new Error(`has an incomplete \\${letter}`);
  reader.at = form.lastIndex;
  const [high, low] = digits.slice(1).filter((part) => part !== undefined);
  const code = Number.parseInt(high ?? '', 16);
  if (code > LAST_CODE) throw new Error(`has no character behind \\${letter}`);
  if (low === undefined) return code;
  return 0x10000 + ((code - 0xd800) << 10) + (Number.parseInt(low, 16) - 0xdc00);
}

function one(unit: number): CharacterSet {
  return { ranges: [[unit, unit]], negated: false };
}

/** The one character of a set that has one. */
function single({ ranges: [first, ...others], negated }: CharacterSet): number | undefined {
  return !negated && others.length === 0 && first?.[0] === first?.[1] ? first?.[0] : undefined;
}

/** The ranges of a set without a negation. */
function positive({ ranges, negated }: CharacterSet): readonly (readonly [number, number])[] {
  if (!negated) return ranges;
  const gaps: (readonly [number, number])[] = [];
  let next = 0;
  for (const [low, high] of ranges.toSorted(([a], [b]) => a - b)) {
    if (low > next) gaps.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  if (next <= LAST_CODE) gaps.push([next, LAST_CODE]);
  return gaps;
}

const LAST_CODE = 0x10ffff;
const LINE_ENDS: CharacterSet['ranges'] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];
const DIGITS: CharacterSet['ranges'] = [[0x30, 0x39]];
const WORD: CharacterSet['ranges'] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
// WhiteSpace and LineTerminator of ECMAScript.
const SPACE: CharacterSet['ranges'] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const CLASSES: Readonly<Record<string, CharacterSet>> = {
  d: { ranges: DIGITS, negated: false },
  D: { ranges: DIGITS, negated: true },
  w: { ranges: WORD, negated: false },
  W: { ranges: WORD, negated: true },
  s: { ranges: SPACE, negated: false },
  S: { ranges: SPACE, negated: true },
};
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, '0': 0 };
