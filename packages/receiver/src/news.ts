/** What is told of requests while they are taken in: nothing told can be lost, because the journal holds it before. */
import type { OperationEvent } from './operation-event.ts';

/** Told what the records of one request say of operations, and whether the request was read from the journal again. */
export type OnOperations = (events: readonly OperationEvent[], isReplay: boolean) => void;

interface NewsOptions {
  readonly onOperations?: OnOperations | undefined;
  /** Told after each landing. */
  readonly onLanded?: (() => void) | undefined;
  readonly onTrouble: (message: string, cause?: unknown) => void;
}

/** A listener that throws is told of, and keeps nothing from being taken in. */
export class News {
  readonly #options: NewsOptions;

  constructor(options: NewsOptions) {
    this.#options = options;
  }

  /** False when nobody listens to what is told of operations: then nothing need be collected. */
  get isHeard(): boolean {
    return this.#options.onOperations !== undefined;
  }

  /** Tells of a request that the journal holds. */
  tell(events: readonly OperationEvent[], isReplay: boolean): void {
    if (events.length > 0) this.#call(() => this.#options.onOperations?.(events, isReplay));
  }

  /** Tells of a request when the journal holds it. One that does not get there comes again from its sender. */
  tellWhen(durable: Promise<void>, events: readonly OperationEvent[]): void {
    if (events.length === 0) return;
    durable.then(
      () => this.tell(events, false),
      () => undefined,
    );
  }

  /** Tells that what was taken before can be read. */
  landed(): void {
    this.#call(() => this.#options.onLanded?.());
  }

  #call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#options.onTrouble('what was received could not be handed on', error);
    }
  }
}
