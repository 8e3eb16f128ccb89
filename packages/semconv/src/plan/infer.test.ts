/** Drafts of plans: what profiles of events become. */
import { describe, expect, test } from 'vitest';
import { inferPlan, type PropertyProfile } from './infer.ts';
import { parsePlan } from './parse-plan.ts';
import { validate } from './validate.ts';

const property = (name: string, change: Partial<PropertyProfile> = {}): PropertyProfile => ({
  name,
  present: 1000,
  types: { string: 1000 },
  distinct: 900,
  values: [],
  ...change,
});
const schemaOf = (...properties: PropertyProfile[]): unknown =>
  inferPlan([{ name: 'a_done', sampled: 1000, properties }]).events['a_done']?.schema;

describe('a property', () => {
  test.each<[string, Partial<PropertyProfile>, unknown]>([
    ['a text', {}, { type: 'string' }],
    ['whole numbers', { types: { integer: 1000 } }, { type: 'integer' }],
    ['whole numbers among others', { types: { integer: 1, number: 999 } }, { type: 'number' }],
    ['two types', { types: { string: 1, boolean: 999 } }, { type: ['boolean', 'string'] }],
    ['with nulls', { types: { string: 995, null: 5 } }, { type: ['string', 'null'] }],
    ['bytes', { types: { bytes: 1000 } }, { type: 'string' }],
    ['words', { distinct: 2, values: ['pdf', 'docx'] }, { type: 'string', enum: ['docx', 'pdf'] }],
    ['more words than are listed', { distinct: 3, values: ['pdf', 'docx'] }, { type: 'string' }],
    ['addresses', { distinct: 1, values: ['anna@example.com'] }, { type: 'string' }],
    ['numbers as texts', { distinct: 1, values: ['4711'] }, { type: 'string' }],
    [
      'words that come once',
      { present: 3, types: { string: 3 }, distinct: 2, values: ['a', 'b'] },
      { type: 'string' },
    ],
    ['nothing of a type', { types: {} }, {}],
  ])('%s', (_, change, rules) => {
    expect(schemaOf(property('p', change))).toMatchObject({ properties: { p: rules } });
    expect(
      Object.keys((schemaOf(property('p', change)) as { properties: { p: object } }).properties.p),
    ).toEqual(Object.keys(rules as object));
  });

  test.each([
    [1000, true],
    [990, true],
    [989, false],
    [0, false],
  ])('of which %i in 1000 events have one: required is %s', (present, isRequired) => {
    const schema = schemaOf(property('p', { present, types: { string: present } }));
    expect((schema as { required?: unknown }).required).toEqual(isRequired ? ['p'] : undefined);
  });

  test('null is no value that is there', () => {
    const schema = schemaOf(property('p', { types: { string: 500, null: 500 } }));
    expect(schema).not.toHaveProperty('required');
  });

  test('twenty words are a list, twenty-one are not', () => {
    const words = (count: number): string[] => Array.from({ length: count }, (_, i) => `w${i}`);
    const listed = (count: number): unknown =>
      schemaOf(property('p', { distinct: count, values: words(count) }));
    expect(listed(20)).toHaveProperty('properties.p.enum');
    expect(listed(21)).not.toHaveProperty('properties.p.enum');
  });

  test('dotted names are objects, and those of conventions are left out', () => {
    expect(
      schemaOf(
        property('owner.name'),
        property('owner.age', { present: 10, types: { integer: 10 } }),
        property('session.id'),
        property('a..b'),
      ),
    ).toEqual({
      type: 'object',
      required: ['a..b', 'owner'],
      additionalProperties: false,
      properties: {
        'a..b': { type: 'string' },
        owner: {
          type: 'object',
          required: ['name'],
          additionalProperties: false,
          properties: { age: { type: 'integer' }, name: { type: 'string' } },
        },
      },
    });
  });
});

test('a draft can be read, and the events that it was made of fit it', () => {
  const draft = inferPlan([
    { name: 'b_done', sampled: 0, properties: [] },
    { name: '__proto__', sampled: 5, properties: [] },
    {
      name: 'a_done',
      sampled: 4,
      properties: [
        property('__proto__', { present: 4, types: { integer: 4 } }),
        property('owner.name', { present: 4 }),
      ],
    },
  ]);
  expect(draft).toMatchObject({ version: 1, plan: { id: 'draft', revision: 1 } });
  const parsed = parsePlan(draft);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  expect([...parsed.plan.events.keys()]).toEqual(['a_done']);
  const properties = JSON.parse('{"__proto__": 3, "owner.name": "x"}');
  expect(validate(parsed.plan, 'a_done', properties, { encoding: 'attributes' })).toEqual([]);
});

test('what the plan in force calls personal stays personal, and none of its values is told', () => {
  const plan = parsePlan({
    events: {
      form_saved: {
        pii: { full_name: 'redact', home: 'hash', gone: 'redact' },
        schema: {},
      },
    },
  });
  if (!plan.ok) throw new Error('it has errors');
  const personal = (name: string): PropertyProfile => ({
    name,
    present: 9,
    types: { string: 9 },
    distinct: 1,
    values: ['Ann'],
  });
  const profiles = [
    {
      name: 'form_saved',
      sampled: 9,
      properties: [personal('full_name'), personal('home.street'), personal('kind')],
    },
  ];
  expect(inferPlan(profiles, 'x', plan.plan).events['form_saved']).toMatchObject({
    pii: { full_name: 'redact', home: 'hash' },
    schema: {
      properties: {
        full_name: { type: 'string' },
        home: { properties: { street: { type: 'string' } } },
        kind: { type: 'string', enum: ['Ann'] },
      },
    },
  });
  expect(JSON.stringify(inferPlan(profiles, 'x', plan.plan)).match(/Ann/gu)).toHaveLength(1);
});
