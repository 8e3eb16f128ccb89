/** Operations that are under way, beside the receiver: told of each event, kept over restarts. */
import { createStoredSource, OperationBoard } from '@heartwood/kpi';
import type { ReceiverOptions, Receiver } from '@heartwood/receiver';
import type { Store } from '@heartwood/store';
import type { Config } from './config.ts';
import { OperationKeeper } from './operation-keeper.ts';

export interface LiveOptions {
  readonly store: Pick<Store, 'read' | 'apply'>;
  readonly config: Pick<Config, 'operationStallMs' | 'operationAbandonMs'>;
  /** Hears what an operator should know. */
  readonly log: (message: string) => void;
}

export interface Live {
  readonly board: OperationBoard;
  /** For the receiver. */
  readonly onOperations: NonNullable<ReceiverOptions['onOperations']>;
  /** Names the receiver: while it takes nothing, no operation is judged by its silence. */
  follow(receiver: Pick<Receiver, 'refusals'>): void;
  /** Resolves when all that was under way has been read, or after this time. */
  settle(mostMs: number): Promise<void>;
  /** What is missing before the list of operations can be trusted; empty when nothing is. */
  missing(): readonly string[];
  /** Keeps what is under way for the next start. To be called after the receiver has closed. */
  close(): Promise<void>;
}

/** Begins to read what was under way when the server stopped, and looks at operations once a second from then on. */
export function openLive({ store, config, log }: LiveOptions): Live {
  let receiver: Pick<Receiver, 'refusals'> | undefined;
  const board = new OperationBoard({
    source: createStoredSource(store),
    keep: (job) => store.apply(job),
    taking: () => (receiver === undefined ? 'the server is starting' : receiver.refusals().at(0)),
    limits: { stallMs: config.operationStallMs, abandonMs: config.operationAbandonMs },
  });
  const keeper = new OperationKeeper({ board, log });
  return {
    board,
    onOperations: (events, isReplay) => board.take(events, isReplay),
    follow: (opened) => {
      receiver = opened;
    },
    settle: (mostMs) => keeper.settle(mostMs),
    missing: () => (board.isLoaded ? [] : ['operations are being read']),
    close: () => keeper.close(),
  };
}
