/** `tracedFeature.all` and nameless features: which functions are wrapped, under which names, and what stays. */
import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { isTracedFeature } from './likeness.ts';
import { tracedFeature } from './traced-feature.ts';
import type { MembersOptions } from './traced-members.ts';

const memory = registerMemory();
const names = (): string[] => memory.take().map(({ name }) => name);

afterEach(() => void memory.take());

class Base extends EventEmitter {
  inherited(): string {
    return 'inherited';
  }
}

class Shop extends Base {
  readonly #secret = 41;
  calls = 0;
  arrow = (): number => this.#secret + 1;
  search(word: string): string {
    this.calls += 1;
    return `${word} ${this.#secret}`;
  }
  searchAll(): string[] {
    return [this.search('a'), this.search('b')];
  }
  get total(): number {
    throw new Error('a getter was called');
  }
  [Symbol.toPrimitive](): string {
    return 'shop';
  }
}

describe('tracedFeature.all', () => {
  it('wraps own functions and methods of the class in place, and gives the object back', () => {
    const shop = new Shop();
    const keys = Object.keys(shop);
    expect(tracedFeature.all(shop, { prefix: 'shop.' })).toBe(shop);
    expect([shop.search('oak'), shop.arrow(), shop.calls]).toEqual(['oak 41', 42, 1]);
    expect(names()).toEqual(['shop.search', 'shop.arrow']);
    expect(Object.keys(shop)).toEqual(keys);
    expect(shop).toBeInstanceOf(Shop);
  });

  it('makes calls between the methods runs inside runs', () => {
    tracedFeature.all(new Shop()).searchAll();
    expect(names()).toEqual(['search', 'search', 'searchAll']);
  });

  it('leaves base classes, accessors, symbols, the constructor and other instances alone', () => {
    const shop = tracedFeature.all(new Shop());
    shop.inherited();
    shop.emit('x');
    expect(shop[Symbol.toPrimitive]()).toBe('shop');
    expect(shop.constructor).toBe(Shop);
    new Shop().search('oak');
    expect(names()).toEqual([]);
  });

  const choices: [string, MembersOptions, string[]][] = [
    ['names', { include: ['search'] }, ['search', 'search']],
    ['names that begin so', { include: ['search*'] }, ['search', 'search', 'searchAll']],
    ['patterns', { include: [/All$/g] }, ['searchAll']],
    ['methods of base classes by name', { include: ['inherited'] }, ['inherited']],
    ['not what is excluded', { include: ['search*'], exclude: ['search'] }, ['searchAll']],
    ['nothing', { include: [] }, []],
  ];

  it.each(choices)('chooses %s', (_, options, expected) => {
    const shop = tracedFeature.all(new Shop(), options);
    shop.searchAll();
    shop.inherited();
    expect(names()).toEqual(expected);
  });

  it('gives all features the options', () => {
    const options = {
      category: 'other',
      metadata: (...args: readonly unknown[]) => ({ n: args.length }),
    };
    tracedFeature.all({ one: (_a: number) => 1 }, { options }).one(1);
    expect(memory.take()[0]?.attributes).toMatchObject({ 'feature.metadata.n': 1 });
  });

  it('does not wrap twice', () => {
    const shop = { search: tracedFeature('special', () => 1) };
    tracedFeature.all(tracedFeature.all(shop)).search();
    expect(names()).toEqual(['special']);
  });

  it('copies the namespace of a module', async () => {
    const source = 'export function twice(n) { return 2 * n } export const word = "oak"';
    const module = (await import(`data:text/javascript,${source}`)) as {
      twice: (n: number) => number;
    };
    const traced = tracedFeature.all(module, { prefix: 'math.' });
    expect({ ...traced, twice: traced.twice(4) }).toEqual({ twice: 8, word: 'oak' });
    expect(names()).toEqual(['math.twice']);
    expect(isTracedFeature(module.twice)).toBe(false);
  });

  it.each([
    ['a frozen object', Object.freeze({ run: () => 1 })],
    ['a Proxy that was revoked', revoked()],
    ['null', null],
    ['a number', 5],
  ])('leaves %s as it is', (_, object) => {
    expect(tracedFeature.all(object as object)).toBe(object);
  });

  it('keeps the type of the object', () => {
    expectTypeOf(tracedFeature.all(new Shop())).toEqualTypeOf<Shop>();
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('a feature without a name', () => {
  it('is named like its function', () => {
    const search = (word: string): string => word;
    const traced = tracedFeature(search);
    expect(traced('oak')).toBe('oak');
    expect(names()).toEqual(['search']);
    expectTypeOf(traced).toEqualTypeOf<typeof search>();
  });

  it('is anonymous when the function is', () => {
    expect(tracedFeature(() => 1)()).toBe(1);
    expect(names()).toEqual(['anonymous']);
  });
});
