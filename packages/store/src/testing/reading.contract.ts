/** How every engine must answer questions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Batch } from '../batch.ts';
import { addSpans, at, readTest, type StoreFixture } from './store-fixture.ts';

export function readingContract(fixture: StoreFixture): void {
  describe('reading', () => {
    beforeAll(fixture.open);
    afterAll(fixture.remove);

    it('passes every kind of parameter, and NULL for what is left out', async () => {
      const hostile = `'; DROP TABLE spans; -- $ns " \\ \0 🎉`;
      expect(
        await readTest(fixture.store, 'echo', {
          ns: -(2n ** 63n),
          text: hostile,
          int: Number.MAX_SAFE_INTEGER,
          real: 0.1,
          bool: false,
          texts: ['a', hostile],
        }),
      ).toEqual([
        {
          ns: String(-(2n ** 63n)),
          text: hostile,
          int: Number.MAX_SAFE_INTEGER,
          real: 0.1,
          bool: false,
          joined: `a|${hostile}`,
        },
      ]);
      expect(await readTest(fixture.store, 'echo', { ns: 0n })).toEqual([
        { ns: '0', text: null, int: null, real: null, bool: null, joined: null },
      ]);
      expect(await readTest(fixture.store, 'echo', { ns: 0n, texts: [] })).toMatchObject([
        { joined: '' },
      ]);
    });

    it.each([
      ['a missing one', {}, 'ns'],
      ['an unknown one', { ns: 0n, other: 1 }, 'other'],
      ['a number for nanoseconds', { ns: 1 }, 'ns'],
      ['nanoseconds beyond 64 bits', { ns: 2n ** 63n }, 'ns'],
      ['a fraction for an integer', { ns: 0n, int: 1.5 }, 'int'],
      ['a number that is none', { ns: 0n, real: NaN }, 'real'],
      ['a text for a list', { ns: 0n, texts: 'a' }, 'texts'],
    ])('refuses a wrong parameter: %s', async (_case, params, parameter) => {
      await expect(readTest(fixture.store, 'echo', params)).rejects.toMatchObject({
        code: 'STORE_PARAMETER_INVALID',
        message: expect.stringContaining(`Parameter ${parameter} `),
      });
    });

    it('converts rows to the kinds of the registry', async () => {
      expect(await readTest(fixture.store, 'values')).toEqual([
        {
          json: { a: ['9223372036854775807', 1, '12345678901234567890'] },
          hex: '00000000000000ff',
          nothing: null,
          nan: null,
          sum: 6,
          huge: '9223372036854775807',
        },
      ]);
    });

    it.each([
      ['an integer that JavaScript would round', 'unsafe', 'STORE_VALUE_INVALID'],
      ['a NaN where no null may be', 'nan', 'STORE_VALUE_INVALID'],
      ['other columns than promised', 'wrong-columns', 'STORE_QUERIES_INVALID'],
      ['a file of the machine', 'file', 'STORE_QUERY_FAILED'],
      ['a query that nobody knows', 'no-such', 'STORE_QUERIES_INVALID'],
    ])('refuses %s', async (_case, name, code) => {
      await expect(readTest(fixture.store, name)).rejects.toMatchObject({ code });
      expect(await readTest(fixture.store, 'count')).toHaveLength(1);
    });

    it('stops a query at its deadline and is free for the next', async () => {
      const outcomes = await Promise.allSettled(
        [1, 2, 3].map(() => readTest(fixture.store, 'endless', {}, { timeoutMs: 200 })),
      );
      for (const outcome of outcomes)
        expect(outcome).toMatchObject({
          reason: { code: 'STORE_QUERY_TIMEOUT', retryable: true },
        });
      expect(await readTest(fixture.store, 'count')).toHaveLength(1);
    });

    it('stops queries on request, running, waiting and not yet sent', async () => {
      const stop = new AbortController();
      const queries = [1, 2, 3, 4].map(() =>
        readTest(fixture.store, 'endless', {}, { signal: stop.signal }),
      );
      const outcomes = Promise.allSettled(queries);
      expect(await fixture.store.readResumeState()).toBeDefined();
      stop.abort();
      for (const outcome of await outcomes)
        expect(outcome).toMatchObject({ reason: { code: 'STORE_QUERY_CANCELLED' } });
      await expect(
        readTest(fixture.store, 'count', {}, { signal: stop.signal }),
      ).rejects.toMatchObject({
        code: 'STORE_QUERY_CANCELLED',
      });
      expect(await readTest(fixture.store, 'count')).toHaveLength(1);
    });

    it('answers while batches land, each answer a whole number of batches', async () => {
      const seen: number[] = [];
      const stop = new AbortController();
      const reading = (async () => {
        while (!stop.signal.aborted) {
          const [row = {}] = await readTest(fixture.store, 'count');
          expect(row['rows']).toBe(Number(row['record']) * 1000);
          seen.push(Number(row['rows']));
        }
      })();
      const batch = new Batch(1000);
      for (let n = 0; n < 30; n++) {
        addSpans(batch, n * 1000, 1000);
        await fixture.store.land(batch, at(BigInt(n + 1)));
      }
      stop.abort();
      await reading;
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(seen.length).toBeGreaterThan(1);
    });
  });
}
