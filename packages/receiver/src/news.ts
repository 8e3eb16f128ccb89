/** What is told of requests while they are taken in: nothing told can be lost, because the journal holds it before. */
import type { OperationEvent } from './operation-event.ts';

/** Told what the records of one request say of operations, and whether that is only known after a failure or a restart. */
export type OnOperations = (events: readonly OperationEvent[], isReplay: boolean) => void;

interface NewsOptions {
  readonly onOperations?: OnOperations | undefined;
  /** Told after each landing. */
  readonly onLanded?: (() => void) | undefined;
  readonly onTrouble: (message: string, cause?: unknown) => void;
}

/** A listener that throws, or rejects, is told of, and keeps nothing from being taken in. */
export class News {
  readonly #options: NewsOptions;
  /** Requests whose journal record could not be written: their rows may have landed all the same. */
  #unsure: { readonly number: bigint; readonly events: readonly OperationEvent[] }[] = [];

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

  /** Tells of request `number` when the journal holds it. */
  tellWhen(durable: Promise<void>, number: bigint, events: readonly OperationEvent[]): void {
    if (events.length === 0) return;
    durable.then(
      () => this.tell(events, false),
      () => this.#unsure.push({ number, events }),
    );
  }

  /** Tells of requests before `number` that landed although the journal does not hold them. The others come again from their senders. */
  tellLanded(number: bigint): void {
    const unsure = this.#unsure;
    this.#unsure = [];
    for (const one of unsure) if (one.number < number) this.tell(one.events, true);
  }

  /** Tells that what was taken before can be read. */
  landed(): void {
    this.#call(() => this.#options.onLanded?.());
  }

  #call(listener: () => unknown): void {
    const tell = (error: unknown): void =>
      this.#options.onTrouble('what was received could not be handed on', error);
    try {
      // An async listener fits the type of one that gives nothing back.
      const result = listener();
      if (result instanceof Promise) result.catch(tell);
    } catch (error) {
      tell(error);
    }
  }
}
