/** Version of the decoders of all signals. */

/**
 * Counts up whenever the same bytes become more or fewer rows than before, or rows in another order: a request that an
 * older version has landed in part is then taken back and landed whole. At most 2³² − 1.
 */
export const DECODER_VERSION = 1;
