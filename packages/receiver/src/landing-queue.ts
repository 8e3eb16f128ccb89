/** Batches on their way into the store: one landing at a time, in order, and the buffers come back for the next. */
import { Batch, type Position } from '@heartwood/store/batch';
import type { BatchLoad } from './batch-load.ts';
import type { Sink } from '@heartwood/store';

interface Sealed {
  readonly batch: Batch;
  readonly position: Position;
  readonly load: BatchLoad;
  /** What must have come true before the batch may land. */
  readonly after: Promise<void> | undefined;
  readonly landed: Settler;
}

/** A promise and its two ends; Node 20 has no `Promise.withResolvers`. */
interface Settler {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export interface LandingQueueOptions {
  readonly sink: Sink;
  readonly batchRows: number;
  /** Rows of the first batches, where they are to be smaller. */
  readonly firstRows?: readonly number[] | undefined;
  /** Told after each landing, with the seconds that it took. */
  readonly onLanded: (load: BatchLoad, position: Position, seconds: number) => void;
  /** Told when a landing failed; nothing lands any more until the queue is replaced. */
  readonly onFailed: (error: unknown, landing: Contents) => void;
}

/** What a batch held, and the position behind it. */
export interface Contents {
  readonly to: Position;
  readonly records: number;
  readonly requests: number;
  readonly fullRows: number;
}

/** Seals, lands and reuses batches. */
export class LandingQueue {
  readonly #options: LandingQueueOptions;
  readonly #sealed: Sealed[] = [];
  readonly #free: Batch[] = [];
  readonly #firstRows: number[];
  #running: Promise<void> | undefined;
  #failed = false;
  #failure: unknown;

  constructor(options: LandingQueueOptions) {
    this.#options = options;
    this.#firstRows = [...(options.firstRows ?? [])];
  }

  /** Batches that wait for their landing, the one under way included. */
  get length(): number {
    return this.#sealed.length;
  }

  /** What the batches carry that wait for their landing or whose landing failed. */
  get loads(): readonly BatchLoad[] {
    return this.#sealed.map(({ load }) => load);
  }

  /** An empty batch, reused when one is free. */
  take(): Batch {
    const rows = this.#firstRows.shift();
    if (rows !== undefined) return new Batch(rows);
    return this.#free.pop() ?? new Batch(this.#options.batchRows);
  }

  /** Lands the batch after those before it and after `after`; should that be rejected, it counts as a failed landing. */
  put(batch: Batch, position: Position, load: BatchLoad, after?: Promise<void>): void {
    const landed = createSettler();
    // Whoever waits for it handles the failure; without anybody it must not end the process.
    landed.promise.catch(() => {});
    this.#sealed.push({ batch, position, load, after, landed });
    if (this.#failed) landed.reject(this.#failure);
    else this.#running ??= this.#run();
  }

  /** Resolves when nothing waits; rejects with the failure of a landing. */
  async drain(): Promise<void> {
    await this.#sealed.at(-1)?.landed.promise;
  }

  /** Gives up what waits; resolves when nothing is being landed any more. */
  async stop(reason: unknown): Promise<void> {
    this.#fail(reason);
    await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      const next = this.#failed ? undefined : this.#sealed[0];
      if (next === undefined) break;
      const { batch, position, load, after, landed } = next;
      const { records } = batch;
      const contents = {
        to: position,
        records,
        requests: batch.requests.rows,
        fullRows: batch.fullRows,
      };
      let begin = 0;
      try {
        await after;
        if (this.#failed) break;
        begin = performance.now();
        await this.#options.sink.land(batch, position);
      } catch (error) {
        this.#fail(error);
        this.#options.onFailed(error, contents);
        break;
      }
      this.#sealed.shift();
      if (this.#free.length < 2 && batch.fullRows === this.#options.batchRows)
        this.#free.push(batch);
      this.#options.onLanded(load, position, (performance.now() - begin) / 1000);
      landed.resolve();
    }
    this.#running = undefined;
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#failure = error;
    for (const { landed } of this.#sealed) landed.reject(error);
  }
}

function createSettler(): Settler {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
