/** A board whose clock a test moves, with a store in memory. */
import { OperationBoard, type OperationBoardOptions } from '../operation/board.ts';
import type { OperationEventLike } from '../operation/operation-event.ts';
import {
  createTestClock,
  OperationStore,
  START_MS,
  toNs,
  type TestClock,
} from './operation-events.ts';

export interface TestBoard {
  readonly board: OperationBoard;
  readonly clock: TestClock;
  readonly store: OperationStore;
  /** Why the receiver takes nothing. */
  refusal: string | undefined;
  /** Has an event arrive now: it is a row, and the board hears of it. */
  tell(...events: OperationEventLike[]): void;
  /** Looks once a second until a time. */
  passTo(ms: number): void;
}

export function createTestBoard(
  options: Partial<OperationBoardOptions> = {},
  store = new OperationStore(),
  startMs = 0,
  wrongMs = 0,
): TestBoard {
  const clock = createTestClock(startMs);
  clock.wrongMs = wrongMs;
  const board = new OperationBoard({
    source: store,
    keep: store.keep,
    clock: clock.clock,
    monotonic: clock.monotonic,
    taking: () => test.refusal,
    ...options,
  });
  const test: TestBoard = {
    board,
    clock,
    store,
    refusal: undefined,
    tell(...events) {
      const receivedNs = toNs(START_MS + clock.ms + clock.wrongMs);
      const rows = events.map((event, index) => ({
        ...event,
        receivedNs,
        seq: BigInt(store.rows.length + index + 1),
      }));
      store.rows.push(...rows);
      board.take(rows, false);
    },
    passTo(ms) {
      while (clock.ms < ms) {
        clock.ms = Math.min(ms, clock.ms + 1000);
        board.look();
      }
    },
  };
  return test;
}
