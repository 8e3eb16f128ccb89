import { describe, expect, test } from 'vitest';
import { displayWidth, pad, truncate, wrap } from './width.ts';

test.each([
  ['ASCII takes one column each', 'checkout', 8],
  ['accents take one', 'é', 1],
  ['combining marks take none', 'e\u0301', 1],
  ['ideographs take two', '検索', 4],
  ['full-width letters take two', 'ＡＢ', 4],
  ['half-width katakana take one', 'ｱｲ', 2],
  ['Hangul takes two', '한글', 4],
  ['emoji take two', '🔎', 2],
  ['joined emoji take two together', '👩\u200D🔬', 2],
  ['flags take two', '🇩🇪', 2],
  ['Cyrillic and box signs take one', 'Ж█…', 3],
  ['nothing takes none', '', 0],
])('%s', (_name, text, width) => {
  expect(displayWidth(text)).toBe(width);
});

describe('truncate', () => {
  test.each([
    ['a text that fits stays', 'checkout', 8, 'checkout'],
    ['a longer one ends with the mark', 'checkout', 5, 'chec…'],
    ['a wide character is never halved', '検索結果', 4, '検…'],
    ['a joined emoji is never taken apart', '👩\u200D🔬👩\u200D🔬', 3, '👩\u200D🔬…'],
    ['no space stands before the mark', 'a b c d', 3, 'a…'],
    ['room for the mark alone', 'checkout', 1, '…'],
    ['no room at all', 'checkout', 0, ''],
  ])('%s', (_name, text, width, cut) => {
    expect(truncate(text, width, '…')).toBe(cut);
  });
});

test('pad counts columns, not characters', () => {
  expect(pad('検', 4, 'left')).toBe('検  ');
  expect(pad('検', 4, 'right')).toBe('  検');
  expect(pad('longer', 4, 'right')).toBe('longer');
});

test('wrap breaks between words and keeps a longer word whole', () => {
  expect(wrap('one two unbreakable six', 8)).toEqual(['one two', 'unbreakable', 'six']);
});
