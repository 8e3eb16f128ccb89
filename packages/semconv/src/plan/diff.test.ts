/** Two revisions of a plan: what is told of their changes, and the versions that they ask for. */
import { describe, expect, test } from 'vitest';
import { parseTrackingPlan } from '../plan.ts';
import { diffPlans } from './diff.ts';
import { bumpBetween, bumpVersion, parseVersion } from './schema-version.ts';

const plan = (
  schema: unknown,
  schemaVersion = '1-0-0',
  more: object = {},
): ReturnType<typeof parseTrackingPlan> =>
  parseTrackingPlan({ events: { a_done: { schemaVersion, schema, ...more } } });
const base = {
  required: ['id'],
  properties: {
    id: { type: 'string' },
    size: { type: 'integer', minimum: 0, maximum: 10, unit: 'By' },
    kind: { enum: ['a', 'b'] },
    list: { items: { type: 'string' } },
    owner: { $ref: '#/$defs/owner' },
  },
  $defs: { owner: { properties: { name: { type: 'string' }, boss: { $ref: '#/$defs/owner' } } } },
};
/** The schema with other values at dotted paths; undefined takes one out. */
function changed(edits: Readonly<Record<string, unknown>>): unknown {
  const copy = structuredClone(base);
  for (const [at, value] of Object.entries(edits)) {
    const keys = at.split('.');
    const last = keys.pop() ?? '';
    const holder = keys.reduce<unknown>((rules, key) => Reflect.get(rules as object, key), copy);
    if (value === undefined) Reflect.deleteProperty(holder as object, last);
    else Reflect.set(holder as object, last, value);
  }
  return copy;
}

describe('a change of a schema', () => {
  test.each<[string, Readonly<Record<string, unknown>>, string[]]>([
    ['none', {}, []],
    ['words', { 'properties.id.description': 'x' }, []],
    ['an optional property comes', { 'properties.x': {} }, ['addition x: optional property came']],
    [
      'an optional property goes',
      { 'properties.kind': undefined },
      ['addition kind: optional property went'],
    ],
    [
      'a required property comes',
      { 'properties.x': {}, required: ['id', 'x'] },
      ['model x: required property came'],
    ],
    [
      'a required property is called differently',
      { 'properties.id': undefined, 'properties.key': { type: 'string' }, required: ['key'] },
      ['model key: required property came', 'model id: required property went'],
    ],
    ['one becomes required', { required: ['id', 'size'] }, ['model size: became required']],
    ['one becomes optional', { required: undefined }, ['addition id: became optional']],
    [
      'another type',
      { 'properties.id.type': 'integer' },
      ['model id: type changed from string to integer'],
    ],
    [
      'another unit',
      { 'properties.size.unit': 'KiBy' },
      ['model size: unit changed from By to KiBy'],
    ],
    ['a word less', { 'properties.kind.enum': ['a'] }, ['revision kind: 1 of 2 values went']],
    ['a word more', { 'properties.kind.enum': ['a', 'b', 'c'] }, ['addition kind: 1 value came']],
    [
      'a higher least',
      { 'properties.size.minimum': 1 },
      ['revision size: minimum changed from 0 to 1'],
    ],
    [
      'a higher most',
      { 'properties.size.maximum': 11 },
      ['addition size: maximum changed from 10 to 11'],
    ],
    ['no most', { 'properties.size.maximum': undefined }, ['addition size: maximum 10 went']],
    ['a pattern', { 'properties.id.pattern': '^a' }, ['revision id: pattern changed']],
    ['closed', { additionalProperties: false }, ['revision : others may not come along as before']],
    [
      'another type of items',
      { 'properties.list.items.type': 'number' },
      ['model list[]: type changed from string to number'],
    ],
    [
      'another type behind a reference, told where it is met first',
      { '$defs.owner.properties.name.type': 'number' },
      ['model owner.name: type changed from string to number'],
    ],
    ['a rule of another kind', { if: {} }, ['revision : if changed']],
  ])('%s', (_, edits, expected) => {
    const { events } = diffPlans(plan(base), plan(changed(edits), '9-0-0'));
    const changes = events.flatMap((event) => event.changes);
    expect(
      changes.map(({ bump, path, message }) => `${bump} ${path}: ${message}`).toSorted(),
    ).toEqual(expected.toSorted());
  });
});

describe('a plan', () => {
  const optional = changed({ 'properties.x': {} });

  test.each([
    ['1-0-0', '1-0-0', false],
    ['1-0-0', '1-0-1', true],
    ['1-0-0', '1-1-0', true],
    ['1-0-0', '2-0-0', true],
    ['1-0-5', '1-0-0', false],
  ])('an addition that takes version %s to %s is right: %s', (from, to, ok) => {
    const { events, ...diff } = diffPlans(plan(base, from), plan(optional, to));
    expect(diff).toEqual({ bump: 'addition', ok });
    const needed = bumpVersion(from, 'addition');
    expect(events).toMatchObject([{ change: 'changed', bump: 'addition', ok, from, to, needed }]);
  });

  test('the same plan has no changes', () => {
    expect(diffPlans(plan(base), plan(base))).toEqual({ events: [], bump: 'none', ok: true });
  });

  test('words beside the schema are told and ask for nothing', () => {
    const { events } = diffPlans(plan(base), plan(base, '1-0-0', { owner: 'team-x' }));
    expect(events).toMatchObject([{ change: 'changed', bump: 'none', ok: true, changes: [] }]);
  });

  test('events come and go', () => {
    const [before, after] = [parseTrackingPlan({ a_done: {} }), parseTrackingPlan({ b_done: {} })];
    const diff = diffPlans(before, after);
    expect(diff.bump).toBe('model');
    expect(diff.events.map(({ event, change }) => `${event} ${change}`)).toEqual([
      'a_done removed',
      'b_done added',
    ]);
  });
});

test.each([
  ['1-0-0', 'model', '2-0-0'],
  ['1-2-3', 'revision', '1-3-0'],
  ['1-2-3', 'addition', '1-2-4'],
  ['1-2-3', 'none', '1-2-3'],
] as const)('version %s after a %s is %s', (version, bump, next) => {
  expect(bumpVersion(version, bump)).toBe(next);
  expect(bumpBetween(version, next)).toBe(bump);
});

test.each(['1.0.0', '0-0-0', '1-0', '01-0-0', '1-0-0-0', ''])('%j is no version', (text) => {
  expect(parseVersion(text)).toBeNull();
});
