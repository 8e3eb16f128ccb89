/** Timed functions: one run each, unchanged otherwise. */
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { asyncTimed } from './async-timed.ts';

const memory = registerMemory();

afterEach(() => {
  memory.take();
});

describe('asyncTimed', () => {
  it('S4-60: names the run after the function, or as it is told', async () => {
    async function processFile(): Promise<number> {
      return 7;
    }
    expect(await asyncTimed()(processFile)()).toBe(7);
    expect(await asyncTimed('file_processing', { category: 'file_operation' })(processFile)()).toBe(
      7,
    );
    const [own, given] = memory.take();
    expect(own?.name).toBe('processFile');
    expect(given?.name).toBe('file_processing');
    expect(given?.attributes).toMatchObject({ 'feature.category': 'file_operation' });
  });

  it('S4-60: leaves name, length, this, result and error as they are', async () => {
    const failure = new Error('no');
    const object = {
      factor: 3,
      times: asyncTimed()(async function times(
        this: { factor: number },
        n: number,
        _more?: string,
      ) {
        if (n < 0) throw failure;
        return n * this.factor;
      }),
    };
    expect(object.times.name).toBe('times');
    expect(object.times).toHaveLength(2);
    expect(await object.times(2)).toBe(6);
    await expect(object.times(-1)).rejects.toBe(failure);
    expect(memory.take().map(({ attributes }) => attributes['feature.status'])).toEqual([
      'success',
      'failed',
    ]);
  });

  it('S4-60: notes arguments only when asked, as texts, without secrets', async () => {
    const log = async (...given: unknown[]): Promise<number> => given.length;
    await asyncTimed('a')(log)('f-1', 2);
    await asyncTimed('a', { includeArgs: true })(log)('f-1', 2, { deep: 1 });
    await asyncTimed('a', { includeArgs: ['file_id', 'password', 'count'] })(log)(
      'f-1',
      'hunter22',
      2n,
    );
    const [without, numbered, named] = memory.take().map(({ attributes }) => attributes);
    expect(Object.keys(without ?? {}).filter((key) => key.includes('args'))).toEqual([]);
    expect(numbered).toMatchObject({
      'feature.metadata.args.arg0': 'f-1',
      'feature.metadata.args.arg1': '2',
      'feature.metadata.args.arg2': '[object]',
    });
    expect(named).toMatchObject({
      'feature.metadata.args.file_id': 'f-1',
      'feature.metadata.args.count': '2',
    });
    expect(JSON.stringify(named)).not.toContain('hunter22');
  });

  it('S4-60: a function that calls itself, directly or through others, is one run', async () => {
    const down = asyncTimed('down')(async (n: number): Promise<number> =>
      n === 0 ? 0 : between(n),
    );
    const between = asyncTimed('between')(async (n: number): Promise<number> => {
      await Promise.resolve();
      return 1 + (await down(n - 1));
    });
    expect(await down(5)).toBe(5);
    expect(
      memory
        .take()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['between', 'down']);
  });

  it.each<[string, () => unknown]>([
    ['a plain call', () => 1],
    ['a promise', async () => Promise.resolve(1)],
    ['a promise that rejects', async () => Promise.reject(new Error('no'))],
    [
      'a call that throws',
      () => {
        throw new Error('no');
      },
    ],
    ['a stream', () => Readable.from(['a']).resume()],
  ])('S4-60: after %s is over, what it has begun is around nothing', async (_, work) => {
    let left = 5;
    const over = new Promise<void>((resolve) => {
      const poll = asyncTimed('poll')((): unknown => {
        left -= 1;
        if (left > 0) {
          setTimeout(() => {
            try {
              void Promise.resolve(poll()).catch(() => {});
            } catch {
              // As the work does it.
            }
          }, 5);
        } else setTimeout(resolve, 5);
        return work();
      });
      try {
        void Promise.resolve(poll()).catch(() => {});
      } catch {
        // As above.
      }
    });
    await over;
    expect(memory.take().map(({ name }) => name)).toEqual(Array.from({ length: 5 }, () => 'poll'));
  });

  it('S4-60: a generator that calls itself is one run, from its call to its end', () => {
    const walk = asyncTimed('walk')(function* down(n: number): Generator<number> {
      yield n;
      if (n > 0) yield* walk(n - 1);
    });
    expect(Array.from(walk(3))).toEqual([3, 2, 1, 0]);
    expect(memory.take().map(({ name }) => name)).toEqual(['walk']);
  });

  it('S4-60: what is made with new stays so', () => {
    class Shop {
      readonly size: number;
      constructor(size: number) {
        this.size = size;
      }
    }
    const Timed = asyncTimed()(Shop as never) as unknown as typeof Shop;
    class Branch extends Timed {
      readonly town = 'York';
    }
    expect(new Timed(3)).toBeInstanceOf(Shop);
    expect(new Timed(3).size).toBe(3);
    expect(new Branch(4)).toMatchObject({ size: 4, town: 'York' });
    expect(() => Reflect.apply(Timed as never, undefined, [])).toThrow(TypeError);
    expect(memory.take().map(({ name }) => name)).toEqual(['Shop', 'Shop', 'Shop', 'Shop']);
  });

  it('S4-60: concurrent calls are a run each', async () => {
    const wait = asyncTimed('wait')(async (n: number) => {
      await Promise.resolve();
      return n;
    });
    expect(await Promise.all(Array.from({ length: 50 }, async (_, i) => wait(i)))).toHaveLength(50);
    expect(memory.take()).toHaveLength(50);
  });

  it('S4-60: what is no function, or traced already, stays as it is', () => {
    const timed = asyncTimed('a')(() => 1);
    expect(asyncTimed('b')(timed)).toBe(timed);
    expect(asyncTimed('b')(7 as never)).toBe(7);
  });
});
