/** Results of DuckDB to plain rows of the kinds that the registry promises. */
import type { DuckDBMaterializedResult, DuckDBValue } from '@duckdb/node-api';
import { storeError } from '../errors.ts';
import { parseExactJson } from '../exact-json.ts';
import type { RowKind } from '../query.ts';
import type { Statement } from '../statements.ts';
import {
  DuckDBDecimalValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBUUIDValue,
} from './node-api.ts';

type Row = Record<string, unknown>;

/** A value of the kind; undefined when the given one is none. */
type Convert = (value: DuckDBValue) => unknown;

const toNumber: Convert = (value) => {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof DuckDBDecimalValue ? value.toDouble() : undefined;
};

const CONVERT: Readonly<Record<RowKind, Convert>> = {
  text: (value) => (typeof value === 'string' ? value : undefined),
  int: (value) => {
    const number = toNumber(value);
    return Number.isSafeInteger(number) ? number : undefined;
  },
  ns: (value) => {
    if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value);
    return value instanceof DuckDBTimestampNanosecondsValue ? String(value.nanos) : undefined;
  },
  real: (value) => {
    const number = toNumber(value);
    return Number.isFinite(number) ? number : undefined;
  },
  bool: (value) => (typeof value === 'boolean' ? value : undefined),
  json: (value) => (typeof value === 'string' ? parseExactJson(value) : undefined),
  hex: (value) => {
    if (value instanceof DuckDBUUIDValue) return value.toString().replaceAll('-', '');
    if (typeof value === 'bigint') return value.toString(16).padStart(16, '0');
    return typeof value === 'string' && /^[0-9a-f]*$/.test(value) ? value : undefined;
  },
};

/**
 * All rows; throws `STORE_QUERIES_INVALID` when the columns are not those of the registry, and `STORE_VALUE_INVALID` for
 * a value that is not of its kind. A NaN or infinity is null where the column may be null.
 */
export async function toRows(
  { name, row: spec }: Statement,
  result: DuckDBMaterializedResult,
): Promise<Row[]> {
  const columns = result.columnNames();
  const missing = Object.keys(spec).filter((column) => !columns.includes(column));
  const unknown = columns.filter((column) => !Object.hasOwn(spec, column));
  if (missing.length + unknown.length > 0 || new Set(columns).size < columns.length)
    throw storeError('STORE_QUERIES_INVALID', {
      problems: `${name} gives ${columns.join(', ')} but promises ${Object.keys(spec).join(', ')}`,
    });

  const rows: Row[] = [];
  for (const chunk of await result.fetchAllChunks()) {
    const first = rows.length;
    for (let i = 0; i < chunk.rowCount; i++) rows.push({});
    for (const [index, column] of columns.entries()) {
      const kindSpec = spec[column] ?? 'text';
      const nullable = kindSpec.endsWith('?');
      const kind = (nullable ? kindSpec.slice(0, -1) : kindSpec) as RowKind;
      const convert = CONVERT[kind];
      const vector = chunk.getColumnVector(index);
      for (let i = 0; i < chunk.rowCount; i++) {
        const value = vector.getItem(i);
        let converted: unknown = value === null ? undefined : convert(value);
        if (converted === undefined) {
          const isNone = value === null || (kind === 'real' && typeof value === 'number');
          if (!nullable || !isNone)
            throw storeError('STORE_VALUE_INVALID', { name, column, value: String(value), kind });
          converted = null;
        }
        (rows[first + i] as Row)[column] = converted;
      }
    }
  }
  return rows;
}
