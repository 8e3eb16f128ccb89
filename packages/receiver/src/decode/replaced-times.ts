/** The side row of a record whose times had to be replaced: what was sent. */
import { type Batch, writeText } from '@heartwood/store/batch';
import type { OpenRequest } from './open-request.ts';

/** Writes the row of the record at hand, which has this time; `originals` are members of a JSON object. */
export function writeReplacedTimes(
  { replacedTimes: table }: Batch,
  { seqLow, seqHigh }: OpenRequest,
  timeLow: number,
  timeHigh: number,
  originals: string,
): void {
  table.reserve(1);
  const row = table.rows++;
  const { words, offset } = table;
  words[(offset.seq >> 2) + row * 2] = seqLow;
  words[(offset.seq >> 2) + row * 2 + 1] = seqHigh;
  words[(offset.time >> 2) + row * 2] = timeLow;
  words[(offset.time >> 2) + row * 2 + 1] = timeHigh;
  // The last four bytes are those that a word loop may look at behind a text.
  const text = Buffer.from(`{${originals}}    `);
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  writeText(table, offset.original, row, view, 0, text.length - 4);
}

/** Two words as the number that they are. */
export const unsigned = (low: number, high: number): bigint =>
  (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
