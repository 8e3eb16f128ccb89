/** Log-linear buckets of durations: sixteen of equal width between a power of two and the next, so that one is at most 1/16 of its lower bound wide. */

/** Buckets per power of two. */
const BUCKETS_PER_OCTAVE = 16;
const BITS = Math.log2(BUCKETS_PER_OCTAVE);

/** Half a bucket beside its lower bound: how far the middle of a bucket can be from what is in it. */
export const DURATION_BUCKET_ERROR: number = 0.5 / BUCKETS_PER_OCTAVE;

/**
 * Bucket of a duration in nanoseconds, 0 or more, given as two words: with `e` = ⌊log2(d)⌋ - 4, at least 0, it is
 * `16 e + ⌊d / 2^e⌋`, which is `d` itself below 32. The macro `fa_duration_bucket` states the same for SQL.
 */
export function durationBucket(low: number, high: number): number {
  if (high === 0) {
    const shift = Math.max(0, 31 - BITS - Math.clz32(low));
    return shift * BUCKETS_PER_OCTAVE + (low >>> shift);
  }
  const shift = 63 - BITS - Math.clz32(high);
  const top = shift < 32 ? (low >>> shift) | (high << (32 - shift)) : high >>> (shift - 32);
  return shift * BUCKETS_PER_OCTAVE + top;
}

/** The inverse: the shortest duration of a bucket, ns. The macro `fa_duration_bucket_start` states the same for SQL. */
export function durationBucketStart(bucket: number): bigint {
  const shift = Math.max(0, Math.floor(bucket / BUCKETS_PER_OCTAVE) - 1);
  return BigInt(bucket - shift * BUCKETS_PER_OCTAVE) << BigInt(shift);
}
