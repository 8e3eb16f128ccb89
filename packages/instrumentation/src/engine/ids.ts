/** Trace and span ids as 32-bit words: random ones in a few nanoseconds, and hexadecimal digits for those who ask. */
import { randomFillSync } from 'node:crypto';

/** The next 32 random bits, as a signed number, which V8 keeps without an allocation. */
export function randomWord(): number {
  // xoshiro128** of Blackman and Vigna, https://prng.di.unimi.it/xoshiro128starstar.c
  const product = Math.imul(b, 5);
  const result = Math.imul((product << 7) | (product >>> 25), 9);
  const shifted = b << 9;
  c ^= a;
  d ^= b;
  b ^= c;
  a ^= d;
  c ^= shifted;
  d = (d << 11) | (d >>> 21);
  return result;
}

/** Eight hexadecimal digits. */
export function hexOfWord(word: number): string {
  return byteHex(word >>> 24) + byteHex(word >>> 16) + byteHex(word >>> 8) + byteHex(word);
}

/** The word of the eight hexadecimal digits from `at`. */
export function wordOfHex(digits: string, at: number): number {
  let word = 0;
  for (let i = at; i < at + 8; i += 1) {
    const unit = digits.charCodeAt(i);
    // '0' to '9' are 0x30 to 0x39, 'a' to 'f' and 'A' to 'F' end in 1 to 6.
    word = (word << 4) | (unit < 0x3a ? unit - 0x30 : (unit & 7) + 9);
  }
  return word;
}

function byteHex(bits: number): string {
  return HEX[bits & 0xff] ?? '';
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

let [a = 1, b = 2, c = 3, d = 4] = randomFillSync(new Int32Array(4));
// The one state that it never leaves.
if ((a | b | c | d) === 0) a = 1;
