/** Text that grows at the end of a batch's arena and becomes text records of its rows. */
import { type ColumnBatch, INLINE_TEXT_BYTES, MARK } from '@heartwood/store/batch';
import { repairUtf8 } from './utf8.ts';

const HIGH_BITS = 0x80808080 | 0;

/** {@link take} ends the text written since a place and makes it the text of a row. */
export class ArenaText {
  pos = 0;
  protected batch!: ColumnBatch;
  protected arena!: Uint8Array;
  protected view!: DataView;
  readonly #recordBytes: number;
  #fullAt = 0;

  /** @param recordBytes how much text a record may have until {@link isFull} */
  constructor(recordBytes: number) {
    this.#recordBytes = recordBytes;
  }

  /** Writes into this batch from now on, behind what its arena holds. */
  open(batch: ColumnBatch): void {
    this.batch = batch;
    batch.reserveArena(64);
    this.arena = batch.arena;
    this.view = batch.arenaView;
    this.pos = batch.arenaBytes;
    this.startRecord();
  }

  /** The text of another record begins here. */
  startRecord(): void {
    this.#fullAt = this.pos + this.#recordBytes;
  }

  /** True when the record has so much text that nothing should be added: JSON may be six times as long as what was sent. */
  get isFull(): boolean {
    return this.pos >= this.#fullAt;
  }

  /** Makes `[start, pos)` the text of `row` in the text column at byte `offset`; short texts leave the arena. */
  take(start: number, offset: number, row: number): void {
    const at = (offset >> 2) + row * 4;
    const { words } = this.batch;
    const length = this.pos - start;
    words[at] = length;
    if (length <= INLINE_TEXT_BYTES) {
      words[at + 1] = 0;
      words[at + 2] = 0;
      words[at + 3] = 0;
      for (let i = 0; i < length; i++)
        this.batch.bytes[at * 4 + 4 + i] = this.arena[start + i] as number;
      this.pos = start;
    } else {
      words[at + 1] = this.view.getInt32(start, true);
      words[at + 2] = start;
      words[at + 3] = 0;
    }
    this.batch.arenaBytes = this.pos;
  }

  /** Writes a text as it stands, repaired where it must be; returns the bits of {@link MARK} that tell. */
  plain(text: DataView, start: number, length: number): number {
    this.reserve(length);
    const out = this.view;
    let bits = 0;
    let at = start;
    let to = this.pos;
    for (const end = start + (length & ~3); at < end; at += 4, to += 4) {
      const word = text.getInt32(at, true);
      bits |= word;
      out.setInt32(to, word, true);
    }
    const rest = length & 3;
    if (rest !== 0) {
      const word = text.getInt32(at, true);
      bits |= word & ((1 << (rest * 8)) - 1);
      out.setInt32(to, word, true);
    }
    if ((bits & HIGH_BITS) === 0) {
      this.pos += length;
      return 0;
    }
    const given = new Uint8Array(text.buffer, text.byteOffset + start, length);
    const repaired = repairUtf8(given);
    this.reserve(repaired.length);
    if (repaired !== given) this.arena.set(repaired, this.pos);
    this.pos += repaired.length;
    return repaired === given ? 0 : MARK.SANITIZED;
  }

  /** Tells the batch how far its arena is filled. */
  commit(): void {
    this.batch.arenaBytes = this.pos;
  }

  /** Gives up everything from `start` on. */
  rewind(start: number): void {
    this.pos = start;
  }

  /** What was written since `start`; void when more is written. */
  since(start: number): Buffer {
    const { buffer, byteOffset } = this.arena;
    return Buffer.from(buffer, byteOffset + start, this.pos - start);
  }

  /** Room for `more` further bytes and a word behind them. */
  reserve(more: number): void {
    if (this.pos + more + 8 > this.arena.length) this.grow(more + 8);
  }

  protected grow(more: number): void {
    this.batch.arenaBytes = this.pos;
    this.batch.reserveArena(more);
    this.arena = this.batch.arena;
    this.view = this.batch.arenaView;
  }

  /** Brings what was written since `middle` before what was written since `start`. */
  rotate(start: number, middle: number): void {
    const last = this.arena.slice(middle, this.pos);
    this.arena.copyWithin(start + last.length, start, middle);
    this.arena.set(last, start);
  }
}
