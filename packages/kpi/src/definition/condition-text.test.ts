import { describe, expect, test } from 'vitest';
import { TextProblem } from '../token.ts';
import { parseCondition, toProperty } from './condition-text.ts';

const attribute = (key: string) => ({ kind: 'attribute', key }) as const;
const column = (name: string) => ({ kind: 'column', name }) as const;
const exists = (key: string) => ({ kind: 'exists', property: attribute(key) }) as const;

function problemOf(text: string): TextProblem {
  try {
    parseCondition(text);
  } catch (error) {
    if (error instanceof TextProblem) return error;
    throw error;
  }
  throw new Error(`"${text}" was read`);
}

test.each([
  ['is_valid = true', { kind: 'compare', property: attribute('is_valid'), op: '=', value: true }],
  ['plan != pro', { kind: 'compare', property: attribute('plan'), op: '!=', value: 'pro' }],
  ["plan='it\\'s'", { kind: 'compare', property: attribute('plan'), op: '=', value: "it's" }],
  ['items >= -1.5e2', { kind: 'compare', property: attribute('items'), op: '>=', value: -150 }],
  ['status = FAILED', { kind: 'compare', property: column('status'), op: '=', value: 'failed' }],
  ['duration_ms < 5', { kind: 'compare', property: column('durationMs'), op: '<', value: 5 }],
  ['attribute.status = 7', { kind: 'compare', property: attribute('status'), op: '=', value: 7 }],
  ['`content-type` exists', exists('content-type')],
  [
    'resource.host.name contains "a.b"',
    { kind: 'contains', property: { kind: 'resource', key: 'host.name' }, value: 'a.b' },
  ],
  ['path STARTS_WITH "/api"', { kind: 'startsWith', property: attribute('path'), value: '/api' }],
  [
    'tier in (slow, very_slow)',
    { kind: 'in', property: column('tier'), values: ['slow', 'very_slow'] },
  ],
  ['n IN (1, "1", true)', { kind: 'in', property: attribute('n'), values: [1, '1', true] }],
  [
    'a exists and b exists or c exists',
    { kind: 'or', parts: [{ kind: 'and', parts: [exists('a'), exists('b')] }, exists('c')] },
  ],
  [
    'a exists and (b exists or c exists)',
    { kind: 'and', parts: [exists('a'), { kind: 'or', parts: [exists('b'), exists('c')] }] },
  ],
  ['not not a exists', { kind: 'not', part: { kind: 'not', part: exists('a') } }],
  ['not (a exists)', { kind: 'not', part: exists('a') }],
  [
    '__proto__ = constructor',
    { kind: 'compare', property: attribute('__proto__'), op: '=', value: 'constructor' },
  ],
])('%s', (text, expected) => {
  expect(parseCondition(text)).toEqual(expected);
});

test.each([
  ['durationMs', column('durationMs')],
  ['error_type', column('errorType')],
  ['toString', attribute('toString')],
  ['attribute.', attribute('attribute.')],
  ['resource.a', { kind: 'resource', key: 'a' }],
])('the property %s', (name, expected) => {
  expect(toProperty(name)).toEqual(expected);
});

describe('a condition is refused', () => {
  test.each([
    ['', 1, 'is empty'],
    ['a', 2, 'has the end where = != < <= > >= in contains starts_with exists should stand'],
    ['a == 1', 4, 'has "=" where a number or a text'],
    ['a = 1 b = 2', 7, 'has "b" where and or or'],
    ['a = 1 and', 10, 'has the end where the name of a property'],
    ['a = -x', 6, 'where a number should stand'],
    ['a in 1', 6, 'where ( with values'],
    ['a in ()', 7, 'where a number or a text'],
    ['a in (1', 8, 'where , or )'],
    ['(a = 1', 7, 'where and, or, or )'],
    ['1 = a', 1, 'has "1" where the name of a property'],
    ['a > true', 5, 'only = and != can'],
    ['status = done', 10, 'which is no status; there are success'],
    ['tier in (slow, fast)', 16, 'which is no tier'],
    ['durationMs > "5"', 14, 'with what is no number'],
    ["a = 'x' or 1=1 --", 12, 'has "1" where the name of a property'],
    ['a = 1; b', 6, 'has a ";" that means nothing'],
    [`${'('.repeat(60)}a = 1`, 51, 'nested more than 50 deep'],
    [`${'not '.repeat(60)}a = 1`, 201, 'nested more than 50 deep'],
    [`a = "${'x'.repeat(3000)}"`, 1, 'at most 2000'],
  ])('%s', (text, column, message) => {
    const problem = problemOf(text);
    expect(problem.message).toContain(message);
    expect(problem.column).toBe(column);
  });

  test('with the word that was meant', () => {
    expect(problemOf('a contians "b"').suggestions).toEqual(['contains']);
    expect(problemOf('status = sucess').suggestions).toEqual(['success']);
  });
});
