/** Seeded chance for the payloads of the benchmark: the same on every machine. */

export interface Seeded {
  /** From 0 to below 1. */
  readonly random: () => number;
  /** An integer from 0 to below `n`. */
  readonly below: (n: number) => number;
  /** Random bytes. */
  readonly id: (bytes: number) => Uint8Array;
}

/** Small fast generator with a 32-bit state (mulberry32). */
export function createSeeded(seed: number): Seeded {
  let state = seed | 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number): number => Math.floor(random() * n);
  return { random, below, id: (bytes) => Uint8Array.from({ length: bytes }, () => below(256)) };
}
