import { expect, test } from 'vitest';
import { toShellWord } from './shell-word.ts';

test.each([
  ['a plain word stays', 'checkout.pay', 'checkout.pay'],
  ['spaces are quoted', 'GET /products/:id', "'GET /products/:id'"],
  ['quotes are quoted', "it's", String.raw`'it'\''s'`],
  ['what a shell would run is quoted', '$(rm -rf ~);`x`', "'$(rm -rf ~);`x`'"],
  ['a leading dash is quoted', '-x', "'-x'"],
  ['a name with control characters cannot be typed', '\u001B[31mx', undefined],
  ['nothing cannot be typed', '', undefined],
])('%s', (_name, word, typed) => {
  expect(toShellWord(word)).toBe(typed);
});
