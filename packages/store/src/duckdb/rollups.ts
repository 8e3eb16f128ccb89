/** Keeps the roll-ups: what a batch adds lands with it, actors follow two million spans at a time, and what has piled up is merged. */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { ROW_GROUP_ROWS } from '../batch.ts';
import type { ColumnBatchParts } from '../column-batch.ts';
import { FeatureHourSummer } from '../rollup/feature-hours.ts';
import { FEATURE_DURATION, FEATURE_HOUR } from '../rollup/tables.ts';
import { readSqlFile } from '../sql-file.ts';
import { BatchRows } from './batch-rows.ts';
import { BIGINT } from './node-api.ts';
import { inTransaction } from './transaction.ts';
import { addActiveDays, rebuildActiveDays } from './upkeep/active-days.ts';
import { clearExactHours } from './upkeep/exact-hours.ts';
import { clearFeatureDays } from './upkeep/feature-days.ts';

/** When upkeep is due, and how much of it a transaction does. */
const ROLLUP_UPKEEP = {
  /**
   * Spans that land before their actors are summed: the more, the oftener an actor repeats, and the more a question about
   * actors has to sum itself. Two million at once cost a third less than one, and are read in a tenth of a second.
   */
  actorSpans: 16 * ROW_GROUP_ROWS,
  /** Rows that batches may add before hours are merged. */
  addedRows: 2_000_000,
  /** Rows that one transaction merges, but at least an hour: about a second on one core. */
  mergedRows: 2_000_000,
} as const;

/** Roll-ups with their SQL files under `rollup/` and `upkeep/`. */
const ROLLUPS = ['feature-hour', 'feature-duration', 'actor-hour'] as const;
/** What is merged: the roll-ups, and what batches add to that cannot be built anew. */
const MERGED = [...ROLLUPS, 'active-day', 'plan-violation-hour'] as const;

/** Writes through one connection; calls must not overlap each other or a landing, but for {@link add}, which is part of one. */
export class Rollups {
  readonly #connection: DuckDBConnection;
  readonly #summer = new FeatureHourSummer();
  readonly #hours: BatchRows;
  readonly #durations: BatchRows;
  /** Spans whose actors are not summed yet; a failed landing makes it too many, which harms nobody. */
  #waitingSpans = 0;
  /** Rows that batches have added since hours were last merged. */
  #addedRows = 0;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
    this.#hours = new BatchRows(connection, FEATURE_HOUR);
    this.#durations = new BatchRows(connection, FEATURE_DURATION);
  }

  /** Builds the roll-ups of a database that has none, and sees how much upkeep waits. */
  async open(): Promise<void> {
    const state = await this.#readState();
    if (state === undefined) await this.rebuild();
    else this.#waitingSpans = Number(state.lastSeq - state.actorSeq);
    const row = await this.#firstRow('rollup/unmerged.sql');
    this.#addedRows = Number(row?.['unmerged'] ?? 0);
  }

  /** Adds the runs of a batch; to be called within the transaction that lands them. */
  async add(spans: ColumnBatchParts): Promise<void> {
    const { hours, durations } = this.#summer.sum(spans);
    this.#waitingSpans += spans.rows;
    if (hours.rows === 0) return;
    await this.#insert(this.#hours, hours.release(), 'rollup/land-feature-hour.sql');
    if (durations.rows > 0)
      await this.#insert(this.#durations, durations.release(), 'rollup/land-feature-duration.sql');
    this.#addedRows += hours.rows + durations.rows;
  }

  /** Counts rows that a batch has added to a table that is merged here too. */
  noteAdded(rows: number): void {
    this.#addedRows += rows;
  }

  /** Does a piece of the upkeep that is due, all of it when `idle`; true when more of it waits. */
  async keep(idle = false): Promise<boolean> {
    if (this.#waitingSpans >= (idle ? 1 : ROLLUP_UPKEEP.actorSpans)) {
      await this.addActors();
      return true;
    }
    if (this.#addedRows < (idle ? ROLLUP_UPKEEP.addedRows / 100 : ROLLUP_UPKEEP.addedRows))
      return false;
    return this.compact();
  }

  /** Sums the actors of what has landed since the last time. */
  async addActors(): Promise<void> {
    await inTransaction(this.#connection, () => this.#addActors());
  }

  /** Merges some hours of one table in a transaction; false when there was nothing to merge. */
  async compact(): Promise<boolean> {
    for (const rollup of MERGED)
      if (await inTransaction(this.#connection, () => this.#compact(rollup))) return true;
    this.#addedRows = 0;
    return false;
  }

  /** Builds the roll-ups anew from all spans, hours whose spans have been removed excepted; in one transaction. */
  async rebuild(): Promise<void> {
    await inTransaction(this.#connection, async () => {
      await this.#run('rollup/start.sql');
      // Late spans of hours that are kept as they are would else be forgotten.
      await this.#addActors();
      const { fromHour = 0n } = (await this.#readState()) ?? {};
      for (const rollup of ROLLUPS)
        await this.#run(`rollup/clear-${rollup}.sql`, { from_hour: fromHour });
      await clearFeatureDays(this.#connection, fromHour / 24n);
      await clearExactHours(this.#connection, fromHour);
      for (const day of await this.#readDays(fromHour)) {
        const from = day < fromHour ? fromHour : day;
        for (const rollup of ROLLUPS)
          await this.#run(`rollup/sum-${rollup}.sql`, { from_hour: from, to_hour: day + 24n });
      }
      const { lastSeq: until = 0n } = (await this.#readState()) ?? {};
      await this.#run('rollup/advance.sql', { until });
      await rebuildActiveDays(this.#connection);
    });
    this.#addedRows = 0;
  }

  async #compact(rollup: (typeof MERGED)[number]): Promise<boolean> {
    await this.#run(`upkeep/choose-${rollup}.sql`, { rows: BigInt(ROLLUP_UPKEEP.mergedRows) });
    const row = await this.#firstRow('upkeep/count-compacted-hours.sql');
    if (Number(row?.['hours'] ?? 0) === 0) return false;
    await this.#run(`upkeep/compact-${rollup}.sql`);
    return true;
  }

  async #addActors(): Promise<void> {
    const state = await this.#readState();
    if (state === undefined) return;
    const { actorSeq: after, lastSeq: until } = state;
    if (until > after) {
      const { rowsChanged } = await this.#run('rollup/add-actor-hour.sql', { after, until });
      const days = await addActiveDays(this.#connection, after, until);
      await this.#run('rollup/advance.sql', { until });
      this.#addedRows += rowsChanged + days;
    }
    this.#waitingSpans = 0;
  }

  async #insert(rows: BatchRows, parts: ColumnBatchParts, file: string): Promise<void> {
    rows.load(parts);
    try {
      const { rowsChanged } = await this.#run(file);
      if (rowsChanged !== parts.rows)
        throw new RangeError(`${rowsChanged} of ${parts.rows} rows went into ${parts.table}`);
    } finally {
      rows.unload();
    }
  }

  async #readState(): Promise<{ actorSeq: bigint; lastSeq: bigint; fromHour: bigint } | undefined> {
    const row = await this.#firstRow('rollup/state.sql');
    return (
      row && {
        actorSeq: row['actorSeq'] as bigint,
        lastSeq: row['lastSeq'] as bigint,
        fromHour: row['fromHour'] as bigint,
      }
    );
  }

  async #readDays(fromHour: bigint): Promise<bigint[]> {
    const reader = await this.#connection.runAndReadAll(
      readSqlFile('rollup/days.sql'),
      { from_hour: fromHour },
      { from_hour: BIGINT },
    );
    return reader.getRows().map(([hour]) => hour as bigint);
  }

  async #firstRow(file: string): Promise<Record<string, DuckDBValue> | undefined> {
    const reader = await this.#connection.runAndReadAll(readSqlFile(file));
    return reader.getRowObjects()[0];
  }

  async #run(
    file: string,
    values: Readonly<Record<string, bigint>> = {},
  ): Promise<{ readonly rowsChanged: number }> {
    const types = Object.fromEntries(Object.keys(values).map((name) => [name, BIGINT]));
    return this.#connection.run(readSqlFile(file), values, types);
  }
}
