/** Each kind of function, run wrapped and unwrapped: what the caller can observe is equal, and a run was recorded. */
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { configure } from '../settings/config.ts';
import { currentFeature, withFeatureContext } from '../context/context.ts';
import { isTracedFeature, type AnyFunction } from './likeness.ts';
import { tracedFeature } from './traced-feature.ts';
import { startFeature } from '../run/run.ts';
import {
  ATTR_ERROR_TYPE,
  ATTR_FEATURE_NAME,
  ATTR_FEATURE_STATUS,
  ATTR_SESSION_ID,
  FeatureStatus,
} from '@heartwood/semconv';

const memory = registerMemory();

afterEach(() => {
  memory.take();
  configure({ enabled: true, exclude: [], failuresOnly: false, minDurationS: 0 });
});

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

class PromiseWithCancel<T> extends Promise<T> {
  cancelled = false;
  cancel(): void {
    this.cancelled = true;
  }
}

const failure = new RangeError('no such thing');

function catching(fn: () => unknown): unknown {
  try {
    fn();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('the seed', () => {
  it('S1-02: tracedFeature(name, options, fn) counts calls as one feature', () => {
    const search = tracedFeature('search', { category: 'web_search', userId: 'ada' }, () => 1);
    expect([search(), search()]).toEqual([1, 1]);
    const expected = { 'feature.name': 'search', 'feature.category': 'web_search' };
    expect(memory.take().map(({ attributes }) => attributes)).toMatchObject([expected, expected]);
  });

  it('S1-03: name and category are enough', () => {
    expect(tracedFeature({ name: 'search', category: 'web_search' }, () => 1)()).toBe(1);
    expect(memory.take()[0]?.attributes).toMatchObject({
      'feature.name': 'search',
      'feature.category': 'web_search',
    });
  });
});

describe('identity', () => {
  it('gives back the very promise the function returned, unchanged once awaited', async () => {
    const promise = Promise.resolve(1);
    const wrapped = tracedFeature('same', () => promise);
    expect(wrapped()).toBe(promise);
    await promise;
    expect(Object.getPrototypeOf(promise)).toBe(Promise.prototype);
    expect(promise.constructor).toBe(Promise);
  });

  it('keeps members of a subclass of Promise', async () => {
    const wrapped = tracedFeature(
      'sub',
      () => PromiseWithCancel.resolve(1) as PromiseWithCancel<number>,
    );
    const promise = wrapped();
    expect(promise).toBeInstanceOf(PromiseWithCancel);
    promise.cancel();
    expect(promise.cancelled).toBe(true);
    await promise;
  });

  it('does not start a lazy thenable, and records it when it is awaited', async () => {
    const lazy = new Lazy();
    const wrapped = tracedFeature('lazy', () => lazy);
    expect(wrapped()).toBe(lazy);
    expect(lazy.started).toBe(0);
    expect(memory.take()).toHaveLength(0);
    expect(await lazy).toBe('rows');
    expect(lazy.started).toBe(1);
    expect(memory.take()).toHaveLength(1);
  });

  it('rethrows the same error object', () => {
    const wrapped = tracedFeature('throws', () => {
      throw failure;
    });
    expect(wrapped).toThrow(failure);
  });

  it('wraps once, however often it is asked to', () => {
    const wrapped = tracedFeature('once', () => 1);
    expect(tracedFeature('twice', wrapped)).toBe(wrapped);
    expect(isTracedFeature(wrapped)).toBe(true);
    expect(isTracedFeature(() => 1)).toBe(false);
  });

  it('leaves classes classes', () => {
    const Wrapped = tracedFeature('make', Shop as unknown as AnyFunction) as unknown as typeof Shop;
    const shop = new Wrapped();
    expect(shop).toBeInstanceOf(Shop);
    expect(shop).toBeInstanceOf(Wrapped);
    class Sub extends Wrapped {
      readonly more = 1;
    }
    expect(new Sub().where('?')).toBe('shop?');
    expect(new Sub()).toBeInstanceOf(Sub);
    expect(memory.take()).toHaveLength(3);
  });
});

describe('unhandled rejections', () => {
  const tick = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  /** What Node tells of rejections while `use` and the turn of the event loop after it run. */
  async function told(use: () => unknown): Promise<string[]> {
    const seen: string[] = [];
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', (reason) => {
      seen.push(reason === failure ? 'unhandled' : 'another reason');
    });
    const late = (): number => seen.push('handled after all');
    process.on('rejectionHandled', late);
    await use();
    await tick();
    await tick();
    process.removeAllListeners('unhandledRejection').off('rejectionHandled', late);
    for (const other of others) process.on('unhandledRejection', other);
    return seen;
  }

  const reject = async (): Promise<never> => Promise.reject(failure);
  const never = (): void => {};
  const uses: Record<string, [(fn: () => Promise<never>) => unknown, string[]]> = {
    'that nobody handles': [(fn) => void fn(), ['unhandled']],
    'that is handled at once': [(fn) => void fn().catch(never), []],
    'that is handled some microtasks later': [
      async (fn) => {
        const promise = fn();
        for (let i = 0; i < 5; i += 1) await Promise.resolve();
        await promise.catch(never);
      },
      [],
    ],
    'that is handled three ticks later': [
      (fn) => {
        const promise = fn();
        process.nextTick(() =>
          process.nextTick(() => process.nextTick(() => void promise.catch(never))),
        );
      },
      [],
    ],
    'that is handled too late': [
      async (fn) => {
        const promise = fn();
        await tick();
        await promise.catch(never);
      },
      ['unhandled', 'handled after all'],
    ],
    'of a chain that nobody handles': [(fn) => void fn().then(never), ['unhandled']],
    'that is awaited by one and left by another': [
      async (fn) => {
        const promise = fn();
        void promise.finally(never);
        await promise.catch(never);
      },
      ['unhandled'],
    ],
    'of Promise.all': [async (fn) => Promise.all([fn(), fn()]).catch(never), []],
  };

  it.each(Object.entries(uses))(
    'are told as without the wrapper: one %s',
    async (_, [use, expected]) => {
      expect(await told(() => use(reject))).toEqual(expected);
      expect(await told(() => use(tracedFeature('rejects', reject)))).toEqual(expected);
    },
  );
});

describe('generators', () => {
  it.each(['next', 'return', 'throw'] as const)('ends the run when it is left by %s', (way) => {
    const wrapped = tracedFeature('left', function* steps() {
      yield 1;
    });
    const generator = wrapped();
    expect(generator.next().value).toBe(1);
    expect(memory.take()).toHaveLength(0);
    if (way === 'next') generator.next();
    if (way === 'return') generator.return();
    const raise = (): unknown => (way === 'throw' ? generator.throw(failure) : undefined);
    expect(catching(raise)).toBe(way === 'throw' ? failure : undefined);
    const [span] = memory.take();
    expect(span?.attributes[ATTR_FEATURE_STATUS]).toBe(way === 'throw' ? 'failed' : 'success');
  });

  it('runs each step in the context of the run, and not the code between the steps', () => {
    const wrapped = tracedFeature('steps', function* steps() {
      yield currentFeature()?.name;
      yield currentFeature()?.name;
    });
    const seen: unknown[] = [];
    for (const name of wrapped()) seen.push(name, currentFeature()?.name);
    expect(seen).toEqual(['steps', undefined, 'steps', undefined]);
  });

  it('leaves no run when nobody takes a step', () => {
    const wrapped = tracedFeature('idle', function* steps() {
      yield 1;
    });
    wrapped();
    expect(memory.take()).toHaveLength(0);
  });

  it('ends with the early break out of an async loop', async () => {
    const wrapped = tracedFeature('broken off', async function* steps() {
      yield await Promise.resolve(1);
      yield 2;
    });
    for await (const value of wrapped()) if (value === 1) break;
    expect(memory.take()).toHaveLength(1);
  });
});

describe('nesting', () => {
  it('makes a run inside a run its child, across awaits', async () => {
    const inner = tracedFeature('inner', async () => Promise.resolve(1));
    const outer = tracedFeature('outer', async () => {
      await Promise.resolve();
      return inner();
    });
    await outer();
    const [child, parent] = memory.take();
    expect(child?.name).toBe('inner');
    expect(child?.parentSpanContext?.spanId).toBe(parent?.spanContext().spanId);
  });

  it('keeps runs that overlap in time apart', async () => {
    const wrapped = tracedFeature('overlap', async (id: number) => {
      await new Promise((resolve) => setTimeout(resolve, 10 - id));
      currentFeature()?.setMetadata('id', id);
      return id;
    });
    await Promise.all(Array.from({ length: 10 }, async (_, id) => wrapped(id)));
    const ids = memory.take().map(({ attributes }) => attributes['feature.metadata.id']);
    expect(ids.map(Number).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('excluded and disabled features', () => {
  it.each([
    ['excluded by name', { exclude: ['secret'] }],
    ['excluded by prefix', { exclude: ['sec*'] }],
    ['disabled', { enabled: false }],
  ])('runs and records nothing when %s', (_, settings) => {
    const wrapped = tracedFeature('secret', (a: number) => a + 1);
    configure(settings);
    expect(wrapped(1)).toBe(2);
    expect(tracedFeature.run('secret', (run) => run.setMetadata('a', 1).name)).toBe('secret');
    using handle = startFeature('secret');
    expect(handle.run(() => 3)).toBe(3);
    expect(memory.take()).toHaveLength(0);
  });

  it('does not leak facts of an excluded feature into the run around it', () => {
    configure({ exclude: ['secret'] });
    const secret = tracedFeature('secret', () => currentFeature()?.setMetadata('card', '4111'));
    tracedFeature('outer', () => secret())();
    const [span] = memory.take();
    expect(span?.attributes).not.toHaveProperty('feature.metadata.card');
  });

  it('does not leak facts of an excluded generator into the run that steps it', () => {
    configure({ exclude: ['secret'] });
    const secret = tracedFeature('secret', function* steps() {
      yield currentFeature()?.setMetadata('card', '4111');
    });
    tracedFeature('outer', () => [...secret()])();
    const [span] = memory.take();
    expect(span?.name).toBe('outer');
    expect(span?.attributes).not.toHaveProperty('feature.metadata.card');
  });

  it('hides only runs that are open', () => {
    configure({ exclude: ['secret'] });
    const secret = tracedFeature('secret', () => currentFeature());
    const handle = startFeature('outer');
    expect(handle.run(() => currentFeature())).toBe(handle);
    expect(handle.run(secret)).toBe(undefined);
    handle.complete();
    expect(handle.run(() => [currentFeature(), secret()])).toEqual([undefined, undefined]);
  });
});

describe('callbacks of the app', () => {
  it('does not let a throwing option disturb the call', () => {
    const bad = (): never => {
      throw new Error('bad callback');
    };
    const wrapped = tracedFeature(
      'guarded',
      {
        metadata: bad,
        resultMetadata: bad,
        inputSize: bad,
        outputSize: bad,
        resultStatus: bad,
        errorStatus: bad,
        userId: bad,
      },
      (a: number) => a,
    );
    expect(wrapped(5)).toBe(5);
    expect(memory.take()).toHaveLength(1);
  });

  it.each([
    ['says nothing', () => undefined],
    [
      'throws',
      () => {
        throw new Error('bad callback');
      },
    ],
  ])(
    'counts an error as a failure when errorStatus %s, whatever was said before',
    (_, errorStatus) => {
      const wrapped = tracedFeature('late', { errorStatus }, () => {
        currentFeature()?.setStatus(FeatureStatus.SUCCESS);
        throw new Error('after all');
      });
      expect(wrapped).toThrow('after all');
      expect(memory.take()[0]?.attributes['feature.status']).toBe('failed');
    },
  );

  it('listens to a promise without making another of its class', async () => {
    let made = 0;
    class Counting extends Promise<number> {
      constructor(executor: ConstructorParameters<typeof Promise<number>>[0]) {
        super(executor);
        made += 1;
      }
    }
    const wrapped = tracedFeature('counting', () => new Counting((resolve) => resolve(1)));
    const promise = wrapped();
    expect(promise).toBeInstanceOf(Counting);
    expect(made).toBe(1);
    await new Promise(setImmediate);
    expect(memory.take()).toHaveLength(1);
  });

  it('does not call the then of a subclass, which may start something', async () => {
    let started = 0;
    class Starting<T> extends Promise<T> {
      // oxlint-disable-next-line unicorn/no-thenable -- as drivers of databases do
      override then<A = T, B = never>(...handlers: Parameters<Promise<T>['then']>): Promise<A | B> {
        started += 1;
        return super.then(...handlers) as Promise<A | B>;
      }
    }
    const wrapped = tracedFeature('starting', () => Starting.resolve('rows'));
    const promise = wrapped();
    await new Promise(setImmediate);
    expect(started).toBe(0);
    expect(await promise).toBe('rows');
    expect(started).toBe(1);
    expect(memory.take()).toHaveLength(1);
  });

  it('hands out a frozen promise untouched, and ends the run at its return', () => {
    const frozen = Object.freeze(Promise.resolve(1));
    expect(tracedFeature('frozen', () => frozen)()).toBe(frozen);
    expect(Object.getPrototypeOf(frozen)).toBe(Promise.prototype);
    expect(memory.take()).toHaveLength(1);
  });

  it('keeps the run when a fact cannot be read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    tracedFeature('hostile', { metadata: { proxy, deep: { proxy }, fine: 1 } }, () => 1)();
    const [span] = memory.take();
    expect(span?.attributes).toMatchObject({
      'feature.status': 'success',
      'feature.metadata.fine': 1,
      'feature.truncated': true,
    });
  });

  it('gives options the arguments and the result', async () => {
    const wrapped = tracedFeature(
      'facts',
      {
        metadata: (word) => ({ word }),
        resultMetadata: (hits) => ({ hits: hits.length }),
        resultStatus: (hits) => (hits.length === 0 ? FeatureStatus.PARTIAL : undefined),
      },
      async (word: string) => Promise.resolve(word === 'none' ? [] : [word]),
    );
    await wrapped('oak');
    await wrapped('none');
    const [full, empty] = memory.take();
    expect(full?.attributes).toMatchObject({
      'feature.metadata.word': 'oak',
      'feature.metadata.hits': 1,
      'feature.status': 'success',
    });
    expect(empty?.attributes).toMatchObject({ 'feature.status': 'partial' });
  });
});

describe('tracedFeature.run', () => {
  it('runs now and passes the run', () => {
    const result = tracedFeature.run('now', { category: 'sysmon' }, (run) => {
      run.setIterations(3);
      expect(currentFeature()).toBe(run);
      return 42;
    });
    expect(result).toBe(42);
    expect(memory.take()[0]?.attributes).toMatchObject({
      [ATTR_FEATURE_NAME]: 'now',
      'feature.category': 'sysmon',
      'feature.iterations': 3,
    });
  });

  it('passes errors on', async () => {
    await expect(tracedFeature.run('now', async () => Promise.reject(failure))).rejects.toBe(
      failure,
    );
    const [span] = memory.take();
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no such thing' });
    expect(span?.attributes[ATTR_ERROR_TYPE]).toBe('RangeError');
    expect(span?.events.map(({ name }) => name)).toEqual(['exception']);
  });
});

describe('the context', () => {
  it('carries user and session into runs', async () => {
    const wrapped = tracedFeature('who', async () => Promise.resolve(1));
    configure({ hashKey: 'k'.repeat(32), anonymize: true });
    await withFeatureContext({ userId: 'ada', sessionId: 's-1' }, async () => wrapped());
    await wrapped();
    const [inside, outside] = memory.take();
    expect(inside?.attributes).toMatchObject({ 'session.id': 's-1', 'session.kind': 'visit' });
    expect(inside?.attributes['user.hash']).toMatch(/^[0-9a-f]{32}$/);
    expect(inside?.attributes).not.toHaveProperty('user.id');
    expect(outside?.attributes).toMatchObject({ 'session.kind': 'run' });
    expect(outside?.attributes[ATTR_SESSION_ID]).toMatch(/^[0-9a-f-]{36}$/);
    expect(outside?.attributes).not.toHaveProperty('user.hash');
  });

  it('makes spans of other libraries children of the run', () => {
    tracedFeature('around', () => {
      trace.getTracer('other').startSpan('library call').end();
    })();
    const [library, feature] = memory.take();
    expect(library?.parentSpanContext?.spanId).toBe(feature?.spanContext().spanId);
  });
});

describe('types', () => {
  it('gives back the type of the function', () => {
    function overloaded(a: string): string;
    function overloaded(a: number): number;
    function overloaded(a: string | number): string | number {
      return a;
    }
    const generic = <T>(value: T): T => value;
    const guard = (value: unknown): value is string => typeof value === 'string';
    function usesThis(this: Shop, a: string): string {
      return this.label + a;
    }
    expectTypeOf(tracedFeature('a', overloaded)).toEqualTypeOf<typeof overloaded>();
    const echo = tracedFeature('now', { category: 'other' }, generic);
    expectTypeOf(echo<string>('x')).toEqualTypeOf<string>();
    expectTypeOf(echo<number>(1)).toEqualTypeOf<number>();
    expectTypeOf(tracedFeature({ name: 'a' }, guard)).toEqualTypeOf<typeof guard>();
    expectTypeOf(tracedFeature('a', usesThis)).toEqualTypeOf<typeof usesThis>();
    expectTypeOf(tracedFeature.run('now', () => 1)).toEqualTypeOf<number>();
    tracedFeature(
      'a',
      {
        metadata: (word) => {
          expectTypeOf(word).toEqualTypeOf<string>();
          return {};
        },
        resultMetadata: (result, word) => {
          expectTypeOf(result).toEqualTypeOf<number>();
          expectTypeOf(word).toEqualTypeOf<string>();
          return {};
        },
      },
      async (word: string) => Promise.resolve(word.length),
    );
    expect(memory.take().map(({ name }) => name)).toEqual(['now', 'now', 'now']);
  });
});
