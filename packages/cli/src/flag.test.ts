import { describe, expect, test } from 'vitest';
import { parseFlags, parseMilliseconds, type FlagTable } from './flag.ts';

const TABLE = {
  json: { kind: 'switch', doc: '' },
  quiet: { kind: 'switch', short: 'q', doc: '' },
  since: { kind: 'text', also: 'last', value: 'LENGTH', doc: '' },
  limit: { kind: 'count', short: 'n', value: 'ROWS', doc: '' },
  status: { kind: 'choice', value: 'STATUS', choices: ['success', 'failed'], doc: '' },
  wait: { kind: 'milliseconds', value: 'LENGTH', doc: '' },
} as const satisfies FlagTable;

const parse = (...args: string[]) => parseFlags(args, TABLE, 'heartwood x');

describe('parseFlags', () => {
  test('another name of a flag means the same, and is offered too', () => {
    expect(parse('--last', '7d').flags.since).toBe('7d');
    expect(() => parse('--last', '7d', '--since=8d')).toThrow('--since is given again, as 8d');
    expect(() => parse('--last')).toThrow('--last needs a value');
    expect(() => parse('--lsat', '7d')).toThrow('Did you mean --last?');
  });

  test('nothing given', () => {
    expect(parse()).toEqual({
      flags: {
        json: false,
        quiet: false,
        since: undefined,
        limit: undefined,
        status: undefined,
        wait: undefined,
      },
      rest: [],
    });
  });

  test.each([
    ['a value behind a space', ['--since', '24h'], { since: '24h' }],
    ['a value behind =', ['--since=24h'], { since: '24h' }],
    ['a value that begins with a dash', ['--since=-1'], { since: '-1' }],
    ['a number', ['--limit', '20'], { limit: 20 }],
    ['a short flag', ['-n', '20'], { limit: 20 }],
    ['a short flag with its value', ['-n20'], { limit: 20 }],
    ['short flags together', ['-qn', '3'], { quiet: true, limit: 3 }],
    ['a choice', ['--status', 'failed'], { status: 'failed' }],
    ['a length', ['--wait', '1.5s'], { wait: 1500 }],
  ])('%s', (_name, args, flags) => {
    expect(parse(...args).flags).toMatchObject(flags);
  });

  test('what is no flag is the rest, and all behind -- is', () => {
    expect(parse('a b', '--json', 'c', '--', '--since').rest).toEqual(['a b', 'c', '--since']);
  });

  test.each([
    ['a flag nobody knows', ['--sinse', '1'], 'FLAG_UNKNOWN', 'Did you mean --since?'],
    ['a flag named like a property', ['--__proto__=1'], 'FLAG_UNKNOWN', '--__proto__'],
    ['a short flag nobody knows', ['-x'], 'FLAG_UNKNOWN', '-x'],
    ['a value that is missing', ['--since'], 'FLAG_VALUE_MISSING', '--since LENGTH'],
    ['a flag where the value should be', ['--since', '--json'], 'FLAG_VALUE_MISSING', '--since=…'],
    ['an empty value', ['--since='], 'FLAG_VALUE_MISSING', '--since'],
    ['a value for a switch', ['--json=yes'], 'FLAG_VALUE_UNWANTED', '--json'],
    ['a word that is no choice', ['--status', 'faild'], 'FLAG_VALUE_WRONG', 'Did you mean failed?'],
    ['a value that is given twice', ['--limit', '1', '--limit=2'], 'FLAG_REPEATED', 'again, as 2'],
    ['zero rows', ['--limit', '0'], 'FLAG_VALUE_WRONG', 'whole number'],
    ['half a row', ['--limit', '1.5'], 'FLAG_VALUE_WRONG', 'whole number'],
    ['too many rows', ['--limit', '1e9'], 'FLAG_VALUE_WRONG', 'whole number'],
    ['a length without sense', ['--wait', 'long'], 'FLAG_VALUE_WRONG', '250ms'],
  ])('refuses %s', (_name, args, code, words) => {
    expect(() => parse(...args)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    );
  });
});

test.each([
  ['250', 250],
  ['250ms', 250],
  ['1.5s', 1500],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['', undefined],
  ['-1', undefined],
  ['1d', undefined],
  ['1 s', undefined],
])('parseMilliseconds reads %j as %j', (text, ms) => {
  expect(parseMilliseconds(text)).toBe(ms);
});
