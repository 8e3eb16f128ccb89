import { expect, test } from 'vitest';
import { parseOtlpMembers, toOtlpValue } from './otlp-value.ts';

test.each([
  ['"a \\"b\\" \\u0000 {}[],:"', { stringValue: 'a "b" \0 {}[],:' }],
  ['9007199254740993', { intValue: '9007199254740993' }],
  ['-17', { intValue: '-17' }],
  ['1.0', { doubleValue: 1 }],
  ['-0.0', { doubleValue: -0 }],
  ['1e-7', { doubleValue: 1e-7 }],
  ['{"$double":"NaN"}', { doubleValue: 'NaN' }],
  ['{"$bytes":"AP8="}', { bytesValue: 'AP8=' }],
  ['true', { boolValue: true }],
  ['null', {}],
  ['[]', { arrayValue: { values: [] } }],
  [
    '[1,[null,"x"]]',
    {
      arrayValue: {
        values: [{ intValue: '1' }, { arrayValue: { values: [{}, { stringValue: 'x' }] } }],
      },
    },
  ],
  ['{}', { kvlistValue: { values: [] } }],
  [
    '{"$map":{"$bytes":"x"}}',
    { kvlistValue: { values: [{ key: '$bytes', value: { stringValue: 'x' } }] } },
  ],
])('a stored value keeps its type: %s', (json, value) => {
  expect(toOtlpValue(json)).toEqual(value);
});

test('members keep their order, and those that come twice', () => {
  const members = parseOtlpMembers('{"b":1,"17":{"x":true},"__proto__":"p","b":2}');
  expect(members).toEqual([
    { key: 'b', value: { intValue: '1' } },
    { key: '17', value: { kvlistValue: { values: [{ key: 'x', value: { boolValue: true } }] } } },
    { key: '__proto__', value: { stringValue: 'p' } },
    { key: 'b', value: { intValue: '2' } },
  ]);
});
