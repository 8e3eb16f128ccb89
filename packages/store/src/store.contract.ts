/** The suite that every engine must pass. */
import { describe } from 'vitest';
import { landingContract } from './testing/landing.contract.ts';
import { lifeContract } from './testing/life.contract.ts';
import { readingContract } from './testing/reading.contract.ts';
import { type OpenForTest, StoreFixture } from './testing/store-fixture.ts';

export function storeContract(engine: string, open: OpenForTest): void {
  describe(`store contract on ${engine}`, () => {
    landingContract(new StoreFixture(open));
    readingContract(new StoreFixture(open));
    lifeContract(new StoreFixture(open));
  });
}
