/** One accepted request as it lies in the journal: a fixed header and the body as it was received. */
import { crc32 } from 'node:zlib';

/** Bytes in front of each body. */
export const HEADER_BYTES = 48;

/**
 * What the records of a segment begin with and what their checksums start from: chosen by chance for each segment, so that
 * no sender can put bytes into a body that look like a record, or like ten thousand, where the body's end is missing.
 */
export interface RecordKey {
  readonly magic: number;
  readonly seed: number;
}

export interface JournalRecord {
  /** Counts up by one from 1, across segments and restarts. */
  readonly number: bigint;
  /** Number of the signal in the table of signals. */
  readonly signal: number;
  readonly encoding: number;
  readonly compression: number;
  /** When the request was received, nanoseconds since 1970; decoding again must give the same rows. */
  readonly receivedNs: bigint;
  /** 16 bytes by which a repeated request is known. */
  readonly hash: Buffer;
  readonly body: Buffer;
}

/** The header of a record; its checksum covers everything behind the checksum, the body included. */
export function encodeHeader(record: JournalRecord, { magic, seed }: RecordKey): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(magic, 0);
  header.writeUInt32LE(record.body.length, 8);
  header.writeUInt8(record.signal, 12);
  header.writeUInt8(record.encoding, 13);
  header.writeUInt8(record.compression, 14);
  header.writeBigUInt64LE(record.number, 16);
  header.writeBigUInt64LE(record.receivedNs, 24);
  record.hash.copy(header, 32, 0, 16);
  header.writeUInt32LE(checksum(seed, header.subarray(8), record.body), 4);
  return header;
}

/** The record that begins at `at`, or undefined when none lies there whole and undamaged. The body is a view. */
export function decodeRecord(
  bytes: Buffer,
  at: number,
  { magic, seed }: RecordKey,
): JournalRecord | undefined {
  if (at + HEADER_BYTES > bytes.length || bytes.readUInt32LE(at) !== magic) return undefined;
  const length = bytes.readUInt32LE(at + 8);
  const begin = at + HEADER_BYTES;
  if (length > bytes.length - begin) return undefined;
  const body = bytes.subarray(begin, begin + length);
  if (checksum(seed, bytes.subarray(at + 8, begin), body) !== bytes.readUInt32LE(at + 4))
    return undefined;
  return {
    number: bytes.readBigUInt64LE(at + 16),
    signal: bytes.readUInt8(at + 12),
    encoding: bytes.readUInt8(at + 13),
    compression: bytes.readUInt8(at + 14),
    receivedNs: bytes.readBigUInt64LE(at + 24),
    hash: bytes.subarray(at + 32, at + 48),
    body,
  };
}

/** CRC-32 by zlib, which computes 3 GB/s here; a loop over a table in JavaScript computes 0.4. */
const checksum = (seed: number, header: Buffer, body: Buffer): number =>
  crc32(body, crc32(header, seed));
