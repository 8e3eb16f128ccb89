/** Answers questions over a few connections, each query with a deadline and a way to stop it. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { storeError } from '../errors.ts';
import type { Statement } from '../statements.ts';
import { ConnectionPool, type Lane } from './connection-pool.ts';
import { queryFailure } from './failures.ts';
import { bindParameters } from './parameters.ts';
import { listFiles, nameFiles } from './range-files.ts';
import { toRows } from './rows.ts';
import { inTransaction } from './transaction.ts';

/** How often a query that must stop is told so: DuckDB forgets an interrupt that comes before the query runs. */
const INTERRUPT_EVERY_MS = 20;

/** A question and what bounds it. */
export interface Question {
  readonly statement: Statement;
  readonly params: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  readonly lane: Lane;
}

/** Runs as many queries at once as it has connections; the others wait their turn, their deadline running. */
export class Readers {
  readonly #pool: ConnectionPool;
  /** What stops a query, by its id; the reason is the error that its caller gets. */
  readonly #running = new Map<number, { readonly name: string; readonly stop: AbortController }>();
  /** Ends of the queries that run. */
  readonly #ends = new Set<Promise<void>>();
  readonly #pathOf: (file: string) => string;
  #closed = false;

  /** @param pathOf where a listed file of the archive lies */
  constructor(connections: readonly DuckDBConnection[], pathOf: (file: string) => string) {
    this.#pool = new ConnectionPool(connections);
    this.#pathOf = pathOf;
  }

  /** Rows of a question; `id` is what {@link cancel} takes. */
  async read(id: number, question: Question): Promise<Record<string, unknown>[]> {
    if (this.#closed) throw storeError('STORE_CLOSED');
    const { timeoutMs, lane } = question;
    const { name } = question.statement;
    const stop = new AbortController();
    this.#running.set(id, { name, stop });
    const deadline = setTimeout(
      () => stop.abort(storeError('STORE_QUERY_TIMEOUT', { name, timeoutMs })),
      timeoutMs,
    );
    let ended = (): void => undefined;
    const end = new Promise<void>((resolve) => (ended = resolve));
    this.#ends.add(end);
    try {
      const connection = await this.#pool.acquire(lane, stop.signal);
      try {
        return await this.#answer(connection, question, stop.signal);
      } finally {
        this.#pool.release(connection, lane);
      }
    } catch (error) {
      throw stop.signal.aborted ? (stop.signal.reason as Error) : queryFailure(name, error);
    } finally {
      clearTimeout(deadline);
      this.#running.delete(id);
      this.#ends.delete(end);
      ended();
    }
  }

  async #answer(
    connection: DuckDBConnection,
    { statement, params }: Question,
    signal: AbortSignal,
  ): Promise<Record<string, unknown>[]> {
    const { files } = statement;
    if (files === undefined) return run(connection, statement, params, signal);
    // One transaction, so that a day that is archived meanwhile is read once. What retention takes off the list meanwhile
    // stays until this has ended.
    return inTransaction(connection, async () => {
      const { from, last } = params;
      const listed = await run(connection, listFiles(statement), { from, last }, signal);
      return run(connection, nameFiles(statement, files, listed, this.#pathOf), params, signal);
    });
  }

  /** Resolves when every query that runs or waits now has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#ends);
  }

  /** Stops a query; without effect when it has ended. */
  cancel(id: number): void {
    const running = this.#running.get(id);
    running?.stop.abort(storeError('STORE_QUERY_CANCELLED', { name: running.name }));
  }

  /** Stops every query and closes the connections once they are free. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { stop } of this.#running.values()) stop.abort(storeError('STORE_CLOSED'));
    await this.#pool.close();
  }
}

/** Runs the query on a connection of its own until it ends or has heard that it must. */
async function run(
  connection: DuckDBConnection,
  statement: Statement,
  params: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Record<string, unknown>[]> {
  let repeat: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    repeat ??= setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MS);
  };
  signal.addEventListener('abort', interrupt);
  try {
    // Prepared anew each time: a plan made while a table was empty may have the emptiness built in.
    const prepared = await connection.prepare(statement.sql);
    try {
      bindParameters(prepared, statement, params);
      signal.throwIfAborted();
      return await toRows(statement, await prepared.run());
    } finally {
      prepared.destroySync();
    }
  } finally {
    signal.removeEventListener('abort', interrupt);
    clearInterval(repeat);
  }
}
