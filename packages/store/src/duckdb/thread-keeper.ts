/** The thread that owns the database, and another in its place when it has ended: never two at a time on one file. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import type { CodedError } from '@heartwood/semconv';
import { storeError } from '../errors.ts';
import type { WorkerSettings } from './protocol.ts';
import { DatabaseThread } from './thread.ts';

/** The thread ends by itself only by a fault, such as no memory left: one that ends again and again needs an operator. */
const MAX_RESTARTS = 5;
const RESTART_WINDOW_MS = 10 * 60_000;

export class ThreadKeeper {
  readonly #settings: WorkerSettings;
  readonly #start: () => DatabaseThread;
  #current: DatabaseThread;
  /** When the thread was started again, milliseconds of the monotonic clock. */
  #restarts: number[] = [];
  #restarting: Promise<void> | undefined;

  /** @param onFatal told when the database stops working, and when a thread ends */
  constructor(
    settings: WorkerSettings,
    onFatal: (error: CodedError) => void,
    onCheckpoint: (seconds: number) => void,
  ) {
    this.#settings = settings;
    this.#start = () => new DatabaseThread(settings, onFatal, onCheckpoint);
    this.#current = this.#start();
  }

  /** The one that takes calls now. */
  get current(): DatabaseThread {
    return this.#current;
  }

  async open(): Promise<void> {
    try {
      await this.#current.call('open', {});
    } catch (error) {
      await this.#current.terminate();
      throw error;
    }
  }

  /** Resolves when there is a thread that lives; the pauses between attempts are the caller's. */
  async restore(): Promise<void> {
    if (this.#current.failure === undefined && this.#restarting === undefined) return;
    this.#restarting ??= this.#restart().finally(() => (this.#restarting = undefined));
    await this.#restarting;
  }

  /** Closes the database, where the thread lives, and ends it in any case. */
  async close(): Promise<void> {
    try {
      await this.#restarting?.catch(() => undefined);
      if (this.#current.failure === undefined) {
        await this.#current.call('close', {});
        await this.#current.ended();
      }
    } finally {
      await this.#current.terminate();
    }
  }

  async #restart(): Promise<void> {
    const nowMs = performance.now();
    this.#restarts = this.#restarts.filter((atMs) => nowMs - atMs < RESTART_WINDOW_MS);
    if (this.#restarts.length >= MAX_RESTARTS) throw this.#current.failure as CodedError;
    await this.#current.ended();
    // Two instances on one file lose rows without a word, and its own lock does not see a second one in the same process.
    if (isOpenInProcess(this.#settings.path))
      throw storeError('STORE_FATAL', { reason: 'its former thread still has the file open' });
    this.#restarts.push(nowMs);
    this.#current = this.#start();
    await this.open();
  }
}

/** Whether this process has the file open, where the system tells (Linux). */
function isOpenInProcess(file: string): boolean {
  const folder = '/proc/self/fd';
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some((name) => {
    try {
      return readlinkSync(path.join(folder, name)) === file;
    } catch {
      // Closed since the folder was read, such as the folder's own.
      return false;
    }
  });
}
