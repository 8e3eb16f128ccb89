/** Plain objects to the columns in which they cross to the database thread. */
import { ColumnBatch, type ColumnBatchParts } from '../../column-batch.ts';
import { writeText } from '../../dictionary.ts';
import type { ColumnKind, ColumnOf, TableDefinition } from '../../table-definition.ts';

/** The value of each column for an object; null is stored as empty, 0 or NaN; a UUID is given as its number. */
export type ColumnReaders<T extends TableDefinition, Row> = Readonly<
  Record<ColumnOf<T>, (row: Row) => string | number | bigint | null>
>;

export function toColumns<T extends TableDefinition, Row>(
  table: T,
  rows: readonly Row[],
  readers: ColumnReaders<T, Row>,
): ColumnBatchParts {
  const batch = new ColumnBatch(table, rows.length);
  const texts = new TextColumn(batch);
  for (const column of Object.keys(table.columns) as ColumnOf<T>[]) {
    const values = rows.map(readers[column]);
    const offset = batch.offset[column];
    const kind = table.columns[column] as ColumnKind;
    if (kind === 'text') texts.write(offset, values as (string | null)[]);
    else writeNumbers(batch, kind, offset, values as (number | bigint | null)[]);
  }
  batch.rows = rows.length;
  return batch.release();
}

function writeNumbers(
  { buffer }: ColumnBatch,
  kind: ColumnKind,
  offset: number,
  values: readonly (number | bigint | null)[],
): void {
  const { length } = values;
  if (kind === 'id' || kind === 'time' || kind === 'i64')
    new BigInt64Array(buffer, offset, length).set(
      values.map((value) => BigInt.asIntN(64, BigInt(value ?? 0))),
    );
  else if (kind === 'f64')
    new Float64Array(buffer, offset, length).set(values.map((value) => Number(value ?? NaN)));
  else if (kind === 'u32')
    new Uint32Array(buffer, offset, length).set(values.map((value) => Number(value ?? 0)));
  else if (kind === 'uuid') writeUuids(new BigUint64Array(buffer, offset, length * 2), values);
  else throw new RangeError(`no column of ${kind} can be written`);
}

/** The low word first, then the high one with its top bit flipped. */
function writeUuids(words: BigUint64Array, values: readonly (number | bigint | null)[]): void {
  for (const [row, value] of values.entries()) {
    const id = BigInt(value ?? 0);
    words[row * 2] = BigInt.asUintN(64, id);
    words[row * 2 + 1] = BigInt.asUintN(64, id >> 64n) ^ (1n << 63n);
  }
}

/** Behind the last text some bytes must be free. */
const ARENA_SLACK = 8;

/** Writes columns of texts into a batch. */
class TextColumn {
  readonly #batch: ColumnBatch;
  #scratch = Buffer.alloc(4096);
  #view = new DataView(this.#scratch.buffer, this.#scratch.byteOffset, this.#scratch.length);

  constructor(batch: ColumnBatch) {
    this.#batch = batch;
  }

  write(offset: number, values: readonly (string | null)[]): void {
    // At once: an arena that grew to it would leave as much behind for the garbage collector.
    this.#batch.reserveArena(values.reduce((sum, text) => sum + (text?.length ?? 0), ARENA_SLACK));
    for (const [row, text] of values.entries()) {
      // The record of an empty text is zeros, as the batch is at first.
      if (text === null || text === '') continue;
      this.#reserve(text.length * 3 + 8);
      writeText(this.#batch, offset, row, this.#view, 0, this.#scratch.write(text));
    }
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#scratch.length) return;
    this.#scratch = Buffer.alloc(bytes * 2);
    this.#view = new DataView(this.#scratch.buffer, this.#scratch.byteOffset, bytes * 2);
  }
}
