/** Fixed text of a JSON document as numbers of eight bytes each, for comparison where it is expected. */

/** The last number ends with the text, so that it may overlap the one before. */
export interface JsonWords {
  /**
   * Little-endian. Eight bytes at a time are half the work of four, and as doubles they are equal when their bits are:
   * printable ASCII is neither NaN nor zero. Empty for a text shorter than eight bytes.
   */
  readonly doubles: Float64Array;
  /** The first and the last four bytes of a text shorter than eight. */
  readonly first: number;
  readonly last: number;
  readonly length: number;
}

/** @param text printable ASCII, four characters at least */
export function jsonWords(text: string): JsonWords {
  const bytes = Buffer.from(text);
  const { length } = bytes;
  const doubles = new Float64Array(length < 8 ? 0 : Math.ceil(length / 8));
  for (let i = 0; i < doubles.length; i++)
    doubles[i] = bytes.readDoubleLE(Math.min(i * 8, length - 8));
  return { doubles, first: bytes.readInt32LE(0), last: bytes.readInt32LE(length - 4), length };
}

/** Whether `text` stands at `at`; up to `length` bytes from there must be readable. */
export function isAt(
  { doubles, first, last, length }: JsonWords,
  view: DataView,
  at: number,
): boolean {
  if (length < 8)
    return view.getInt32(at, true) === first && view.getInt32(at + length - 4, true) === last;
  const end = at + length - 8;
  let i = 0;
  for (let from = at; from < end; i++, from += 8)
    if (doubles[i] !== view.getFloat64(from, true)) return false;
  return doubles[i] === view.getFloat64(end, true);
}
