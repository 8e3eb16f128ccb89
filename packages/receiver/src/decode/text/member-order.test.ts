import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemberOrder } from './member-order.ts';

const order = new MemberOrder();

/** The text ordered where it stands, with other bytes around it. */
function ordered(text: string): string {
  const bytes = Buffer.from(`##${text}##`);
  order.order(bytes, 2, bytes.length - 2);
  expect(bytes.toString().startsWith('##') && bytes.toString().endsWith('##')).toBe(true);
  return bytes.subarray(2, -2).toString();
}

test.each([
  ['nothing', '{}', '{}'],
  ['one', '{"a":1}', '{"a":1}'],
  ['what is in order', '{"a":1,"b":2}', '{"a":1,"b":2}'],
  ['what is not', '{"b":2,"c":3,"a":1}', '{"a":1,"b":2,"c":3}'],
  ['a key that is the beginning of another', '{"a.b":1,"a":2}', '{"a":2,"a.b":1}'],
  ['an empty key', '{"a":1,"":2}', '{"":2,"a":1}'],
  ['the same key, which stays', '{"b":0,"a":2,"a":1}', '{"a":2,"a":1,"b":0}'],
  [
    'brackets, commas and quotes in texts',
    '{"b\\"],":"}\\\\","a":"{,"}',
    '{"a":"{,","b\\"],":"}\\\\"}',
  ],
  [
    'what lies deeper, which stays',
    '{"b":{"z":1,"y":[{"x":","},2]},"a":[]}',
    '{"a":[],"b":{"z":1,"y":[{"x":","},2]}}',
  ],
])('orders %s', (_, text, expected) => {
  expect(ordered(text)).toBe(expected);
});

test('orders as many as there are, stably, by the bytes of the keys', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof(fc.constantFrom('a', 'b', 'é'), fc.string()), fc.jsonValue()), {
        maxLength: 100,
      }),
      (members) => {
        const texts = members.map(([key, value]) => [JSON.stringify(key), JSON.stringify(value)]);
        const join = (list: string[][]): string => `{${list.map((pair) => pair.join(':')).join()}}`;
        const expected = texts.toSorted(([a = ''], [b = '']) =>
          Buffer.compare(Buffer.from(a.slice(1, -1)), Buffer.from(b.slice(1, -1))),
        );
        expect(ordered(join(texts))).toBe(join(expected));
      },
    ),
    { numRuns: 200 },
  );
});
