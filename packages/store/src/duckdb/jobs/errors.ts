/** Keeps errors: their kinds, the records that tell of them, and how far records have been looked at. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnBatchParts } from '../../column-batch.ts';
import { ERROR_GROUPS, ERROR_OCCURRENCES } from '../../error-columns.ts';
import { readSqlFile } from '../../sql-file.ts';
import type {
  ErrorProgress,
  ErrorsJob,
  StoredErrorGroup,
  StoredOccurrence,
} from '../../stored-error.ts';
import { BatchRows } from '../batch-rows.ts';
import { UBIGINT } from '../node-api.ts';
import { inTransaction } from '../transaction.ts';
import { type ColumnReaders, toColumns } from './to-columns.ts';

/** An {@link ErrorsJob} as it crosses: in columns. */
export interface ErrorsCall {
  readonly job: 'errors';
  readonly after: ErrorProgress;
  readonly through: ErrorProgress;
  readonly groups: ColumnBatchParts;
  readonly occurrences: ColumnBatchParts;
}

export const toErrorsCall = ({ groups, occurrences, ...rest }: ErrorsJob): ErrorsCall => ({
  ...rest,
  groups: toColumns(ERROR_GROUPS, groups, GROUP_READERS),
  occurrences: toColumns(ERROR_OCCURRENCES, occurrences, OCCURRENCE_READERS),
});

/** Errors on one connection; calls must not overlap. */
export class Errors {
  readonly #connection: DuckDBConnection;
  readonly #groups: BatchRows;
  readonly #occurrences: BatchRows;
  readonly #renewGroups = readSqlFile('upkeep/renew-error-groups.sql');
  readonly #addGroups = readSqlFile('upkeep/add-error-groups.sql');

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
    this.#groups = new BatchRows(connection, ERROR_GROUPS);
    this.#occurrences = new BatchRows(connection, ERROR_OCCURRENCES);
  }

  /** Throws a `RangeError` where what is kept goes not as far as where the look began, or further. */
  async write({ after, through, groups, occurrences }: ErrorsCall): Promise<void> {
    const connection = this.#connection;
    await inTransaction(connection, async () => {
      await connection.run(
        'INSERT INTO error_state SELECT 0, 0 WHERE NOT EXISTS (FROM error_state)',
      );
      const { rowsChanged } = await connection.run(
        `UPDATE error_state SET log_seq = $log, span_seq = $span
         WHERE log_seq = $log_after AND span_seq = $span_after`,
        {
          log: through.logSeq,
          span: through.spanSeq,
          log_after: after.logSeq,
          span_after: after.spanSeq,
        },
        { log: UBIGINT, span: UBIGINT, log_after: UBIGINT, span_after: UBIGINT },
      );
      if (rowsChanged !== 1) throw new RangeError('errors of these records are kept already');
      await this.#with(this.#groups, groups, [this.#renewGroups, this.#addGroups]);
      await this.#with(this.#occurrences, occurrences, [
        'INSERT INTO error_occurrences SELECT * FROM batch_error_occurrences()',
      ]);
    });
  }

  async #with(
    rows: BatchRows,
    parts: ColumnBatchParts,
    statements: readonly string[],
  ): Promise<void> {
    if (parts.rows === 0) return;
    rows.load(parts);
    try {
      for (const statement of statements) await this.#connection.run(statement);
    } finally {
      rows.unload();
    }
  }
}

const GROUP_READERS: ColumnReaders<typeof ERROR_GROUPS, StoredErrorGroup> = {
  fingerprint: ({ fingerprint }) => fingerprint,
  version: ({ version }) => version,
  title: ({ title }) => title,
  error_type: ({ errorType }) => errorType,
  category: ({ category }) => category,
  code: ({ code }) => code,
  template: ({ template }) => template,
  stack_top: ({ stackTop }) => stackTop,
  first_time: ({ firstTime }) => firstTime,
  last_time: ({ lastTime }) => lastTime,
  message: ({ message }) => message,
  object: ({ object }) => object,
};

const OCCURRENCE_READERS: ColumnReaders<typeof ERROR_OCCURRENCES, StoredOccurrence> = {
  time: ({ time }) => time,
  fingerprint: ({ fingerprint }) => fingerprint,
  source: ({ source }) => (source === 'log' ? 0 : 1),
  seq: ({ seq }) => seq,
  trace_id: ({ traceId }) => BigInt(`0x${traceId}`),
  span_id: ({ spanId }) => spanId,
  resource_id: ({ resourceId }) => resourceId,
  feature_id: ({ featureId }) => featureId,
  component_id: ({ componentId }) => componentId,
  session_id: ({ sessionId }) => sessionId,
  user_id: ({ userId }) => userId,
};
