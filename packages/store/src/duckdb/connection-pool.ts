/** A fixed number of connections, lent one caller at a time. */
import type { DuckDBConnection } from '@duckdb/node-api';

export class ConnectionPool {
  readonly #size: number;
  readonly #idle: DuckDBConnection[];
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = [];

  constructor(connections: readonly DuckDBConnection[]) {
    this.#size = connections.length;
    this.#idle = [...connections];
  }

  /** A connection of one's own until {@link release}, first come first served; rejects with the signal's reason. */
  acquire(signal?: AbortSignal): Promise<DuckDBConnection> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const free = this.#idle.pop();
    if (free) return Promise.resolve(free);
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      signal?.addEventListener('abort', () => {
        const at = this.#waiting.indexOf(resolve);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        reject(signal.reason as Error);
      });
    });
  }

  release(connection: DuckDBConnection): void {
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#idle.push(connection);
  }

  /** Waits for every connection to come back and closes it. */
  async close(): Promise<void> {
    for (let closed = 0; closed < this.#size; closed++) (await this.acquire()).disconnectSync();
  }
}
