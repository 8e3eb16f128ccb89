import { describe, expect, test } from 'vitest';
import { parseDefinitionFile } from './file.ts';

const problemsOf = (text: string): string[] =>
  parseDefinitionFile({ name: 'a.yaml', text }).problems.map(
    ({ place, message }) => `${place.line} ${message}`,
  );

/** Each level repeats the one before nine times: a billion values in nine lines. */
const BOMB = Array.from({ length: 9 }, (_, n) =>
  n === 0
    ? 'a0: &a0 [x]'
    : `a${n}: &a${n} [${Array.from({ length: 9 }, () => `*a${n - 1}`).join(',')}]`,
).join('\n');

describe('a file', () => {
  test('in YAML or JSON is the same values, which know their lines', () => {
    const yaml = parseDefinitionFile({
      name: 'a.yaml',
      text: 'a:\n  - b: 1\n    c: no\n  - 2026-01-01\n',
    });
    const text = '{\n\t"a": [\n\t\t{"b": 1, "c": "no"},\n\t\t"2026-01-01"]\n}';
    const json = parseDefinitionFile({ name: 'a.json', text });
    expect(yaml.problems).toEqual([]);
    expect(yaml.content).toEqual(json.content);
    expect(yaml.lineOf(['a', 0, 'c'])).toBe(3);
    expect(yaml.lineOf(['a', 1])).toBe(4);
    expect(yaml.lineOf(['a', 0, 'gone', 'deeper'])).toBe(2);
    expect(json.lineOf(['a', 0, 'c'])).toBe(3);
    expect(json.lineOf([])).toBe(1);
  });

  test('may repeat values by aliases', () => {
    const { content, lineOf } = parseDefinitionFile({ name: 'a', text: 'a: &x {b: 1}\nc: *x\n' });
    expect(content).toEqual({ a: { b: 1 }, c: { b: 1 } });
    expect(lineOf(['c', 'b'])).toBe(1);
  });

  test('that is empty has no content', () => {
    expect(parseDefinitionFile({ name: 'a', text: '# nothing\n' })).toMatchObject({
      problems: [],
      content: undefined,
    });
  });
});

describe('a file is refused', () => {
  test.each([
    ['indented with a tab', 'a:\n\tb: 1', '2 is indented with a tab; use spaces'],
    [
      'with a key twice',
      'a: 1\nb: 2\na: 3',
      '3 has the key "a" a second time; it stands in line 1 already',
    ],
    ['with two documents', 'a: 1\n---\nb: 2', '2 holds a second document'],
    ['with a tag', 'a: !!js/function x', '1 has a tag that is not known'],
    [
      'with a key that is a list',
      '? [a]\n: 1',
      '1 cannot be read: With stringKeys, all keys must be strings',
    ],
    ['with an alias of nothing', 'a: *x', '1 repeats *x, but no &x stands before it'],
    ['with a bracket left open', 'a: [1\nb: 2', 'cannot be read'],
    ['with a prototype', 'a:\n  __proto__: {}', '2 has the key "__proto__"'],
    ['with a prototype in JSON', '{"a": {"__proto__": {}}}', '1 has the key "__proto__"'],
    [
      'that repeats without end',
      'a: &a [*a]',
      '1 is nested too deep, counted with what aliases repeat',
    ],
    [
      'that grows by aliases',
      BOMB,
      'holds more than 100000 values, counted with what aliases repeat',
    ],
    [
      'of two megabytes',
      `a: "${'x'.repeat(2_000_000)}"`,
      '1 has 2000005 characters; a file may have 1048576',
    ],
    ['of ten thousand brackets', '['.repeat(10_000) + ']'.repeat(10_000), '1 is nested too deep'],
    ['of brackets behind texts of brackets', '["]",'.repeat(10_000), '1 is nested too deep'],
    ['of braces in YAML', `a: ${'{a: '.repeat(10_000)}`, '1 is nested too deep'],
    ['of ten thousand dashes', '- '.repeat(10_000), '1 is nested too deep'],
    ['of ten thousand question marks', '? '.repeat(10_000), '1 is nested too deep'],
    ['of ten thousand anchors', '- &a '.repeat(10_000), '1 is nested too deep'],
    [
      'of ever more indentation',
      Array.from({ length: 800 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'),
      '102 is nested too deep',
    ],
  ])('%s', (_name, text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });

  test('with few words about what follows from the first error', () => {
    expect(problemsOf('a: "\\x"\n'.repeat(1000)).length).toBeLessThanOrEqual(5);
  });

  test('by nobody for brackets, dashes and far indentation that are text', () => {
    const text = `a: "${'[{'.repeat(200)}"\nb: |\n    ${'- '.repeat(100)}\n    ${' '.repeat(200)}x\nc: ${'-'.repeat(300)}\n`;
    expect(problemsOf(text)).toEqual([]);
  });

  test('never by more than a problem, at the deepest that is read', () => {
    const deep = Array.from({ length: 45 }, (_, n) => `${' '.repeat(2 * n)}a:`).join('\n');
    expect(problemsOf(`${deep}\n${' '.repeat(92)}x`)).toEqual([]);
    const both = Array.from({ length: 100 }, (_, n) => `${' '.repeat(n)}-`).join('\n');
    expect(
      problemsOf(`${both}\n${' '.repeat(100)}${'['.repeat(50)}${']'.repeat(50)}`),
    ).toHaveLength(1);
  });
});
