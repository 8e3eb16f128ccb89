import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordsOfPattern, wordsOfText } from './pattern-words.ts';

test.each([
  ['Replica r7 fell', ['replica', 'fell']],
  ['at 10.0.3.7:5432', ['5432']],
  ['żółć syncing', ['syncing']],
  ['no', []],
])('words of %j', (text, words) => {
  expect(wordsOfText(text)).toEqual(words);
});

test.each([
  [String.raw`r\d fell b.hind`, ['fell', 'hind']],
  ['(?i)Syncing', ['yncing']],
  ['order+s?', ['order']],
  ['orders?', ['order']],
  ['orders*', ['order']],
  ['order{2}s', ['orde']],
  ['order{,2}s', ['orde']],
  ['order{id}', ['order']],
  ['abc(def)ghi', ['abc', 'ghi']],
  ['abc(def)?ghi', ['abc', 'ghi']],
  ['abc(d(e)f)*ghi', ['abc', 'ghi']],
  ['abc[def]ghi', ['abc', 'ghi']],
  ['abc[]def]ghi', ['abc', 'ghi']],
  ['abc[^]def]ghi', ['abc', 'ghi']],
  [String.raw`abc[\]def]ghi`, ['abc', 'ghi']],
  ['abc[[:alpha:]def]ghi', ['abc', 'ghi']],
  [String.raw`abc\[def`, ['abc', 'def']],
  [String.raw`^abc\bdef$`, ['abc', 'def']],
  ['abc|def', []],
  ['abc(def|ghi)', []],
  ['abc(?i)def', []],
  [String.raw`abc\x64ef`, []],
  [String.raw`\Qabc\E`, []],
  [String.raw`abc\pLdef`, []],
])('words of the pattern %j', (pattern, words) => {
  expect(wordsOfPattern(pattern)).toEqual(words);
});

/** The words of a pattern that a text in which it is found does not have; as the store has it, K of degrees becomes k. */
function missing(pattern: string, body: string): readonly string[] {
  const [, flag, rest = ''] = /^(\(\?i\))?(.*)$/u.exec(pattern) ?? [];
  let compiled: RegExp;
  try {
    compiled = new RegExp(rest, flag === undefined ? 'u' : 'iu');
  } catch {
    return [];
  }
  const lower = body.toLowerCase();
  return compiled.test(body) ? wordsOfPattern(pattern).filter((word) => !lower.includes(word)) : [];
}

const SIGNS = ['?', '*', '+', '{2}', '{1,3}', '{0,1}', '{', '}', '|', '-', '^', '$', '.'];
const PARTS = ['abc', 'def', 'S', 'k', '(abc)', '(a(b)c', ')', '[abc]', '[^d]', '(?i)', '(?:'];
const TEXTS = ['abc', 'ABC', 'def', 'a', 'b', 'c', 'd', 's', 'ſ', 'k', 'K', '.', '{'];

test('whatever a pattern is found in has its words', () => {
  const part = fc.constantFrom(...PARTS, ...SIGNS, String.raw`\d`, String.raw`\.`);
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 6 }),
      fc.array(fc.constantFrom(...TEXTS)),
      (parts, body) => {
        expect(missing(parts.join(''), body.join(''))).toEqual([]);
      },
    ),
    { numRuns: 5000 },
  );
});
