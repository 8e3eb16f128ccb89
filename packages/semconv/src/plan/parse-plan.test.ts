/** Plans as they are written: what is read, and what is said of what cannot be. */
import { describe, expect, test } from 'vitest';
import { parsePlan } from './parse-plan.ts';

const told = (document: unknown): string[] => {
  const parsed = parsePlan(document);
  const problems = parsed.ok ? parsed.warnings : parsed.problems;
  return problems.map(({ severity, path, message }) => `${severity} ${path.join('.')}: ${message}`);
};
const event = (schema: unknown): unknown => ({ events: { a_b: { schema } } });

test('a plan with all that it may say', () => {
  const parsed = parsePlan({
    version: 1,
    plan: { id: 'app', revision: 12, naming: { case: 'snake', pattern: 'object_action_state' } },
    enforcement: { unplannedEvent: 'warn', unplannedProperty: 'omit', violation: 'tag' },
    events: {
      file_upload_started: {
        schemaVersion: '1-0-0',
        description: 'An upload begins',
        section: 'File Management',
        funnel: { id: 'file_upload', step: 1 },
        kpis: ['upload_success_rate'],
        trigger: 'User selects file',
        owner: 'team-x',
        status: 'deprecated',
        replacedBy: 'file_upload_begun',
        pii: { file_name: 'redact' },
        notes: 'Capture before validation',
        enforcement: { unplannedProperty: 'warn' },
        schema: {
          type: 'object',
          properties: { file_name: { type: 'string', format: 'uri', unit: '1' } },
        },
      },
      file_upload_begun: {},
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { plan } = parsed;
  expect(plan).toMatchObject({ id: 'app', revision: 12, naming: { case: 'snake' } });
  expect(plan.modes).toMatchObject({ unplanned_event: 'warn', additional_property: 'omit' });
  const read = plan.events.get('file_upload_started');
  expect(read).toMatchObject({
    version: '1-0-0',
    description: 'An upload begins',
    section: 'File Management',
    funnel: { id: 'file_upload', step: 1 },
    kpis: ['upload_success_rate'],
    trigger: 'User selects file',
    owner: 'team-x',
    status: 'deprecated',
    replacedBy: 'file_upload_begun',
    notes: 'Capture before validation',
  });
  expect(read?.pii.get('file_name')).toBe('redact');
  expect(read?.modes).toMatchObject({ additional_property: 'warn', unplanned_event: 'warn' });
  expect(parsed.warnings).toEqual([]);
});

describe('what is wrong is said with its place', () => {
  test.each<[string, unknown, string[]]>([
    ['no map', [], ['error : must be a map of events, not array']],
    [
      'events that are none',
      { version: 1, events: [] },
      ['error events: must be a map of events, not array'],
    ],
    ['a plan without events', { version: 1, plan: { id: 'x' } }, []],
    ['an event called plan', { plan: { required_properties: ['x'] } }, []],
    ['an event that is none', { a: 1 }, ['error a: must be a map of what is planned, not number']],
    [
      'an id that is a map of a file',
      { version: 1, plan: { id: Object.create(null) as object }, events: {} },
      ['error plan.id: must be a text'],
    ],
    [
      'several things at once',
      {
        plan: { revision: 0, x: 1 },
        enforcement: { violation: 'omit' },
        events: { a_b: { schemaVersion: '1.0' } },
      },
      [
        'error plan.x: is not known',
        'error plan.revision: must be a whole number from 1',
        'error enforcement.violation: must be one of allow, warn, tag, block',
        'error events.a_b.schemaVersion: must be a version such as 1-0-2: model, revision, addition',
      ],
    ],
    [
      'a key beside a schema',
      { events: { a_b: { schema: {}, sektion: 'x' } } },
      ['error events.a_b.sektion: is not known'],
    ],
    [
      'a key of the first plans',
      { a_b: { required_properties: [], category: 'x' } },
      ['warning a_b.category: is not known and has no effect'],
    ],
    [
      'both forms at once',
      { events: { a_b: { schema: {}, required_properties: [] } } },
      [
        'error events.a_b.schema: cannot stand beside required_properties, optional_properties, property_types',
      ],
    ],
    [
      'an event that replaces but is not there',
      { events: { a_b: { replacedBy: 'c_d' } } },
      ['error events.a_b.replacedBy: must name an event of the plan'],
    ],
  ])('%s', (_, document, expected) => {
    expect(told(document)).toEqual(expected);
  });

  test('the words that would be right stand beside', () => {
    const parsed = parsePlan({ events: { a_b: { schema: {}, sektion: 'x' } } });
    expect(parsed.ok ? [] : parsed.problems[0]?.known).toContain('section');
  });

  test('names that every object has', () => {
    expect(told(JSON.parse('{"events": {"__proto__": {}}}'))[0]).toContain(
      'not the name of an event',
    );
    const parsed = parsePlan({ events: { constructor: {}, toString: {} } });
    expect(parsed.ok && [...parsed.plan.events.keys()]).toEqual(['constructor', 'toString']);
  });
});

describe('a schema is refused', () => {
  const deep = (levels: number): unknown => {
    let schema: unknown = { type: 'string' };
    for (let i = 0; i < levels; i++) schema = { properties: { a: schema } };
    return schema;
  };

  test.each<[string, unknown, string]>([
    [
      'a keyword that is not ours, by its name',
      { patternProperties: {} },
      'schema.patternProperties: is a keyword',
    ],
    [
      'one deeper in',
      { properties: { a: { contains: {} } } },
      'schema.properties.a.contains: is a keyword',
    ],
    [
      'a type that is none',
      { properties: { a: { type: 'text' } } },
      'a.type: must be one of string, number',
    ],
    ['an event that is no object', { type: 'string' }, 'type: must be object'],
    ['a reference to nothing', { $ref: '#/$defs/a' }, '$ref: must be # or #/$defs/<name>'],
    ['a reference to elsewhere', { $ref: 'https://example.com/a' }, '$ref: must be'],
    ['a reference to itself', { $ref: '#' }, 'refers to itself by #'],
    [
      'a circle of references',
      {
        $ref: '#/$defs/a',
        $defs: { a: { allOf: [{ $ref: '#/$defs/b' }] }, b: { not: { $ref: '#/$defs/a' } } },
      },
      'refers to itself by #/$defs/b without a property',
    ],
    ['a circle that nothing leads to', { $defs: { a: { $ref: '#/$defs/a' } } }, 'refers to itself'],
    [
      'a pattern with look-around',
      { properties: { a: { pattern: '(?=a)' } } },
      'a.pattern: looks around',
    ],
    ['a pattern that grows', { properties: { a: { pattern: '(a{1000}){1000}' } } }, 'too long'],
    ['a multiple of nothing', { properties: { a: { multipleOf: 0 } } }, 'must be a number above 0'],
    [
      'a bound that is no number',
      { properties: { a: { minimum: NaN } } },
      'must be a number, not nothing',
    ],
    ['a depth of 100', deep(100), 'is nested more than 64 deep'],
    ['a depth of 10,000', deep(10_000), 'is nested more than 64 deep'],
    [
      'thousands of schemas',
      { properties: Object.fromEntries(Array.from({ length: 5001 }, (_, i) => [`p${i}`, {}])) },
      'is one of more than 5000 schemas',
    ],
    [
      'another draft',
      { $schema: 'http://json-schema.org/draft-07/schema#' },
      '$schema: must be https',
    ],
    ['a deep $defs', { properties: { a: { $defs: { b: {} } } } }, 'must stand at the top'],
  ])('%s', (_, schema, message) => {
    expect(told(event(schema)).join('\n')).toContain(message);
    expect(parsePlan(event(schema)).ok).toBe(false);
  });

  test.each<[string, unknown]>([
    ['a reference that goes round over a property', { properties: { a: { $ref: '#' } } }],
    [
      'annotations',
      { title: 'x', description: 'x', default: {}, examples: [], $comment: 'x', 'x-own': 1 },
    ],
    ['a name with a slash', { $ref: '#/$defs/a~1b', $defs: { 'a/b': {} } }],
  ])('but not %s', (_, schema) => {
    expect(told(event(schema))).toEqual([]);
  });
});

test('of thousands of problems 200 are told, with one list of names for all', () => {
  const wrong = (of: object): unknown => ({
    events: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`event_${i}_x`, of])),
  });
  const parsed = parsePlan(wrong({ replacedBy: 'event_zzz' }));
  if (parsed.ok) throw new Error('it has errors');
  expect(parsed.problems).toHaveLength(201);
  expect(new Set(parsed.problems.slice(0, 200).map(({ known }) => known)).size).toBe(1);
  expect(parsed.problems.at(-1)).toEqual({
    severity: 'error',
    path: [],
    message: 'has 800 more problems, which are not told',
    known: [],
  });
  const keywords = parsePlan(wrong({ schema: { a: 1 } }));
  expect(!keywords.ok && keywords.problems.length).toBe(201);
});

test('an error behind more warnings than are told is told, and the plan not taken', () => {
  const events = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`e${i}`, { odd: 1 }]));
  expect(told({ events }).at(-1)).toBe('warning : has 100 more problems, which are not told');
  expect(parsePlan({ events }).ok).toBe(true);
  const parsed = parsePlan({ events: { ...events, bad: 7 } });
  expect(parsed.ok).toBe(false);
  expect(told({ events: { ...events, bad: 7 } })).toContainEqual(
    'error events.bad: must be a map of what is planned, not number',
  );
});
