/** What is kept of counts is what all of them would tell, in whatever order they come. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addCount, eventsOf, lastAdvance, VALUES, valuesOf, type Counts } from './counts.ts';
import type { Mark, Said } from './mark.ts';

/** Few counts, so that they are said again; enough of them, so that some are let go. */
const anyCounts = fc.uniqueArray(
  fc.record({ sequence: fc.nat(500), value: fc.nat(40), isTimed: fc.boolean() }),
  { selector: ({ sequence }) => sequence, minLength: 1, maxLength: 120 },
);

const RECENT = 8;

test('counts in any order tell the last events and the last of each count', () => {
  fc.assert(
    fc.property(
      anyCounts.chain((all) =>
        fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
      ),
      (shuffled) => {
        let counts: Counts | undefined;
        for (const { value, ...told } of shuffled) counts = addCount(counts, markOf(told), value);
        if (counts === undefined) throw new Error('there is at least one count');
        const inOrder = shuffled
          .toSorted((a, b) => a.sequence - b.sequence)
          .map(({ value, ...told }): Said<number> => ({ mark: markOf(told), value }));
        const known = eventsOf(counts);
        expect(known.slice(-RECENT)).toEqual(inOrder.slice(-RECENT));
        const isLast = ({ value }: Said<number>, at: number): boolean =>
          !inOrder.slice(at + 1).some((later) => later.value === value);
        expect(valuesOf(known)).toEqual(inOrder.filter(isLast).slice(-VALUES));
        expect(known.length).toBeLessThanOrEqual(VALUES + RECENT);
        expect(counts.first).toEqual(inOrder[0]);
        expect(lastAdvance(counts)).toEqual(advanceOf(inOrder));
      },
    ),
    { numRuns: 300 },
  );
});

const markOf = ({ sequence, isTimed }: { sequence: number; isTimed: boolean }): Mark => ({
  sequence,
  timeMs: 1_700_000_000_000.5 + sequence,
  elapsedMs: isTimed ? sequence + 0.25 : undefined,
});

/** Within the last events exactly; before them, where the count before was said last. */
function advanceOf(inOrder: readonly Said<number>[]): Mark | undefined {
  const now = inOrder.at(-1)?.value;
  const before = inOrder.findLastIndex(({ value }) => value !== now);
  const isRecent = before >= inOrder.length - RECENT;
  if (isRecent || inOrder.length < RECENT) return inOrder[before + 1]?.mark;
  return inOrder[before]?.mark;
}
