import { describe, expect, it } from 'vitest';
import { placeholders } from './bind.ts';
import { queries } from './queries.ts';
import { loadStatements, registryProblems } from './statements.ts';

describe('placeholders', () => {
  it.each([
    ['a name', 'SELECT $since', ['since']],
    ['a name used twice once', 'SELECT $a, $b_2, $a', ['a', 'b_2']],
    ['nothing in a line comment', 'SELECT 1 -- $no\n, $yes', ['yes']],
    ['nothing in a block comment', 'SELECT /* $no\n $no2 */ $yes', ['yes']],
    ['nothing in a text', `SELECT '$no''$no', $yes`, ['yes']],
    ['nothing in a quoted name', 'SELECT "$no" FROM t', []],
  ])('finds %s', (_case, sql, names) => {
    expect(placeholders(sql)).toEqual(names);
  });
});

describe('registryProblems', () => {
  const query = { params: { since: 'ns' }, row: {} } as const;

  it.each([
    ['a missing file', { a: query }, {}, 'a has no file sql/read/a.sql'],
    ['a file without an entry', {}, { b: 'SELECT 1' }, 'sql/read/b.sql has no entry'],
    ['an undeclared placeholder', { a: query }, { a: 'SELECT $since, $x' }, 'a uses $x'],
    ['an unused parameter', { a: query }, { a: 'SELECT 1' }, 'a declares $since'],
    [
      'files without a place to name them',
      { a: { ...query, files: { views: ['spans'] } } },
      { a: 'SELECT $since' },
      'a names its files',
    ],
  ])('tells %s', (_case, registry, files, problem) => {
    const problems = registryProblems(registry, new Map(Object.entries(files)));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('finds none in the registry that ships', () => {
    expect(loadStatements(queries).size).toBe(Object.keys(queries).length);
  });

  it('stops the load with a code', () => {
    expect(() => loadStatements({ 'no/such': query })).toThrow(
      expect.objectContaining({ code: 'STORE_QUERIES_INVALID' }),
    );
  });
});
