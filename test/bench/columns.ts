/** Values of columns as benchmarks write them into a batch, over the same 28 days each. */
import type { Batch } from '../../packages/store/src/batch.ts';
import type { UpkeepOptions } from '../../packages/store/src/upkeep.ts';

export const DAYS = 28;
export const DAY_NS = 86_400_000_000_000n;
/** The end of the data, and the present of every question: the same each time, whatever the clock says. */
export const END_MS: number = Date.UTC(2026, 9, 26);
const BEGIN_NS = BigInt(END_MS) * 1_000_000n - BigInt(DAYS) * DAY_NS;
/** Seven days stay in the database file; the other three weeks go to the archive. */
export const UPKEEP: UpkeepOptions = {
  nowMs: END_MS,
  keepDays: 0,
  hotDays: 7,
  maxBytes: 0,
  otherBytes: 0,
};

/** One of 2^32 numbers for another. */
export function mix(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A batch, whichever build it is of. */
export type BenchBatch = InstanceType<typeof Batch>;
type Columns = BenchBatch['recordTables'][number];

/** A number of at most 53 bits into a column of 64. */
export function setId(
  { words }: Pick<Columns, 'words'>,
  offset: number,
  row: number,
  id: number,
): void {
  const at = (offset >> 2) + row * 2;
  words[at] = id | 0;
  words[at + 1] = Math.floor(id / 2 ** 32);
}

const BEGIN_HIGH = Number(BEGIN_NS >> 32n);
const BEGIN_LOW = Number(BEGIN_NS & 0xffff_ffffn);

/** So many nanoseconds after the first day began. */
export function setTime(
  columns: Pick<Columns, 'words'>,
  offset: number,
  row: number,
  sinceNs: number,
): void {
  const low = BEGIN_LOW + (sinceNs % 2 ** 32);
  const at = (offset >> 2) + row * 2;
  columns.words[at] = low | 0;
  columns.words[at + 1] = BEGIN_HIGH + Math.floor(sinceNs / 2 ** 32) + Math.floor(low / 2 ** 32);
}

/** ASCII only. */
export function setText(columns: Columns, offset: number, row: number, text: string): void {
  const at = (offset >> 2) + row * 4;
  const { length } = text;
  columns.words[at] = length;
  if (length <= 12) {
    columns.words.fill(0, at + 1, at + 4);
    Buffer.from(columns.buffer).write(text, at * 4 + 4, 'latin1');
    return;
  }
  columns.reserveArena(length + 8);
  Buffer.from(columns.arena.buffer).write(text, columns.arenaBytes, 'latin1');
  columns.words[at + 1] = columns.arenaView.getInt32(columns.arenaBytes, true);
  columns.words[at + 2] = columns.arenaBytes;
  columns.words[at + 3] = 0;
  columns.arenaBytes += length;
}
