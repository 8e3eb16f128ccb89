/**
 * A WAL that DuckDB 1.5.6 leaves behind where a process was killed in the first commit after a checkpoint, and a commit of
 * the next process went straight into the data file: it then refuses the file, which is one checkpoint ahead of the WAL.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync } from 'node:fs';

/**
 * Renames the WAL when `error` is that refusal and nothing in the WAL was ever committed, so that nothing is lost without it.
 * Returns its new name; undefined when all is as it was.
 */
export function setAsideStaleWal(file: string, error: unknown): string | undefined {
  if (!isOneCheckpointBehind(error)) return undefined;
  const wal = `${file}.wal`;
  // Commits made during a checkpoint lie there.
  if (existsSync(`${wal}.checkpoint`) || !holdsNoCommit(wal)) return undefined;
  const name = `${wal}.set-aside-${Date.now()}`;
  renameSync(wal, name);
  return name;
}

function isOneCheckpointBehind(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const found = /File checkpoint iteration: (\d+), WAL checkpoint iteration: (\d+)/.exec(
    error.message,
  );
  return found !== null && BigInt(found[1] ?? 0) === BigInt(found[2] ?? 0) + 1n;
}

/** Kinds of entries: the head of the file, the mark of a checkpoint, and the end of each commit. */
const [VERSION, CHECKPOINT, COMMIT] = [98, 99, 100];
/** What a kind is written behind: the number of its field. */
const KIND_FIELD = 100;
/** Size and checksum before each entry; the size counts neither. */
const ENTRY_HEAD_BYTES = 16;

/** What is not understood counts as a commit. The format: DuckDB 1.5, `src/storage/write_ahead_log.cpp`. */
function holdsNoCommit(wal: string): boolean {
  const handle = openSync(wal, 'r');
  try {
    const { size } = fstatSync(handle);
    const read = (at: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(handle, bytes, 0, length, at));
    };
    let at = headLength(read(0, 128));
    if (at === undefined) return false;
    for (;;) {
      const entry: Buffer = read(at, ENTRY_HEAD_BYTES + 3);
      if (entry.length < ENTRY_HEAD_BYTES) return true;
      const end: bigint = BigInt(at + ENTRY_HEAD_BYTES) + entry.readBigUInt64LE(0);
      if (end > BigInt(size)) return true;
      if (entry.length < ENTRY_HEAD_BYTES + 3) return false;
      const kind = entry[ENTRY_HEAD_BYTES + 2];
      if (entry.readUInt16LE(ENTRY_HEAD_BYTES) !== KIND_FIELD) return false;
      if (kind === CHECKPOINT || kind === COMMIT) return false;
      at = Number(end);
    }
  } finally {
    closeSync(handle);
  }
}

const FORMAT = 2n;
const ID_BYTES = 16n;
const OBJECT_END = 0xff_ff;

/** Length of the head: format, id of the database, number of its checkpoint; undefined when it is another one or torn. */
function headLength(bytes: Buffer): number | undefined {
  let at = 0;
  const isField = (number: number): boolean => {
    at += 2;
    return at <= bytes.length && bytes.readUInt16LE(at - 2) === number;
  };
  const number = (): bigint => {
    let value = 0n;
    for (let shift = 0n; at < bytes.length; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  if (!isField(KIND_FIELD) || number() !== BigInt(VERSION)) return undefined;
  if (!isField(101) || number() !== FORMAT) return undefined;
  if (!isField(102) || number() !== ID_BYTES) return undefined;
  for (let byte = 0n; byte < ID_BYTES; byte++) number();
  if (!isField(103)) return undefined;
  number();
  return isField(OBJECT_END) ? at : undefined;
}
