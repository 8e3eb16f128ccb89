/** A fold as JSON with each mark once: an event says up to ten things that all stand where it does. */
import type { OperationFold } from './fold.ts';
import type { Mark } from './mark.ts';

/** Marks, and the fold with their numbers in place of them. */
export interface Packed {
  readonly marks: readonly (readonly [number | null, number, number | null])[];
  readonly fold: unknown;
}

export function packMarks(fold: OperationFold): Packed {
  const numbers = new Map<Mark, number>();
  const pack = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(pack);
    if (isMark(value)) {
      const number = numbers.get(value) ?? numbers.size;
      numbers.set(value, number);
      return { at: number };
    }
    if ('mark' in value && 'value' in value && isMark(value.mark)) {
      const number = numbers.get(value.mark) ?? numbers.size;
      numbers.set(value.mark, number);
      return { at: number, is: value.value };
    }
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, pack(member)]));
  };
  const packed = pack(fold);
  const marks = [...numbers.keys()].map(
    ({ sequence, timeMs, elapsedMs }) => [sequence ?? null, timeMs, elapsedMs ?? null] as const,
  );
  return { marks, fold: packed };
}

export function unpackMarks({ marks, fold }: Packed): OperationFold {
  const all = marks.map(([sequence, timeMs, elapsedMs]): Mark => ({
    sequence: sequence ?? undefined,
    timeMs,
    elapsedMs: elapsedMs ?? undefined,
  }));
  const unpack = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(unpack);
    if ('at' in value && typeof value.at === 'number') {
      const mark = all[value.at];
      return 'is' in value ? { mark, value: value.is } : mark;
    }
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, unpack(member)]));
  };
  return unpack(fold) as OperationFold;
}

const isMark = (value: unknown): value is Mark =>
  typeof value === 'object' && value !== null && 'timeMs' in value && 'elapsedMs' in value;
