/** An app in today's TypeScript: standard decorators, `using`, generators, streams, callbacks, all as features. */
import { readFile } from 'node:fs';
import {
  currentFeature,
  Feature,
  FeatureClass,
  startFeature,
  tracedFeature,
} from '@heartwood/instrumentation';

@FeatureClass({ exclude: ['plain'] })
class Basket {
  plain(): number {
    return 1;
  }
  add(item: string): string {
    return item;
  }
  static empty(): Basket {
    return new this();
  }
}

class Shop {
  readonly #products = ['oak table', 'oak chair'];

  @Feature('product_search', {
    metadata: (word: string) => ({ word }),
    resultMetadata: (found: readonly string[]) => ({ found: found.length }),
  })
  async search(word: string, limit: number): Promise<readonly string[]> {
    await Promise.resolve();
    currentFeature()?.setIterations(2);
    return this.#filter(word).slice(0, limit);
  }

  @Feature
  #filter(word: string): string[] {
    return this.#products.filter((product) => product.includes(word));
  }

  @Feature()
  async *pages(): AsyncGenerator<string, number> {
    yield* this.#products;
    return this.#products.length;
  }

  @Feature()
  onSale = (word: string): boolean => word === 'oak';

  @Feature()
  accessor price = (word: string): number => word.length;

  @Feature()
  get size(): number {
    return this.#products.length;
  }

  @Feature()
  static open(): string {
    return this.name;
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

  // @ts-expect-error -- the callback takes another result than the method gives
  @Feature('wrong', { resultMetadata: (result: number) => ({ result }) })
  wrongResult(word: string): string {
    return word;
  }

  // @ts-expect-error -- a field that holds no function
  @Feature()
  text = 'oak';
}

/** Overloads, generics and predicates stay what they are. */
function sized(value: string): string;
function sized(value: number): number;
function sized(value: string | number): string | number {
  return value;
}
const isWord = (value: unknown): value is string => typeof value === 'string';

const tracedSized = tracedFeature(sized);
const tracedIsWord = tracedFeature('is_word', isWord);
const tracedRead = tracedFeature('read_file', { callback: 'last' }, readFile);
const exported = tracedFeature(
  'export',
  { stream: 'until-end' },
  (words: readonly string[]) =>
    new ReadableStream<string>({
      start(controller) {
        for (const word of words) controller.enqueue(word);
        controller.close();
      },
    }),
);
// @ts-expect-error -- not a way to end
tracedFeature('wrong', { stream: 'sometimes' }, sized);
// @ts-expect-error -- not a place of a callback
tracedFeature('wrong', { callback: 'first' }, sized);

/** Tells everything a caller can see, as one line of JSON. */
async function main(): Promise<void> {
  const shop = new Shop();
  const found: readonly string[] = await shop.search('oak', 1);
  const pages: string[] = [];
  for await (const page of shop.pages()) pages.push(page);
  const text: string = tracedSized('a');
  const count: number = tracedSized(1);
  const value: unknown = 'word';
  const length = tracedIsWord(value) ? value.length : 0;
  const same: 'kept' = shop.same('kept' as const);
  const streamed: string[] = [];
  for await (const word of exported(['x', 'y'])) streamed.push(word);
  const read = await new Promise<number>((resolve, reject) => {
    tracedRead(process.argv[1] ?? '', (error, data) =>
      error ? reject(error) : resolve(data.length),
    );
  });
  {
    using run = startFeature('by_hand');
    run.setMetadata('a', 1);
  }
  const basket: Basket = Basket.empty();
  console.log(
    JSON.stringify({
      found,
      pages,
      sized: [text, count, length, same],
      streamed,
      read: read > 0,
      values: [shop.onSale('oak'), shop.price('oak'), shop.size, Shop.open()],
      basket: [basket.add('chair'), basket.plain(), basket instanceof Basket],
    }),
  );
}

void main();
