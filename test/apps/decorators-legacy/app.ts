/** A small service as frameworks with experimentalDecorators have them: routes kept by reflect-metadata, features beside. */
import 'reflect-metadata';
import { Feature, FeatureCategory, FeatureClass } from '@heartwood/instrumentation';

/** Keeps the route on the method itself, as Nest does. */
function Get(route: string): MethodDecorator {
  return (_target, _key, descriptor) => {
    Reflect.defineMetadata('route', route, descriptor.value as object);
  };
}

class Controller {
  @Feature()
  ping(): string {
    return 'pong';
  }
}

class Shop extends Controller {
  readonly #products = ['oak table', 'oak chair'];

  @Get('/outer')
  @Feature('product_search', {
    category: FeatureCategory.DATABASE_OPERATION,
    metadata: (word: string) => ({ word }),
    resultMetadata: (found: readonly string[]) => ({ found: found.length }),
  })
  @Get('/products')
  async search(word: string, limit: number): Promise<readonly string[]> {
    await Promise.resolve();
    return this.#products.filter((product) => product.includes(word)).slice(0, limit);
  }

  @Get('/names')
  @Feature
  *names(): Generator<string, number> {
    yield* this.#products;
    return this.#products.length;
  }

  @Feature()
  get size(): number {
    return this.#products.length;
  }

  @Feature('closing')
  static close(reason: string): never {
    throw new RangeError(reason);
  }

  @Feature()
  same<T>(value: T): T {
    return value;
  }

  // @ts-expect-error -- the callback takes a number where the method has a text
  @Feature('wrong', { metadata: (count: number) => ({ count }) })
  wrong(word: string): string {
    return word;
  }

  // @ts-expect-error -- a field cannot be wrapped by decorators of this kind
  @Feature()
  field = (): number => 1;
}

@FeatureClass({ prefix: 'stock.', exclude: ['hidden'] })
class Stock {
  count(): number {
    return this.hidden();
  }
  hidden(): number {
    return 2;
  }
}

/** Tells everything a caller can see, as one line of JSON. */
async function main(): Promise<void> {
  const shop = new Shop();
  // The types are those of the methods, not of decorators.
  const found: readonly string[] = await shop.search('oak', 1);
  const text: 'kept' = shop.same('kept' as const);
  let closed: unknown;
  try {
    Shop.close('for good');
  } catch (error) {
    closed = error instanceof RangeError && error.message;
  }
  const types: unknown = Reflect.getMetadata('design:paramtypes', shop, 'search');
  console.log(
    JSON.stringify({
      found,
      text,
      names: [...shop.names()],
      size: shop.size,
      ping: shop.ping(),
      closed,
      count: new Stock().count(),
      field: shop.field(),
      routes: (['search', 'names'] as const).map((key) => Reflect.getMetadata('route', shop[key])),
      types: (types as readonly { name: string }[]).map(({ name }) => name),
    }),
  );
}

void main();
