/** What is odd about an operation. */
import type { OperationFold } from './fold.ts';

/** Words of the bits of a note, from the lowest. */
const OPERATION_NOTES = [
  'start_unknown',
  'two_ends',
  'progress_after_end',
  'over_total',
  'total_changed',
  'clock_jumped',
  'late',
  'parent_ended',
] as const;

export type OperationNote = (typeof OPERATION_NOTES)[number];

/** Bits of what its events tell. `parent_ended` is told by its parent. */
export function notesOf(fold: OperationFold): number {
  const { end, endings, isOver, leastTotal, mostTotal, lagMs, mostLagMs } = fold;
  const { bornMs = 0, latestBornMs = 0 } = fold;
  return toBits({
    start_unknown: fold.start === undefined,
    two_ends: (endings & (endings - 1)) !== 0,
    progress_after_end: end !== undefined && isAfterEnd(fold, end),
    over_total: isOver,
    total_changed: leastTotal !== mostTotal,
    clock_jumped: latestBornMs - bornMs > NOTABLE_MS,
    late: mostLagMs - lagMs > NOTABLE_MS,
  });
}

export const toBits = (notes: Partial<Record<OperationNote, boolean>>): number =>
  OPERATION_NOTES.reduce((bits, note, bit) => (notes[note] === true ? bits | (1 << bit) : bits), 0);

export const toNotes = (bits: number): OperationNote[] =>
  OPERATION_NOTES.filter((_note, bit) => (bits & (1 << bit)) !== 0);

/** Less is what clocks and networks do anyway. */
const NOTABLE_MS = 5000;

/** By number where the end has one: wall clocks may jump between. */
function isAfterEnd(
  { workMs, workSequence }: OperationFold,
  { mark }: NonNullable<OperationFold['end']>,
): boolean {
  if (mark.sequence !== undefined && workSequence !== undefined)
    return workSequence > mark.sequence;
  return workMs !== undefined && workMs > mark.timeMs;
}
