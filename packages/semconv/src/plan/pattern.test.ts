/** Patterns: they find what JavaScript's own engine finds, and never take long over it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPattern } from './pattern.ts';

/** Every part of the text that JavaScript's engine can match from some begin to some end, as one character each. */
function covered(source: string, flags: string, text: string): string {
  const marks = Array.from(text, () => '.');
  for (let begin = 0; begin < text.length; begin++) {
    for (let end = begin + 1; end <= text.length; end++) {
      // Looks at the surroundings too, so that assertions at both ends see what they would see.
      const exact = new RegExp(
        `(?<=^[^]{${begin}})(?:${source})(?=[^]{${text.length - end}}$)`,
        flags.replace('m', ''),
      );
      if (exact.test(text)) marks.fill('x', begin, end);
    }
  }
  return marks.join('');
}

function marked(source: string, flags: string, text: string): string {
  const marks = Array.from(text, () => '.');
  for (const [begin, end] of createPattern(source, flags).matches(text))
    marks.fill('x', begin, end);
  return marks.join('');
}

const atom = fc.constantFrom(
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\w',
  '\\s',
  '\\b',
  '\\B',
  '^',
  '$',
  '\\x61',
  '[a-c\\d]',
  '[\\W-]',
);
const isAssertion = (text: string): boolean => /^(\\[bB]|\^|\$)$/.test(text);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    atom,
    fc.tuple(tie('expression'), tie('expression')).map((parts) => parts.join('')),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(?:${a}|${b})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}', '*?'))
      .map(([part, sign]) => (isAssertion(part) ? part : `(?:${part})${sign}`)),
  ),
}));

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

describe('a pattern', () => {
  it('covers exactly what can be matched', () => {
    fc.assert(
      fc.property(
        expression,
        fc.constantFrom('', 'i', 's'),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', '1', ' ', '-', '\n'), maxLength: 8 }),
        (source, flags, text) => {
          expect(marked(source, flags, text)).toBe(covered(source, flags, text));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is found exactly when JavaScript finds it', () => {
    fc.assert(
      fc.property(
        expression,
        fc.constantFrom('', 'i', 'm', 's'),
        fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', ' ', '\n'), maxLength: 12 }),
        (source, flags, text) => {
          expect(createPattern(source, flags).test(text)).toBe(
            new RegExp(source, flags).test(text),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes characters of two units as one with flag u, and as two without', () => {
    fc.assert(
      fc.property(
        fc
          .array(
            fc.constantFrom(
              '.',
              '😀',
              '[😀-😂]',
              '[^a]',
              '\\W',
              'a',
              '^',
              '$',
              '{2}',
              '\\u{1F601}',
            ),
            { maxLength: 6 },
          )
          .map((parts) => parts.join(''))
          .filter(isPattern),
        fc.constantFrom('u', 'iu'),
        fc.string({ unit: fc.constantFrom('a', '😀', '😁', '\ud83d', '\n'), maxLength: 5 }),
        (source, flags, text) => {
          expect(createPattern(source, flags).test(text)).toBe(
            new RegExp(source, flags).test(text),
          );
        },
      ),
      { numRuns: 500 },
    );
    expect(createPattern('^\\ud83d\\ude00$', 'u').test('😀')).toBe(true);
    expect(createPattern('^..$', '').test('😀')).toBe(true);
  });

  it.each([
    ['(a+)+$', 'a'.repeat(20_000) + '!'],
    ['(a|a)*b', 'a'.repeat(20_000)],
    ['(\\w+\\s?)+:', 'word '.repeat(4_000)],
    ['.*.*.*x', 'y'.repeat(20_000)],
  ])('%s ends within a look at each character for each of its steps', (source, text) => {
    // A backtracking engine would not come back from the first two in a lifetime.
    expect(createPattern(source, '').test(text)).toBe(false);
  });

  it.each([
    ['(?=a)', 'looks around'],
    ['(?<!a)b', 'looks around'],
    ['(a)\\1', 'not supported'],
    ['\\p{L}', 'not supported'],
    ['(a', 'not closed'],
    ['a)', 'too many'],
    ['[a', 'not closed'],
    ['*', 'nothing to repeat'],
    ['a{3,2}', 'out of order'],
    ['(a{1000}){1000}', 'too long'],
    ['\\', 'backslash'],
  ])('%s is refused, saying why', (source, why) => {
    expect(() => createPattern(source, '')).toThrow(why);
  });

  it('takes no flags that it does not know', () => {
    expect(() => createPattern('a', 'y')).toThrow('flags');
  });
});
