/** Objects that more than one call hands out: each is hooked once, whatever it is, and no run is left open or kept alive. */
import { PassThrough } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { currentFeature } from '../context/context.ts';
import { anyRunOpen } from '../run/open-runs.ts';
import { configure } from '../settings/config.ts';
import { tracedFeature } from './traced-feature.ts';

const memory = registerMemory();

afterEach(() => {
  memory.take();
  configure({ exclude: [] });
  vi.restoreAllMocks();
});

const failure = new RangeError('no such thing');

/** Name and status of each run since the last call. */
function runs(): string[] {
  return memory
    .take()
    .map(({ name, attributes }) => `${name} ${String(attributes['feature.status'])}`);
}

const soon = async (): Promise<void> => {
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve));
};

function* letters(): Generator<string, string> {
  yield 'a';
  yield 'b';
  return 'end';
}

class Lazy {
  started = 0;
  // oxlint-disable-next-line unicorn/no-thenable -- a query builder
  then<T>(onValue: (value: string) => T, onError?: (error: unknown) => T): Promise<T> {
    this.started += 1;
    return Promise.resolve('rows').then(onValue, onError);
  }
}

const web = (): ReadableStream<string> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue('a');
      controller.close();
    },
  });

interface Kind {
  readonly make: () => unknown;
  readonly use: (shared: never) => unknown;
}

const kinds: Record<string, Kind> = {
  'a generator': { make: letters, use: (shared: Generator) => [...shared] },
  'an async generator': {
    make: async function* steps() {
      yield await Promise.resolve(1);
    },
    use: async (shared: AsyncGenerator) => {
      for await (const _ of shared);
    },
  },
  'an iterator': {
    make: () => web().values(),
    use: async (shared: AsyncIterable<string>) => {
      for await (const _ of shared);
    },
  },
  'a thenable': { make: () => new Lazy(), use: async (shared: Lazy) => shared },
  'a Node stream': {
    make: () => new PassThrough().end('a'),
    use: (shared: PassThrough) => shared.resume(),
  },
  'a web stream': {
    make: web,
    use: async (shared: ReadableStream) => {
      for await (const _ of shared);
    },
  },
};

describe.each(Object.entries(kinds))('%s', (_, { make, use }) => {
  it('that functions hand on to each other ends the runs of all of them', async () => {
    const inner = tracedFeature('inner', make);
    const middle = tracedFeature('middle', () => inner());
    const outer = tracedFeature('outer', async () => {
      await Promise.resolve();
      return { shared: middle() };
    });
    const last = tracedFeature('last', () => middle());
    const { shared } = await outer();
    expect(runs()).toEqual(['outer success']);
    await use(shared as never);
    await use(last() as never);
    await soon();
    expect(runs().toSorted()).toEqual(
      ['inner', 'inner', 'last', 'middle', 'middle'].map((name) => `${name} success`),
    );
  });

  it('that each call gives back is over at the return of all calls but the first', async () => {
    const shared = make();
    const wrapped = tracedFeature('shared', () => shared);
    for (let i = 0; i < 4000; i += 1) expect(wrapped()).toBe(shared);
    expect(runs()).toHaveLength(3999);
    await use(shared as never);
    await soon();
    expect(runs()).toEqual(['shared success']);
    expect(anyRunOpen()).toBe(false);
  });
});

describe('a promise that many calls give back', () => {
  it('is awaited as ever, and ends them all', async () => {
    let resolve: (value: number) => void = () => {};
    const shared = new Promise<number>((done) => (resolve = done));
    const wrapped = tracedFeature('memo', () => shared);
    for (let i = 0; i < 4000; i += 1) expect(wrapped()).toBe(shared);
    setImmediate(() => resolve(7));
    expect(await wrapped()).toBe(7);
    expect(Object.getPrototypeOf(shared)).toBe(Promise.prototype);
    await soon();
    expect(memory.take()).toHaveLength(4001);
    expect(await wrapped()).toBe(7);
    await soon();
    expect(runs()).toEqual(['memo success']);
  });

  it.each([
    ['nobody handles', 1, () => {}],
    ['who got it first handles', 0, (first: Promise<unknown>) => void first.catch(() => {})],
  ])('and %s is unhandled %i times', async (_, times, handle) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      let reject: (error: unknown) => void = () => {};
      const shared = new Promise<never>((_resolve, fail) => (reject = fail));
      const wrapped = tracedFeature('memo', () => shared);
      handle(wrapped());
      for (let i = 0; i < 3; i += 1) void wrapped();
      reject(failure);
      await soon();
      void wrapped();
      await soon();
    } finally {
      process.off('unhandledRejection', unhandled);
    }
    expect(unhandled).toHaveBeenCalledTimes(times);
    expect(runs()).toEqual(Array.from({ length: 5 }, () => 'memo failed'));
  });

  it('keeps its class, and the `then` of that is not called', async () => {
    let started = 0;
    class Starting<T> extends Promise<T> {
      // oxlint-disable-next-line unicorn/no-thenable -- as drivers of databases do
      override then<A = T, B = never>(...handlers: Parameters<Promise<T>['then']>): Promise<A | B> {
        started += 1;
        return super.then(...handlers) as Promise<A | B>;
      }
    }
    const shared = Starting.resolve('rows');
    const wrapped = tracedFeature('memo', () => shared);
    for (let i = 0; i < 3; i += 1) void wrapped();
    await soon();
    expect(started).toBe(0);
    expect(await shared).toBe('rows');
    expect(started).toBe(1);
    expect(Object.getPrototypeOf(shared)).toBe(Starting.prototype);
    expect(runs()).toHaveLength(3);
  });
});

it('a Node stream has listeners of one call, however many give it back', () => {
  const shared = new PassThrough();
  const before = shared.getMaxListeners();
  const wrapped = tracedFeature('shared', () => shared);
  for (let i = 0; i < 50; i += 1) wrapped();
  expect(['end', 'close'].map((event) => shared.listenerCount(event))).toEqual([1, 1]);
  expect(shared.getMaxListeners()).toBe(before + 1);
  shared.destroy();
});

it('a generator that an excluded feature made is stepped out of sight of the run that handed it on', () => {
  configure({ exclude: ['inner'] });
  const seen: unknown[] = [];
  const inner = tracedFeature('inner', function* steps() {
    seen.push(currentFeature()?.name);
    yield 1;
  });
  const outer = tracedFeature('outer', () => inner());
  expect([...outer()]).toEqual([1]);
  expect(seen).toEqual([undefined]);
  expect(runs()).toEqual(['outer success']);
});

describe('what leads back to itself', () => {
  setFlagsFromString('--expose_gc');
  const gc = runInNewContext('gc') as () => void;
  const collected = async (): Promise<string[]> => {
    for (let i = 0; i < 50; i += 1) {
      gc();
      await soon();
      const seen = runs();
      if (seen.length > 0) return seen;
    }
    return [];
  };

  // What the tests before have left.
  beforeAll(async () => void (await collected()));

  interface Connection {
    callback?: () => void;
  }

  const dropped: Record<string, () => unknown> = {
    'a stream that was an argument': () =>
      tracedFeature('pass', (given: PassThrough) => given)(new PassThrough({ emitClose: false })),
    'a generator that was an argument': () =>
      tracedFeature('pass', (given: Generator) => given)(letters()),
    'a web stream that was an argument': () =>
      tracedFeature('pass', (given: ReadableStream) => given)(new ReadableStream()),
    'a generator that its argument knows': () => {
      const owner: { steps?: Generator } = {};
      owner.steps = tracedFeature('pass', function* steps(_owner: object) {
        yield 1;
      })(owner);
      owner.steps.next();
    },
    'a callback that is kept by another argument': () =>
      tracedFeature('pass', { callback: 'last' }, (given: Connection, done: () => void) => {
        given.callback = done;
      })({}, () => {}),
    'a lazy thenable': () => tracedFeature('pass', (given: Lazy) => given)(new Lazy()),
  };

  it.each(Object.entries(dropped))('%s ends its run once nobody has it', async (_, drop) => {
    drop();
    expect(runs()).toEqual([]);
    expect(anyRunOpen()).toBe(true);
    expect(await collected()).toEqual(['pass cancelled']);
    expect(anyRunOpen()).toBe(false);
  });

  it('a thenable that is awaited and dropped is not cancelled while its work goes on', async () => {
    let resolve: (value: string) => void = () => {};
    const work = new Promise<string>((done) => (resolve = done));
    const answer = (() => {
      const lazy = {
        // oxlint-disable-next-line unicorn/no-thenable -- a query builder
        then: (...handlers: Parameters<Promise<string>['then']>) => work.then(...handlers),
      };
      return tracedFeature('query', () => lazy)().then((rows) => rows);
    })();
    expect(await collected()).toEqual([]);
    resolve('rows');
    expect(await answer).toBe('rows');
    expect(runs()).toEqual(['query success']);
  });
});

describe('the options at the end of a call', () => {
  const asked: unknown[] = [];
  const options = {
    resultMetadata: (...given: unknown[]) => void asked.push(given.slice(1)),
    errorStatus: (...given: unknown[]) => void asked.push(given.slice(1)),
  };

  it.each<[string, () => unknown]>([
    ['a generator', () => [...tracedFeature('asks', options, (_word: string) => letters())('oak')]],
    [
      'a generator that fails',
      () => {
        const steps = tracedFeature('asks', options, function* broken(_word: string) {
          yield 1;
          throw failure;
        });
        expect(() => [...steps('oak')]).toThrow(failure);
      },
    ],
    [
      'a stream',
      (): unknown =>
        tracedFeature('asks', options, (_word: string) => new PassThrough().end())('oak').resume(),
    ],
    [
      'a thenable',
      async () => tracedFeature('asks', options, (_word: string) => new Lazy())('oak'),
    ],
    [
      'a thenable that brings a generator',
      async () => {
        // oxlint-disable-next-line unicorn/no-thenable -- a query builder
        const lazy = { then: (onValue: (value: unknown) => unknown) => onValue(letters()) };
        const steps = tracedFeature('asks', options, (_word: string) => lazy)('oak');
        for (const _ of (await steps) as Generator);
      },
    ],
    [
      'a callback',
      () =>
        tracedFeature('asks', { ...options, callback: 'last' }, (_word: string, done: () => void) =>
          done(),
        )('oak', () => {}),
    ],
    [
      'a function that throws in place of calling back',
      () => {
        const throwing = (_word: string, _done: () => void): void => {
          throw failure;
        };
        const wrapped = tracedFeature('asks', { ...options, callback: 'last' }, throwing);
        expect(() => wrapped('oak', () => {})).toThrow(failure);
      },
    ],
    [
      'a function that rejects in place of calling back',
      async () => {
        const rejecting = async (_word: string, _done: () => void): Promise<never> =>
          Promise.reject(failure);
        const wrapped = tracedFeature('asks', { ...options, callback: 'last' }, rejecting);
        await expect(wrapped('oak', () => {})).rejects.toBe(failure);
      },
    ],
  ])('are asked with its arguments: %s', async (_, call) => {
    await call();
    await soon();
    expect(asked.splice(0).map((given) => (given as unknown[])[0])).toEqual(['oak']);
  });
});
