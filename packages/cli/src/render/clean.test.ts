import { describe, expect, test } from 'vitest';
import { HOSTILE, HOSTILE_SHOWN } from '../testing/canned.ts';
import { clean, cleanLines } from './clean.ts';

const ESC = '\u001B';

describe('clean', () => {
  test.each([
    ['plain text stays', 'GET /products/:id', 'GET /products/:id'],
    [
      'letters and emoji of all scripts stay',
      'نام\u200Cها 検索 👩\u200D🔬',
      'نام\u200Cها 検索 👩\u200D🔬',
    ],
    ['colours go', `${ESC}[1;31mred${ESC}[0m`, 'red'],
    ['cursor movements go', `a${ESC}[2J${ESC}[Hb`, 'ab'],
    ['titles go with their text', `${ESC}]0;owned\u0007name`, 'name'],
    ['a title that ends with ST goes', `${ESC}]0;owned${ESC}\\name`, 'name'],
    ['links keep their text', `${ESC}]8;;http://evil${ESC}\\here${ESC}]8;;${ESC}\\`, 'here'],
    ['device control strings go', `${ESC}P1$r0m${ESC}\\x`, 'x'],
    ['8-bit forms go', '\u009B31mred\u009D0;t\u009C!', 'red!'],
    ['a string without an end hides nothing', `${ESC}]0;all of this`, '0;all of this'],
    ['a sequence made by removing another is harmless', `${ESC}${ESC}[31m[31mx`, '[31mx'],
    ['a lone escape at the end goes', `x${ESC}`, 'x'],
    ['bells, backspaces and deletes go', 'a\u0007\u0008\u007Fb', 'ab'],
    ['line breaks and tabs become spaces', 'a\r\nb\rc\nd\te\u2028f', 'a b c d e f'],
    ['reordering marks go', '\u202Egpj.exe\u2066\u200F', 'gpj.exe'],
    ['invisible fillers go', 'ad\u200Bmin\uFEFF', 'admin'],
    ['half a surrogate pair is replaced', 'a\uD800b', 'a\uFFFDb'],
    ['all of it together', HOSTILE, HOSTILE_SHOWN],
  ])('%s', (_name, text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  test('nothing that a terminal obeys is left of any character below U+00A0', () => {
    const all = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join('x');
    // oxlint-disable-next-line no-control-regex
    expect(clean(all)).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/u);
  });

  test.each([`${ESC}]`, `${ESC}[`, '\u009D', '\u009B', `${ESC}P`, '\u202E', '\r'])(
    'a million of %j are read in one pass',
    (sign) => {
      expect(clean(sign.repeat(1_000_000)).trim()).toMatch(/^[\]P[]*$/u);
    },
  );
});

test('cleanLines keeps line breaks, as line feeds, and tabs', () => {
  expect(cleanLines(`a\r\nb\rc\td${ESC}[0m`)).toBe('a\nb\nc\td');
});
