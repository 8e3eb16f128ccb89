/** Writes rows of plain values into column batches, slowly and obviously, for tests. */
import type { ColumnBatch } from '../column-batch.ts';
import { COLUMN_WIDTH_BYTES, type ColumnOf, type TableDefinition } from '../table-definition.ts';
import { writeText } from '../dictionary.ts';

/** A value per column; a UUID as 32 hexadecimal digits, 64-bit kinds as bigint. What is left out is 0 or empty. */
export type PlainRow<T extends TableDefinition> = Partial<
  Record<ColumnOf<T>, bigint | number | string>
>;

/** Appends a row. */
export function writeRow<T extends TableDefinition>(batch: ColumnBatch<T>, row: PlainRow<T>): void {
  batch.reserve(1);
  const at = batch.rows++;
  const view = new DataView(batch.buffer);
  for (const [name, kind] of Object.entries(batch.table.columns)) {
    const value = row[name as ColumnOf<T>];
    const start = batch.offset[name as ColumnOf<T>];
    const to = start + at * COLUMN_WIDTH_BYTES[kind];
    switch (kind) {
      case 'uuid': {
        const id = BigInt(`0x${(value as string | undefined) ?? '0'}`);
        view.setBigUint64(to, id & 0xffffffffffffffffn, true);
        view.setBigUint64(to + 8, (id >> 64n) ^ (1n << 63n), true);
        break;
      }
      case 'id':
        view.setBigUint64(to, BigInt(value ?? 0), true);
        break;
      case 'time':
      case 'i64':
        view.setBigInt64(to, BigInt(value ?? 0), true);
        break;
      case 'f64':
        view.setFloat64(to, Number(value ?? 0), true);
        break;
      case 'u32':
        view.setUint32(to, Number(value ?? 0), true);
        break;
      case 'i32':
        view.setInt32(to, Number(value ?? 0), true);
        break;
      case 'u8':
        view.setUint8(to, Number(value ?? 0));
        break;
      case 'text':
      case 'u64s':
      case 'f64s': {
        const text = Buffer.from(String(value ?? ''));
        const padded = Buffer.alloc(text.length + 8);
        text.copy(padded);
        const source = new DataView(padded.buffer, padded.byteOffset, padded.length);
        writeText(batch, start, at, source, 0, text.length);
        break;
      }
    }
  }
}
