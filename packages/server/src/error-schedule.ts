/** When records are looked at for errors: soon after they have landed, a turn at a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorIndex } from '@heartwood/kpi';

export interface ErrorScheduleOptions {
  readonly index: Pick<ErrorIndex, 'turn'>;
  /** How often it is looked whether something has landed. */
  readonly lookEveryMs?: number | undefined;
  /** How long to wait after a failure. */
  readonly retryMs?: number | undefined;
  /** Hears what an operator should know. */
  readonly log: (message: string) => void;
}

/** One question that reads next to nothing. */
const LOOK_EVERY_MS = 2000;
/** Between turns while more waits, so many times as long as a turn took: questions and landings come first. */
const REST_TIMES = 3;
/** After a failure, such as a store that is busy. */
const RETRY_MS = 10_000;

export class ErrorSchedule {
  readonly #options: ErrorScheduleOptions;
  readonly #ended = new AbortController();
  readonly #running: Promise<void>;
  /** What was said last, so that it is said once. */
  #trouble: string | undefined;

  constructor(options: ErrorScheduleOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Waits for the turn under way; what it has not kept is looked at again after the next start. */
  async close(): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    const { lookEveryMs = LOOK_EVERY_MS } = this.#options;
    let waitMs = lookEveryMs;
    while (!signal.aborted) {
      await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) waitMs = await this.#turn(lookEveryMs);
    }
  }

  /** Resolves with how long to wait for the next one. */
  async #turn(lookEveryMs: number): Promise<number> {
    const { index, log, retryMs = RETRY_MS } = this.#options;
    const { signal } = this.#ended;
    const beganMs = performance.now();
    try {
      const isBehind = await index.turn(signal);
      this.#trouble = undefined;
      return isBehind ? (performance.now() - beganMs) * REST_TIMES : lookEveryMs;
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      if (!signal.aborted && trouble !== this.#trouble)
        log(`errors will be looked for again: ${trouble}`);
      this.#trouble = trouble;
      return retryMs;
    }
  }
}
