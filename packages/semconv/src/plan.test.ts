/** The check of one event against the plan: the words of every finding. */
import { describe, expect, test } from 'vitest';
import { parseTrackingPlan, validateEvent } from './plan.ts';

const plan = parseTrackingPlan({
  file_upload_started: {
    required_properties: ['file_type', 'file_size'],
    optional_properties: ['source'],
    property_types: { file_type: 'string', file_size: 'number', source: 'string' },
  },
  file_validation_completed: {
    property_types: { is_valid: 'boolean', errors: 'array<array<string>>', extra: 'uuid' },
  },
  anything: {},
});

describe('an event against the plan', () => {
  test.each([
    ['S4-43: one that fits', 'file_upload_started', { file_type: 'pdf', file_size: 3 }, [], []],
    ['S4-46: one unknown', 'file_lost', {}, ["Event 'file_lost' not in tracking plan"], []],
    ['an inherited name', 'constructor', {}, ["Event 'constructor' not in tracking plan"], []],
    [
      'S4-44: one incomplete, of a wrong type and with something more',
      'file_upload_started',
      { file_size: '3', colour: 'red' },
      [
        'Missing required property: file_type',
        "Invalid type for property 'file_size'. Expected number",
      ],
      ['Unexpected property: colour'],
    ],
    [
      'something more where no list is given',
      'file_validation_completed',
      { more: 1, extra: 7 },
      [],
      [],
    ],
    [
      'S4-45: a nested list with a wrong item',
      'file_validation_completed',
      { errors: [['a'], [1]] },
      ["Invalid type for property 'errors'. Expected array<array<string>>"],
      [],
    ],
    ['an event without rules', 'anything', { a: 1 }, [], []],
  ] as const)('%s', (_, name, properties, errors, warnings) => {
    const { violations, ...findings } = validateEvent(plan, name, properties);
    expect(findings).toEqual({ valid: errors.length === 0, errors, warnings });
    expect(violations).toHaveLength(errors.length + warnings.length);
  });

  test.each([
    ['object', {}, true],
    ['object', [], false],
    ['object', null, false],
    ['array', [], true],
    ['array', {}, false],
    ['array<number>', [1, 2], true],
    ['array<number>', [1, '2'], false],
    ['array<number>', 1, false],
    ['boolean', 0, false],
    ['array<', 1, true],
  ] as const)('S4-45: type %s and the value %j', (type, value, valid) => {
    const typed = parseTrackingPlan({ e: { property_types: { p: type } } });
    const findings = validateEvent(typed, 'e', { p: value });
    expect(findings.valid).toBe(valid);
  });
});

describe('the text of a plan', () => {
  test('is an object of events, or holds one', () => {
    expect([...parseTrackingPlan('{"a_b": {}}').events.keys()]).toEqual(['a_b']);
    const held = parseTrackingPlan('{"version": 1, "events": {"a_b": {}}}');
    expect([...held.events.keys()]).toEqual(['a_b']);
  });

  test.each([
    ['[]', 'object of events'],
    ['{"a": 1}', 'a must be a map'],
    ['{"a": {"required_properties": "x"}}', 'a.required_properties must be a list of names'],
    ['{"a": {"property_types": {"x": 1}}}', 'a.property_types must give each property a type'],
    ['{', 'JSON'],
  ])('%s is refused', (text, message) => {
    expect(() => parseTrackingPlan(text)).toThrow(message);
  });
});

test('null, undefined and properties that throw when they are read are no properties', () => {
  const plan = parseTrackingPlan({ a_done: { required_properties: ['x'] } });
  const throwing = {
    get x(): string {
      throw new Error('secret');
    },
  };
  for (const properties of [null, undefined, throwing])
    expect(validateEvent(plan, 'a_done', properties).violations.map(({ type }) => type)).toEqual([
      'required_missing',
    ]);
});
