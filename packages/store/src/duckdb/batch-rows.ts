/** Rows of a batch as a DuckDB table function: the only module that writes native memory layouts. */
import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { type ColumnBatchParts, INLINE_TEXT_BYTES } from '../column-batch.ts';
import { COLUMN_WIDTH_BYTES, type ColumnKind, type TableDefinition } from '../table-definition.ts';
import {
  BIGINT,
  DOUBLE,
  DuckDBTableFunction,
  INTEGER,
  TIMESTAMP_NS,
  UBIGINT,
  UINTEGER,
  UTINYINT,
  UUID,
  VARCHAR,
} from './node-api.ts';

const TYPES: Readonly<Record<ColumnKind, DuckDBType>> = {
  uuid: UUID,
  id: UBIGINT,
  time: TIMESTAMP_NS,
  i64: BIGINT,
  f64: DOUBLE,
  u32: UINTEGER,
  i32: INTEGER,
  u8: UTINYINT,
  text: VARCHAR,
  u64s: VARCHAR,
  f64s: VARCHAR,
};

/** Kinds whose values in a batch are DuckDB string records. */
const TEXT_KINDS: ReadonlySet<ColumnKind> = new Set(['text', 'u64s', 'f64s']);

interface Source {
  readonly parts: ColumnBatchParts;
  /** Byte offset of each column in the buffer. */
  readonly offsets: readonly number[];
}

/** One pass over the rows: what it was asked for and how far it has come. */
interface Scan {
  /** Places of the wanted columns in the table; one beyond the last is a column that nobody reads. */
  readonly columns: readonly number[];
  /** First row of the next chunk. */
  next: number;
}

/**
 * Registers the table function `batch_<table>()`, which gives the rows of what was loaded last, as often as it is asked;
 * only columns that a statement names are copied.
 *
 * `copy_data_to_vector` checks nothing: a source too short or a target too small is read or written over in silence.
 * So every size is compared here, once a batch where that suffices, and texts are checked one by one.
 */
export class BatchRows {
  readonly table: TableDefinition;
  readonly #kinds: readonly ColumnKind[];
  readonly #widths: readonly number[];
  readonly #chunkRows = duckdb.vector_size();
  /** A chunk of one BLOB column whose first value holds the arena, so that it has a native address. */
  readonly #arenaChunk = duckdb.create_data_chunk([duckdb.create_logical_type(duckdb.Type.BLOB)]);
  /** The bindings copy from memory of this thread only: what is shared goes through here, one column of a chunk at a time. */
  readonly #scratch: Uint8Array<ArrayBuffer>;
  #source: Source | undefined;

  constructor(connection: DuckDBConnection, table: TableDefinition) {
    this.table = table;
    this.#kinds = Object.values(table.columns);
    this.#widths = this.#kinds.map((kind) => COLUMN_WIDTH_BYTES[kind]);
    this.#scratch = new Uint8Array(this.#chunkRows * Math.max(...this.#widths));
    connection.registerTableFunction(
      DuckDBTableFunction.create({
        name: `batch_${table.name}`,
        bindFunction: (bind) => {
          for (const [name, kind] of Object.entries(table.columns))
            bind.addResultColumn(name, TYPES[kind]);
        },
        supportsProjectionPushdown: true,
        initFunction: (init) => {
          init.setMaxThreads(1);
          init.setInitData({ columns: init.getColumnIndexes(), next: 0 } satisfies Scan);
        },
        mainFunction: (info, output) => {
          try {
            this.#fill(output.chunk, info.getInitData() as Scan);
          } catch (error) {
            duckdb.data_chunk_set_size(output.chunk, 0);
            info.setError(String(error));
          }
        },
      }),
    );
  }

  /** Makes these the rows that the function gives; the parts must stay untouched until {@link unload}. */
  load(parts: ColumnBatchParts): void {
    const { rows, capacity, buffer, arena, arenaBytes, table } = parts;
    ensure(table === this.table.name, `rows of ${table} for ${this.table.name}`);
    ensure(isCount(rows) && isCount(capacity) && rows <= capacity, `${rows} rows of ${capacity}`);
    ensure(isCount(arenaBytes) && arenaBytes <= arena.byteLength, `arena of ${arenaBytes} bytes`);
    const offsets: number[] = [];
    let end = 0;
    for (const width of this.#widths) {
      offsets.push(end);
      end += (width * capacity + 7) & ~7;
    }
    ensure(end === buffer.byteLength, `buffer of ${buffer.byteLength} bytes, not ${end}`);
    this.#source = { parts, offsets };
    this.#placeTexts(this.#source);
  }

  /** Forgets the rows and frees the copy of their texts. */
  unload(): void {
    this.#source = undefined;
    duckdb.data_chunk_reset(this.#arenaChunk);
  }

  /** Checks every text and turns its arena offset into an address. */
  #placeTexts({ parts, offsets }: Source): void {
    if (!this.#kinds.some((kind) => TEXT_KINDS.has(kind))) return;
    const address = this.#arenaAddress(parts);
    const low = Number(address & 0xffffffffn);
    const high = Number(address >> 32n);
    for (const [column, kind] of this.#kinds.entries()) {
      if (!TEXT_KINDS.has(kind)) continue;
      const words = new Uint32Array(parts.buffer, offsets[column], parts.rows * 4);
      for (let at = 0; at < words.length; at += 4) {
        const length = words[at] ?? 0;
        if (length <= INLINE_TEXT_BYTES) continue;
        const start = words[at + 2] ?? 0;
        if (words[at + 3] !== 0 || start + length > parts.arenaBytes)
          throw new RangeError(`text of ${length} bytes at ${start} outside its arena`);
        const sum = low + start;
        words[at + 2] = sum;
        words[at + 3] = sum > 0xffffffff ? high + 1 : high;
      }
    }
  }

  /** Copies the arena into native memory and tells where it lies; 0 when no text can point there. */
  #arenaAddress({ arena, arenaBytes }: ColumnBatchParts): bigint {
    // A value of 12 bytes or less would lie inside the record and have no address.
    if (arenaBytes <= INLINE_TEXT_BYTES) return 0n;
    duckdb.data_chunk_reset(this.#arenaChunk);
    const vector = duckdb.data_chunk_get_vector(this.#arenaChunk, 0);
    duckdb.vector_assign_string_element_len(vector, 0, new Uint8Array(arena, 0, arenaBytes));
    const record = duckdb.vector_get_data(vector, COLUMN_WIDTH_BYTES.text);
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    ensure(view.getUint32(0, true) === arenaBytes, 'arena record of another length');
    return view.getBigUint64(8, true);
  }

  /** Copies the next rows into a chunk; none left is how DuckDB learns the end. */
  #fill(chunk: duckdb.DataChunk, scan: Scan): void {
    const source = this.#source;
    const count = source ? Math.min(this.#chunkRows, source.parts.rows - scan.next) : 0;
    duckdb.data_chunk_set_size(chunk, count);
    if (!source || count === 0) return;
    const { buffer } = source.parts;
    const { columns } = scan;
    ensure(duckdb.data_chunk_get_column_count(chunk) === columns.length, 'column count');
    for (let place = 0; place < columns.length; place++) {
      const column = columns[place] ?? 0;
      // count(*) asks for no column but for the number of the row, which has no place in the buffer.
      if (column >= this.#widths.length) continue;
      const width = this.#widths[column] ?? 0;
      const from = (source.offsets[column] ?? 0) + scan.next * width;
      const bytes = count * width;
      ensure(from + bytes <= buffer.byteLength, `copy of ${bytes} bytes at ${from}`);
      ensure(bytes <= this.#scratch.length, `copy of ${bytes} bytes at once`);
      this.#scratch.set(new Uint8Array(buffer, from, bytes));
      const vector = duckdb.data_chunk_get_vector(chunk, place);
      duckdb.copy_data_to_vector(vector, 0, this.#scratch.buffer, 0, bytes);
    }
    scan.next += count;
  }
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function ensure(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new RangeError(`batch does not fit its table: ${problem}`);
}
