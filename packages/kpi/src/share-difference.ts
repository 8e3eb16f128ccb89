/**
 * How far two shares lie apart: R. G. Newcombe, "Interval estimation for the difference between independent proportions",
 * Statistics in Medicine 17 (1998) 873-890, method 10, made of the score intervals of both.
 */
import { wilson } from './wilson.ts';

/** A part of a whole. */
export interface Counted {
  readonly part: number;
  readonly whole: number;
}

/** First share less the second, and bounds that hold the true difference in 95 of 100 samples; null for an empty sample. */
export function shareDifference(
  first: Counted,
  second: Counted,
): { readonly value: number; readonly low: number; readonly high: number } | null {
  const [one, two] = [wilson(first.part, first.whole), wilson(second.part, second.whole)];
  if (one === null || two === null) return null;
  const [p, q] = [first.part / first.whole, second.part / second.whole];
  return {
    value: p - q,
    low: p - q - Math.hypot(p - one.low, two.high - q),
    high: p - q + Math.hypot(one.high - p, q - two.low),
  };
}
