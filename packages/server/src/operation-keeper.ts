/** Drives the board of operations: has it read what was under way, look once a second, and keep what it must. */
import type { OperationBoard } from '@heartwood/kpi';

export interface OperationKeeperOptions {
  readonly board: Pick<OperationBoard, 'load' | 'look' | 'flush' | 'isLoaded' | 'unread'>;
  /** How often it looks. Default: a second. */
  readonly everyMs?: number | undefined;
  /** Hears what an operator should know. */
  readonly log: (message: string) => void;
}

/** From its creation until {@link close}. */
export class OperationKeeper {
  readonly #options: OperationKeeperOptions;
  readonly #ended = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void>;
  #toldUnread = 0;
  /** The last trouble that was told; the same one is not told every second. */
  #trouble: string | undefined;

  constructor(options: OperationKeeperOptions) {
    this.#options = options;
    this.#working = this.#turn();
  }

  /** Resolves when the first attempt to read what was under way has ended, or after a time. */
  async settle(mostMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const waited = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, mostMs);
    });
    await Promise.race([this.#working, waited]);
    clearTimeout(timer);
  }

  /** Keeps all that is under way; what had not been read is left as it was kept before. */
  async close(): Promise<void> {
    this.#ended.abort();
    clearTimeout(this.#timer);
    await this.#working;
    const { board } = this.#options;
    if (board.isLoaded) await board.flush(true);
  }

  async #turn(): Promise<void> {
    const { board, log } = this.#options;
    const { signal } = this.#ended;
    try {
      if (board.isLoaded) {
        board.look();
        await board.flush(false);
      } else await board.load(signal);
      this.#trouble = undefined;
      this.#tellUnread();
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      if (!signal.aborted && trouble !== this.#trouble)
        log(
          `operations will be ${board.isLoaded ? 'kept' : 'read'} when it is possible: ${trouble}`,
        );
      this.#trouble = trouble;
    }
    this.#plan();
  }

  #tellUnread(): void {
    const { board, log } = this.#options;
    const count = board.unread - this.#toldUnread;
    if (count === 0) return;
    this.#toldUnread = board.unread;
    log(
      `${String(count)} ${count === 1 ? 'operation was' : 'operations were'} kept by another version of the server in a way ` +
        'that this one does not read: what they said before is not known until they are heard of again',
    );
  }

  #plan(): void {
    if (this.#ended.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#working = this.#turn();
    }, this.#options.everyMs ?? LOOK_EVERY_MS);
    this.#timer.unref();
  }
}

const LOOK_EVERY_MS = 1000;
