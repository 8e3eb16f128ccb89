/** One life of the thread that owns the database: calls go in, answers come out, and its end rejects what is open. */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { CodedError } from '@heartwood/semconv';
import { storeError } from '../errors.ts';
import {
  type Answer,
  type CallKind,
  type Calls,
  fromErrorParts,
  type Notice,
  type WorkerSettings,
} from './protocol.ts';

/** Worker threads run compiled code only: Node 20 cannot start one from TypeScript. Valid from `src` and from `dist`. */
const WORKER_URL = new URL('../../dist/duckdb/worker.js', import.meta.url);

/** File that the thread runs. */
export const WORKER_PATH: string = fileURLToPath(WORKER_URL);

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export class DatabaseThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<unknown>;
  readonly #onFatal: (error: CodedError) => void;
  #nextId = 1;
  #failure: CodedError | undefined;

  /** @param onFatal told when the database stops working, and when the thread ends */
  constructor(
    settings: WorkerSettings,
    onFatal: (error: CodedError) => void,
    onCheckpoint: (seconds: number) => void,
  ) {
    this.#onFatal = onFatal;
    // Without the parent's flags: a source condition or a preload there is not meant for this thread.
    this.#worker = new Worker(WORKER_URL, {
      workerData: settings,
      execArgv: [],
      name: 'heartwood-store',
    });
    this.#exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#worker.on('message', (message: Answer | Notice) => {
      if (!('kind' in message)) this.#settle(message);
      else if (message.kind === 'fatal') onFatal(fromErrorParts(message.error));
      else onCheckpoint(message.seconds);
    });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('its thread ended')));
  }

  /** Set when the thread has ended; every later call rejects with it. */
  get failure(): CodedError | undefined {
    return this.#failure;
  }

  /** Id of the next call, for {@link cancel}. */
  get nextId(): number {
    return this.#nextId;
  }

  call<Kind extends CallKind>(kind: Kind, ask: Calls[Kind]['ask']): Promise<Calls[Kind]['answer']> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const pending = { resolve, reject };
      this.#pending.set(id, pending);
      if (this.#failure !== undefined) return this.#reject(id, pending, this.#failure);
      try {
        this.#worker.postMessage({ ...ask, kind, id }, []);
      } catch (error) {
        // Such as a parameter that cannot be copied: no answer will come.
        this.#reject(id, pending, error as Error);
      }
    });
  }

  /** Stops the read with this id. */
  cancel(id: number): void {
    this.#worker.postMessage({ kind: 'cancel', id }, []);
  }

  /** Ends the thread, which no longer has the database open. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Resolves when the thread has ended. */
  async ended(): Promise<void> {
    await this.#exited;
  }

  #settle({ id, value, error }: Answer): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    if (error) pending.reject(fromErrorParts(error));
    else pending.resolve(value as never);
  }

  #reject(id: number, { reject }: Pending, error: Error): void {
    this.#pending.delete(id);
    reject(error);
  }

  #end(cause: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = storeError('STORE_FATAL', { reason: cause.message }, cause);
    for (const [id, pending] of this.#pending) this.#reject(id, pending, this.#failure);
    this.#onFatal(this.#failure);
  }
}
