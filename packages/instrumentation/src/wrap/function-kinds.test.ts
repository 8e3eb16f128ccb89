/** Each kind of function, run wrapped and unwrapped: what the caller can observe is equal, and the runs are counted. */
import { EventEmitter } from 'node:events';
import { PassThrough, Readable, Transform } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { ATTR_FEATURE_STATUS } from '@heartwood/semconv';
import type { AnyFunction } from './likeness.ts';
import { tracedFeature } from './traced-feature.ts';
import type { WrapOptions } from './wrap-options.ts';

const memory = registerMemory();

afterEach(() => void memory.take());

const failure = new RangeError('no such thing');

interface Kind {
  readonly fn: AnyFunction;
  readonly self?: unknown;
  readonly args?: readonly unknown[];
  readonly options?: Pick<WrapOptions, 'callback'>;
  readonly construct?: boolean;
  /** Statuses of the runs of one call; one success when left out. */
  readonly runs?: readonly string[];
}

class Shop {
  readonly label = 'shop';
  where(suffix: string): string {
    return this.label + suffix;
  }
}

class Lazy {
  started = 0;
  // oxlint-disable-next-line unicorn/no-thenable -- a query builder
  then<T>(onValue: (value: string) => T): Promise<T> {
    this.started += 1;
    return Promise.resolve('rows').then(onValue);
  }
}

class Cancellable<T> extends Promise<T> {
  cancelled = false;
}

/** An iterator as libraries make them: no generator, but closable. */
function* letters(): Generator<string> {
  yield* ['a', 'b'];
}
function closable(): Iterator<string> & Iterable<string> {
  const from = letters();
  // oxlint-disable-next-line typescript/no-unsafe-argument
  return Object.assign(Object.create(Object.getPrototypeOf(Object.getPrototypeOf([].values()))), {
    next: () => from.next(),
    return: () => from.return(undefined),
  });
}

type Callback = (error: unknown, answer?: unknown) => void;

const kinds: Record<string, Kind> = {
  'a plain function': { fn: (a: number, b: number) => a + b, args: [1, 2] },
  'an old-style function that reads arguments': {
    fn: function sum() {
      // oxlint-disable-next-line prefer-rest-params
      return Array.from(arguments).length;
    },
    args: [1, 2, 3],
  },
  'a function with default and rest parameters': {
    fn: (a = 3, ...rest: number[]) => [a, rest],
    args: [undefined, 4, 5],
  },
  'a method that uses this': {
    // oxlint-disable-next-line typescript/unbound-method
    fn: Shop.prototype.where,
    self: new Shop(),
    args: ['!'],
  },
  'a function called with no this': {
    fn: function self(this: unknown) {
      return [this === undefined, this === null];
    },
  },
  'a function called with a primitive this': {
    fn: function self(this: unknown) {
      return typeof this;
    },
    self: 5,
  },
  'a bound function': { fn: Shop.prototype.where.bind(new Shop()), args: ['?'] },
  'a class': { fn: Shop as unknown as AnyFunction, construct: true },
  'a class that is called without new': {
    fn: Shop as unknown as AnyFunction,
    runs: ['failed'],
  },
  'a Proxy around a function': { fn: new Proxy((a: number) => a, {}), args: [6] },
  'a function that returns undefined': { fn: () => undefined },
  'a function that returns null': { fn: () => null },
  'a function that returns a bigint': { fn: () => 10n },
  'a function that returns a symbol': { fn: () => Symbol.iterator },
  'a function that returns a function': { fn: () => catching },
  'a function that returns a frozen object': { fn: () => Object.freeze({ a: 1 }) },
  'a function that returns an object without prototype': {
    fn: () => Object.create(null) as unknown,
  },
  'a function that returns an event emitter': { fn: () => new EventEmitter().eventNames() },
  'a recursive function': {
    fn: function down(this: unknown, n: number): number {
      return n === 0 ? 0 : 1 + down.call(this, n - 1);
    },
    args: [3],
  },
  'a function that throws': {
    fn: () => {
      throw failure;
    },
    runs: ['failed'],
  },
  'a function that throws no error': {
    fn: () => {
      // oxlint-disable-next-line typescript/only-throw-error
      throw 'text';
    },
    runs: ['failed'],
  },
  'an async function': { fn: async (a: number) => Promise.resolve(a * 2), args: [4] },
  'an async function that rejects': {
    fn: async () => {
      await Promise.resolve();
      throw failure;
    },
    runs: ['failed'],
  },
  'a function that returns a promise': { fn: () => Promise.resolve('x') },
  'a function that returns a rejected promise': {
    fn: () => Promise.reject(failure),
    runs: ['failed'],
  },
  'a function that returns a subclass of Promise': { fn: () => Cancellable.resolve(7) },
  'a function that returns a lazy thenable': { fn: () => new Lazy() },
  'a generator': {
    fn: function* numbers(from: number) {
      const answer: unknown = yield from;
      yield answer;
      return 'end';
    },
    args: [1],
  },
  'a generator that throws': {
    fn: function* broken() {
      yield 1;
      throw failure;
    },
    runs: ['failed'],
  },
  'an async generator': {
    fn: async function* numbers() {
      yield await Promise.resolve(1);
      yield 2;
      return 'end';
    },
  },
  'an async generator that throws': {
    fn: async function* broken() {
      yield await Promise.resolve(1);
      throw failure;
    },
    runs: ['failed'],
  },
  'a function that returns a generator': { fn: () => letters() },
  'a function that returns a closable iterator': { fn: closable },
  'a function that returns the iterator of an array': { fn: () => ['a', 'b'].values() },
  'an async function that returns an async iterator': {
    fn: async () => Promise.resolve(Readable.from(['a', 'b'])[Symbol.asyncIterator]()),
  },
  'a function that returns a Readable': { fn: () => Readable.from(['a', 'b']) },
  'a function that returns an empty Readable': { fn: () => Readable.from([]) },
  'a function that returns a Readable that fails': {
    fn: () =>
      new Readable({
        read() {
          this.destroy(failure);
        },
      }),
    runs: ['failed'],
  },
  'a function that returns a Transform': {
    fn: () =>
      Readable.from(['a', 'b']).pipe(
        new Transform({
          transform(chunk, _encoding, done) {
            done(null, String(chunk).toUpperCase());
          },
        }),
      ),
  },
  'a function that returns a Duplex': {
    fn: () => {
      const stream = new PassThrough();
      stream.end('a');
      return stream;
    },
  },
  'an async function that returns a Readable': {
    fn: async () => Promise.resolve(Readable.from(['a', 'b'])),
  },
  'a function that returns a ReadableStream': { fn: () => webStream(['a', 'b']) },
  'a function that returns an empty ReadableStream': { fn: () => webStream([]) },
  'a function that returns a ReadableStream that fails': {
    fn: () => webStream(['a'], failure),
    runs: ['failed'],
  },
  'an async function that returns a ReadableStream': {
    fn: async () => Promise.resolve(webStream(['a', 'b'])),
  },
  'a function with a callback at the end': {
    fn: (a: number, done: Callback) => void setImmediate(() => done(null, a)),
    options: { callback: 'last' },
    args: [4, called],
  },
  'a function with a callback in the middle that is told an error': {
    fn: (_a: number, done: Callback, _b: number) => void setImmediate(() => done(failure)),
    options: { callback: 1 },
    args: [4, called, 5],
    runs: ['failed'],
  },
  'a function with a callback it calls at once': {
    fn: (done: Callback) => done(null, 'now'),
    options: { callback: 0 },
    args: [called],
  },
  'a function whose callback is left out': {
    fn: async (a: number, done?: Callback) => {
      done?.(null, a);
      return Promise.resolve(a);
    },
    options: { callback: 1 },
    args: [4],
  },
  'a function that throws in place of calling back': {
    fn: (_done: Callback) => {
      throw failure;
    },
    options: { callback: 'last' },
    args: [called],
    runs: ['failed'],
  },
};

const calls: unknown[][] = [];

function called(this: unknown, ...answer: unknown[]): void {
  calls.push([this, ...answer]);
}

function catching(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    return error;
  }
}

function webStream(chunks: readonly string[], error?: Error): ReadableStream<string> {
  const waiting = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const chunk = waiting.shift();
      if (chunk !== undefined) controller.enqueue(chunk);
      else if (error === undefined) controller.close();
      else controller.error(error);
    },
  });
}

/** Calls a function and follows its result to the end: everything a caller can see, as plain data. */
async function observe({ fn, self, args = [], construct = false }: Kind): Promise<unknown[]> {
  const seen: unknown[] = [];
  calls.length = 0;
  try {
    const result: unknown = construct ? Reflect.construct(fn, args) : Reflect.apply(fn, self, args);
    seen.push(Object.prototype.toString.call(result), typeof result);
    if (result instanceof Object) seen.push(result.constructor.name);
    const settled: unknown = await result;
    if (settled instanceof Object && 'next' in settled) {
      const iterator = settled as AsyncGenerator<unknown, unknown, unknown>;
      for (let step = await iterator.next(); ; step = await iterator.next('sent')) {
        seen.push(step.value);
        if (step.done === true) break;
      }
    } else if (settled instanceof Readable || settled instanceof ReadableStream) {
      for await (const chunk of settled as AsyncIterable<unknown>) seen.push(String(chunk));
    } else seen.push(settled);
  } catch (error) {
    seen.push('threw', error);
  }
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  return [...seen, ...calls];
}

describe.each(Object.entries(kinds))('%s', (_, kind) => {
  it('S1-10: behaves wrapped as it does unwrapped, and is one run', async () => {
    const wrapped = tracedFeature('thing', kind.options ?? {}, kind.fn);
    const plain = await observe(kind);
    const traced = await observe({ ...kind, fn: wrapped });
    expect(traced).toEqual(plain);
    // S1-09: the very same error object, not an equal one.
    expect(traced.includes(failure)).toBe(plain.includes(failure));
    const statuses = memory.take().map(({ attributes }) => attributes[ATTR_FEATURE_STATUS]);
    expect(statuses).toEqual(kind.runs ?? ['success']);
  });

  it('keeps name, length, kind and own properties of the function', () => {
    const fn = Object.assign(kind.fn, { note: 'kept' });
    const wrapped = tracedFeature('thing', fn);
    expect(wrapped.name).toBe(fn.name);
    expect(wrapped.length).toBe(fn.length);
    expect(wrapped.note).toBe('kept');
    const keys = (of: object): PropertyKey[] =>
      Reflect.ownKeys(of)
        .filter((key) => typeof key === 'string')
        .toSorted();
    expect(keys(wrapped)).toEqual(keys(fn));
    expect(Object.prototype.toString.call(wrapped)).toBe(Object.prototype.toString.call(fn));
    expect(wrapped instanceof fn.constructor).toBe(true);
  });
});

it('S1-127: a wrapped function gives its result, and one run with status success', () => {
  const wrapped = tracedFeature('test_feature', { category: 'other' }, () => 'result');
  expect(wrapped()).toBe('result');
  expect(memory.take().map(({ attributes }) => attributes)).toMatchObject([
    { 'feature.name': 'test_feature', 'feature.category': 'other', 'feature.status': 'success' },
  ]);
});
