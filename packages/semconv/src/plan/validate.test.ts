/** Events beside a plan: what is told of them, in which words, and what is done to them. */
import { describe, expect, test } from 'vitest';
import { parseTrackingPlan, validateEvent } from '../plan.ts';
import { blockingRules, decidePlan } from './decide.ts';
import { validate, type ValidateOptions } from './validate.ts';

const schema = {
  type: 'object',
  required: ['file_type', 'file_size', 'note'],
  additionalProperties: false,
  properties: {
    file_type: { enum: ['pdf', 'docx', 'png'] },
    file_size: { type: 'integer', minimum: 0, unit: 'By' },
    source: { type: ['string', 'null'] },
    note: {},
    tags: { type: 'array', items: { type: 'string', maxLength: 3 } },
    owner: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' }, age: { type: 'integer' } },
    },
    prices: { type: 'object', additionalProperties: { type: 'number' } },
  },
};
const plan = parseTrackingPlan({
  version: 1,
  plan: { id: 'app', revision: 3, naming: { case: 'snake', pattern: 'object_action_state' } },
  enforcement: { unplannedEvent: 'warn', unplannedProperty: 'omit' },
  events: {
    file_upload_started: {
      schemaVersion: '1-1-0',
      pii: { note: 'redact' },
      schema,
      earlier: { '1-0-0': { required: ['file_type'] } },
    },
    order_paid: { enforcement: { violation: 'block' }, schema: { required: ['amount'] } },
  },
});
const good = { file_type: 'pdf', file_size: 3, note: 'x' };
const told = (properties: Record<string, unknown>, options?: ValidateOptions): string[] =>
  validate(plan, 'file_upload_started', properties, options).map(
    ({ type, path, message }) => `${type} ${path}: ${message}`,
  );

describe('an event and its schema', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['one that fits', good, []],
    ['undefined is not there', { ...good, source: undefined }, []],
    ['null where it is let be', { ...good, source: null }, []],
    ['a date, which leaves as a text', { ...good, source: new Date(0) }, []],
    ['a date that is none, which does not leave', { ...good, source: new Date(NaN) }, []],
    [
      'null where it is not: missing',
      { ...good, file_size: null },
      ['required_missing file_size: Missing required property: file_size'],
    ],
    [
      'null where anything may be: missing',
      { ...good, note: null },
      ['required_missing note: Missing required property: note'],
    ],
    [
      'a wrong kind',
      { ...good, file_size: true },
      ["datatype_mismatch file_size: Invalid type for property 'file_size'. Expected integer"],
    ],
    [
      'S4-48: a value of no use',
      { ...good, file_type: 'exe', file_size: -1 },
      [
        "enum_or_range file_type: Invalid value for property 'file_type'. Expected one of pdf, docx, png, not a string of 3 characters",
        "enum_or_range file_size: Invalid value for property 'file_size'. Expected at least 0, not a number",
      ],
    ],
    [
      'something more',
      { ...good, colour: 'red' },
      ['additional_property colour: Unexpected property: colour'],
    ],
    [
      'something more under a name that is none',
      { ...good, 'my.Colour': 'red' },
      [
        'additional_property ["my.Colour"]: Unexpected property: my.Colour',
        `naming ["my.Colour"]: Invalid name of property 'my.Colour'. Expected lower_case_words`,
      ],
    ],
    [
      'an item, counted with its like',
      { ...good, tags: ['a', 'abcd'] },
      [
        "enum_or_range tags[]: Invalid value for property 'tags[1]'. Expected at most 3 characters, not a string of 4 characters",
      ],
    ],
    [
      'a property of a property',
      { ...good, owner: { age: '3' } },
      [
        'required_missing owner.name: Missing required property: owner.name',
        "datatype_mismatch owner.age: Invalid type for property 'owner.age'. Expected integer",
      ],
    ],
    [
      'a null within a property',
      { ...good, owner: { name: null } },
      ['required_missing owner.name: Missing required property: owner.name'],
    ],
    [
      'a key that nobody chose is not told',
      { ...good, prices: { 'anna@example.com': 'x' } },
      ["datatype_mismatch prices.*: Invalid type for property 'prices.*'. Expected number"],
    ],
  ])('%s', (_, properties, expected) => {
    expect(told(properties)).toEqual(expected);
  });

  test('no value is ever told', () => {
    const secret = 'anna@example.com';
    const values = Object.keys(schema.properties).map((name) => [
      name,
      { [secret]: secret, a: [secret] },
    ]);
    const violations = validate(plan, 'file_upload_started', {
      ...Object.fromEntries(values),
      file_type: secret,
      extra: secret,
    });
    expect(violations.length).toBeGreaterThan(4);
    expect(JSON.stringify(violations)).not.toContain('anna');
  });

  test('a violation says event, kinds and version', () => {
    expect(validate(plan, 'file_upload_started', { ...good, file_size: '3' })).toEqual([
      {
        type: 'datatype_mismatch',
        event: 'file_upload_started',
        path: 'file_size',
        message: "Invalid type for property 'file_size'. Expected integer",
        expected: 'integer',
        actualType: 'string',
        schemaVersion: '1-1-0',
      },
    ]);
  });

  test.each([
    ['1-0-0', '1-0-0', 1],
    ['9-9-9', '1-1-0', 3],
    [undefined, '1-1-0', 3],
  ])('one that names version %s is held beside %s', (version, asked, count) => {
    const violations = validate(plan, 'file_upload_started', {}, { version });
    expect(violations).toHaveLength(count);
    expect(new Set(violations.map(({ schemaVersion }) => schemaVersion))).toEqual(new Set([asked]));
  });

  test.each([
    ['__proto__', {}],
    ['constructor', {}],
  ])('the event %s is not planned', (name, properties) => {
    expect(validate(plan, name, properties)[0]).toMatchObject({
      type: 'unplanned_event',
      schemaVersion: null,
    });
  });

  test('what SDKs send of themselves is no event that lacks in the plan', () => {
    expect(validate(plan, 'feature.viewed', { 'feature.name': 'export' })).toEqual([]);
    expect(validate(plan, 'session.start', {})).toEqual([]);
  });

  test('an own __proto__ is a property that is not planned', () => {
    const properties = JSON.parse(
      '{"file_type":"pdf","file_size":1,"note":"","__proto__":{"a":1}}',
    );
    expect(told(properties)).toContain(
      'additional_property __proto__: Unexpected property: __proto__',
    );
  });
});

describe('attributes', () => {
  const attributes = { encoding: 'attributes' } as const;

  test.each<[string, Record<string, unknown>, string[]]>([
    ['objects as dotted keys', { ...good, 'owner.name': 'a', 'owner.age': 3 }, []],
    ['objects and lists as JSON texts', { ...good, owner: '{"name":"a"}', tags: '["a"]' }, []],
    ['whole numbers of 64 bits', { ...good, file_size: 5n }, []],
    ['names of conventions', { ...good, 'session.id': 'x', 'code.function.name': 'f' }, []],
    [
      'a JSON text that is none',
      { ...good, owner: '{"name":' },
      ["datatype_mismatch owner: Invalid type for property 'owner'. Expected object"],
    ],
    [
      'a dotted key of a wrong kind',
      { ...good, 'owner.name': 1 },
      ["datatype_mismatch owner.name: Invalid type for property 'owner.name'. Expected string"],
    ],
    ['a dotted key beside a JSON text', { ...good, owner: '{"age":3}', 'owner.name': 'a' }, []],
    [
      'dotted keys that would reach into every object',
      { ...good, 'owner.name': 'a', 'owner.__proto__.polluted': true, '__proto__.x': 1 },
      [],
    ],
  ])('%s', (_, properties, expected) => {
    expect(told(properties, attributes)).toEqual(expected);
    expect('polluted' in {}).toBe(false);
  });

  test('values are not put together', () => {
    expect(told({ ...good, owner: '{"name":"a"}' })).toHaveLength(1);
  });
});

const BASE = {
  required: ['address'],
  properties: {
    address: { type: 'object', required: ['zip'], properties: { zip: { type: 'string' } } },
    tags: { type: 'array', items: { type: 'string' } },
  },
};

describe('what is done', () => {
  test.each<[string, string, Record<string, unknown>, string, string[], string[]]>([
    ['nothing to one that fits', 'file_upload_started', good, 'keep', [], []],
    [
      'one tagged',
      'file_upload_started',
      { ...good, file_size: '' },
      'tag',
      ['datatype_mismatch'],
      [],
    ],
    [
      'a property left out',
      'file_upload_started',
      { ...good, colour: 1, 'a.b': 2 },
      'keep',
      ['additional_property', 'additional_property'],
      ['colour', 'a.b'],
    ],
    ['one blocked by its own mode', 'order_paid', {}, 'block', ['required_missing'], []],
    ['one that is not planned', 'cart_filled', {}, 'keep', ['unplanned_event'], []],
  ])('%s', (_, event, properties, outcome, types, omit) => {
    const decision = decidePlan(plan, event, validate(plan, event, properties));
    expect({ ...decision, said: decision.said.map(({ type }) => type) }).toEqual({
      outcome,
      blocking: expect.toSatisfy((one: unknown) => (one !== null) === (outcome === 'block')),
      said: types,
      omit,
    });
  });

  test('what is allowed is not told', () => {
    const lax = parseTrackingPlan({
      enforcement: { unplanned_event: 'allow', naming: 'allow' },
      events: {},
    });
    const violations = validate(lax, 'x', {});
    expect(decidePlan(lax, 'x', violations)).toMatchObject({ outcome: 'keep', said: [], omit: [] });
    expect(validateEvent(lax, 'x', {})).toEqual({
      valid: true,
      errors: [],
      warnings: [],
      violations,
    });
  });

  test('modes decide what is an error and what a warning', () => {
    expect(validateEvent(plan, 'cart_filled', {})).toMatchObject({
      valid: true,
      errors: [],
      warnings: ["Event 'cart_filled' not in tracking plan"],
    });
    const { errors, warnings } = validateEvent(plan, 'file_upload_started', {
      ...good,
      note: null,
      a: 1,
    });
    expect([errors, warnings]).toEqual([
      ['Missing required property: note'],
      ['Unexpected property: a'],
    ]);
  });

  test('the text of blocking rules differs with them, and is empty without', () => {
    const written = { events: { a_b: { schema: {} } } };
    expect(blockingRules(parseTrackingPlan(written))).toBe('');
    const texts = [
      { violation: 'block' },
      { violation: 'block', naming: 'block' },
      { unplannedProperty: 'omit' },
    ].map((enforcement) => blockingRules(parseTrackingPlan({ ...written, enforcement })));
    const other = parseTrackingPlan({
      enforcement: { violation: 'block' },
      events: { a_b: { schema: { required: ['x'] } } },
    });
    expect(new Set([...texts, blockingRules(other), '']).size).toBe(5);
  });
});

test.each([
  ['$ref', { $defs: { base: BASE }, $ref: '#/$defs/base' }],
  ['allOf', { allOf: [BASE] }],
  ['else', { if: { required: ['odd'] }, else: BASE }],
])('attributes of an object that is planned behind %s are put together', (_, schema) => {
  const parsed = parseTrackingPlan({ events: { order_sent: { schema } } });
  const flat = { kind: 'mail', 'address.zip': '1', tags: '["a"]' };
  expect(validate(parsed, 'order_sent', flat, { encoding: 'attributes' })).toEqual([]);
});
