/** Keeps operations: those that are over in a row each, those under way as they are now. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnBatchParts } from '../../column-batch.ts';
import { LIVE_OPERATIONS, OPERATIONS } from '../../operation-columns.ts';
import type {
  OperationsJob,
  StoredLiveOperation,
  StoredOperation,
} from '../../stored-operation.ts';
import { BatchRows } from '../batch-rows.ts';
import { LIST, listValue, UBIGINT, VARCHAR } from '../node-api.ts';
import { inTransaction } from '../transaction.ts';
import { type ColumnReaders, toColumns } from './to-columns.ts';

/** An {@link OperationsJob} as it crosses: in columns, which take a tenth of the time that JSON would. */
export interface OperationsCall {
  readonly job: 'operations';
  readonly live: ColumnBatchParts;
  readonly underWay: readonly string[] | undefined;
  readonly closed: ColumnBatchParts;
  readonly reopened: readonly string[];
  readonly seq: bigint;
}

export const toOperationsCall = ({ live, closed, ...rest }: OperationsJob): OperationsCall => ({
  ...rest,
  live: toColumns(LIVE_OPERATIONS, live, LIVE_READERS),
  closed: toColumns(OPERATIONS, lastOfEach(closed), READERS),
});

/** Operations on one connection; calls must not overlap. */
export class Operations {
  readonly #connection: DuckDBConnection;
  readonly #closed: BatchRows;
  readonly #live: BatchRows;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
    this.#closed = new BatchRows(connection, OPERATIONS);
    this.#live = new BatchRows(connection, LIVE_OPERATIONS);
  }

  async write({ live, underWay, closed, reopened, seq }: OperationsCall): Promise<void> {
    const connection = this.#connection;
    await inTransaction(connection, async () => {
      if (reopened.length > 0)
        await connection.run(
          'DELETE FROM operations WHERE id IN (SELECT unnest($ids))',
          ...idsOf(reopened),
        );
      await this.#replace(this.#closed, closed);
      if (underWay !== undefined)
        await connection.run(
          'DELETE FROM live_operations WHERE id NOT IN (SELECT unnest($ids))',
          ...idsOf(underWay),
        );
      await this.#replace(this.#live, live);
      await connection.run(
        'INSERT INTO operation_state SELECT 0 WHERE NOT EXISTS (FROM operation_state)',
      );
      await connection.run(
        'UPDATE operation_state SET seq = $seq WHERE seq < $seq',
        { seq },
        { seq: UBIGINT },
      );
    });
  }

  /** Puts each row in place of the one with its id. */
  async #replace(rows: BatchRows, parts: ColumnBatchParts): Promise<void> {
    if (parts.rows === 0) return;
    const { name } = rows.table;
    rows.load(parts);
    try {
      await this.#connection.run(
        `DELETE FROM ${name} WHERE id IN (SELECT id FROM batch_${name}())`,
      );
      await this.#connection.run(`INSERT INTO ${name} SELECT * FROM batch_${name}()`);
    } finally {
      rows.unload();
    }
  }
}

const idsOf = (ids: readonly string[]) =>
  [{ ids: listValue([...ids]) }, { ids: LIST(VARCHAR) }] as const;

/** The last of those with the same id. */
const lastOfEach = (closed: readonly StoredOperation[]): readonly StoredOperation[] => [
  ...new Map(closed.map((operation) => [operation.id, operation])).values(),
];

const LIVE_READERS: ColumnReaders<typeof LIVE_OPERATIONS, StoredLiveOperation> = {
  id: ({ id }) => id,
  state: ({ state }) => state,
};

const READERS: ColumnReaders<typeof OPERATIONS, StoredOperation> = {
  id: ({ id }) => id,
  feature: ({ feature }) => feature,
  service: ({ service }) => service,
  component: ({ component }) => component,
  category: ({ category }) => category,
  instance: ({ instance }) => instance,
  host: ({ host }) => host,
  pid: ({ pid }) => pid,
  parent_id: ({ parentId }) => parentId,
  session: ({ session }) => session,
  user: ({ user }) => user,
  trace_id: ({ traceId }) => traceId,
  description: ({ description }) => description,
  start_time: ({ startTime }) => startTime,
  end_time: ({ endTime }) => endTime,
  active_ns: ({ activeNs }) => activeNs,
  paused_ns: ({ pausedNs }) => pausedNs,
  outcome: ({ outcome }) => outcome,
  error_type: ({ errorType }) => errorType,
  reason: ({ reason }) => reason,
  message: ({ message }) => message,
  current: ({ current }) => current,
  total: ({ total }) => total,
  unit: ({ unit }) => unit,
  notes: ({ notes }) => notes,
  worst_health: ({ worstHealth }) => worstHealth,
  last_seq: ({ lastSeq }) => lastSeq,
  state: ({ state }) => state,
};
