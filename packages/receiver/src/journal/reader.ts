/** Reads back what a journal folder holds, past damage. */
import { readFile } from 'node:fs/promises';
import { decodeRecord, HEADER_BYTES, type JournalRecord, type RecordKey } from './record.ts';
import type { Segment } from './segment.ts';

/** Bytes that could not be read as records: a torn end after a crash, or damage. */
export interface JournalDamage {
  readonly file: string;
  readonly at: number;
  readonly bytes: number;
}

/** More than fit into a segment, whatever its last group of records holds. */
const MAX_SEGMENT_RECORDS = 1n << 32n;

/**
 * Records from number `from` on, in order, from all segments. Whatever lies between whole records is skipped and reported:
 * a torn tail must not hide the segments written after it, nor a flipped byte the records behind it.
 */
export async function* readJournal(
  segments: readonly Segment[],
  from: bigint,
  onDamage: (damage: JournalDamage) => void,
): AsyncGenerator<JournalRecord> {
  let last = from - 1n;
  for (const [index, { file, first, key }] of segments.entries()) {
    const end = segments[index + 1]?.first ?? first + MAX_SEGMENT_RECORDS;
    if (end <= from) continue;
    const bytes = await readFile(file);
    let at = 0;
    while (at < bytes.length) {
      const record = decodeRecord(bytes, at, key);
      if (record === undefined) {
        const resumed = nextRecord(bytes, at + 1, key);
        onDamage({ file, at, bytes: resumed - at });
        at = resumed;
        continue;
      }
      at += HEADER_BYTES + record.body.length;
      // Numbers only rise, and each segment has its own; any other is an old record that came to light again.
      if (record.number <= last || record.number < first || record.number >= end) continue;
      last = record.number;
      yield record;
    }
  }
}

/** Number of the last whole record of the journal, 0 when there is none. */
export async function lastRecordNumber(segments: readonly Segment[]): Promise<bigint> {
  for (const segment of segments.toReversed()) {
    let last = 0n;
    for await (const { number } of readJournal([segment], 0n, () => {})) last = number;
    if (last > 0n) return last;
  }
  return 0n;
}

/** Start of the next whole record at or after `from`, or the end of the bytes. */
function nextRecord(bytes: Buffer, from: number, key: RecordKey): number {
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(key.magic);
  for (let at = bytes.indexOf(magic, from); at >= 0; at = bytes.indexOf(magic, at + 1))
    if (decodeRecord(bytes, at, key) !== undefined) return at;
  return bytes.length;
}
