/** The DuckDB store as the rest of the process sees it: calls to the thread that owns the file, and the lock around it. */
import { existsSync, statfsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { CodedError } from '@heartwood/semconv';
import { isSummed } from '../analytics/count-hours.ts';
import type { Answer, Question, RowOfQuestion } from '../analytics/question.ts';
import type { BackupManifest } from '../backup-manifest.ts';
import type { Batch, Position } from '../batch.ts';
import type { ColumnBatchParts } from '../column-batch.ts';
import { SPAN_EXTRAS } from '../columns.ts';
import { storeError } from '../errors.ts';
import type { Lock } from '../lock.ts';
import type { StoreJob } from '../job.ts';
import type { QueryName, QueryParams, QueryRow } from '../queries.ts';
import type { Statement } from '../statements.ts';
import type { StorageUse, UpkeepOptions, UpkeepReport } from '../upkeep.ts';
import type { UpkeepPoint } from './upkeep/context.ts';
import type { ExportedFile, ExportForm, ReadOptions, ResumeState, Store } from '../store.ts';
import { isHalfReplaced } from './backup/replacement.ts';
import { ComposedQuestions } from './composed-questions.ts';
import type { Lane } from './connection-pool.ts';
import { canonicalPath, lockDatabase } from './database-lock.ts';
import { describeExport, newExportFile, toCopy } from './export-files.ts';
import { toJobCall } from './jobs/jobs.ts';
import type { WorkerSettings } from './protocol.ts';
import { ThreadKeeper } from './thread-keeper.ts';
import { WORKER_PATH } from './thread.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

/** What the engine may be told; every field has a measured default. */
export interface DuckdbOptions {
  /** Database file; its folder is made when missing. */
  readonly path: string;
  /** Default half the cores: with two, one thread lands 13 % cheaper than two, which wait for each other spinning. */
  readonly threads?: number | undefined;
  /** What the database may take beside the rest of the process, at least 512. Default 1408, of which DuckDB is told 1024. */
  readonly memoryLimitMiB?: number | undefined;
  /**
   * WAL size at which a commit also checkpoints. Default 24: what waits for it lies in memory uncompressed, and 64 took
   * 100 MiB more at 50,000 spans/s for the same CPU time.
   */
  readonly checkpointMiB?: number | undefined;
  /**
   * Queries that run at once. Default 2: a query and a landing each hold one of the four threads that Node keeps for
   * blocking calls, and the journal's fsync needs one too.
   */
  readonly readers?: number | undefined;
  /**
   * Percentiles of durations are exact over at most so many runs. Default 2 million, which take a count half a second.
   */
  readonly exactRuns?: number | undefined;
  /** Tests only: the process ends by SIGKILL at this moment of upkeep. */
  readonly crashAt?: UpkeepPoint | undefined;
}

/** Takes the lock, starts the thread, opens and migrates the database. */
export async function openDuckdb(
  options: DuckdbOptions,
  statements: ReadonlyMap<string, Statement>,
): Promise<Store> {
  if (!existsSync(WORKER_PATH)) throw storeError('STORE_NOT_BUILT', { path: WORKER_PATH });
  const file = canonicalPath(options.path);
  const lock = lockDatabase(file);
  try {
    if (isHalfReplaced(file))
      throw storeError('STORE_DAMAGED', { path: file, reason: 'its recovery was interrupted' });
    const engine = new DuckdbEngine(
      {
        path: file,
        threads: options.threads ?? Math.max(1, Math.floor(availableParallelism() / 2)),
        memoryLimitMiB: options.memoryLimitMiB ?? 1408,
        spillMiB: spillMiB(file),
        checkpointMiB: options.checkpointMiB ?? 24,
        readers: options.readers ?? 2,
        crashAt: options.crashAt,
      },
      statements,
      lock,
      options.exactRuns ?? 2_000_000,
    );
    await engine.open();
    return engine;
  } catch (error) {
    lock.release();
    throw error;
  }
}

const MAX_SPILL_MIB = 2048;

/** Half of what is free now, for the life of the store: at an opening after a full disk it would be nothing, for long. */
function spillMiB(file: string): number {
  const { bavail, bsize } = statfsSync(path.dirname(file));
  return Math.min(MAX_SPILL_MIB, Math.floor((bavail * bsize) / 2 / 1024 / 1024));
}

class DuckdbEngine implements Store {
  readonly #path: string;
  readonly #statements: ReadonlyMap<string, Statement>;
  readonly #lock: Lock;
  readonly exactRuns: number;
  readonly isSummed: Store['isSummed'] = isSummed;
  readonly #listeners = new Set<(error: CodedError) => void>();
  readonly #checkpointListeners = new Set<(seconds: number) => void>();
  readonly #composed: ComposedQuestions;
  readonly #threads: ThreadKeeper;
  #closing: Promise<void> | undefined;

  constructor(
    settings: WorkerSettings,
    statements: ReadonlyMap<string, Statement>,
    lock: Lock,
    exactRuns: number,
  ) {
    this.#path = settings.path;
    this.#statements = statements;
    this.#lock = lock;
    this.exactRuns = exactRuns;
    this.#composed = new ComposedQuestions(
      (statement, params, options, lane) => this.#run(statement, params, options, lane),
      exactRuns,
    );
    this.#threads = new ThreadKeeper(
      settings,
      (error) => {
        if (this.#closing === undefined) for (const listener of this.#listeners) listener(error);
      },
      (seconds) => {
        for (const listener of this.#checkpointListeners) listener(seconds);
      },
    );
  }

  open(): Promise<void> {
    return this.#threads.open();
  }

  onFatal(listener: (error: CodedError) => void): void {
    this.#listeners.add(listener);
  }

  onCheckpoint(listener: (seconds: number) => void): void {
    this.#checkpointListeners.add(listener);
  }

  async land(batch: Batch, position: Position): Promise<void> {
    this.#ensureOpen();
    const { tables } = batch;
    const parts = tables.map((table) => table.release());
    try {
      await this.#threads.current.call('land', { tables: parts, position });
    } finally {
      if (parts.some(({ table, rows }) => table === SPAN_EXTRAS.name && rows > 0))
        this.#composed.forgetSpanEvents();
      for (const [index, table] of tables.entries()) table.adopt(parts[index] as ColumnBatchParts);
    }
  }

  async read<Name extends QueryName>(
    name: Name,
    params: QueryParams<Name>,
    options: ReadOptions = {},
  ): Promise<QueryRow<Name>[]> {
    this.#ensureOpen();
    const statement = this.#statementOf(name);
    return (await this.#run(statement, params, options, 'page')) as QueryRow<Name>[];
  }

  async ask<Q extends Question>(
    question: Q,
    options: ReadOptions = {},
  ): Promise<Answer<RowOfQuestion<Q>>> {
    this.#ensureOpen();
    return this.#composed.ask(question, options);
  }

  async exportRows<Name extends QueryName>(
    name: Name,
    params: QueryParams<Name>,
    form: ExportForm,
    options: ReadOptions = {},
  ): Promise<ExportedFile> {
    this.#ensureOpen();
    const file = newExportFile(this.#path, form);
    try {
      const copy = toCopy(this.#statementOf(name), form, file);
      const [written] = await this.#run(copy, params, options, 'analytic');
      return await describeExport(file, Number(written?.['Count']));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  }

  #statementOf(name: QueryName): Statement {
    const statement = this.#statements.get(name);
    if (statement) return statement;
    throw storeError('STORE_QUERIES_INVALID', { problems: `there is no query ${name}` });
  }

  async #run(
    statement: Statement,
    params: Readonly<Record<string, unknown>>,
    { signal, timeoutMs = DEFAULT_TIMEOUT_MS, onStatement }: ReadOptions,
    lane: Lane,
  ): Promise<Record<string, unknown>[]> {
    if (signal?.aborted) throw storeError('STORE_QUERY_CANCELLED', { name: statement.name });
    const thread = this.#threads.current;
    const id = thread.nextId;
    const cancel = () => thread.cancel(id);
    signal?.addEventListener('abort', cancel);
    try {
      const startMs = performance.now();
      const rows = await thread.call('read', { statement, params, timeoutMs, lane });
      const { name, sql } = statement;
      onStatement?.({
        name,
        sql,
        params,
        elapsedMs: performance.now() - startMs,
        rows: rows.length,
      });
      return rows;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  async readResumeState(): Promise<ResumeState> {
    this.#ensureOpen();
    await this.#threads.restore();
    return this.#threads.current.call('resume', {});
  }

  async takeBackPart(): Promise<void> {
    this.#ensureOpen();
    await this.#threads.current.call('takeBackPart', {});
  }

  async checkpoint(): Promise<void> {
    this.#ensureOpen();
    await this.#threads.current.call('checkpoint', {});
  }

  async keepUp(options: UpkeepOptions): Promise<UpkeepReport> {
    this.#ensureOpen();
    return this.#threads.current.call('upkeep', { options });
  }

  async backUp(to: string): Promise<BackupManifest> {
    this.#ensureOpen();
    return this.#threads.current.call('backup', { to: path.resolve(to) });
  }

  async readStorageUse(): Promise<StorageUse> {
    this.#ensureOpen();
    return this.#threads.current.call('storageUse', {});
  }

  async apply(job: StoreJob): Promise<void> {
    this.#ensureOpen();
    await this.#threads.current.call('apply', { job: toJobCall(job) });
  }

  async rebuildRollups(): Promise<void> {
    this.#ensureOpen();
    await this.#threads.current.call('rebuildRollups', {});
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#threads.close();
    } finally {
      this.#lock.release();
    }
  }

  #ensureOpen(): void {
    if (this.#closing) throw storeError('STORE_CLOSED');
  }
}
