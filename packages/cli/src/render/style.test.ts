import { describe, expect, test } from 'vitest';
import { ASCII, UNICODE, paint, symbolsFor, wantsColour } from './style.ts';

describe('wantsColour', () => {
  test.each([
    ['a terminal has colours', {}, true, false, true],
    ['a pipe has none', {}, false, false, false],
    ['--no-color wins over all', { FORCE_COLOR: '1' }, true, true, false],
    ['NO_COLOR takes them away', { NO_COLOR: '1' }, true, false, false],
    ['an empty NO_COLOR says nothing', { NO_COLOR: '' }, true, false, true],
    ['FORCE_COLOR brings them into a pipe', { FORCE_COLOR: '1' }, false, false, true],
    ['FORCE_COLOR wins over NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, false, false, true],
    ['FORCE_COLOR=0 takes them away', { FORCE_COLOR: '0' }, true, false, false],
    ['a dumb terminal has none', { TERM: 'dumb' }, true, false, false],
  ])('%s', (_name, env, isTerminal, noColour, wanted) => {
    expect(wantsColour(env, isTerminal, noColour)).toBe(wanted);
  });
});

test.each([
  ['nothing is said', {}, UNICODE],
  ['the locale is UTF-8', { LANG: 'de_DE.UTF-8' }, UNICODE],
  ['the locale is another', { LANG: 'C' }, ASCII],
  ['LC_ALL wins over LANG', { LC_ALL: 'POSIX', LANG: 'C.UTF-8' }, ASCII],
  ['the terminal is dumb', { TERM: 'dumb', LANG: 'C.UTF-8' }, ASCII],
])('symbols when %s', (_name, env, symbols) => {
  expect(symbolsFor(env, 'linux')).toBe(symbols);
});

test.each([
  ['the old console', { USERPROFILE: 'C:/Users/a' }, ASCII],
  ['Windows Terminal', { WT_SESSION: 'c0ffee' }, UNICODE],
  ['the terminal of an editor', { TERM_PROGRAM: 'vscode' }, UNICODE],
  ['a shell with another locale', { LANG: 'de_DE.ISO-8859-1', TERM: 'xterm' }, ASCII],
])('symbols on Windows in %s', (_name, env, symbols) => {
  expect(symbolsFor(env, 'win32')).toBe(symbols);
});

test('paint leaves text alone without colour or tone', () => {
  expect(paint({ colour: true }, 'bad', 'x')).toBe('\u001B[31mx\u001B[0m');
  expect(paint({ colour: false }, 'bad', 'x')).toBe('x');
  expect(paint({ colour: true }, undefined, 'x')).toBe('x');
});
