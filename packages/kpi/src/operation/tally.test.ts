import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countIn,
  createTally,
  fromStoredTally,
  mergeTallies,
  toStoredTally,
  totalsOf,
} from './tally.ts';

const failsOf = (index: number): boolean => index % 3 === 0;

/** What counts parts that leave, each once. */
function tallyOf(parts: readonly number[]): ReturnType<typeof createTally> {
  const tally = createTally();
  for (const [at, part] of parts.entries()) countIn(tally, String(part), failsOf(part), at);
  return tally;
}

const totalsOfAll = (parts: readonly number[]): object => ({
  ended: parts.length,
  failed: parts.filter(failsOf).length,
});

describe('parts that left', () => {
  test('are all counted, and the room for them is bounded', () => {
    const parts = Array.from({ length: 1000 }, (_, index) => index);
    const tally = tallyOf(parts);
    expect(totalsOf(tally)).toEqual(totalsOfAll(parts));
    expect(tally.parts.size).toBe(100);
    expect([...tally.parts.keys()].at(-1)).toBe('999');
    expect(totalsOf(undefined)).toEqual({ ended: 0, failed: 0 });
  });

  test('of an earlier and a later record of one operation are those of the later one', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(5000), { minLength: 1, maxLength: 300 }),
        fc.nat(300),
        (parts, before) => {
          const earlier = tallyOf(parts.slice(0, before));
          const later = tallyOf(parts);
          for (const merged of [mergeTallies(earlier, later), mergeTallies(later, earlier)]) {
            expect(totalsOf(merged)).toEqual(totalsOfAll(parts));
            expect(merged?.lastMs).toBe(parts.length - 1);
          }
        },
      ),
    );
  });

  test('are those of both records while all are told apart', () => {
    expect(totalsOf(mergeTallies(tallyOf([1, 2, 3]), tallyOf([3, 4])))).toEqual(
      totalsOfAll([1, 2, 3, 4]),
    );
    expect(mergeTallies(undefined, undefined)).toBeUndefined();
  });

  test('are kept with their times moved, none of them in the future', () => {
    const tally = tallyOf(Array.from({ length: 150 }, (_, index) => index));
    const text = JSON.stringify(toStoredTally(tally));
    const parse = (): ReturnType<typeof toStoredTally> =>
      JSON.parse(text) as ReturnType<typeof toStoredTally>;
    expect(fromStoredTally(parse(), -9, 1000)).toEqual({ ...tally, lastMs: 140 });
    expect(fromStoredTally(parse(), 9, 150)).toEqual({ ...tally, lastMs: 150 });
    expect(fromStoredTally([2, 1, 5], 0, 9)).toMatchObject({ ended: 2, failed: 1 });
  });
});
