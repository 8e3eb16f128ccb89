/** What a table is that batches land in: its name, and its columns with their physical kinds. */

/**
 * Physical kinds and their width in a batch and in the database:
 * `uuid` 16 bytes (UUID: the 128-bit number, low word first, its top bit flipped), `id` 8 (UBIGINT), `time` 8 (TIMESTAMP_NS), `i64` 8 (BIGINT), `f64` 8 (DOUBLE),
 * `u32` 4 (UINTEGER), `i32` 4 (INTEGER), `u8` 1 (UTINYINT), `text` 16 (VARCHAR, a DuckDB string record).
 * `u64s` and `f64s` are lists (UBIGINT[], DOUBLE[]); in a batch they are texts such as `[1,2]`, which the landing casts.
 */
export type ColumnKind =
  | 'uuid'
  | 'id'
  | 'time'
  | 'i64'
  | 'f64'
  | 'u32'
  | 'i32'
  | 'u8'
  | 'text'
  | 'u64s'
  | 'f64s';

export const COLUMN_WIDTH_BYTES: Readonly<Record<ColumnKind, number>> = {
  uuid: 16,
  id: 8,
  time: 8,
  i64: 8,
  f64: 8,
  u32: 4,
  i32: 4,
  u8: 1,
  text: 16,
  u64s: 16,
  f64s: 16,
};

/** A table that batches land in: its SQL name and its columns in order. */
export interface TableDefinition {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnKind>>;
}

/** Names of a table's columns. */
export type ColumnOf<T extends TableDefinition> = Extract<keyof T['columns'], string>;
