/** The DuckDB store as the rest of the process sees it: calls to the thread that owns the file, and the lock around it. */
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Batch, Position } from '../batch.ts';
import type { ColumnBatchParts } from '../column-batch.ts';
import { storeError } from '../errors.ts';
import { type Lock, openLock } from '../lock.ts';
import type { QueryName, QueryParams, QueryRow } from '../queries.ts';
import type { Statement } from '../statements.ts';
import type { ReadOptions, ResumeState, Store } from '../store.ts';
import {
  type Answer,
  type CallKind,
  type Calls,
  fromErrorParts,
  type WorkerSettings,
} from './protocol.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

/** Worker threads run compiled code only: Node 20 cannot start one from TypeScript. Valid from `src` and from `dist`. */
const workerUrl = new URL('../../dist/duckdb/worker.js', import.meta.url);

/** What the engine may be told; every field has a measured default. */
export interface DuckdbOptions {
  /** Database file; its folder is made when missing. */
  readonly path: string;
  /** Default half the cores: with two, one thread lands 13 % cheaper than two, which wait for each other spinning. */
  readonly threads?: number | undefined;
  /** Default 1024. */
  readonly memoryLimitMiB?: number | undefined;
  /** WAL size at which a commit also checkpoints. Default 64. */
  readonly checkpointMiB?: number | undefined;
  /**
   * Queries that run at once. Default 2: a query and a landing each hold one of the four threads that Node keeps for
   * blocking calls, and the journal's fsync needs one too.
   */
  readonly readers?: number | undefined;
}

/** Takes the lock, starts the thread, opens and migrates the database. */
export async function openDuckdb(
  options: DuckdbOptions,
  statements: ReadonlyMap<string, Statement>,
): Promise<Store> {
  const workerPath = fileURLToPath(workerUrl);
  if (!existsSync(workerPath)) throw storeError('STORE_NOT_BUILT', { path: workerPath });
  const file = canonicalPath(options.path);
  const lock = lockDatabase(file);
  try {
    const engine = new DuckdbEngine(
      {
        path: file,
        threads: options.threads ?? Math.max(1, Math.floor(availableParallelism() / 2)),
        memoryLimitMiB: options.memoryLimitMiB ?? 1024,
        checkpointMiB: options.checkpointMiB ?? 64,
        readers: options.readers ?? 2,
      },
      statements,
      lock,
    );
    await engine.open();
    return engine;
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  /** Gives the buffers of a landing back; undefined when they went down with the thread. */
  readonly giveBack: (tables: readonly ColumnBatchParts[] | undefined) => void;
}

class DuckdbEngine implements Store {
  readonly #statements: ReadonlyMap<string, Statement>;
  readonly #lock: Lock;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #closing: Promise<void> | undefined;
  /** Set when the thread is gone; every later call fails with it. */
  #gone: Error | undefined;

  constructor(settings: WorkerSettings, statements: ReadonlyMap<string, Statement>, lock: Lock) {
    this.#statements = statements;
    this.#lock = lock;
    // Without the parent's flags: a source condition or a preload there is not meant for this thread.
    this.#worker = new Worker(workerUrl, {
      workerData: settings,
      execArgv: [],
      name: 'heartwood-store',
    });
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('its thread ended')));
  }

  async open(): Promise<void> {
    try {
      await this.#call('open', {});
    } catch (error) {
      await this.#worker.terminate();
      throw error;
    }
  }

  async land(batch: Batch, position: Position): Promise<void> {
    this.#ensureOpen();
    const { tables } = batch;
    const parts = tables.map((table) => table.release());
    const sizes = parts.map(({ buffer, arena }) => [buffer.byteLength, arena.byteLength] as const);
    const giveBack = (returned: readonly ColumnBatchParts[] | undefined): void => {
      for (const [index, table] of tables.entries()) {
        const [bufferBytes = 0, arenaBytes = 0] = sizes[index] ?? [];
        const part = returned?.[index] ?? {
          ...(parts[index] as ColumnBatchParts),
          buffer: new ArrayBuffer(bufferBytes),
          arena: new ArrayBuffer(arenaBytes),
        };
        table.adopt(part);
      }
    };
    await this.#call(
      'land',
      { tables: parts, position },
      parts.flatMap(({ buffer, arena }) => [buffer, arena]),
      giveBack,
    );
  }

  async read<Name extends QueryName>(
    name: Name,
    params: QueryParams<Name>,
    { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: ReadOptions = {},
  ): Promise<QueryRow<Name>[]> {
    this.#ensureOpen();
    if (signal?.aborted) throw storeError('STORE_QUERY_CANCELLED', { name });
    const statement = this.#statements.get(name);
    if (!statement)
      throw storeError('STORE_QUERIES_INVALID', { problems: `there is no query ${name}` });
    const id = this.#nextId;
    const cancel = () => this.#worker.postMessage({ kind: 'cancel', id }, []);
    signal?.addEventListener('abort', cancel);
    try {
      const rows = await this.#call('read', { statement, params, timeoutMs });
      return rows as QueryRow<Name>[];
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  async readResumeState(): Promise<ResumeState> {
    this.#ensureOpen();
    return this.#call('resume', {});
  }

  async checkpoint(): Promise<void> {
    this.#ensureOpen();
    await this.#call('checkpoint', {});
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      if (!this.#gone) {
        const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
        await this.#call('close', {});
        await exited;
      }
    } finally {
      await this.#worker.terminate();
      this.#lock.release();
    }
  }

  #ensureOpen(): void {
    if (this.#closing) throw storeError('STORE_CLOSED');
    if (this.#gone) throw this.#gone;
  }

  #call<Kind extends CallKind>(
    kind: Kind,
    ask: Calls[Kind]['ask'],
    transfer: readonly ArrayBuffer[] = [],
    giveBack: Pending['giveBack'] = () => undefined,
  ): Promise<Calls[Kind]['answer']> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, giveBack });
      this.#worker.postMessage({ ...ask, kind, id }, transfer);
    });
  }

  #settle({ id, value, error, tables }: Answer): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    pending.giveBack(tables);
    if (error) pending.reject(fromErrorParts(error));
    else pending.resolve(value as never);
  }

  #end(cause: Error): void {
    this.#gone ??= storeError('STORE_FATAL', { reason: cause.message }, cause);
    for (const { giveBack, reject } of this.#pending.values()) {
      giveBack(undefined);
      reject(this.#gone);
    }
    this.#pending.clear();
  }
}

/** The same file has one name, whatever links lead to its folder; else two locks would guard it. */
function canonicalPath(given: string): string {
  const file = path.resolve(given);
  try {
    // Telemetry names users and sessions: a new folder is its owner's alone.
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    return existsSync(file)
      ? realpathSync(file)
      : path.join(realpathSync(path.dirname(file)), path.basename(file));
  } catch (error) {
    throw storeError('STORE_OPEN_FAILED', { path: file, reason: (error as Error).message }, error);
  }
}

function lockDatabase(file: string): Lock {
  try {
    return openLock(`${file}.lock`, file);
  } catch (error) {
    if (error instanceof Error && 'retryable' in error) throw error;
    throw storeError('STORE_OPEN_FAILED', { path: file, reason: (error as Error).message }, error);
  }
}
