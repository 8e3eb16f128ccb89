/** What happened to records on the way in, counted by kind. */
import { MARK } from '@heartwood/store/batch';

/** What happened to records, in the order of {@link NOTED_MARKS}. */
export const NOTED_MARKS: readonly (keyof typeof MARK)[] = [
  'SANITIZED',
  'TRUNCATED',
  'DUPLICATE_KEYS',
  'NEGATIVE_DURATION',
  'TIME_CLAMPED',
  'MAPPED',
  'INVALID_ID',
];
const NOTED_BITS = NOTED_MARKS.reduce((bits, name) => bits | MARK[name], 0);

/** Adds the marks of a record to counts in the order of {@link NOTED_MARKS}. */
export function noteMarks(counts: Int32Array, marks: number): void {
  if ((marks & NOTED_BITS) === 0) return;
  for (let i = 0; i < NOTED_MARKS.length; i++)
    if ((marks & MARK[NOTED_MARKS[i] as keyof typeof MARK]) !== 0)
      counts[i] = (counts[i] as number) + 1;
}
