/** Bounds of a board. */

export interface BoardLimits {
  /** Operations in memory. */
  readonly operations: number;
  /** Operations that left the memory within {@link settleMs}, of which followers are told that they did. */
  readonly left: number;
  /** How long an operation that has ended is kept for late events. */
  readonly settleMs: number;
  /** Time without a step before which no operation is called stalled. */
  readonly stallMs: number;
  /** Silence after which one without heartbeats is lost, and time after which a lost one is closed. */
  readonly abandonMs: number;
  /** Successful operations of a feature before anything is expected of others. */
  readonly minHistory: number;
}

export const BOARD_LIMITS: BoardLimits = {
  operations: 50_000,
  left: 50_000,
  settleMs: 120_000,
  stallMs: 60_000,
  abandonMs: 1_800_000,
  minHistory: 10,
};
