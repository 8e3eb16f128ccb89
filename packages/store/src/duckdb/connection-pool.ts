/** A fixed number of connections, lent one caller at a time. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { storeError } from '../errors.ts';

/**
 * Which questions wait for which: analytic ones may take seconds, so that one connection is left to the others, and their
 * line has an end.
 */
export type Lane = 'page' | 'analytic';

/** Analytic questions that wait; each waits for all before it. */
const LINE_LENGTH = 16;

interface Waiting {
  readonly lane: Lane;
  readonly lend: (connection: DuckDBConnection) => void;
}

export class ConnectionPool {
  readonly #size: number;
  readonly #idle: DuckDBConnection[];
  readonly #waiting: Waiting[] = [];
  /** Connections that analytic questions hold. */
  #analytic = 0;

  constructor(connections: readonly DuckDBConnection[]) {
    this.#size = connections.length;
    this.#idle = [...connections];
  }

  /**
   * A connection of one's own until {@link release}, first come first served in its lane; rejects with the signal's reason,
   * and with `STORE_BUSY` where the line is full.
   */
  acquire(lane: Lane, signal?: AbortSignal): Promise<DuckDBConnection> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const free = this.#mayRun(lane) ? this.#idle.pop() : undefined;
    if (free) return Promise.resolve(this.#lend(free, lane));
    const line = this.#waiting.filter((waiting) => waiting.lane === 'analytic').length;
    if (lane === 'analytic' && line >= LINE_LENGTH)
      return Promise.reject(storeError('STORE_BUSY', { waiting: line }));
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal?.reason as Error);
      };
      const waiting: Waiting = {
        lane,
        lend: (connection) => {
          signal?.removeEventListener('abort', leave);
          resolve(connection);
        },
      };
      this.#waiting.push(waiting);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  /** `lane` is that of the {@link acquire}. */
  release(connection: DuckDBConnection, lane: Lane): void {
    if (lane === 'analytic') this.#analytic--;
    const at = this.#waiting.findIndex((waiting) => this.#mayRun(waiting.lane));
    const [next] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (next) next.lend(this.#lend(connection, next.lane));
    else this.#idle.push(connection);
  }

  /** Waits for every connection to come back and closes it. */
  async close(): Promise<void> {
    for (let closed = 0; closed < this.#size; closed++)
      (await this.acquire('page')).disconnectSync();
  }

  #mayRun(lane: Lane): boolean {
    return lane === 'page' || this.#analytic < Math.max(1, this.#size - 1);
  }

  #lend(connection: DuckDBConnection, lane: Lane): DuckDBConnection {
    if (lane === 'analytic') this.#analytic++;
    return connection;
  }
}
