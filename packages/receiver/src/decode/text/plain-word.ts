/** Four bytes of a JSON string at once: where it ends, and what stands in it as it is. */

const HIGH_BITS = 0x80808080 | 0;

/**
 * The high bit of each byte of a word that ends the plain part of a string: a quote, a backslash, a control character.
 * Bits above the lowest one may be wrong, because a subtraction borrows; the lowest is right, and so is 0.
 */
export const endBits = (word: number): number =>
  ((word - 0x20202020) | ((word ^ 0x22222222) - 0x01010101) | ((word ^ 0x5c5c5c5c) - 0x01010101)) &
  ~word &
  HIGH_BITS;

/** The same, and of each byte that is not ASCII. */
export const specialBits = (word: number): number =>
  ((word - 0x20202020) |
    ((word ^ 0x22222222) - 0x01010101) |
    ((word ^ 0x5c5c5c5c) - 0x01010101) |
    word) &
  HIGH_BITS;

/** Place of the lowest byte whose high bit is set. */
export const firstByte = (bits: number): number => (31 - Math.clz32(bits & -bits)) >> 3;
