/** Halves of requests: together they say what the whole said, for any shape of request. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTraces } from '../../testing/collector.ts';
import { spanOf } from '../../testing/spans.ts';
import { Batch } from './batch.ts';
import { splitRequest } from './split-request.ts';

const resources = [
  { attributes: { 'service.name': 'a' }, schemaUrl: 'https://r' },
  { attributes: {} },
];
const scopes = [{ name: 'one', version: '1', schemaUrl: 'https://s' }, { name: 'two' }];

function requestOf(places: readonly (readonly [number, number])[]): Uint8Array {
  const batch = new Batch();
  places.forEach(([resource, scope], i) => {
    const span = {
      ...spanOf({ name: `span ${i}`, attributes: { text: 'x'.repeat(i * 40) } }),
      resource: resources[resource] ?? { attributes: {} },
      instrumentationScope: scopes[scope] ?? { name: '' },
    };
    batch.add(span, false, 1 << 20);
  });
  return batch.toRequest();
}

const anyPlaces = fc.array(fc.tuple(fc.nat(1), fc.nat(1)), { minLength: 2, maxLength: 12 });

describe('the halves of a request', () => {
  it('hold each span once, as it was, under its resource and scope', () => {
    fc.assert(
      fc.property(anyPlaces, (places) => {
        const whole = requestOf(places);
        const halves = splitRequest(whole) ?? [];
        const spans = halves.map(decodeTraces);
        expect(spans.map(({ length }) => length)).toEqual([
          Math.ceil(places.length / 2),
          Math.floor(places.length / 2),
        ]);
        expect(spans.flat()).toEqual(decodeTraces(whole));
      }),
      { numRuns: 100 },
    );
  });

  it('are the same each time, so that a receiver knows what it has', () => {
    const whole = requestOf([
      [0, 0],
      [0, 1],
      [1, 0],
    ]);
    expect(splitRequest(whole)).toEqual(splitRequest(new Uint8Array(whole)));
  });

  it.each<[string, Uint8Array]>([
    ['a single span', requestOf([[0, 0]])],
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('<html>')],
    [
      'a torn request',
      requestOf([
        [0, 0],
        [0, 0],
      ]).subarray(0, 60),
    ],
    ['a length that has no end', new Uint8Array(40).fill(0xff)],
  ])('are none of %s', (_, body) => {
    expect(splitRequest(body)).toBeUndefined();
  });
});
