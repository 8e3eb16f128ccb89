/** The decorators, called as the standard and as TypeScript's experimentalDecorators call them. */
/* oxlint-disable typescript/unbound-method -- methods are looked at here as what they are: properties */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { configure } from '../settings/config.ts';
import { FeatureClass } from './class-decorator.ts';
import { Feature } from './feature-decorator.ts';
import type { AnyFunction } from './likeness.ts';
import type { WrapOptions } from './wrap-options.ts';

const memory = registerMemory();
const names = (): string[] => memory.take().map(({ name }) => name);

afterEach(() => {
  configure({ enabled: true, exclude: [] });
  memory.take();
});

/** What a class body would do, for toolchains that know no decorators: node itself, and this test's. */
type Decoration = (...target: never[]) => unknown;

/** As the standard does it: the decorator gets the member and a context, and gives what takes its place. */
function standard(target: object, key: string | symbol, decoration: unknown): void {
  const property = Object.getOwnPropertyDescriptor(target, key)!;
  for (const [part, kind] of [
    ['value', 'method'],
    ['get', 'getter'],
    ['set', 'setter'],
  ] as const) {
    if (property[part] === undefined) continue;
    const context = { kind, name: key, static: false, private: false, addInitializer: () => {} };
    property[part] =
      (decoration as Decoration)(property[part] as never, context as never) ?? property[part];
  }
  Object.defineProperty(target, key, property);
}

/** As TypeScript's `__decorate` does it. */
function legacy(target: object, key: string | symbol, decoration: unknown): void {
  const property = Object.getOwnPropertyDescriptor(target, key)!;
  const given = (decoration as Decoration)(target as never, key as never, property as never);
  Object.defineProperty(target, key, (given ?? property) as PropertyDescriptor);
}

function makeClasses(): { Shop: ReturnType<typeof makeShop>; Sub: ReturnType<typeof makeShop> } {
  const Shop = makeShop();
  class Sub extends Shop {
    override search(word: string): string {
      return `sub ${super.search(word)}`;
    }
  }
  return { Shop, Sub };
}

function makeShop() {
  return class Shop {
    stock = 3;
    search(word: string): string {
      return `${word} ${this.stock}`;
    }
    async later(): Promise<number> {
      return Promise.resolve(this.stock);
    }
    *each(): Generator<number> {
      yield this.stock;
    }
    get total(): number {
      return this.stock;
    }
    set total(value: number) {
      this.stock = value;
    }
    static open(): string {
      return this.name;
    }
    [Symbol.iterator](): Iterator<number> {
      return [this.stock].values();
    }
  };
}

describe.each([
  ['the standard', standard],
  ['experimentalDecorators', legacy],
] as const)('@Feature by %s', (_, decorate) => {
  it('wraps methods, static ones, accessors and symbols, named by their class', async () => {
    const { Shop } = makeClasses();
    for (const key of ['search', 'later', 'each', 'total', Symbol.iterator]) {
      decorate(Shop.prototype, key, Feature());
    }
    decorate(Shop, 'open', Feature());
    const shop = new Shop();
    shop.total = 5;
    const [each] = shop.each();
    const [first] = shop;
    expect([shop.search('oak'), await shop.later(), each, first, shop.total, Shop.open()]).toEqual([
      'oak 5',
      5,
      5,
      5,
      5,
      'Shop',
    ]);
    expect(names().toSorted()).toEqual([
      'Shop.Symbol.iterator',
      'Shop.each',
      'Shop.later',
      'Shop.open',
      'Shop.search',
      'Shop.total',
      'Shop.total',
    ]);
  });

  it('names a method by the class that declares it, whoever calls first', () => {
    const { Shop, Sub } = makeClasses();
    decorate(Shop.prototype, 'search', Feature());
    decorate(Sub.prototype, 'search', Feature());
    expect(new Sub().search('oak')).toBe('sub oak 3');
    new Shop().search('oak');
    expect(names()).toEqual(['Shop.search', 'Sub.search', 'Shop.search']);
  });

  it('takes a name, options, or both, and needs no brackets', () => {
    const { Shop } = makeClasses();
    const options: WrapOptions = { category: 'sysmon' };
    for (const [decoration, name] of [
      [Feature, 'Shop.search'],
      [Feature('find'), 'find'],
      [Feature('find', options), 'find'],
      [Feature({ ...options, name: 'find' }), 'find'],
      [Feature(options), 'Shop.search'],
    ] as const) {
      const Fresh = makeShop();
      decorate(Fresh.prototype, 'search', decoration);
      expect(new Fresh().search('oak')).toBe('oak 3');
      expect(names()).toEqual([name]);
    }
    expect(new Shop().search('oak')).toBe('oak 3');
  });

  it('makes one run of a method that is decorated twice', () => {
    const { Shop } = makeClasses();
    decorate(Shop.prototype, 'search', Feature('inner'));
    decorate(Shop.prototype, 'search', Feature('outer'));
    new Shop().search('oak');
    expect(names()).toEqual(['inner']);
  });

  it('keeps what the method is: attributes, name, length', () => {
    const { Shop } = makeClasses();
    const before = Object.getOwnPropertyDescriptor(Shop.prototype, 'search')!;
    decorate(Shop.prototype, 'search', Feature());
    const after = Object.getOwnPropertyDescriptor(Shop.prototype, 'search')!;
    expect({ ...after, value: undefined }).toEqual({ ...before, value: undefined });
    const { search } = Shop.prototype as { search: AnyFunction };
    expect([search.name, search.length, Object.hasOwn(search, 'prototype')]).toEqual([
      'search',
      1,
      false,
    ]);
  });

  it('runs a method that was taken off its object as it would have run', () => {
    const { Shop } = makeClasses();
    decorate(Shop.prototype, 'search', Feature());
    const { search } = Shop.prototype as { search: (word: string) => string };
    expect(() => search('oak')).toThrow(TypeError);
    expect(Reflect.apply(search, { stock: 9 }, ['oak'])).toBe('oak 9');
    expect(Reflect.apply(search, Object.create(null), ['oak'])).toBe('oak undefined');
    expect(names()).toEqual(['search', 'Object.search', 'search']);
  });

  it('records nothing of an excluded member', () => {
    const { Shop } = makeClasses();
    decorate(Shop.prototype, 'search', Feature());
    configure({ exclude: ['Shop.*'] });
    expect(new Shop().search('oak')).toBe('oak 3');
    expect(names()).toEqual([]);
  });
});

describe('@Feature on values', () => {
  const context = (kind: string) => ({ kind, name: 'handler', addInitializer: () => {} }) as never;

  it.each([
    ['a field', 'field', (made: unknown) => made],
    ['an accessor', 'accessor', (made: unknown) => (made as { init: unknown }).init],
  ])('wraps the function that %s begins with, and leaves other values', (_, kind, initOf) => {
    const init = initOf((Feature() as Decoration)(undefined as never, context(kind)));
    const Shop = makeShop();
    const start = (value: unknown): unknown =>
      Reflect.apply(init as AnyFunction, new Shop(), [value] as never[]);
    const handler = start((word: string) => word.length) as (word: string) => number;
    expect(handler('oak')).toBe(3);
    expect([start(5), start(undefined)]).toEqual([5, undefined]);
    expect(names()).toEqual(['Shop.handler']);
  });

  it('says that it cannot wrap a field of experimentalDecorators, a class, or nothing', () => {
    const said = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const use = Feature() as Decoration;
    expect(use({} as never, 'field' as never)).toBe(undefined);
    expect(use(makeShop() as never)).toBe(undefined);
    expect(use(makeShop() as never, context('class'))).toBe(undefined);
    expect(said.mock.calls.flat()).toEqual([
      expect.stringContaining('cannot wrap the field field'),
      expect.stringContaining('@FeatureClass'),
    ]);
    said.mockRestore();
  });
});

describe('@FeatureClass', () => {
  it.each([
    ['with brackets', FeatureClass(), 'Shop.'],
    ['without', FeatureClass, 'Shop.'],
    ['with a prefix', FeatureClass({ prefix: 'shop_' }), 'shop_'],
  ])('%s wraps the methods of the class, which stays the class', async (_, decoration, prefix) => {
    const Shop = makeShop();
    expect((decoration as Decoration)(Shop as never)).toBe(undefined);
    const shop = new Shop();
    shop.search('oak');
    await shop.later();
    expect([shop.total, Shop.open()]).toEqual([3, 'Shop']);
    expect(shop.constructor).toBe(Shop);
    expect(names()).toEqual(['search', 'later', 'open'].map((key) => `${prefix}${key}`));
  });

  it('chooses by include and exclude, and leaves what has a name of its own', () => {
    const Shop = makeShop();
    standard(Shop.prototype, 'search', Feature('find'));
    FeatureClass({ include: ['search', 'each', 'open'], exclude: ['open'] })(Shop);
    const shop = new Shop();
    shop.search('oak');
    Array.from(shop.each());
    Shop.open();
    expect(names()).toEqual(['find', 'Shop.each']);
  });

  it('leaves a frozen class and what is no class as they are', () => {
    const Shop = makeShop();
    Object.freeze(Shop.prototype);
    FeatureClass()(Shop);
    expect(new Shop().search('oak')).toBe('oak 3');
    expect(() => FeatureClass()((() => 1) as never)).not.toThrow();
    expect(names()).toEqual([]);
  });
});

describe('reflect-metadata', () => {
  it('is copied from the method to what stands in for it', async () => {
    await import('reflect-metadata');
    const Shop = makeShop();
    const route = (method: object): unknown => Reflect.getMetadata('route', method);
    Reflect.defineMetadata('route', '/search', Shop.prototype.search);
    legacy(Shop.prototype, 'search', Feature());
    expect(route(Shop.prototype.search)).toBe('/search');
    Reflect.defineMetadata('route', '/other', Shop.prototype.later);
    FeatureClass()(Shop);
    expect([route(Shop.prototype.search), route(Shop.prototype.later)]).toEqual([
      '/search',
      '/other',
    ]);
  });
});
