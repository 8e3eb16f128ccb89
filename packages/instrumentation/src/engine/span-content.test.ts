/** Attributes of any kind, as the SDKs 3.x take them; beside the 2.x, which take the simple ones. */
import { ROOT_CONTEXT, SpanKind, type Attributes } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { decodeTraces } from '../../testing/otlp-decoder.ts';
import { SpanQueue } from '../delivery/queue.ts';
import type { ReadableSpanLike } from '../otlp/readable-span.ts';
import { createDirectEngine } from './direct.ts';
import { readSpanLimits } from './limits.ts';

class Order {
  readonly id = 7;
}

const circular: Record<string, unknown> = {};
circular['self'] = circular;

let deep: unknown = 1;
for (let i = 0; i < 100_000; i += 1) deep = [deep];

const hostile = {
  get trap(): never {
    throw new Error('asked');
  },
};

/** What is set, and what the span then has with SDKs 3.x and 2.x; undefined for nothing. */
const VALUES: readonly (readonly [name: string, value: unknown, any: unknown, simple: unknown])[] =
  [
    ['a text', 'x', 'x', 'x'],
    ['a list', ['x', null, 'y'], ['x', null, 'y'], ['x', null, 'y']],
    ['nothing', null, null, undefined],
    ['a mixed list', ['x', 1, true], ['x', 1, true], undefined],
    ['a record', { a: 1, b: { c: ['x'] }, d: undefined }, { a: 1, b: { c: ['x'] } }, undefined],
    [
      'a record without a prototype',
      Object.assign(Object.create(null), { a: 1 }),
      { a: 1 },
      undefined,
    ],
    ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 2]), undefined],
    ['an object of a class', new Order(), undefined, undefined],
    ['a date', new Date(0), undefined, undefined],
    ['a bigint', 10n, undefined, undefined],
    ['a function', () => 1, undefined, undefined],
    ['a symbol', Symbol('s'), undefined, undefined],
    ['a record with a symbol in it', { a: [Symbol('s')] }, undefined, undefined],
    ['a record that contains itself', circular, undefined, undefined],
    ['one that is deeper than the stack', deep, undefined, undefined],
    ['one that throws', hostile, undefined, undefined],
  ];

function spanWith(set: Attributes, begin: Attributes, anyValues: boolean, valueLength = Infinity) {
  let ended: ReadableSpanLike | undefined;
  const engine = createDirectEngine({
    sink: { addRun: () => expect.unreachable(), onEnd: (span) => void (ended = span) },
    resource: { attributes: {} },
    limits: { ...readSpanLimits({}), valueLength },
    anyValues,
  });
  const start = {
    name: 'x',
    kind: SpanKind.INTERNAL,
    attributes: begin,
    startTime: [1, 0],
  } as const;
  const span = engine.begin({ ...start, startTime: [1, 0] }, ROOT_CONTEXT);
  span.setAttributes(set);
  span.addEvent('e', set);
  span.end();
  return ended as unknown as ReadableSpanLike;
}

it.each(VALUES)('%s', (_, value, any, simple) => {
  const given = { key: value } as Attributes;
  const rich = spanWith(given, {}, true);
  expect(rich.attributes).toStrictEqual(any === undefined ? {} : { key: any });
  // Only simple values in events, whatever the SDK; the 3.x count the others.
  expect(rich.events[0]?.droppedAttributesCount).toBe(simple === undefined ? 1 : 0);
  const plain = spanWith(given, {}, false);
  expect(plain.attributes).toStrictEqual(simple === undefined ? {} : { key: simple });
  expect(plain.droppedAttributesCount).toBe(0);
});

it('counts what cannot be taken only when it is there from the beginning, as the SDKs 3.x do', () => {
  const bad = { key: Symbol('s') as never };
  expect(spanWith(bad, {}, true).droppedAttributesCount).toBe(0);
  expect(spanWith({}, bad, true).droppedAttributesCount).toBe(1);
  expect(spanWith({}, bad, false).droppedAttributesCount).toBe(0);
});

it('copies what it keeps, and cuts texts and bytes inside of it', () => {
  const given = { list: ['abcdef', { inner: 'abcdef' }], bytes: new Uint8Array([1, 2, 3, 4]) };
  const { attributes } = spanWith(given as never, {}, true, 3);
  given.list.push('late');
  expect(attributes).toEqual({
    list: ['abc', { inner: 'abc' }],
    bytes: new Uint8Array([1, 2, 3]),
  });
});

it('leaves as OTLP of the same kind', () => {
  const queue = new SpanQueue(
    { maxSpans: 10, maxBytes: 1e6, maxBatchSpans: 10, maxBatchRuns: 10, maxBatchBytes: 1e6 },
    () => expect.unreachable(),
  );
  const value = { a: 1, b: ['x', true, { c: 1.5 }] };
  queue.add(spanWith({ key: value } as never, {}, true), false);
  const [span] = decodeTraces(queue.take()?.toRequest() ?? new Uint8Array());
  expect(span?.attributes['key']).toEqual(value);
});
