/** What is scanned: a body, or the beginning of one. */

export interface Scanned {
  /** With readable bytes behind them, as the decoder needs them. */
  readonly bytes: Uint8Array;
  /** False for the beginning of a longer body. */
  readonly isWhole: boolean;
}
