/** Lands batches: rows of every table and the journal position in one transaction. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { CodedError } from '@heartwood/semconv';
import type { LandedPart, Position } from '../batch.ts';
import type { ColumnBatchParts } from '../column-batch.ts';
import {
  IDENTITIES,
  PLAN_VIOLATION_HOUR,
  RESOURCES,
  SCOPES,
  SPAN_EXTRAS,
  SPANS,
  TABLES,
  VOCABULARY,
} from '../columns.ts';
import { ATTRIBUTE_SETS, METRICS } from '../metric-columns.ts';
import { type TableDefinition } from '../table-definition.ts';
import { landingTable, PARTITIONS } from '../partitions.ts';
import { readSqlFile } from '../sql-file.ts';
import { BatchRows } from './batch-rows.ts';
import { checkpointAndMerge } from './checkpoint.ts';
import { rollbackFailure } from './failures.ts';
import { BIGINT, UBIGINT, UINTEGER } from './node-api.ts';
import { Rollups } from './rollups.ts';
import { landSpanEventDays } from './span-event-days.ts';
import { inTransaction } from './transaction.ts';

/** Requests are kept for this long, and this many of them; the table may hold `slack` times as many. The receiver knows fewer again. */
export const REQUEST_WINDOW = {
  durationMs: 24 * 3600 * 1000,
  count: 1_000_000,
  slack: 1.1,
} as const;

/** Tables whose rows may come again with the same id: entries beyond the size of a dictionary. */
const DICTIONARIES = new Set(
  [VOCABULARY, IDENTITIES, RESOURCES, SCOPES, METRICS, ATTRIBUTE_SETS].map(
    ({ name }) => name as string,
  ),
);

/** Writes through one connection; calls must not overlap. */
export class Lander {
  readonly rollups: Rollups;
  readonly #connection: DuckDBConnection;
  readonly #tables: ReadonlyMap<string, BatchRows>;
  /** Whether `landed_part` may hold a row. */
  #hasPart = true;
  readonly #pruneRequests = readSqlFile('upkeep/prune-requests.sql');
  readonly #countRequests = readSqlFile('upkeep/count-requests.sql');
  readonly #cutRequests = readSqlFile('upkeep/cut-requests.sql');

  constructor(connection: DuckDBConnection, tables: readonly TableDefinition[] = TABLES) {
    this.#connection = connection;
    this.#tables = new Map(tables.map((table) => [table.name, new BatchRows(connection, table)]));
    this.rollups = new Rollups(connection);
  }

  /** Rows and position, all or nothing; resolves when they are durable. Throws what DuckDB throws, with nothing stored. */
  async land(batches: readonly ColumnBatchParts[], position: Position): Promise<void> {
    await this.#connection.run('BEGIN');
    try {
      for (const batch of batches) {
        if (batch.rows === 0) continue;
        await this.#insert(batch);
        if (batch.table === SPANS.name) await this.rollups.add(batch);
        if (batch.table === PLAN_VIOLATION_HOUR.name) this.rollups.noteAdded(batch.rows);
      }
      await this.#connection.run(
        'UPDATE landed_position SET record = $record, rows = $rows',
        { record: position.record, rows: position.rows },
        { record: UBIGINT, rows: UINTEGER },
      );
      await this.#setPart(position.part);
      await this.#connection.run('COMMIT');
    } catch (error) {
      // What #setPart has noted is undone with the transaction.
      this.#hasPart = true;
      throw (await this.#rollBack(error)) ?? error;
    }
  }

  /** Removes the rows of the request that the position stands within. Cut off in the middle, it can be done again. */
  async takeBackPart(): Promise<void> {
    const connection = this.#connection;
    const partBegin = readSqlFile('resume/part-begin.sql');
    await inTransaction(connection, async () => {
      for (const { hotTable } of PARTITIONS)
        await connection.run(`DELETE FROM ${hotTable} WHERE seq >= (${partBegin})`);
      await connection.run(
        'DELETE FROM plan_violation_hour WHERE record >= (SELECT record FROM landed_position WHERE rows > 0)',
      );
    });
    await this.rollups.rebuild();
    await inTransaction(connection, async () => {
      await connection.run('DELETE FROM landed_part');
      await connection.run('UPDATE landed_position SET rows = 0');
    });
  }

  /** Forgets requests beyond the window that ends at `nowMs`. */
  async pruneRequests(nowMs: number): Promise<void> {
    const since = BigInt(nowMs - REQUEST_WINDOW.durationMs) * 1_000_000n;
    await this.#connection.run(this.#pruneRequests, { since }, { since: BIGINT });
    const count = await this.#connection.runAndReadAll(this.#countRequests);
    if (Number(count.getRows()[0]?.[0] ?? 0) > REQUEST_WINDOW.count * REQUEST_WINDOW.slack)
      await this.#connection.run(
        this.#cutRequests,
        { keep: REQUEST_WINDOW.count },
        { keep: BIGINT },
      );
  }

  async checkpoint(): Promise<void> {
    await checkpointAndMerge(this.#connection);
  }

  async #setPart(part: LandedPart | undefined): Promise<void> {
    if (this.#hasPart) await this.#connection.run('DELETE FROM landed_part');
    if (part !== undefined)
      await this.#connection.run(
        'INSERT INTO landed_part VALUES ($decoder, $first)',
        { decoder: part.decoder, first: part.firstSeq },
        { decoder: UINTEGER, first: UBIGINT },
      );
    this.#hasPart = part !== undefined;
  }

  /** Resolves with what takes the place of `cause` when the connection can no longer be used. */
  async #rollBack(cause: unknown): Promise<CodedError | undefined> {
    try {
      await this.#connection.run('ROLLBACK');
      return undefined;
    } catch (error) {
      return rollbackFailure(error, cause);
    }
  }

  async #insert(batch: ColumnBatchParts): Promise<void> {
    const rows = this.#tables.get(batch.table);
    if (!rows) throw new RangeError(`no table ${batch.table}`);
    const repeats = DICTIONARIES.has(batch.table) && hasOverflowId(batch, rows.table);
    rows.load(batch);
    try {
      const { rowsChanged } = await this.#connection.run(
        repeats
          ? `INSERT INTO ${batch.table} SELECT DISTINCT ON (given.id) given.* FROM batch_${batch.table}() AS given
             ANTI JOIN ${batch.table} AS known ON known.id = given.id`
          : `INSERT INTO ${landingTable(batch.table)} SELECT * FROM batch_${batch.table}()`,
      );
      if (!repeats && rowsChanged !== batch.rows)
        throw new RangeError(`${rowsChanged} of ${batch.rows} rows went into ${batch.table}`);
      if (batch.table === SPAN_EXTRAS.name) await landSpanEventDays(this.#connection, batch);
    } finally {
      rows.unload();
    }
  }
}

/** Does an id, the first column of a dictionary, have its top bit set? */
function hasOverflowId({ buffer, rows }: ColumnBatchParts, { columns }: TableDefinition): boolean {
  const wordsEach = columns['id'] === 'u32' ? 1 : 2;
  const words = new Int32Array(buffer, 0, rows * wordsEach);
  for (let at = wordsEach - 1; at < words.length; at += wordsEach)
    if ((words[at] ?? 0) < 0) return true;
  return false;
}
