/** The row by which an accepted request is known after a restart. */
import type { ColumnBatch, REQUESTS } from '@heartwood/store/batch';
import type { JournalRecord } from './journal/record.ts';
import type { Outcome } from './known-requests.ts';

/** Adds the row of a request; its hash goes in as a UUID, in the byte order of DuckDB. */
export function writeRequestRow(
  batch: ColumnBatch<typeof REQUESTS>,
  { hash, number, receivedNs, signal, body }: Omit<JournalRecord, 'encoding' | 'compression'>,
  { accepted, rejected }: Outcome,
): void {
  batch.reserve(1);
  const row = batch.rows++;
  const { offset } = batch;
  const view = new DataView(batch.buffer);
  const at = offset.hash + row * 16;
  // A UUID is a 128-bit number, least significant word first, whose top bit is flipped so that it sorts as text.
  view.setBigUint64(at, hash.readBigUInt64BE(8), true);
  view.setBigUint64(at + 8, hash.readBigUInt64BE(0) ^ (1n << 63n), true);
  view.setBigUint64(offset.record + row * 8, number, true);
  view.setBigInt64(offset.received_time + row * 8, BigInt.asIntN(64, receivedNs), true);
  view.setUint8(offset.signal + row, signal);
  view.setUint32(offset.accepted + row * 4, accepted, true);
  view.setUint32(offset.rejected + row * 4, rejected, true);
  view.setUint32(offset.bytes + row * 4, body.length, true);
}
