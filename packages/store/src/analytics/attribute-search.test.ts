/** The quick look at bytes leaves out no row that the JSON would have answered, however it is written. */
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSqlFile } from '../sql-file.ts';
import { conditionSql } from './condition-sql.ts';
import type { Condition, Scalar } from './condition.ts';
import { Properties } from './property-sql.ts';
import { Writer } from './writer.ts';

/** Ways to write a value in JSON. */
const WRITTEN: readonly string[] = [
  [
    '"123"',
    '123',
    '123.0',
    '1.23e2',
    '12.3E+1',
    '-123',
    '"0123"',
    '1234',
    '0',
    '-0',
    '-0.0',
    '0.0',
  ],
  ['1', '1.0', '1e0', '"1"', '"1.0"', '1.5', '1.50', '15e-1', '"1.5"', '1e3', '1000.0', '1000'],
  ['18446744073709551615', '18446744073709551616', '123456789012345678901234567890', '1e400'],
  ['100000000000000000000', '1e20', '100000000000000000000.0', '1.0e+20', '9007199254740993'],
  ['true', 'false', 'null', '"true"', '"null"', '""', '" "', '{}', '[]', '"{}"'],
  ['"caf\u00e9"', '"caf\\u00e9"', '"c\\u0061f\\u00E9"', '"a/b"', '"a\\/b"', '"a~b"', '"a\\\\b"'],
  [
    '"say \\"hi\\""',
    '"say \\u0022hi\\u0022"',
    '"tab\\tbed"',
    '"tab\\u0009bed"',
    '"\\ud83d\\uded2"',
    '"🛒"',
  ],
  ['[1,2]', '[ 1, 2 ]', '[1.0,2e0]', '{"a":1}', '{ "a" : 1 }', '{"a":"x"}', '"[1,2]"', '["x"]'],
].flat();
/** Keys as they are asked, and ways to write them. */
const KEYS: readonly (readonly [key: string, ...written: string[]])[] = [
  ['app.order', '"app.order"', '"app\\u002eorder"', '"feature.metadata.app.order"', '"app.orders"'],
  ['a/b~c', '"a/b~c"', '"a\\/b~c"', '"feature.metadata.a\\/b~c"'],
  ['q"q', '"q\\"q"', '"q\\u0022q"'],
  ['', '""', '"feature.metadata."'],
];
const ASKED: readonly Scalar[] = [
  [
    '123',
    '0123',
    '12',
    '-123',
    '0',
    '-0',
    '-0.0',
    '1',
    '1.0',
    '1.5',
    '1.50',
    '1e3',
    '1000.0',
    '1000',
    '1e20',
    '1e+20',
  ],
  [
    '18446744073709551616',
    '1.8446744073709552e19',
    '100000000000000000000.0',
    '100000000000000000000',
  ],
  ['1.2345678901234568e29', '123456789012345678901234567890', '9007199254740993', 'Infinity', '-'],
  [
    'true',
    'false',
    'null',
    '',
    ' ',
    '{}',
    '[]',
    'café',
    'a/b',
    'a~b',
    'a\\b',
    'say "hi"',
    'tab\tbed',
    '🛒',
  ],
  ['[1,2]', '[ 1, 2 ]', '[1.0,2.0]', '{"a":1}', '{"a":"x"}', '["x"]', 'x', '1,2', '\0'],
  [123, 1, 1.5, 0, 1000, 1e20, -123, true, false],
].flat();
const OPERATORS = ['=', '!=', '>='] as const;

let instance: DuckDBInstance;
let rows: (sql: string, values?: Record<string, string>) => Promise<unknown[][]>;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  rows = async (sql, values) => (await connection.runAndReadAll(sql, values)).getRowsJson();
  for (const file of [
    'schema/030_vocabulary.sql',
    'schema/032_resources.sql',
    'dialect/duckdb.sql',
  ])
    await connection.run(readSqlFile(file));
  await connection.run('CREATE TABLE s (n INTEGER, attributes VARCHAR NOT NULL)');
  const texts = KEYS.flatMap(([, ...keys]) =>
    keys.flatMap((key) => WRITTEN.map((value) => `{"x":"y",${key}:${value}}`)),
  );
  for (const [n, text] of ['{}', '{"other":1}', '{"\\\\":"\\\\"}', ...texts].entries())
    await connection.run(`INSERT INTO s SELECT ${n}, $text`, { text });
});
afterAll(() => instance.closeSync());

/** The SQL of a condition with the quick look, or without. */
function sqlOf(writer: Writer, condition: Condition, isQuick: boolean): string {
  const properties = new Properties('run', writer);
  const slow = {
    text: properties.text.bind(properties),
    number: properties.number.bind(properties),
  };
  const sql = conditionSql(writer, isQuick ? properties : slow, condition);
  expect(sql.includes('contains(s.attributes')).toBe(isQuick);
  return sql;
}

/** Answers a SELECT; numbers as texts, which their parameters are cast from. */
const ask = (sql: string, { values }: Writer): Promise<unknown[][]> =>
  rows(
    sql,
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])),
  );

const AT_ONCE = 40;

test.each(KEYS.map(([key]) => key))(
  'answers are those of the JSON for attribute %j',
  async (key) => {
    const property = { kind: 'attribute', key } as const;
    const conditions: Condition[] = [
      ...ASKED.flatMap((value) =>
        OPERATORS.map((op): Condition => ({ kind: 'compare', property, op, value })),
      ),
      ...ASKED.filter((value) => typeof value === 'string').flatMap((value): Condition[] => [
        { kind: 'contains', property, value },
        { kind: 'not', part: { kind: 'startsWith', property, value } },
      ]),
      { kind: 'in', property, values: ['café', '123', 1.5, true] },
      { kind: 'exists', property },
    ];
    const different: Condition[] = [];
    for (let first = 0; first < conditions.length; first += AT_ONCE) {
      const some = conditions.slice(first, first + AT_ONCE);
      const writer = new Writer();
      const counts = some.map(
        (condition) =>
          `count(*) FILTER (WHERE ${sqlOf(writer, condition, true)} IS DISTINCT FROM ${sqlOf(writer, condition, false)})`,
      );
      const [found = []] = await ask(`SELECT ${counts.join(', ')} FROM s`, writer);
      different.push(...some.filter((_, index) => found.at(index) !== '0'));
    }
    expect(different).toEqual([]);
  },
);

test.each<[string, Scalar, number]>([
  // Three ways to write it, under three ways to write the key.
  ['a text', 'café', 9],
  ['a text that is written as a number too', '123', 6],
  ['a number', 123, 15],
  ['a number with a point', '1.0', 9],
  ['a boolean', true, 6],
  ['a list', '[1,2]', 9],
  ['quotes', 'say "hi"', 6],
])('rows with %s are found however they are written', async (_, value, count) => {
  const writer = new Writer();
  const property = { kind: 'attribute', key: 'app.order' } as const;
  const sql = sqlOf(writer, { kind: 'compare', property, op: '=', value }, true);
  expect(await ask(`SELECT count(*) FROM s WHERE ${sql}`, writer)).toEqual([[String(count)]]);
});
