/** Values beside schemas: what JSON Schema says of them, held beside another reader of it, and the bounds. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSchema } from './parse-schema.ts';
import { PlanPlace } from './plan-place.ts';
import { checkValue } from './schema-check.ts';
import type { PlanProblem } from './tracking-plan.ts';

/** The schema of a value, put where a plan has it: below a property. */
function read(written: unknown): {
  readonly check: (value: unknown, work?: { left: number }) => readonly { type: string }[];
} {
  const problems: PlanProblem[] = [];
  const { $defs, ...rest } = written as Record<string, unknown>;
  const schema = parseSchema(
    {
      properties: { p: typeof written === 'boolean' ? written : rest },
      ...($defs !== undefined && { $defs }),
    },
    new PlanPlace(problems),
  );
  if (schema === null) throw new Error(JSON.stringify(problems));
  return { check: (value, work) => checkValue(schema.root, { p: value }, work) };
}

const WORLDS = Number(process.env['HEARTWOOD_WORLDS'] ?? 12) * 10;

const scalar = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ab', 'pdf', 'é', '😀', '😀a', '__proto__'),
  fc.constantFrom(0, 1, 2, 3, -1, 0.5, 1.5, 3.0, 100, -0),
  fc.boolean(),
  fc.constant(null),
);
// Names that every object has are below: the other reader stumbles over them.
const keys = fc.constantFrom('a', 'b', 'c', 'd e', '😀');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(keys, tie('value')), { maxLength: 4 })
      .map((entries): unknown => Object.fromEntries(entries)),
  ),
}));
const types = fc.constantFrom('string', 'number', 'integer', 'boolean', 'object', 'array', 'null');
const small = fc.integer({ min: 0, max: 3 });
const { schema } = fc.letrec<{ schema: unknown; rules: Record<string, unknown> }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.oneof(
      { weight: 1, arbitrary: fc.boolean() },
      { weight: 8, arbitrary: types.map((type) => ({ type })) },
    ),
    tie('rules'),
    fc.constantFrom({ $ref: '#/$defs/one' }, { $ref: '#/$defs/tree' }),
  ),
  rules: fc
    .array(
      fc.oneof(
        ...Object.entries({
          type: fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 3 })),
          enum: fc.uniqueArray(value, { minLength: 1, maxLength: 3 }),
          const: value,
          minimum: fc.integer({ min: -1, max: 2 }),
          maximum: fc.integer({ min: 0, max: 4 }),
          exclusiveMinimum: fc.constantFrom(-1, 0, 0.5),
          exclusiveMaximum: fc.constantFrom(1, 1.5, 3),
          multipleOf: fc.constantFrom(1, 2, 0.5, 3),
          minLength: small,
          maxLength: small,
          pattern: fc.constantFrom('^a', 'b$', '^.$', '^[^a]{2}$', '(a+)+$', '^(?:pdf|a)$', '\\d'),
          items: tie('schema'),
          prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
          minItems: small,
          maxItems: small,
          uniqueItems: fc.boolean(),
          properties: fc
            .array(fc.tuple(keys, tie('schema')), { maxLength: 3 })
            .map((entries) => Object.fromEntries(entries)),
          required: fc.uniqueArray(keys, { maxLength: 2 }),
          additionalProperties: tie('schema'),
          propertyNames: tie('schema'),
          allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
          anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
          oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
          not: tie('schema'),
          if: fc
            .tuple(tie('schema'), tie('schema'), tie('schema'))
            .map((parts) =>
              Object.fromEntries(['if', 'then', 'else'].map((key, i) => [key, parts[i]])),
            ),
        }).map(([keyword, argument]) =>
          keyword === 'if'
            ? (argument as fc.Arbitrary<Record<string, unknown>>)
            : (argument as fc.Arbitrary<unknown>).map((given) => ({ [keyword]: given })),
        ),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts): Record<string, unknown> => Object.assign({}, ...parts)),
}));

const DEFINITIONS = {
  one: { type: ['string', 'integer'], minLength: 1, maximum: 2 },
  tree: {
    type: 'object',
    properties: { a: { $ref: '#/$defs/tree' }, b: { items: { $ref: '#/$defs/tree' } } },
    additionalProperties: { $ref: '#/$defs/one' },
  },
};

test('random values fit random schemas exactly when another reader of JSON Schema says so', () => {
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    logger: false,
    ownProperties: true,
  });
  let fitting = 0;
  let compared = 0;
  fc.assert(
    fc.property(schema, fc.array(value, { minLength: 4, maxLength: 4 }), (written, values) => {
      const theirs = ajv.compile({ properties: { p: written }, $defs: DEFINITIONS });
      const ours = read(
        typeof written === 'boolean' ? written : { ...(written as object), $defs: DEFINITIONS },
      );
      for (const item of values) {
        const fits = theirs({ p: item });
        compared += 1;
        if (fits) fitting += 1;
        expect(ours.check(item).length === 0, JSON.stringify([written, item])).toBe(fits);
      }
    }),
    { numRuns: WORLDS },
  );
  // Both sides of the question were asked often enough.
  expect(fitting).toBeGreaterThan(compared / 10);
  expect(compared - fitting).toBeGreaterThan(compared / 10);
}, 120_000);

describe('what a schema says of one value', () => {
  test.each([
    ['3.0 is an integer', { type: 'integer' }, 3.0, []],
    ['3.5 is none', { type: 'integer' }, 3.5, ['datatype_mismatch']],
    ['S4-b: true is no number', { type: 'number' }, true, ['datatype_mismatch']],
    ['a numeric text is no number', { type: 'number' }, '3', ['datatype_mismatch']],
    ['NaN is no number', { type: 'number' }, Number.NaN, ['datatype_mismatch']],
    ['Infinity is no number', { type: 'number' }, Infinity, ['datatype_mismatch']],
    ['0.3 is a multiple of 0.1', { multipleOf: 0.1 }, 0.3, []],
    ['1e308 is a multiple of 0.5', { multipleOf: 0.5 }, 1e308, []],
    ['0.35 is none of 0.1', { multipleOf: 0.1 }, 0.35, ['enum_or_range']],
    ['null where it is let be', { type: ['string', 'null'] }, null, []],
    ['null where it is not', { type: 'string' }, null, ['datatype_mismatch']],
    ['undefined is not there', { type: 'string' }, undefined, []],
    [
      'a list that says its types one by one',
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      1,
      ['datatype_mismatch'],
    ],
    ['S4-48: a word that is not among them', { enum: ['pdf', 'docx'] }, 'exe', ['enum_or_range']],
    ['S4-48: a number below', { minimum: 0 }, -1, ['enum_or_range']],
    ['S4-48: a text of another form', { pattern: '^[A-Z]{3}$' }, 'eur', ['enum_or_range']],
    ['a function', { type: 'object' }, () => 1, ['datatype_mismatch']],
  ])('%s', (_, written, item, types) => {
    expect(
      read(written)
        .check(item)
        .map(({ type }) => type),
    ).toEqual(types);
  });

  test('names that every object has are properties only where they are its own', () => {
    const { check } = read({
      type: 'object',
      required: ['constructor'],
      additionalProperties: false,
    });
    expect(check({}).map(({ type }) => type)).toEqual(['required_missing']);
    const own = read({ properties: JSON.parse('{"__proto__":{"type":"string"}}') });
    expect(own.check(JSON.parse('{"__proto__": 1}'))).toHaveLength(1);
    expect(own.check({})).toEqual([]);
  });
});

describe('bounds', () => {
  const list = { $defs: { list: { items: { $ref: '#/$defs/list' } } }, $ref: '#/$defs/list' };

  test.each([60, 100, 10_000])('a value %i deep is checked to a depth of 64', (depth) => {
    let deep: unknown = [];
    for (let i = 1; i < depth; i++) deep = [deep];
    expect(
      read(list)
        .check(deep)
        .map(({ type }) => type),
    ).toEqual(depth > 64 ? ['unknown'] : []);
    const unique = read({ uniqueItems: true });
    expect(() => unique.check([deep, 1])).not.toThrow();
  });

  test('a value that holds itself ends', () => {
    const ring: unknown[] = [];
    ring.push(ring);
    expect(
      read(list)
        .check(ring)
        .map(({ type }) => type),
    ).toEqual(['unknown']);
  });

  test('a schema that doubles its work with each of its parts ends', () => {
    const $defs: Record<string, unknown> = { d40: { type: 'string' } };
    for (let i = 0; i < 40; i++) {
      $defs[`d${i}`] = { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] };
    }
    expect(() => read({ $defs, $ref: '#/$defs/d0' })).toThrow('in a row');
    const half = Object.fromEntries(
      Object.entries($defs).filter(([key]) => Number(key.slice(1)) > 18),
    );
    const issues = read({ $defs: half, $ref: '#/$defs/d19' }).check('text');
    expect(issues.map(({ type }) => type)).toContain('unknown');
  });

  test.each<[string, unknown]>([
    ['a list without end', { uniqueItems: true }],
    ['what is not to be', { not: { items: { type: 'integer' } } }],
    ['alternatives', { anyOf: [{ items: { type: 'string' } }, { items: { type: 'integer' } }] }],
    ['a condition', { if: { items: { type: 'integer' } }, else: { type: 'array' } }],
  ])('%s of 200,000 items is not said to fit', (_, written) => {
    const many = Array.from({ length: 200_000 }, (_none, i) => i);
    expect(
      read(written)
        .check(many)
        .map(({ type }) => type),
    ).toContain('unknown');
  });

  test('no more than 50 issues are told', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i]));
    expect(read({ additionalProperties: false }).check(many)).toHaveLength(50);
  });

  test('a pattern that others take hours for', () => {
    const { check } = read({ pattern: '^(a+)+$' });
    expect(check(`${'a'.repeat(9999)}!`).map(({ type }) => type)).toEqual(['enum_or_range']);
    expect(check('a'.repeat(20_000)).map(({ type }) => type)).toEqual(['unknown']);
  });

  const many = (length: number, item: unknown): unknown[] => Array.from({ length }, () => item);
  const steps = (written: unknown, value: unknown): [number, string[]] => {
    const work = { left: 0 };
    const issues = read(written).check(value, work);
    return [-work.left, issues.map(({ type }) => type)];
  };

  test('an item costs the same beside one object and beside a thousand', () => {
    const objects = Array.from({ length: 1000 }, (_, a) => ({ a, b: [1, 2, 3] }));
    const items = many(2000, { b: [1, 2, 3], a: 999 });
    const [one, thousand] = [objects.slice(-1), objects].map((values) =>
      steps({ items: { enum: values } }, items),
    );
    expect(thousand).toEqual(one);
    expect(thousand?.[1]).toEqual([]);
  });

  test.each<[string, unknown, unknown]>([
    [
      'thousands of properties of thousands of items',
      { items: { properties: Object.fromEntries(many(4000, 0).map((_, i) => [`p${i}`, {}])) } },
      many(20_000, {}),
    ],
    [
      'thousands of required names',
      { items: { not: { required: many(4000, 0).map((_, i) => `p${i}`) } } },
      many(20_000, {}),
    ],
    [
      'texts beside a pattern that looks at each character hundreds of times',
      { items: { pattern: '^(a?){300}$' } },
      many(10, `${'a'.repeat(9000)}b`),
    ],
    [
      'a list of objects that must differ',
      { uniqueItems: true },
      many(90_000, 0).map((_, i) => ({ i })),
    ],
    ['multiples of the smallest number', { items: { multipleOf: 5e-324 } }, many(90_000, 1.7e308)],
    [
      'a long text counted again and again',
      { allOf: many(4900, { maxLength: 60_000 }) },
      '😀'.repeat(50_000),
    ],
    [
      'a large value looked for again and again',
      { allOf: many(4900, { enum: [{}] }) },
      many(20_000, 'a text of some length'),
    ],
  ])('%s end after as many steps as everything else', (_, written, value) => {
    const [taken, types] = steps(written, value);
    expect(taken).toBeLessThan(400_000);
    expect(types).toContain('unknown');
  });

  test('enough violations of one type hide no other', () => {
    const spare = Object.fromEntries(many(60, 0).map((_, i) => [`k${i}`, i]));
    const { check } = read({
      properties: { kind: {} },
      additionalProperties: false,
      allOf: [{ required: ['must'] }],
    });
    const types = check({ kind: 'card', ...spare }).map(({ type }) => type);
    expect(types.filter((type) => type === 'additional_property')).toHaveLength(50);
    expect(types).toContain('required_missing');
  });
});
