/** Everything that a body leaves in the tables, ids resolved: what two bodies of the same meaning must share. */
import { Batch, type ColumnBatch, type TableDefinition } from '@heartwood/store/batch';
import { createDecoders } from '../decode/decoders.ts';
import { OpenRequest } from '../decode/open-request.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { BUILT_IN_RULES } from '../mapping.ts';
import type { Encoding, Signal } from '../signal.ts';
import { RECEIVED_NS } from './model.ts';
import { EMPTY_STATE, readRows, withSlack } from './rows.ts';

type Plain = Readonly<Record<string, unknown>>;

export interface Dump {
  /** Rows of the tables of records, by table. */
  readonly tables: Readonly<Record<string, readonly Plain[]>>;
  readonly records: number;
  readonly rejected: number;
  readonly problem: string;
}

/** Decodes one body with a fresh decoder. Throws what the decoder throws. */
export function dump(signal: Signal, encoding: Encoding, body: Uint8Array): Dump {
  const request = new OpenRequest(EMPTY_STATE, BUILT_IN_RULES, DEFAULT_LIMITS);
  const decode = createDecoders(request).get(signal.number);
  if (decode === undefined) throw new Error(`no decoder of ${signal.name}`);
  const batch = new Batch(256);
  const roll = (): Batch => {
    throw new Error('more rows than a test should have');
  };
  request.begin(withSlack(body), RECEIVED_NS, { open: batch, roll }, 0);
  try {
    decode(encoding);
  } finally {
    request.end();
  }
  const resolve = resolver(batch);
  return {
    tables: Object.fromEntries(
      batch.recordTables.map((table) => [table.table.name, readRows(table).map(resolve)]),
    ),
    records: request.records,
    rejected: request.rejected,
    problem: request.problem,
  };
}

/** Replaces ids of dictionaries by what they stand for. */
function resolver(batch: Batch): (row: Plain) => Plain {
  const words = entries(batch.vocabulary, 'text');
  const identities = entries(batch.identities, 'text');
  const byColumn = new Map<string, ReadonlyMap<unknown, unknown>>([
    ['resource_id', entries(batch.resources, 'content')],
    ['scope_id', entries(batch.scopes, 'content')],
    ['metric_id', entries(batch.metrics)],
    ['attribute_set_id', entries(batch.attributeSets, 'content')],
    ['session_id', identities],
    ['user_id', identities],
  ]);
  const own = new Set(['trace_id', 'span_id', 'parent_span_id']);
  return (row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, value]) => {
        if (!column.endsWith('_id') || own.has(column)) return [column, value];
        if (value === 0n) return [column, ''];
        const texts = byColumn.get(column) ?? words;
        if (!texts.has(value)) throw new Error(`${column} ${String(value)} points nowhere`);
        return [column, texts.get(value)];
      }),
    );
}

/** Entries of a dictionary: one column, or the whole row without its numbers. */
function entries<T extends TableDefinition>(
  batch: ColumnBatch<T>,
  column?: string,
): ReadonlyMap<unknown, unknown> {
  return new Map(
    readRows(batch).map((row) => {
      const { id, hash: _, name_id: __, ...rest } = row as Plain;
      return [id, column === undefined ? rest : rest[column]];
    }),
  );
}
